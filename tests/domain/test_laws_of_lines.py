"""What is true of every call that its agent leaves on hold for another, whatever happens (R6)."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import HangUp, Unhold
from app.domain.lines import is_left
from app.domain.states import Ended, InConversation, Waiting
from tests.domain.lines_walk import OTHER, is_held_by, lines
from tests.domain.world import Walk


@pytest.fixture(scope="module")
def steps() -> Walk:
    return lines()


def test_the_walk_leaves_the_line_takes_it_and_meets_each_end_of_it(steps: Walk) -> None:
    left, ends, taken = 0, set[tuple[str, str]](), 0
    for step in steps:
        left += not is_left(step.before.call) and is_left(step.after.call)
        taken += isinstance(step.event, e.LineTaken) and step.after != step.before
        if is_left(step.before.call) and step.after.call.agent != "anna":
            ends.add((type(step.event).__name__, type(step.after.call.state).__name__))

    assert left
    assert taken
    assert ends == {
        ("HungUp", "Ended"),
        ("AgentHungUp", "Ended"),
        ("AgentDismissed", "Waiting"),
        ("TimePassed", "Waiting"),
    }


def test_the_call_names_exactly_the_agent_whose_it_is(steps: Walk) -> None:
    """Held by it, or with it among the lines, and never both."""
    for step in steps:
        call, anna = step.after.call, step.after.anna
        assert is_held_by(step.after, "anna") == ("anna" in call.agents), step
        assert not (a.holds(anna, call.id) and a.has_line(anna, call.id)), step
        assert a.has_line(anna, call.id) == is_left(call), step


def test_a_line_is_left_only_while_the_caller_hears_music(steps: Walk) -> None:
    """Nobody hears the headset leave, and nothing is left to be held later."""
    for step in steps:
        if is_left(step.after.call) and not is_left(step.before.call):
            caller = step.before.call.leg(CALLER)
            assert caller is not None, step
            assert caller.held, step
            assert any(isinstance(pending.command, HangUp) for pending in step.decision.commands), (
                step
            )


def test_a_line_that_is_left_stays_on_hold_and_ends_by_itself(steps: Walk) -> None:
    for step in steps:
        state = step.after.call.state
        if isinstance(state, InConversation) and is_left(step.after.call):
            assert state.hold is not None, step
            assert step.after.call.deadlines, step


def test_a_caller_whose_agent_is_elsewhere_is_never_unheld(steps: Walk) -> None:
    for step in steps:
        if is_left(step.after.call):
            assert Unhold(CALLER) not in [one.command for one in step.decision.commands], step


def test_a_line_that_is_taken_is_unheld_once_the_headset_is_there(steps: Walk) -> None:
    unheld = 0
    for step in steps:
        if Unhold(CALLER) not in [one.command for one in step.decision.commands]:
            continue
        state = step.after.call.state
        assert isinstance(state, InConversation), step
        headset = step.after.call.leg(state.headset)
        unheld += 1
        assert headset is not None, step
        assert headset.in_room, step
    assert unheld


def test_between_two_calls_an_agent_is_in_none(steps: Walk) -> None:
    """With a line, they are holding, and no status, wrap-up or offer is possible."""
    for step in steps:
        anna = step.after.anna
        is_between = isinstance(anna.presence, a.Holding)
        assert not is_between or anna.lines, step
        assert not is_between or anna.headset is None, step
        if anna.lines and not isinstance(anna.presence, a.OnCall):
            assert is_between, step


def test_another_line_outlives_whatever_becomes_of_this_one(steps: Walk) -> None:
    met = 0
    for step in steps:
        if OTHER in step.before.anna.lines:
            met += isinstance(step.after.call.state, Ended | Waiting)
            assert OTHER in step.after.anna.lines, step
    assert met


def test_only_the_agent_themselves_takes_a_line(steps: Walk) -> None:
    for step in steps:
        if isinstance(step.event, e.LineTaken) and step.event.agent != "anna":
            assert step.after.call.state == step.before.call.state, step
            assert step.after.agents == step.before.agents, step


def test_a_forged_browser_takes_no_line(steps: Walk) -> None:
    for step in steps:
        assert all(leg.sid != "CA666" for leg in step.after.call.legs), step
