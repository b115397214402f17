"""What the facts of a call say, in every transition of the walk, and how calls end."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from app.domain.call import CALLER, Call
from app.domain.facts import AGENTS_KEPT, Facts, advance
from app.domain.outcomes import OUTCOMES, CallOutcome, outcome_of, with_message
from app.domain.states import Ended, InConversation
from app.domain.value import FIELDS
from tests.domain.outcomes_page import PAGE, page
from tests.domain.world import NOW, Walk, walk

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def steps() -> Walk:
    return walk()


def spent_ms(call: Call) -> int:
    facts = call.facts
    waited = facts.waited_ms + facts.rung_ms + facts.dialled_ms
    return waited + facts.talked_ms + facts.held_ms + facts.handed_over_ms


def test_each_instant_is_counted_once_under_what_it_was_spent_on(steps: Walk) -> None:
    for step in steps:
        before, after = step.before.call, step.after.call
        counted = spent_ms(after) - spent_ms(before)
        passed = (after.facts.since - before.facts.since) // MILLISECOND
        assert counted == (0 if before.counts_as in ("asked", "over") else passed), step
        if before.counts_as != after.counts_as:
            assert after.facts.since == after.updated, step


def test_facts_are_never_taken_back(steps: Walk) -> None:
    for step in steps:
        before, after = step.before.call.facts, step.after.call.facts
        assert after.agents[: len(before.agents)] == before.agents, step
        assert after.rung[: len(before.rung)] == before.rung, step
        for name in (name for name in FIELDS[Facts] if name.endswith("ed_ms")):
            assert getattr(after, name) >= getattr(before, name), step


def test_who_talked_is_who_was_in_the_room_with_the_caller(steps: Walk) -> None:
    for step in steps:
        call = step.after.call
        if len(call.facts.agents) > len(step.before.call.facts.agents):
            assert isinstance(call.state, InConversation), step
            assert call.state.met, step
            assert call.facts.agents[-1] == call.state.agent, step
            assert call.leg(CALLER) is not None, step


def test_what_agents_talked_is_together_what_the_caller_talked(steps: Walk) -> None:
    for step in steps:
        before, after = step.before.call, step.after.call
        assert len(after.facts.talked_each_ms) == len(after.facts.agents), step
        assert sum(after.facts.talked_each_ms) == after.facts.talked_ms, step
        each = dict(zip(after.facts.agents, after.facts.talked_each_ms, strict=True))
        earlier = zip(before.facts.agents, before.facts.talked_each_ms, strict=True)
        grew = [who for who, spent in earlier if each[who] > spent]
        assert set(grew) <= {before.agent}, step


def test_only_who_has_talked_in_this_conversation_is_held(steps: Walk) -> None:
    """Who never heard the agent, for the page was lost too early, is still waiting."""
    for step in steps:
        before, after = step.before.call, step.after.call
        if after.counts_as == "held":
            assert before.counts_as in ("talked", "held", "handed over"), step


def test_every_call_that_is_over_has_an_outcome_of_the_list_by_its_definition(
    steps: Walk,
) -> None:
    for point in steps.places():
        state = point.call.state
        if isinstance(state, Ended):
            talked = OUTCOMES[state.outcome].talked
            assert talked in ("either", "yes" if point.call.facts.agents else "no"), point


def test_the_list_of_outcomes_is_closed() -> None:
    assert tuple(OUTCOMES) == get_args(CallOutcome)
    assert len({kind.label for kind in OUTCOMES.values()}) == len(OUTCOMES)
    for how in OUTCOMES:
        is_unanswered = OUTCOMES[how].sentence.startswith("An agent called out, ")
        for has_talked in (False,) if is_unanswered else (True, False):
            talked = OUTCOMES[outcome_of(how, has_talked=has_talked)].talked
            is_later = how in ("cut off", "lost in transfer")  # no call ends so by itself
            assert is_later or talked in ("either", "yes" if has_talked else "no")
        sent_on = outcome_of(how, has_talked=True, is_transferred=True)
        assert is_unanswered or OUTCOMES[sent_on].talked in ("either", "yes")
        assert with_message(how) in OUTCOMES


def test_the_lists_of_agents_are_bounded() -> None:
    """S1."""
    facts = Facts(NOW)

    for number in range(3 * AGENTS_KEPT):
        facts = advance(facts, "waited", "rung", f"agent{number}", "sales", NOW)
        facts = advance(facts, "rung", "talked", f"agent{number}", "sales", NOW)
        facts = advance(facts, "talked", "waited", None, "sales", NOW)

    assert len(facts.rung) == len(facts.agents) == AGENTS_KEPT


def test_the_page_of_outcomes_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
