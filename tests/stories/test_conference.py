"""More than three talk together: each is consulted first, then joined; then the agent may leave."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.domain import agent as a
from app.domain.consult import GUESTS_AT_MOST
from app.domain.states import HandedOver, InConversation
from app.domain.value import replace
from infra.local.exchange.phones import OnRing
from tests.stories.company import CLAIMS, MOBILE
from tests.stories.office import Office
from tests.stories.people import (
    BRANCH,
    HOME,
    AgentPerson,
    CalledPerson,
    Caller,
    consulted,
    consulting,
    in_conference,
)


def test_each_who_is_joined_talks_with_everybody(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)

    for one, other in combinations((caller, eleanor, frank), 2):
        one.talks_to(other)
    for one in (caller, eleanor, frank):
        one.talks_to(anna)
    office.closes()


def test_nobody_in_the_conference_hears_whom_the_agent_consults_from_it(office: Office) -> None:
    caller, anna, eleanor = in_conference(office)
    frank = office.outside(BRANCH)
    before = office.entries

    anna.consults(BRANCH)
    office.passes(3)
    frank.picks_up()
    office.passes(5)

    frank.talks_to(anna)
    caller.hears_music()
    eleanor.hears_music()
    caller.never_heard(frank)
    eleanor.never_heard(frank)
    moves = office.asked_of_the_carrier(before)
    holds = sum(caller.leg in path or eleanor.leg in path for path in moves[:2])
    assert (holds, len(moves)) == (2, 3), moves
    office.closes()


def test_swap_takes_the_whole_conference_back(office: Office) -> None:
    caller, anna, eleanor = in_conference(office)
    frank = consulted(office, anna, BRANCH)

    anna.swaps()
    office.passes(3)

    caller.talks_to(anna)
    caller.talks_to(eleanor)
    frank.hears_music()
    caller.never_heard(frank)
    eleanor.never_heard(frank)
    office.closes()


def test_who_does_not_answer_leaves_the_conference_on_hold_until_the_agent_retrieves_it(
    office: Office,
) -> None:
    caller, anna, eleanor = in_conference(office)
    office.outside(BRANCH, OnRing.REJECT)

    anna.consults(BRANCH)
    office.passes(3)
    caller.hears_music()
    eleanor.hears_music()
    anna.retrieves()
    office.passes(3)

    caller.talks_to(anna)
    caller.talks_to(eleanor)
    office.closes()


def test_a_guest_who_hangs_up_leaves_the_others_talking(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)

    eleanor.hangs_up()
    office.passes(3)

    caller.talks_to(anna)
    caller.talks_to(frank)
    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.consult_over is not None
    assert (state.consult_over.number, state.consult_over.how) == (HOME, "hung up")
    office.closes()


def test_a_guest_who_is_removed_is_hung_up_on_and_nobody_else(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)
    before = office.entries

    anna.removes(eleanor)
    office.passes(3)

    eleanor.is_cut_off()
    caller.talks_to(anna)
    caller.talks_to(frank)
    assert [eleanor.leg in path for path in office.asked_of_the_carrier(before)] == [True]
    office.closes()


def test_after_the_last_guest_it_is_a_conversation_as_before(office: Office) -> None:
    caller, anna, eleanor = in_conference(office)
    anna.removes(eleanor)
    office.passes(3)

    anna.holds()
    office.passes(3)

    caller.hears_music()
    office.closes()


def test_the_agent_leaves_and_the_others_talk_on(office: Office) -> None:
    """One command, and nobody hears a gap."""
    caller, anna, eleanor, frank = conference_of_four(office)
    before = office.entries

    anna.leaves()
    office.passes(3)

    caller.talks_to(eleanor)
    caller.talks_to(frank)
    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    assert [anna.leg in path for path in office.asked_of_the_carrier(before)] == [True]
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


def test_left_alone_they_talk_until_the_caller_or_the_last_guest_hangs_up(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)
    anna.leaves()
    office.passes(10)

    eleanor.hangs_up()
    office.passes(3)
    caller.talks_to(frank)
    frank.hangs_up()
    office.passes(3)

    caller.is_cut_off()
    assert caller.record.head.outcome == "answered"
    office.closes()


def test_the_caller_who_hangs_up_ends_it_for_all(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)

    caller.hangs_up()
    office.passes(3)

    eleanor.is_cut_off()
    frank.is_cut_off()
    anna.is_in(a.WrapUp)
    office.closes()


def test_the_agent_ends_it_for_all(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)

    anna.hangs_up()
    office.passes(3)

    for one in (caller, eleanor, frank):
        one.is_cut_off()
    assert caller.record.head.outcome == "answered"
    office.closes()


def test_complete_from_a_conference_leaves_all_of_them_together(office: Office) -> None:
    caller, anna, eleanor = in_conference(office)
    frank = consulted(office, anna, BRANCH)

    anna.completes()
    office.passes(3)

    for one, other in combinations((caller, eleanor, frank), 2):
        one.talks_to(other)
    anna.is_in(a.WrapUp)
    office.closes()


def test_a_headset_lost_leaves_them_talking_and_comes_back_to_them(office: Office) -> None:
    caller, anna, eleanor, frank = conference_of_four(office)

    anna.reloads_the_page()
    office.passes(2)
    caller.talks_to(eleanor)
    anna.comes_back()
    office.passes(3)

    for one in (caller, eleanor, frank):
        one.talks_to(anna)
    office.closes()


def test_a_headset_lost_while_they_are_on_hold_leaves_them_together_in_the_end(
    office: Office,
) -> None:
    """Nobody goes back to a queue out of a conference, and nobody sits in music for ever."""
    caller, anna, eleanor = in_conference(office)
    frank = consulted(office, anna, BRANCH)

    anna.reloads_the_page()
    office.passes(30)

    assert isinstance(caller.call.state, HandedOver)
    caller.talks_to(eleanor)
    frank.is_cut_off()
    caller.never_heard(frank)
    anna.is_in(a.Away)
    office.closes()


def test_an_agents_telephone_that_hangs_up_leaves_the_conference(office: Office) -> None:
    _lets_call_out(office, "cleo")
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    office.passes(3)
    cleo.picks_up()
    cleo.presses("1")
    office.passes(3)
    eleanor = consulted(office, cleo, HOME)
    cleo.joins_all()
    office.passes(3)

    cleo.hangs_up_the_telephone()
    office.passes(3)

    caller.talks_to(eleanor)
    cleo.is_in(a.WrapUp)
    office.closes()


def test_no_recording_runs_while_guests_are_there(office: Office) -> None:
    """C4: they were not told."""
    caller, anna, eleanor, frank = conference_of_four(office)
    caller.is_recorded_with_silence()

    anna.removes(eleanor)
    office.passes(3)
    caller.is_recorded_with_silence()
    anna.removes(frank)
    office.passes(3)

    caller.is_recorded()
    office.closes()


def test_who_is_in_the_call_already_is_not_called_again(office: Office) -> None:
    _, anna, _ = in_conference(office)

    reason = anna.cannot_consult(HOME)

    assert reason == "That is the number of whoever is on the line."
    office.closes()


def test_there_is_room_for_so_many_guests_and_no_more(office: Office) -> None:
    _, anna, _ = consulting(office)
    anna.joins_all()
    for number in range(1, GUESTS_AT_MOST):
        consulted(office, anna, f"+44207946015{number}")
        anna.joins_all()
        office.passes(600)  # the route allows few calls in ten minutes

    reason = anna.cannot_consult(BRANCH)

    assert reason == "Nobody can be consulted in this call now."
    office.closes()


@pytest.mark.parametrize("verb", ["hold", "transfer", "complete", "swap"])
def test_what_names_nobody_of_them_is_refused_in_words(office: Office, verb: str) -> None:
    caller, anna, eleanor = in_conference(office)

    reason = anna.cannot(verb)

    assert reason.endswith(".")
    caller.talks_to(anna)
    caller.talks_to(eleanor)
    office.closes()


def conference_of_four(
    office: Office,
) -> tuple[Caller, AgentPerson, CalledPerson, CalledPerson]:
    caller, anna, eleanor = in_conference(office)
    frank = consulted(office, anna, BRANCH)
    anna.joins_all()
    office.passes(3)
    return caller, anna, eleanor, frank


def _lets_call_out(office: Office, agent: str) -> None:
    plan = office.services.ports.directory.head()
    routes = tuple(replace(one, people=(*one.people, agent)) for one in plan.routes)
    office.publishes(replace(plan, sha="d" * 64, routes=routes))
