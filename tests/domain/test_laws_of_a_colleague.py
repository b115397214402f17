"""What is true of every call into which a colleague is asked, whatever happens in it (R19)."""

from __future__ import annotations

from typing import get_args

import pytest

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import Ring, Unhold
from app.domain.outcomes import ConsultEnd
from app.domain.replies import JoinRoom
from app.domain.states import InConversation
from app.domain.verb import consult_of
from app.domain.view import view
from tests.domain.colleague_walk import COLLEAGUE, askings
from tests.domain.world import PLAN, Walk


@pytest.fixture(scope="module")
def steps() -> Walk:
    return askings()


def _hears(call: Call, leg_id: str) -> bool:
    leg = call.leg(leg_id)
    return leg is not None and leg.observed in ("talk", "joined")


def _rings(call: Call) -> bool:
    return call.offered_to is not None and call.offered_to[0] == COLLEAGUE


def test_the_walk_meets_each_end_of_the_asking_and_each_way_on(steps: Walk) -> None:
    ends, given, joined, spoken = set[str](), set[type](), False, set[str]()
    for step in steps:
        state = step.after.call.state
        if not isinstance(state, InConversation):
            continue
        if state.consult_over is not None:
            ends.add(state.consult_over.how)
        if state.consult is not None:
            spoken.add(state.consult.speaks_with)
        joined |= any(guest.agent for guest in state.guests)
        if state.agent == COLLEAGUE != step.before.call.agent:
            given.add(type(step.event))

    of_others = {"busy", "not called"}  # of a number; tests/domain/test_refused_holds.py
    assert ends == set(get_args(ConsultEnd)) - of_others
    assert spoken == {"consulted", "caller"}
    assert joined
    assert given >= {e.ConsultCompleteRequested, e.LeaveRequested, e.AgentDismissed, e.TimePassed}


def test_an_agent_is_held_by_the_call_exactly_while_they_belong_to_it(steps: Walk) -> None:
    for step in steps:
        for who, agent in step.after.agents.items():
            is_held = a.holds(agent, step.after.call.id)
            assert is_held == (who in step.after.call.people), (who, step)


def test_it_begins_to_ring_only_while_the_caller_hears_nobody(steps: Walk) -> None:
    begun = 0
    for step in steps:
        rings = [p.command for p in step.decision.commands if isinstance(p.command, Ring)]
        is_new = _rings(step.after.call) and not _rings(step.before.call)
        if rings or is_new:
            begun += 1
            assert not _hears(step.after.call, CALLER), step
    assert begun


def test_the_caller_hears_a_colleague_only_once_the_agent_lets_them(steps: Walk) -> None:
    """The privacy gate: a hold ends only after who is not meant to hear the caller is out."""
    let_in = 0
    for step in steps:
        call, consult = step.after.call, consult_of(step.after.call)
        if Unhold(CALLER) not in [pending.command for pending in step.decision.commands]:
            continue
        let_in += 1
        for leg in call.legs:
            is_there = leg.is_added and leg.observed in ("talk", "joined", "ringing")
            is_apart = consult is not None and consult.leg == leg.id
            assert not is_there or (leg.wanted == "talk" and not is_apart), step
    assert let_in


def test_only_a_colleague_who_has_accepted_is_led_into_the_room(steps: Walk) -> None:
    led = 0
    for step in steps:
        call, consult = step.after.call, consult_of(step.after.call)
        if consult is None or consult.offer is None:
            continue
        is_led = isinstance(view(PLAN, call, consult.leg), JoinRoom)
        led += is_led
        assert is_led == consult.offer.accepted, step
    assert led


def test_a_forged_browser_is_no_colleague(steps: Walk) -> None:
    for step in steps:
        assert all(leg.sid != "CA666" for leg in step.after.call.legs), step


def test_a_call_that_is_given_has_one_agent_who_hears_it_out(steps: Walk) -> None:
    """The agent's headset leaves; nobody else's place changes but theirs."""
    given = 0
    for step in steps:
        state, before = step.after.call.state, step.before.call
        if not isinstance(state, InConversation) or state.agent == before.agent:
            continue
        if before.agent is None or not before.colleagues:
            continue
        given += 1
        assert state.agent in before.colleagues, step
        assert not a.holds(step.after.anna, before.id), step
        colleague = step.after.ben.presence
        assert isinstance(colleague, a.OnCall), step
        assert colleague.has_begun, step
        assert state.hold is None, step
        caller = step.after.call.leg(CALLER)
        assert caller is None or caller.wanted == "talk", step
    assert given


def test_whoever_is_out_of_it_without_having_had_it_is_as_before(steps: Walk) -> None:
    """No wrap-up, no status that we set: available, or offline if they were dismissed."""
    freed = 0
    for step in steps:
        was, now = step.before.ben, step.after.ben
        had = step.before.call.agent == COLLEAGUE or step.after.call.agent == COLLEAGUE
        if had or not a.holds(was, "1") or a.holds(now, "1"):
            continue
        freed += 1
        assert isinstance(now.presence, a.Ready | a.Offline), step
    assert freed


def test_the_same_news_twice_is_the_same_as_once(steps: Walk) -> None:
    for step in steps:
        twice, _ = step.after.after(step.event, step.now)
        assert twice.call.state == step.after.call.state, step
