"""A room's name has one life at a time: who was in an earlier one is not in this one (R8)."""

from __future__ import annotations

from dataclasses import replace

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Dial, Hold, Refresh, StartRecording
from app.domain.decide import begin
from app.domain.states import AtNode, InConversation
from app.domain.verb import is_held
from tests.domain.world import AT_A_DESK, LATE, NOW, PLAN, WAY_TO_SALES, Point, comes_back


def point_in_room(room_sid: str) -> Point:
    """Anna is in the room, and the caller on the way."""
    call = begin(PLAN, PLAN.numbers[1], "c", "CAc", "+447700900001", "", NOW).call
    anna = a.Agent("anna", presence=a.Ready(NOW), devices=AT_A_DESK)
    point = Point(call, anna, a.Agent("ben"))
    for event in (
        e.OfferMade("anna"),
        e.OfferAccepted("anna", "2", "n1", "tab0"),
        e.HeadsetConnected("anna.1", "n1", "CAh"),
        e.JoinedRoom("anna.1", room_sid),
    ):
        point, _ = point.after(event)
    return point


def test_a_caller_in_a_later_life_of_the_room_does_not_talk_with_who_was_in_the_earlier() -> None:
    """The agent's leaving is told after the caller's coming."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF2"))

    assert isinstance(point.call.state, InConversation)
    assert point.call.counts_as == "waited"
    assert point.call.facts.agents == ()


def test_a_caller_in_the_same_life_of_the_room_talks() -> None:
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1"))

    assert point.call.counts_as == "talked"
    assert point.call.facts.agents == ("anna",)


def test_a_join_of_a_life_that_has_ended_takes_nobody_out_of_the_next() -> None:
    """A transferred caller is soon in the room again, while the carrier repeats the first join."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1"))
    for event in (
        e.LeftRoom(CALLER, "CF1", hung_up=False),
        e.LeftRoom("anna.1", "CF1", hung_up=False),
        e.RoomEnded("CF1"),
        e.JoinedRoom("anna.1", "CF2"),
    ):
        point, _ = point.after(event)

    late, decision = point.after(e.JoinedRoom(CALLER, "CF1"))

    assert late == point
    assert decision.commands == ()


def test_an_agent_who_comes_into_the_later_life_talks() -> None:
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF2"))

    point, _ = point.after(e.JoinedRoom("anna.1", "CF2"))

    assert point.call.counts_as == "talked"


def test_a_join_that_is_told_twice_ends_no_hold() -> None:
    """Else the hold would be commanded again, and taken for refused if that were refused."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1"))
    point, decision = point.after(e.HoldRequested("anna"))
    for pending in decision.commands:
        point, _ = point.after(e.CommandDone(pending.key, pending.command, None))
    assert is_held(point.call)

    again, decision = point.after(e.JoinedRoom(CALLER, "CF1"))

    assert again == point
    assert decision.commands == ()


def test_a_return_that_is_told_twice_takes_nobody_out_of_the_room() -> None:
    """The carrier repeats that request when its answer is late; the caller is back in the room."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1"))
    returned = comes_back(point.call, CALLER)
    for event in (returned, e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)

    again, _ = point.after(returned)
    _, held = again.after(e.HoldRequested("anna"))

    assert again == point
    assert [pending.command for pending in held.commands] == [Hold(CALLER)]


def test_the_return_from_an_earlier_stay_takes_nobody_out_of_the_room() -> None:
    """A Refresh that takes effect late, or twice, leads the caller out and in by the same document.

    The return is asked of us all the same, its answer is ignored (V6), and it may be told last.
    """
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1", sequence=3))
    returned = comes_back(point.call, CALLER)
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1", sequence=5))

    late, _ = point.after(returned)
    _, sent_on = late.after(e.TransferRequested("anna", "sales"))

    assert late == point
    assert Refresh(CALLER) in [pending.command for pending in sent_on.commands]


