"""A hold that the carrier refuses is told to the agent, until the agent asks for another."""

from __future__ import annotations

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import PauseRecording
from app.domain.states import InConversation
from tests.domain.test_offers import TALKING, point_after
from tests.domain.world import Point


def conversation(point: Point) -> InConversation:
    assert isinstance(point.call.state, InConversation)
    return point.call.state


def refused(point: Point) -> Point:
    """The carrier refuses what is commanded, each time that it is tried again."""
    while conversation(point).hold is not None:
        (pending,) = point.call.out
        point, _ = point.after(e.CommandRefused(pending.key, pending.command, 21220))
    return point


def test_a_hold_that_is_refused_is_over_and_told() -> None:
    point, _ = point_after(TALKING).after(e.HoldRequested("anna"))

    point = refused(point)

    assert conversation(point).hold_failed


def test_a_recording_that_pauses_meanwhile_is_no_answer_to_the_hold() -> None:
    """R16: it is asked twice, whatever else the carrier does for that leg."""
    point, _ = point_after(TALKING).after(e.HoldRequested("anna"))
    (first,) = point.call.out
    point, _ = point.after(e.CommandRefused(first.key, first.command, 16099))

    point, _ = point.after(e.CommandDone("pause", PauseRecording(CALLER, "RE1"), "RE1"))
    (second,) = point.call.out
    point, _ = point.after(e.CommandRefused(second.key, second.command, 16099))

    assert conversation(point).hold is None
    assert conversation(point).hold_failed


def test_another_hold_takes_the_place_of_what_is_told_of_the_first() -> None:
    point, _ = point_after(TALKING).after(e.HoldRequested("anna"))
    point = refused(point)

    point, _ = point.after(e.HoldRequested("anna"))

    assert conversation(point).hold is not None
    assert not conversation(point).hold_failed
