"""What is true of every consultation, whatever happens in it: for each step of its walk."""

from __future__ import annotations

from typing import get_args

import pytest

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import Dial, HangUp, Unhold
from app.domain.outcomes import ConsultEnd
from app.domain.states import Consult, Ended, HandedOver, InConversation
from app.domain.verb import consult_of, guests_of
from tests.domain.world import GUESTS, Step, Walk, consultations


@pytest.fixture(scope="module")
def steps() -> Walk:
    return consultations()


def test_the_walk_meets_whom_the_agent_speaks_with_and_each_way_out(steps: Walk) -> None:
    spoken = {x.speaks_with for s in steps if (x := _consult(s)) is not None}
    ends = {x.how for s in steps if (x := getattr(s.after.call.state, "consult_over", None))}

    assert spoken == {"consulted", "caller"}
    of_others = {"not called", "declined"}  # test_refused_holds.py; a colleague declines
    assert ends == set(get_args(ConsultEnd)) - of_others


def test_nobody_is_dialled_while_the_caller_listens(steps: Walk) -> None:
    """R11: the hold is confirmed, or the caller is not in the room."""
    dialled = 0
    for step in steps:
        commands = [pending.command for pending in step.decision.commands]
        if any(isinstance(command, Dial) for command in commands):
            dialled += 1
            caller = step.after.call.leg(CALLER)
            assert caller is None or caller.observed not in ("talk", "joined"), step
    assert dialled > 0


def test_somebody_on_hold_is_let_in_only_after_who_is_not_meant_to_hear_them_is_out(
    steps: Walk,
) -> None:
    """R11: swap, cancel; a join lets them hear each other."""
    let_in = set[str]()
    for step in steps:
        call, consult = step.after.call, _consult(step)
        outside = [leg for leg in call.legs if leg.is_outside]
        for command in (pending.command for pending in step.decision.commands):
            if command != Unhold(CALLER):
                continue
            let_in.add(consult.speaks_with if consult else "no consultation")
            for leg in outside:
                hears = leg.observed in ("ringing", "joined", "talk")
                assert not hears or leg.wanted == "talk", step
    assert let_in >= {"caller", "no consultation"}


def test_the_caller_is_on_hold_exactly_while_the_agent_speaks_with_the_other(steps: Walk) -> None:
    for step in steps:
        consult, state = _consult(step), step.after.call.state
        if consult is not None and isinstance(state, InConversation):
            assert (state.hold is not None) == (consult.speaks_with == "consulted"), step
            leg = step.after.call.leg(consult.leg)
            assert leg is not None, step
            assert leg.wanted == ("hold" if consult.speaks_with == "caller" else "talk"), step


def test_who_else_is_outside_is_wanted_by_nothing_but_the_consultation_or_as_a_guest(
    steps: Walk,
) -> None:
    """Where it is over, they are hung up on in the same decision."""
    for step in steps:
        call = step.after.call
        for leg in call.legs:
            if not leg.is_outside or leg.wanted == "out":
                continue
            consult = _consult(step)
            is_consulted = consult is not None and consult.leg == leg.id
            assert is_consulted or is_guest(call, leg.id), step
            assert leg.role == ("consulted" if is_consulted else "guest"), step


def test_one_is_consulted_at_a_time(steps: Walk) -> None:
    for step in steps:
        there = [
            leg
            for leg in step.after.call.legs
            if (leg.role, leg.wanted) in (("consulted", "talk"), ("consulted", "hold"))
        ]
        assert len(there) <= 1, step


