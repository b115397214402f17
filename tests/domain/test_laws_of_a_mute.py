"""A guest who is muted: what holds whatever happens to the conference."""

from __future__ import annotations

from app.domain import events as e
from app.domain.call import CALLER, Leg
from app.domain.commands import HangUp, Hold, Mute, Unmute
from app.domain.conversation import HOLD_TRIES
from app.domain.states import Guest, HandedOver, InConversation
from app.domain.value import replace
from tests.domain.mutes_walk import conferences, guest_of, mutes
from tests.domain.world import Point, Step


def _leg_of(point: Point, guest: Guest | None) -> Leg | None:
    return point.call.leg(guest.leg) if guest is not None else None


def _mutes(point: Point) -> list[Mute | Unmute]:
    """What is on its way."""
    return [one.command for one in point.call.out if isinstance(one.command, Mute | Unmute)]


def test_the_walk_meets_each_wish_and_each_answer() -> None:
    met = {
        (step.after.call.phase, type(guest), guest.muted, guest.mute_failed, leg.muted)
        for step in mutes()
        if (guest := guest_of(step.after)) and (leg := _leg_of(step.after, guest))
    }

    assert {one[2:] for one in met if one[0] == "InConversation"} >= {
        (False, False, False),
        (True, False, False),
        (True, False, True),
        (True, False, None),
        (False, False, True),
        (False, False, None),
        (False, True, False),
        (False, True, None),
    }
    assert "HandedOver" in {one[0] for one in met}


def test_what_is_wanted_is_commanded_and_never_both() -> None:
    """In the room, not on hold, and with nothing on its way: it is as wished, or was refused."""
    settled = 0
    for step in mutes():
        told = [one.leg for one in _mutes(step.after)]
        assert len(told) == len(set(told)), step
        guest, state = guest_of(step.after), step.after.call.state
        leg = _leg_of(step.after, guest)
        if guest is None or leg is None or step.after.call.out:
            continue
        is_there = (leg.wanted, leg.observed) == ("talk", "talk")
        if is_there and isinstance(state, InConversation) and not leg.refusals:
            settled += 1
            assert leg.muted is guest.muted, step
    assert settled


def test_only_the_agent_of_the_call_mutes_and_only_a_guest() -> None:
    asked = 0
    for step in mutes():
        match step.event:
            case e.GuestMuteRequested("ben") | e.GuestUnmuteRequested("ben") if (
                step.before.call.agent == "anna"
            ):
                asked += 1
                assert step.after.call.state == step.before.call.state, step
            case e.GuestMuteRequested(_, "1") | e.GuestUnmuteRequested(_, "1"):
                assert step.after.call.state == step.before.call.state, step
                assert CALLER not in {one.leg for one in _new(step)}, step
            case _:
                pass
    assert asked


def test_who_has_the_caller_is_to_be_heard() -> None:
    """The agent has left: nobody is there who could unmute them."""
    left = 0
    for step in mutes():
        state = step.after.call.state
        if isinstance(state, HandedOver):
            legs = [step.after.call.leg(guest.leg) for guest in state.guests]
        elif isinstance(state, InConversation):
            legs = [step.after.call.leg(state.headset)]
        else:
            continue
        for leg in legs:
            if leg is not None and leg.muted is not False and leg.observed == "talk":
                left += 1
                out = step.after.call.out
                is_told = any(one.command.leg == leg.id for one in out)
                assert is_told or leg.refusals or _has_refused(step), step
    assert left


def test_an_agent_leaves_nobody_in_silence_with_a_muted_guest() -> None:
    held_back = 0
    for step in mutes():
        for command in _new(step):
            headset = step.before.call.leg(command.leg)
            if not isinstance(command, HangUp) or headset is None or headset.role != "agent":
                continue
            others = [one for one in step.after.call.legs if one.id not in (CALLER, headset.id)]
            caller = step.after.call.leg(CALLER)
            is_listening = caller is not None and caller.observed == "talk"
            if is_listening and caller is not None and caller.wanted == "talk":
                held_back += 1
                assert any(one.muted is False and one.observed == "talk" for one in others), step
    assert held_back


def test_the_wish_is_given_up_only_after_it_was_refused_twice() -> None:
    given_up = 0
    for step in mutes():
        before, after = guest_of(step.before), guest_of(step.after)
        if before is None or after is None or before.mute_failed or not after.mute_failed:
            continue
        given_up += 1
        assert isinstance(step.event, e.CommandRefused), step
        leg = step.before.call.leg(before.leg)
        assert leg is not None
        assert leg.refusals == HOLD_TRIES - 1, step
    assert given_up


def test_a_mute_says_nothing_of_a_hold() -> None:
    for step in mutes():
        match step.event:
            case e.CommandDone(_, Mute(leg_id) | Unmute(leg_id)):
                before, after = step.before.call.leg(leg_id), step.after.call.leg(leg_id)
                if before is not None and after is not None:
                    assert after.observed == before.observed, step
                    assert after.in_doubt == before.in_doubt, step
            case e.CommandDone(_, Hold(leg_id)):
                before, after = step.before.call.leg(leg_id), step.after.call.leg(leg_id)
                if before is not None and after is not None:
                    assert after.muted == before.muted, step
            case _:
                pass


def _new(step: Step) -> list[Mute | Unmute | HangUp]:
    commands = (one.command for one in step.decision.commands)
    return [one for one in commands if isinstance(one, Mute | Unmute | HangUp)]


def _has_refused(step: Step) -> bool:
    return isinstance(step.event, e.CommandRefused)


def test_who_comes_into_another_life_of_the_room_is_muted_anew() -> None:
    """The carrier lets each participant in un-muted."""
    came = 0
    for step in mutes():
        match step.event:
            case e.JoinedRoom(leg_id, "CF2") if step.after.call.room.sid == "CF2":
                before, after = step.before.call.leg(leg_id), step.after.call.leg(leg_id)
                if before is not None and after is not None and before.muted and after.in_room:
                    came += step.before.call.room.sid != "CF2"
                    assert step.before.call.room.sid == "CF2" or after.muted is False, step
            case _:
                pass
    assert came


def test_a_hold_that_is_in_doubt_stays_so_when_a_mute_is_answered() -> None:
    for before in conferences():
        guest = guest_of(before)
        assert guest is not None
        asked, _ = before.after(e.GuestMuteRequested("anna", guest.leg))
        leg = asked.call.leg(guest.leg)
        assert leg is not None
        doubtful = replace(asked, call=asked.call.with_leg(replace(leg, in_doubt=True)))
        pending = next(one for one in doubtful.call.out if one.command == Mute(guest.leg))

        done, _ = doubtful.after(e.CommandDone(pending.key, pending.command))

        leg = done.call.leg(guest.leg)
        assert leg is not None
        assert (leg.muted, leg.in_doubt) == (True, True)
