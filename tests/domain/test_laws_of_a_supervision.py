"""What is true of every supervision, whatever happens in it (R14): for each step of its walk."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER, Call, Leg
from app.domain.commands import Barge, Coach, HangUp, Mute
from app.domain.replies import JoinRoom
from app.domain.states import Ended, InConversation
from app.domain.view import view
from tests.domain.supervision_walk import BENS, supervisions
from tests.domain.world import PLAN, Step, Walk


@pytest.fixture(scope="module")
def steps() -> Walk:
    return supervisions()


def _supervisor(call: Call) -> Leg | None:
    return next((leg for leg in call.legs if leg.role == "supervisor"), None)


def _new(step: Step, kind: type) -> list[str]:
    """The legs of its new commands of that kind."""
    commands = (pending.command for pending in step.decision.commands)
    return [command.leg for command in commands if isinstance(command, kind)]


def test_the_walk_meets_each_mode_and_each_way_out(steps: Walk) -> None:
    modes, failed, taken, ends = set[str](), False, False, set[type]()
    for step in steps:
        if (supervision := step.after.call.supervision) is not None:
            modes.add(supervision.mode)
            failed |= supervision.failed
        elif step.before.call.supervision is not None:
            ends.add(type(step.event))
        taken |= step.after.call.agent == "ben"

    assert modes == {"listen", "coach", "barge"}
    assert failed
    assert taken
    assert ends >= {
        e.SupervisionEndRequested,
        e.TakeOverRequested,
        e.AgentDismissed,
        e.HungUp,
        e.HeadsetLost,
        e.LeftRoom,
        e.TimePassed,
        e.TransferRequested,
        e.AgentHungUp,
        e.CommandRefused,  # who cannot be muted
    }


def test_who_supervises_has_no_other_call_and_nobody_is_held_by_one_that_is_over(
    steps: Walk,
) -> None:
    for step in steps:
        for who, agent in step.after.agents.items():
            is_held = a.holds(agent, step.after.call.id)
            assert is_held == (who in step.after.call.people), (who, step)


def test_a_supervisor_is_in_the_room_for_the_supervision_alone(steps: Walk) -> None:
    for step in steps:
        leg, supervision = _supervisor(step.after.call), step.after.call.supervision
        if leg is not None:
            is_wanted = supervision is not None and supervision.headset == leg.id
            assert (leg.wanted != "out") == is_wanted, step


def test_each_document_lets_a_supervisor_in_muted_and_an_agent_not(steps: Walk) -> None:
    for step in steps:
        call = step.after.call
        for leg in call.legs:
            reply = view(PLAN, call, leg.id)
            if isinstance(reply, JoinRoom):
                assert reply.muted == (leg.role == "supervisor"), step


def test_somebody_is_coached_only_while_they_are_in_the_room_and_stay(steps: Walk) -> None:
    coached = 0
    for step in steps:
        call = step.after.call
        going = {p.command.leg for p in call.out if isinstance(p.command, HangUp)}
        for pending in step.decision.commands:
            if isinstance(pending.command, Coach):
                coached += 1
                agent = call.leg(pending.command.coached)
                assert agent is not None, step
                there = agent.role, agent.wanted, agent.observed
                assert there == ("agent", "talk", "talk"), step
                assert agent.id not in going, step
    assert coached


def test_nobody_is_sent_out_of_the_room_whose_coach_the_caller_would_hear(steps: Walk) -> None:
    """R14: the carrier lets everybody hear the coach of somebody who is gone."""
    sent = 0
    for step in steps:
        call, leg = step.after.call, _supervisor(step.after.call)
        agents = [one for one in call.legs if one.role == "agent" and one.in_room]
        out = [one for one in agents if one.id in _new(step, HangUp)]
        if leg is None or not out:
            continue
        sent += 1
        caller = call.leg(CALLER)
        is_coaching = leg.observed == "coach" or any(
            isinstance(p.command, Coach) and p.command.leg == leg.id for p in call.out
        )
        is_heard = caller is not None and caller.observed == "talk"
        assert not (is_coaching and is_heard), step
    assert sent


def test_who_is_to_be_heard_by_nobody_is_muted_at_once(steps: Walk) -> None:
    """No gate stops it; only another command to the same leg is waited for, or a refusal."""
    muted = 0
    for step in steps:
        leg = _supervisor(step.after.call)
        if leg is None or leg.wanted != "listen" or leg.observed not in ("coach", "talk"):
            continue
        on_the_way = [p.command for p in step.after.call.out if p.command.leg == leg.id]
        if not on_the_way:
            assert isinstance(step.event, e.CommandRefused), step
        muted += bool(_new(step, Mute))
    assert muted


def test_nothing_is_commanded_that_is_so_already(steps: Walk) -> None:
    shown = {Mute: "listen", Coach: "coach", Barge: "talk"}
    for step in steps:
        for pending in step.decision.commands:
            observed = shown.get(type(pending.command))
            leg = step.after.call.leg(pending.command.leg)
            if observed is not None and leg is not None:
                assert leg.observed != observed or leg.in_doubt, step


def test_who_cannot_be_muted_is_hung_up(steps: Walk) -> None:
    hung_up = 0
    for step in steps:
        match step.event:
            case e.CommandRefused(_, Mute()) if step.before.call.supervision is not None:
                if step.after.call.supervision is None:
                    hung_up += 1
                    leg = _supervisor(step.after.call)
                    assert leg is not None, step
                    assert leg.wanted == "out", step
            case _:
                pass
    assert hung_up


def test_a_mode_that_is_refused_twice_is_listening_and_the_supervisor_is_told(
    steps: Walk,
) -> None:
    refused = 0
    for step in steps:
        match step.event:
            case e.CommandRefused(_, Coach() | Barge()):
                before, after = step.before.call.supervision, step.after.call.supervision
                if before is not None and after is not None and before != after:
                    refused += 1
                    assert (after.mode, after.failed) == ("listen", True), step
            case _:
                pass
    assert refused


def test_a_coach_is_silent_while_the_agent_is_away(steps: Walk) -> None:
    away = 0
    for step in steps:
        state, leg = step.after.call.state, _supervisor(step.after.call)
        if isinstance(state, InConversation) and state.away is not None and leg is not None:
            away += 1
            assert leg.wanted in ("listen", "out"), step
    assert away


def test_who_takes_over_has_the_call_and_the_agent_a_wrap_up_in_one_decision(
    steps: Walk,
) -> None:
    taken = 0
    for step in steps:
        if not isinstance(step.event, e.TakeOverRequested):
            continue
        if step.after.call.agent == step.before.call.agent:
            continue
        taken += 1
        state = step.after.call.state
        assert isinstance(state, InConversation), step
        assert state.headset == BENS, step
        assert state.supervision is None, step
        assert isinstance(step.after.anna.presence, a.WrapUp), step
        assert step.after.ben.presence == a.OnCall(step.after.call.id, step.now), step
    assert taken


def test_whoever_has_the_caller_is_named_at_once(steps: Walk) -> None:
    """The time from then on is theirs, though the caller has heard them before."""
    has_taken = 0
    for step in steps:
        before, after = step.before.call, step.after.call
        if after.counts_as != "talked":
            continue
        assert after.agent in after.facts.agents, step
        if before.counts_as == "talked" and before.agent != after.agent:
            has_taken += 1
            assert after.facts.since == after.updated, step
    assert has_taken > 0


def test_the_end_of_a_supervision_changes_nothing_for_the_others(steps: Walk) -> None:
    for step in steps:
        before, after = step.before.call.state, step.after.call.state
        is_asked = isinstance(step.event, e.SupervisionEndRequested)
        if is_asked and isinstance(before, InConversation):
            assert isinstance(after, InConversation), step
            assert (after.agent, after.hold) == (before.agent, before.hold), step
            for leg in step.before.call.legs:
                if leg.role != "supervisor":
                    now = step.after.call.leg(leg.id)
                    assert now is not None, step
                    assert now.wanted == leg.wanted, step


def test_a_call_that_is_over_has_no_supervisor(steps: Walk) -> None:
    for step in steps:
        if isinstance(step.after.call.state, Ended):
            leg = _supervisor(step.after.call)
            assert leg is None or leg.wanted == "out", step