def test_the_return_from_an_earlier_stay_is_late_where_the_leaving_was_told_in_time() -> None:
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1", sequence=3))
    returned = comes_back(point.call, CALLER)
    for event in (
        e.LeftRoom(CALLER, "CF1", hung_up=False, sequence=4),
        e.JoinedRoom(CALLER, "CF1", sequence=5),
    ):
        point, _ = point.after(event)

    late, _ = point.after(returned)

    assert late == point


def test_each_return_counts_of_a_caller_whom_the_room_lets_in_and_puts_out_again() -> None:
    """V9: else that goes on for ever."""
    point, number = point_in_room("CF1"), 3
    while isinstance(point.call.state, InConversation) and number < 20:
        returned = comes_back(point.call, CALLER)  # from the document that is asked for now
        for event in (
            e.JoinedRoom(CALLER, "CF1", sequence=number),
            e.LeftRoom(CALLER, "CF1", hung_up=False, sequence=number + 1),
            returned,
        ):
            point, _ = point.after(event)
        number += 2

    assert number == 9


def test_a_leaving_that_is_told_after_the_next_join_takes_nobody_out_of_the_room() -> None:
    """Else a caller in the room counts as out of it: neither held nor refreshed any more (R18)."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1", sequence=3))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1", sequence=5))

    late, _ = point.after(e.LeftRoom(CALLER, "CF1", hung_up=False, sequence=4))
    _, held = late.after(e.HoldRequested("anna"))

    assert late == point
    assert [pending.command for pending in held.commands] == [Hold(CALLER)]


def test_a_leaving_that_is_told_twice_takes_nobody_out_of_the_room() -> None:
    """The carrier tells it again after the caller is back there."""
    left = e.LeftRoom(CALLER, "CF1", hung_up=False, sequence=4)
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1", sequence=3))
    for event in (left, e.JoinedRoom(CALLER, "CF1", sequence=5)):
        point, _ = point.after(event)

    again, _ = point.after(left)

    assert again == point


def test_a_leaving_of_the_headset_that_is_told_late_loses_no_headset() -> None:
    point, _ = point_in_room("CF1").after(e.JoinedRoom("anna.1", "CF1", sequence=4))

    late, decision = point.after(e.LeftRoom("anna.1", "CF1", hung_up=False, sequence=3))

    assert late == point
    assert decision.commands == ()


def test_who_is_back_in_a_room_is_on_hold_there_no_more() -> None:
    """The hold was of the participant who has left, and its leaving is told late."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1", sequence=3))
    point, decision = point.after(e.HoldRequested("anna"))
    for pending in decision.commands:
        point, _ = point.after(e.CommandDone(pending.key, pending.command, None))

    _, again = point.after(e.JoinedRoom(CALLER, "CF1", sequence=5))

    assert [pending.command for pending in again.commands] == [Hold(CALLER)]


def test_a_join_that_is_told_twice_brings_nobody_back_into_the_room() -> None:
    joined = e.JoinedRoom(CALLER, "CF1", sequence=3)
    point, _ = point_in_room("CF1").after(joined)
    point, _ = point.after(e.LeftRoom(CALLER, "CF1", hung_up=False, sequence=4))

    again, _ = point.after(joined)

    assert again == point


def test_a_caller_whose_leaving_is_told_late_is_sent_into_the_room_of_the_next_agent() -> None:
    """Back in the queue, the caller hears the wait document already when the leaving is told."""
    point, _ = point_in_room("CF1").after(e.JoinedRoom(CALLER, "CF1"))
    point, lost = point.after(e.HeadsetLost("anna.1", "page closed"))
    back: tuple[e.Event, ...] = (
        *(e.CommandDone(pending.key, pending.command) for pending in lost.commands),
        e.TimePassed(),
        e.AskedWhileWaiting(CALLER),
        e.LeftRoom(CALLER, "CF1", hung_up=False),
    )
    for event in back:
        point, _ = point.after(event, NOW + LATE)
    point = replace(point, anna=replace(point.anna, presence=a.Ready(NOW)))
    offered: tuple[e.Event, ...] = (
        e.OfferMade("anna"),
        e.OfferAccepted("anna", "3", "n2", "tab0"),
        e.HeadsetConnected("anna.2", "n2", "CAh2"),
    )
    for event in offered:
        point, _ = point.after(event, NOW + LATE)

    point, decision = point.after(e.JoinedRoom("anna.2", "CF1"), NOW + LATE)

    assert isinstance(point.call.state, InConversation)
    assert [pending.command for pending in decision.commands] == [Refresh(CALLER)]


