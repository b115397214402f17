"""A recording that is over is remembered: only one that the carrier has named."""

from __future__ import annotations

from dataclasses import replace

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import StopRecording
from tests.domain.world import AT_A_DESK, Point, connecting


def recorded() -> tuple[Point, str]:
    """A conversation of a queue that records, and the recording of it that runs."""
    point = connecting(AT_A_DESK)
    for event in (e.JoinedRoom("anna.1", "CF1"), e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)
    return replace(point, call=replace(point.call, recording="RE1")), "RE1"


def test_a_stop_that_is_done_without_a_sid_tells_of_no_recording() -> None:
    point, sid = recorded()
    before = point.call

    after, _ = point.after(e.CommandDone("1:1:stop", StopRecording(CALLER, sid)), before.updated)

    assert (after.call.recorded, after.call.recording) == (before.recorded, sid)


def test_a_stop_that_is_done_with_its_sid_is_the_end_of_that_recording() -> None:
    point, sid = recorded()
    stopped = e.CommandDone("1:1:stop", StopRecording(CALLER, sid), sid)

    after, _ = point.after(stopped, point.call.updated)

    assert after.call.recorded[-1] == sid
    assert after.call.recording != sid
