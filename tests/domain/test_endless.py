"""Documents that would loop (V9): a leg that comes straight back from its room is given up."""

from __future__ import annotations

from datetime import timedelta

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import HangUp, StopRecording
from app.domain.states import AtNode, HeadsetAway, InConversation, Waiting
from tests.domain.world import AT_A_DESK, WAY_TO_SALES, Point, comes_back, start, walk


def _talks(point: Point) -> bool:
    return isinstance(point.call.state, InConversation) and point.call.state.away is None


def _takes(who: str, offer: str, room: str) -> tuple[e.Event, ...]:
    """That agent is offered the call, as that leg, and comes into that life of the room."""
    headset = f"{who}.1"
    return (
        e.OfferMade(who),
        e.OfferAccepted(who, offer, "n", "tab"),
        e.HeadsetConnected(headset, "n", f"CA{headset}"),
        e.JoinedRoom(headset, room),
    )


def talking() -> Point:
    return next(step.after for step in walk() if _talks(step.after) and step.after.call.leg(CALLER))


def test_a_caller_who_comes_back_from_the_room_three_times_goes_where_the_plan_says() -> None:
    point = talking()

    for _ in range(2):
        point, _ = point.after(comes_back(point.call, CALLER), point.call.updated)
        assert _talks(point)
    point, _ = point.after(comes_back(point.call, CALLER), point.call.updated)

    assert point.call.state == AtNode("box")


def test_a_caller_whom_no_room_takes_does_not_come_back_to_who_sent_the_call() -> None:
    """T2: else, wherever the plan leads, the place before the transfer would be taken again."""
    point = start(AT_A_DESK)
    for event in (*WAY_TO_SALES, *_takes("anna", "2", "CF1"), e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)
    sent = e.TransferRequested("anna", "ben"), e.RoomEnded("CF1")
    for event in (*sent, *_takes("ben", "3", "CF2")):
        point, _ = point.after(event)
    assert point.call.transfer is not None
    assert point.call.transfer.back_to is not None

    for _ in range(3):
        point, _ = point.after(comes_back(point.call, CALLER), point.call.updated)

    assert point.call.state == AtNode("box")
    assert point.call.transfer is not None
    assert point.call.transfer.back_to is None


def test_a_conversation_that_ends_in_the_mailbox_is_not_recorded_there() -> None:
    """C6: the caller's message is a recording of its own."""
    point = next(step.after for step in walk() if _talks(step.after) and step.after.call.recording)
    sid = point.call.recording
    assert sid is not None

    commands = []
    for _ in range(3):
        point, decision = point.after(comes_back(point.call, CALLER), point.call.updated)
        commands += [pending.command for pending in decision.commands]

    assert point.call.state == AtNode("box")
    assert commands.count(StopRecording(CALLER, sid)) == 1
    assert (point.call.recording, point.call.recorded) == (None, (sid,))


def test_a_headset_that_comes_back_three_times_gives_the_caller_back_to_the_queue() -> None:
    point = talking()
    assert isinstance(point.call.state, InConversation)
    headset = point.call.state.headset

    for _ in range(3):
        point, _ = point.after(comes_back(point.call, headset), point.call.updated)

    assert isinstance(point.call.state, Waiting)


def test_a_new_headset_that_comes_back_three_times_is_hung_up_and_the_call_stays_open() -> None:
    """The grace goes on: the page may try once more."""
    point, away = next(
        (step.after, away) for step in walk() if (away := _came_back(step.after)) is not None
    )

    headset, commands = away.headset or "", []
    for _ in range(3):
        point, decision = point.after(comes_back(point.call, headset), point.call.updated)
        commands += [pending.command for pending in decision.commands]

    assert isinstance(point.call.state, InConversation)
    assert point.call.state.away == HeadsetAway(away.until)
    assert commands == [HangUp(headset)]


def _came_back(point: Point) -> HeadsetAway | None:
    """The headset is away, and the next generation is on its way into the room."""
    state = point.call.state
    away = state.away if isinstance(state, InConversation) else None
    if not isinstance(away, HeadsetAway) or not point.call.leg(away.headset or ""):
        return None
    return away


def test_returns_with_time_between_them_are_no_loop() -> None:
    point = talking()

    for minutes in range(5):
        later = point.call.updated + timedelta(minutes=minutes + 1)
        point, _ = point.after(comes_back(point.call, CALLER), later)

    assert _talks(point)