def test_a_recording_that_a_redirect_has_ended_begins_again_while_they_talk() -> None:
    """A caller who came into the room by the wait document is sent there once more (C1)."""
    call = begin(PLAN, PLAN.numbers[0], "c", "CAc", "+447700900001", "", NOW).call
    anna = a.Agent("anna", presence=a.Ready(NOW), queues=("sales",), devices=AT_A_DESK)
    point = Point(call, anna, a.Agent("ben"))
    way: tuple[e.Event, ...] = (
        *WAY_TO_SALES,
        e.OfferMade("anna"),
        e.OfferAccepted("anna", "2", "n1", "tab0"),
        e.HeadsetConnected("anna.1", "n1", "CAh"),
        e.JoinedRoom("anna.1", "CF1"),
        e.AskedAgain(CALLER),
    )
    for event in way:
        point, _ = point.after(event)
    point, joined = point.after(e.JoinedRoom(CALLER, "CF1"))
    (start,) = joined.commands
    point, _ = point.after(e.CommandDone(start.key, start.command, "RE1"))

    point, again = point.after(e.RecordingEnded(CALLER, "RE1"))
    _, repeated = point.after(e.RecordingEnded(CALLER, "RE1"))

    assert [pending.command for pending in again.commands] == [StartRecording(CALLER)]
    assert repeated.call == point.call


def test_a_wait_request_that_comes_late_takes_nobody_out_of_the_room() -> None:
    """Else the caller would be left there when the agent is lost, and be taken for on the way."""
    point, _ = point_in_room("CF1").after(e.AskedAgain(CALLER))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1"))

    again, decision = point.after(e.AskedWhileWaiting(CALLER))

    assert again == point
    assert decision.commands == ()


def test_a_request_for_a_document_that_comes_twice_takes_nobody_out_of_the_room() -> None:
    point, _ = point_in_room("CF1").after(e.AskedAgain(CALLER))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1"))

    again, decision = point.after(e.AskedAgain(CALLER))

    assert again == point
    assert decision.commands == ()


def test_a_request_that_an_older_refresh_led_to_does_not_settle_the_newer_one() -> None:
    """It was answered long ago, and comes twice: the caller would be left alone in the room."""
    point = point_in_room("CF1")
    (to_room,) = (pending for pending in point.call.out if pending.command == Refresh(CALLER))
    point, _ = point.after(e.AskedAgain(CALLER, to_room.number))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1"))
    point, sent = point.after(e.TransferRequested("anna", "sales"))
    (to_queue,) = (pending for pending in sent.commands if pending.command == Refresh(CALLER))

    late, _ = point.after(e.AskedAgain(CALLER, to_room.number))
    fetched, _ = point.after(e.AskedAgain(CALLER, to_queue.number))

    assert late == point
    assert to_queue not in fetched.call.out


def test_a_refusal_of_the_queue_that_is_told_late_takes_nobody_on_hold_out_of_the_room() -> None:
    """The queue lost the caller before the conversation: that is over."""
    point, _ = point_in_room("CF1").after(e.AskedAgain(CALLER))
    point, _ = point.after(e.JoinedRoom(CALLER, "CF1"))
    point, held = point.after(e.HoldRequested("anna"))
    for pending in held.commands:
        point, _ = point.after(e.CommandDone(pending.key, pending.command))
    caller = point.call.leg(CALLER)
    assert caller is not None
    node = point.call.node or ""

    late, _ = point.after(e.QueueRefused(CALLER, node, "system-error", caller.document - 1))
    now, _ = point.after(e.QueueRefused(CALLER, node, "system-error", caller.document))

    assert late == point
    assert isinstance(now.call.state, AtNode)