def test_complete_leaves_the_two_and_frees_the_agent_in_one_decision(steps: Walk) -> None:
    """T3: and only of somebody who has answered, or where it rings."""
    completed = set[bool]()
    for step in steps:
        consult, state = consult_of(step.before.call), step.after.call.state
        is_same = state == step.before.call.state
        if not isinstance(step.event, e.ConsultCompleteRequested) or is_same:
            continue
        assert consult is not None, step
        completed.add(consult.answered)
        leg = step.before.call.leg(consult.leg)
        assert consult.answered or (leg is not None and leg.observed == "ringing"), step
        assert isinstance(state, HandedOver), step
        guests = guests_of(step.before.call)
        assert [g.leg for g in state.guests] == [*(g.leg for g in guests), consult.leg], step
        assert isinstance(step.after.anna.presence, a.WrapUp), step
    assert completed == {True, False}


def test_the_agent_leaves_the_room_only_when_somebody_else_talks_there(steps: Walk) -> None:
    """The exit gate: the caller is never left alone in the room by our own command."""
    for step in steps:
        call, state = step.after.call, step.after.call.state
        if not isinstance(state, HandedOver):
            continue
        gone = [c.command.leg for c in step.decision.commands if isinstance(c.command, HangUp)]
        headset = call.leg("anna.1")
        if "anna.1" in gone and headset is not None and headset.in_room:
            caller = call.leg(CALLER)
            others = [call.leg(guest.leg) for guest in state.guests]
            listens = caller is not None and caller.observed == "talk"
            assert not listens or any(o and o.observed == "talk" for o in others), step


def test_no_key_press_ends_a_call_in_which_somebody_is_on_hold(steps: Walk) -> None:
    """T4."""
    for step in steps:
        is_asking = consult_of(step.before.call) is not None
        if isinstance(step.event, e.AgentHungUp) and is_asking:
            assert not isinstance(step.after.call.state, Ended), step


def test_guests_are_on_hold_exactly_while_the_caller_is(steps: Walk) -> None:
    met = set[tuple[int, bool]]()
    for step in steps:
        call, state = step.after.call, step.after.call.state
        if not isinstance(state, InConversation):
            continue
        for guest in state.guests:
            leg = call.leg(guest.leg)
            assert leg is not None, step
            assert leg.wanted == ("talk" if state.hold is None else "hold"), step
            met.add((len(state.guests), state.hold is not None))
    assert met == {(1, False), (1, True), (GUESTS, False)}  # nobody is consulted by so many


def test_an_agent_who_goes_away_leaves_the_guests_with_the_caller(steps: Walk) -> None:
    """Whatever takes the agent away: nobody is sent back to a queue out of a conference."""
    ways = set[str]()
    for step in steps:
        before, after = step.before.call, step.after.call
        if not isinstance(before.state, InConversation) or not guests_of(before):
            continue
        is_wanted = not isinstance(step.event, e.ConsultCompleteRequested)
        match after.state:
            case HandedOver(guests=guests) if is_wanted:
                assert guests == guests_of(before), step
                ways.add(type(step.event).__name__)
            case Ended():
                is_caller = isinstance(step.event, e.HungUp) and step.event.leg == CALLER
                assert is_caller or isinstance(step.event, e.AgentHungUp), step
            case _:
                assert isinstance(after.state, InConversation | HandedOver), step
    assert ways >= {"LeaveRequested", "HungUp", "LeftRoom", "TimePassed", "AgentDismissed"}


def test_a_guest_who_goes_leaves_the_others_as_they_are(steps: Walk) -> None:
    gone = set[str]()
    for step in steps:
        before, after = step.before.call.state, step.after.call.state
        match before, step.event:
            case InConversation(), e.HungUp(leg) | e.GuestRemoveRequested(_, leg) if is_guest(
                step.before.call, leg
            ):
                assert isinstance(after, InConversation), step
                others = tuple(guest for guest in before.guests if guest.leg != leg)
                assert after.guests == others, step
                assert (after.consult, after.hold) == (before.consult, before.hold), step
                gone.add(type(step.event).__name__)
            case _:
                pass
    assert gone == {"HungUp", "GuestRemoveRequested"}


def is_guest(call: Call, leg: str) -> bool:
    return any(guest.leg == leg for guest in guests_of(call))


def _consult(step: Step) -> Consult | None:
    return consult_of(step.after.call)
