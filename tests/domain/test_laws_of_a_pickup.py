"""What is true of every pickup, whatever happens to the call in the same moment."""

from __future__ import annotations

from app.domain import agent as a
from app.domain import events as e
from app.domain.commands import Ring
from app.domain.states import Connecting, Offered, Waiting
from tests.domain.world import pickups


def test_a_pickup_moves_the_call_to_who_is_free_and_costs_nobody_anything() -> None:
    """D12: who was rung is free in the old place, not left out; who is not free changes nothing."""
    taken = set[type]()
    for step in pickups():
        if not isinstance(step.event, e.PickupRequested):
            continue
        before, after, who = step.before.call, step.after.call, step.event.agent
        is_there = isinstance(before.state, Waiting | Offered)
        if not is_there or not a.may_pick_up(step.before.agents[who]):
            assert step.after == step.before, step
            continue
        taken.add(type(before.state))
        assert isinstance(after.state, Connecting), step
        assert (after.state.agent, after.state.position) == (who, before.position), step
        assert {leg.wanted for leg in after.legs if leg.agent} <= {"out"}, step
        rung = before.agent
        if rung is not None:
            was, now = step.before.agents[rung].presence, step.after.agents[rung]
            assert isinstance(was, a.Reserved), step
            assert now.presence == a.Ready(was.idle_since) or now.next is None, step
            assert not isinstance(now.presence, a.Away) or not now.presence.automatic, step
    assert taken == {Waiting, Offered}


def test_at_each_moment_one_agent_at_most_is_held_by_the_call() -> None:
    """F1: of two who pick up, and one who accepts meanwhile, one has the call."""
    for step in pickups():
        call = step.after.call
        held = {who for who, agent in step.after.agents.items() if a.holds(agent, call.id)}

        assert held == ({call.agent} if call.agent else set()), step


def test_after_a_pickup_no_telephone_of_who_was_rung_is_wanted_or_dialled() -> None:
    was_rung = 0
    for step in pickups():
        if not isinstance(step.event, e.PickupRequested) or step.after == step.before:
            continue
        was_rung += any(leg.dialled for leg in step.before.call.legs)
        new = [pending.command for pending in step.decision.commands]

        assert not [leg for leg in step.after.call.legs if leg.agent and leg.wanted != "out"], step
        assert not [command for command in new if isinstance(command, Ring)], step
    assert was_rung


def test_a_pickup_that_comes_to_nothing_gives_the_caller_the_old_place() -> None:
    """F10: whatever becomes of the headset."""
    for step in pickups():
        before, after = step.before.call, step.after.call
        if isinstance(before.state, Connecting) and isinstance(after.state, Waiting):
            assert before.position is not None, step
            assert after.state.position.since == before.position.since, step
