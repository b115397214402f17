"""An agent asks a colleague into the call while the caller is on hold, then decides (R19)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import agent as a
from app.domain.conversation import HOLD_RING_SECONDS
from app.domain.states import InConversation
from infra.local.exchange.faults import Faults
from infra.local.exchange.phones import OnRing
from tests.stories.company import MOBILE, PLAN, SALES, SECOND_MOBILE
from tests.stories.office import Office
from tests.stories.people import HOME, AgentPerson, Caller, talk

HOLD_SECONDS = PLAN.wait_point("sales").max_hold_seconds


def asked(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    """Anna's caller is on hold, and Ben's desk rings."""
    ben = office.agent("ben")
    caller, anna = talk(office)
    ben.is_ready()
    anna.consults("Ben Marsh")
    office.passes(2)
    ben.rings()
    return caller, anna, ben


def together(office: Office) -> tuple[Caller, AgentPerson, AgentPerson]:
    """Anna talks to Ben, and her caller hears music."""
    caller, anna, ben = asked(office)
    ben.answers()
    office.passes(5)
    ben.hears_voice_of(anna)
    anna.hears_voice_of(ben)
    return caller, anna, ben


def test_the_caller_hears_music_while_the_agent_consults_a_colleague(office: Office) -> None:
    caller, _, ben = together(office)

    caller.hears_music()
    caller.is_recorded_with_silence()
    caller.never_heard(ben)
    ben.is_in(a.OnCall)
    office.closes()


def test_completed_the_call_is_the_colleagues_and_the_caller_hears_no_gap(office: Office) -> None:
    caller, anna, ben = together(office)

    anna.completes()
    office.passes(5)

    caller.talks_to(ben)
    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    caller.is_recorded()
    office.passes(10)
    ben.hangs_up()
    office.passes(3)
    caller.is_cut_off()
    ben.is_in(a.WrapUp)
    assert caller.record.head.outcome == "answered"
    assert caller.record.head.agents == ("anna", "ben")
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


def test_cancelled_the_caller_is_back_and_the_colleague_is_as_before(office: Office) -> None:
    caller, anna, ben = together(office)

    anna.cancels()
    office.passes(3)

    caller.talks_to(anna)
    ben.is_cut_off()
    ben.is_in(a.Ready)
    caller.never_heard(ben)
    office.closes()


def test_all_three_talk_and_are_recorded_until_the_agent_leaves_them(office: Office) -> None:
    caller, anna, ben = together(office)

    anna.joins_all()
    office.passes(5)

    caller.hears_voice_of(anna, ben)
    caller.is_recorded()
    anna.leaves()
    office.passes(3)
    caller.talks_to(ben)
    anna.is_cut_off()
    assert caller.call.agent == "ben"
    office.closes()


@pytest.mark.parametrize("joined", [False, True])
def test_a_colleague_leaves_by_themselves_and_costs_the_caller_nothing(
    office: Office, *, joined: bool
) -> None:
    caller, anna, ben = together(office)
    if joined:
        anna.joins_all()
        office.passes(3)

    ben.withdraws()
    office.passes(3)

    ben.is_cut_off()
    ben.is_in(a.Ready)
    if not joined:
        caller.hears_music()
        anna.retrieves()
        office.passes(3)
    caller.talks_to(anna)
    office.closes()


@pytest.mark.parametrize("how", ["declines", "does not answer", "does not call in"])
def test_a_colleague_who_does_not_come_leaves_the_caller_on_hold_for_the_agent(
    office: Office, how: str
) -> None:
    caller, anna, ben = asked(office)

    match how:
        case "declines":
            ben.declines()
            office.passes(3)
        case "does not answer":
            office.passes(33)
        case _:
            ben.accepts()
            office.passes(10)

    caller.hears_music()
    ben.is_in(a.Ready)
    ben.is_quiet()
    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.consult is None
    assert state.consult_over is not None
    assert (
        state.consult_over.how
        == {
            "declines": "declined",
            "does not answer": "not answered",
            "does not call in": "not reached",
        }[how]
    )
    anna.retrieves()
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_a_caller_who_hangs_up_frees_both(office: Office) -> None:
    caller, anna, ben = together(office)

    caller.hangs_up()
    office.passes(3)

    anna.is_cut_off()
    ben.is_cut_off()
    anna.is_in(a.WrapUp)
    ben.is_in(a.Ready)
    office.closes()


def test_a_forgotten_hold_gives_the_caller_to_the_queue_and_frees_the_colleague(
    office: Office,
) -> None:
    caller, anna, ben = together(office)

    office.passes(HOLD_SECONDS + HOLD_RING_SECONDS)

    anna.is_cut_off()
    anna.is_in(a.Away)
    ben.is_cut_off()
    assert ben.rings().id == caller.call.id
    office.closes()


def test_a_colleague_who_is_busy_or_gone_is_refused_in_words(office: Office) -> None:
    ben, emma = office.agent("ben"), office.agent("emma")
    caller, anna = talk(office)

    said = anna.cannot_consult("Ben Marsh")
    mine = anna.cannot_consult("208")

    assert said == "Ben Marsh takes no calls now."
    assert mine == "That is you."
    caller.talks_to(anna)
    assert ben.presence == emma.presence == a.Offline()
    office.closes()


def test_a_colleague_who_gets_another_call_first_is_said_to_have_it(office: Office) -> None:
    ben, other = office.agent("ben"), office.caller("+420602333444")
    caller, anna = talk(office)
    ben.is_ready()
    other.dials(SALES)
    office.passes(2)
    ben.rings()

    said = anna.cannot_consult("ben marsh ")

    assert said == "Ben Marsh has a call now."
    caller.talks_to(anna)
    office.closes()


def test_nobody_rings_before_the_caller_is_on_hold(office: Office) -> None:
    ben = office.agent("ben")
    caller, anna = talk(office)
    ben.is_ready()
    office.network.inject_faults(Faults(rest_failed=1.0))

    anna.consults("Ben Marsh")
    office.passes(33)

    ben.is_quiet()
    ben.is_in(a.Ready)
    caller.talks_to(anna)
    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.hold_failed
    assert state.consult_over is not None
    assert state.consult_over.how == "not called"
    office.closes()


# --- At a telephone or an app -------------------------------------------------------------------


def test_a_colleagues_mobile_rings_and_who_presses_1_is_in(office: Office) -> None:
    cleo = office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    caller, anna = talk(office)
    cleo.is_ready()

    anna.consults("Cleo Hart")
    office.passes(3)
    cleo.picks_up()
    office.passes(2)
    caller.hears_music()
    cleo.presses("1")
    office.passes(3)

    cleo.hears_voice_of(anna)
    caller.never_heard(cleo)
    anna.completes()
    office.passes(3)
    caller.talks_to(cleo)
    cleo.hangs_up_the_telephone()
    office.passes(3)
    caller.is_cut_off()
    assert caller.record.head.agents == ("anna", "cleo")
    office.closes()


def test_a_voicemail_that_answers_presses_nothing_and_hears_nobody(office: Office) -> None:
    cleo = office.agent("cleo")
    cleo.has_a_telephone(MOBILE, OnRing.ANSWER)
    caller, anna = talk(office)
    cleo.is_ready()

    anna.consults("Cleo Hart")
    office.passes(50)

    assert cleo.telephone.news[-1] == "ended"
    cleo.is_in(a.Ready)
    caller.hears_music()
    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.consult_over is not None
    assert state.consult_over.how == "not answered"
    office.closes()


def test_a_desk_that_does_not_show_it_gives_way_to_the_telephone(office: Office) -> None:
    dan = office.agent("dan")
    dan.has_a_telephone(SECOND_MOBILE)
    caller, anna = talk(office)
    dan.is_ready()

    anna.consults("Dan Fox")
    office.passes(5)
    dan.picks_up()
    dan.presses("1")
    office.passes(3)

    dan.hears_voice_of(anna)
    caller.never_heard(dan)
    office.closes()


def test_a_colleague_takes_at_the_desk_what_rings_at_the_telephone(office: Office) -> None:
    dan = office.agent("dan")
    dan.has_a_telephone(SECOND_MOBILE)
    caller, anna = talk(office)
    dan.is_ready()
    anna.consults("Dan Fox")
    office.passes(6)

    dan.answers()
    office.passes(3)

    assert dan.telephone.news[-1] == "ended"
    dan.hears_voice_of(anna)
    caller.never_heard(dan)
    office.closes()


def test_an_app_that_answers_is_in_without_a_key(office: Office) -> None:
    emma = office.agent("emma")
    emma.has_a_client()
    caller, anna = talk(office)
    emma.is_ready()

    anna.consults("Emma Lis")
    office.passes(3)
    emma.picks_up()
    office.passes(3)

    emma.hears_voice_of(anna)
    caller.never_heard(emma)
    office.closes()


def test_who_may_call_no_number_may_consult_a_colleague(office: Office) -> None:
    office.publishes(replace(PLAN, sha="no-routes", routes=()))
    ben = office.agent("ben")
    caller, anna = talk(office)
    ben.is_ready()

    said = anna.cannot_consult(HOME)
    anna.consults("Ben Marsh")
    office.passes(2)

    assert said == "You may not call out."
    ben.rings()
    caller.hears_music()
    office.closes()


def test_a_name_of_nobody_is_refused_with_what_to_do(office: Office) -> None:
    _, anna = talk(office)

    said = anna.cannot_consult("Ben Mash")

    assert said == "No colleague who takes calls is named “Ben Mash”: choose one of the list."
    office.closes()


@pytest.mark.parametrize("typed", ["020 7946 0142 ext. 12", "sip:eleanor@example.com"])
def test_what_is_no_name_is_refused_as_a_number(office: Office, typed: str) -> None:
    _, anna = talk(office)

    said = anna.cannot_consult(typed)

    assert "colleague" not in said
    assert said.endswith(".")
    office.closes()


def test_whom_it_rings_at_is_not_hung_up_by_the_colleague_who_is_left_with_them(
    office: Office,
) -> None:
    """Nobody else is consulted until they have answered: they would be put on hold."""
    caller, anna, ben = together(office)
    eleanor = office.outside(HOME)
    anna.joins_all()
    office.passes(3)
    anna.consults(HOME)
    office.passes(3)
    eleanor.is_rung()

    anna.completes()
    office.passes(3)
    said = ben.cannot_consult("+442079460199")

    assert said == "Nobody can be consulted in this call now."
    caller.talks_to(ben)
    eleanor.picks_up()
    office.passes(3)
    eleanor.hears_voice_of(caller, ben)
    office.closes()