def test_a_request_that_comes_again_does_not_say_that_the_caller_to_be_held_is_outside() -> None:
    """It led the caller into the room, whose join is not told yet: nobody may be dialled there."""
    point, _ = point_in_room("CF1").after(e.AskedWhileWaiting(CALLER, 0))
    point, _ = point.after(e.RoomStarted("CF1"))
    consult = e.ConsultRequested("anna", "+442079460142", PLAN.numbers[0].e164, "")
    point, _ = point.after(consult)
    caller = point.call.leg(CALLER)
    assert caller is not None
    assert (caller.wanted, caller.observed) == ("hold", "asking")

    for late in (e.AskedAgain(CALLER), e.AskedAgain(CALLER, 1), e.AskedWhileWaiting(CALLER, 0)):
        again, decision = point.after(late)
        assert again.call.leg(CALLER) == caller
        assert decision.commands == ()
    _, decision = point.after(e.AskedWhileWaiting(CALLER, caller.document))

    assert [type(pending.command) for pending in decision.commands] == [Dial]


def test_an_agent_alone_in_a_room_that_goes_on_talks_to_nobody() -> None:
    """The caller has left it for the queue, and its end is told late."""
    call = begin(PLAN, PLAN.numbers[0], "c", "CAc", "+447700900001", "", NOW).call
    anna, ben = (
        a.Agent(name, presence=a.Ready(NOW), queues=("sales",), devices=AT_A_DESK)
        for name in ("anna", "ben")
    )
    with_anna: tuple[e.Event, ...] = (
        *WAY_TO_SALES[1:],
        e.OfferMade("anna"),
        e.OfferAccepted("anna", "2", "n1", "tab0"),
        e.HeadsetConnected("anna.1", "n1", "CAh"),
        e.JoinedRoom("anna.1", "CF1"),
        e.AskedAgain(CALLER),
        e.JoinedRoom(CALLER, "CF1"),
        e.HungUp("anna.1"),
    )
    with_ben: tuple[e.Event, ...] = (
        e.TimePassed(),
        e.AskedAgain(CALLER),
        e.OfferMade("ben"),
        e.OfferAccepted("ben", "3", "n2", "tab0"),
        e.HeadsetConnected("ben.1", "n2", "CAh2"),
        e.JoinedRoom("ben.1", "CF1"),
    )
    point, decision = Point(call, anna, ben).after(WAY_TO_SALES[0])
    for event in with_anna:
        point, decision = point.after(event)
    for pending in decision.commands:  # the caller is on hold, and the recording paused
        point, _ = point.after(e.CommandDone(pending.key, pending.command))
    for event in with_ben:
        point, _ = point.after(event, NOW + LATE)

    joined, _ = point.after(e.JoinedRoom(CALLER, "CF1"), NOW + LATE)

    assert (point.call.agent, point.call.facts.agents) == ("ben", ("anna",))
    assert joined.call.facts.agents == ("anna", "ben")


def test_a_caller_whose_join_is_told_after_the_transfer_is_taken_out_of_the_room() -> None:
    """The room's start tells that both talk; else the caller stays there alone, in silence."""
    point = sent_to_the_mailbox()

    _, decision = point.after(e.JoinedRoom(CALLER, "CF1", sequence=3))

    assert [pending.command for pending in decision.commands] == [Refresh(CALLER)]


def test_a_join_that_is_told_after_the_return_from_the_room_disturbs_no_message() -> None:
    point = sent_to_the_mailbox()
    point, _ = point.after(comes_back(point.call, CALLER))

    late, decision = point.after(e.JoinedRoom(CALLER, "CF1", sequence=3))

    assert late.call.legs == point.call.legs
    assert decision.commands == ()


def sent_to_the_mailbox() -> Point:
    """Anna has sent the caller on before the caller's join is told."""
    point, _ = point_in_room("CF1").after(e.AskedAgain(CALLER))
    for event in (e.RoomStarted("CF1"), e.TransferRequested("anna", "box")):
        point, _ = point.after(event)
    assert isinstance(point.call.state, AtNode)
    return point
