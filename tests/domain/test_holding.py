"""A hold that the carrier refuses is told to the agent, until the agent asks for another."""

from __future__ import annotations

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Hold, PauseRecording
from app.domain.states import InConversation
from tests.domain.test_offers import TALKING, point_after
from tests.domain.world import AT_A_DESK, Point, connecting


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


def test_another_hold_takes_the_place_of_what_is_told_of_the_first() -> None:
    point, _ = point_after(TALKING).after(e.HoldRequested("anna"))
    point = refused(point)

    point, _ = point.after(e.HoldRequested("anna"))

    assert conversation(point).hold is not None
    assert not conversation(point).hold_failed


def test_a_pause_that_is_done_is_no_answer_to_a_hold_that_is_refused() -> None:
    """Each has its own tries: two refusals of the hold are the end of the wish (R16)."""
    point = _recorded()
    point, _ = point.after(e.HoldRequested("anna"))
    point = _answered(point, Hold, is_done=False)

    point = _answered(point, PauseRecording, is_done=True)
    point = _answered(point, Hold, is_done=False)

    assert conversation(point).hold is None
    assert conversation(point).hold_failed


def _recorded() -> Point:
    point = connecting(AT_A_DESK)
    for event in (e.JoinedRoom("anna.1", "CF1"), e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)
    (started,) = point.call.out
    return point.after(e.CommandDone(started.key, started.command, "RE1"))[0]


def _answered(point: Point, kind: type, *, is_done: bool) -> Point:
    pending = next(p for p in point.call.out if isinstance(p.command, kind))
    if is_done:
        return point.after(e.CommandDone(pending.key, pending.command))[0]
    return point.after(e.CommandRefused(pending.key, pending.command, 21220))[0]
