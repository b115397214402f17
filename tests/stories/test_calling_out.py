"""An agent calls out: the agent's headset comes first, then the number is dialled into the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain import agent as a
from app.domain.dialplan import Contact
from app.domain.hours import Span
from infra.local.exchange.phones import OnRing
from tests.stories.company import MAIN, PLAN, SALES
from tests.stories.office import Office
from tests.stories.people import HOME, rung, talking


def test_the_agent_hears_it_ring_and_then_the_two_talk(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    anna.calls("020 7946 0142")
    office.passes(3)
    seen = eleanor.is_rung()
    eleanor.picks_up()
    office.passes(5)

    assert seen == SALES
    eleanor.talks_to(anna)
    eleanor.is_recorded()
    eleanor.hangs_up()
    office.passes(1)
    anna.is_in(a.WrapUp)
    assert eleanor.record.head.outcome == "answered"
    assert eleanor.record.head.direction == "out"
    assert (eleanor.record.head.caller, eleanor.record.head.did) == (HOME, SALES)
    office.closes()


def test_nobody_is_dialled_before_the_agent_is_there_to_talk(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    anna.clicks_call(HOME)
    office.passes(5)

    eleanor.is_not_rung()
    anna.is_in(a.OnCall)
    anna.connects()
    office.passes(3)
    eleanor.is_rung()
    office.closes()


def test_a_headset_that_does_not_come_calls_it_off_and_the_agent_is_as_before(
    office: Office,
) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.takes_a_break("lunch")

    anna.clicks_call(HOME)
    office.passes(30)

    eleanor.is_not_rung()
    assert isinstance(anna.presence, a.Away)
    assert anna.presence.reason == "lunch"
    assert eleanor.record.head.outcome == "called off"
    anna.calls(HOME)  # another try, at once
    office.passes(3)
    eleanor.is_rung()
    office.closes()


def test_whoever_is_called_never_sits_in_silence_after_the_answer(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    anna.calls(HOME)
    office.passes(2)
    eleanor.picks_up()
    office.passes(30)

    eleanor.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


@pytest.mark.parametrize(
    ("on_ring", "outcome"),
    [
        (OnRing.REJECT, "busy"),
        (OnRing.UNREACHABLE, "not reached"),
        (OnRing.IGNORE, "not answered"),
    ],
)
def test_what_the_carrier_says_of_who_was_called_is_the_outcome(
    office: Office, on_ring: OnRing, outcome: str
) -> None:
    eleanor, anna = office.outside(HOME, on_ring), office.agent("anna")
    anna.is_ready()

    anna.calls(HOME)
    office.passes(60)

    assert eleanor.record.head.outcome == outcome
    assert eleanor.record.head.talked_seconds == 0
    office.passes(40)
    anna.is_in(a.Ready)
    office.closes()


def test_who_hangs_up_before_the_answer_calls_it_off(office: Office) -> None:
    eleanor, anna = rung(office)

    anna.hangs_up()
    office.passes(3)

    eleanor.is_cut_off()
    anna.is_in(a.Ready)
    assert eleanor.record.head.outcome == "called off"
    office.closes()


def test_a_call_that_is_called_off_is_over_though_the_telephone_still_rings(
    office: Office,
) -> None:
    eleanor, anna = rung(office)

    anna.hangs_up()
    office.passes(3)

    told = {type(entry.event).__name__: entry.state for entry in eleanor.record.timeline}
    assert told["AgentHungUp"] == "Ended"
    office.closes()


def test_the_time_until_the_answer_is_neither_waited_nor_talked(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()
    anna.calls(HOME)
    office.passes(12)
    eleanor.picks_up()
    office.passes(20)

    anna.hangs_up()
    office.passes(2)

    head = eleanor.record.head
    assert (head.waited_seconds, head.rung) == (0, ())
    assert 12 <= head.dialled_seconds <= 16
    assert 19 <= head.talked_seconds <= 21
    assert head.agents == ("anna",)
    office.closes()


def test_after_an_outgoing_call_hold_works_as_after_an_incoming_one(office: Office) -> None:
    eleanor, anna = talking(office)

    anna.holds()
    office.passes(2)
    eleanor.hears_music()
    anna.retrieves()
    office.passes(2)

    eleanor.talks_to(anna)
    office.closes()


def test_whoever_was_called_and_loses_the_agent_waits_in_the_routes_queue(office: Office) -> None:
    (eleanor, anna), ben = talking(office), office.agent("ben")

    anna.loses_the_connection()
    office.passes(30)
    eleanor.hears_music()
    eleanor.waits()
    ben.is_ready()
    ben.answers()
    office.passes(3)

    eleanor.talks_to(ben)
    assert eleanor.record.head.agents == ("anna", "ben")
    assert [office.services.ports.agents.get(who).today.calls for who in ("anna", "ben")] == [1, 1]
    office.closes()


def test_whoever_takes_over_a_called_person_has_one_call_more_today(office: Office) -> None:
    eleanor, anna, ben = office.outside(HOME), office.agent("anna"), office.agent("ben")
    ben.is_ready()
    anna.calls(HOME)
    office.passes(3)
    eleanor.picks_up()
    office.passes(5)

    anna.transfers_to("sales")
    office.passes(1)
    ben.answers()
    office.passes(5)

    eleanor.talks_to(ben)
    agents = office.services.ports.agents
    assert [agents.get(one.id).today.calls for one in (anna, ben)] == [1, 1]
    office.closes()


def test_a_headset_that_is_lost_while_it_rings_may_come_back(office: Office) -> None:
    eleanor, anna = rung(office)

    anna.reloads_the_page()
    office.passes(3)
    eleanor.picks_up()
    office.passes(2)
    anna.comes_back()
    office.passes(3)

    eleanor.talks_to(anna)
    office.closes()


def test_a_headset_that_stays_away_while_it_rings_calls_it_off(office: Office) -> None:
    eleanor, anna = rung(office)

    anna.reloads_the_page()
    office.passes(30)

    eleanor.is_cut_off()
    anna.is_in(a.Away)
    assert eleanor.record.head.outcome == "called off"
    office.closes()


def test_a_dial_whose_answer_is_lost_is_looked_for_and_not_repeated(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()
    anna.clicks_call(HOME)
    with office.loses_the_carriers_answers():
        anna.connects()
        office.passes(2)
    office.passes(8)
    eleanor.picks_up()
    office.passes(3)

    eleanor.talks_to(anna)
    assert eleanor.telephone.rings == 1
    office.closes()


def test_a_dial_that_never_reached_the_carrier_ends_the_call(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()
    anna.clicks_call(HOME)

    office.loses_our_next_request()
    anna.connects()
    office.passes(30)

    eleanor.is_not_rung()
    assert eleanor.record.head.outcome == "not reached"
    office.closes()


def test_an_account_at_its_limit_ends_the_call_and_says_so(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()
    office.limits_the_account(calls=1)

    anna.calls(HOME)
    office.passes(3)

    eleanor.is_not_rung()
    assert eleanor.record.head.outcome == "not reached"
    office.closes()


def test_two_clicks_are_one_call(office: Office) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    anna.clicks_call(HOME)
    anna.clicks_call(HOME)
    anna.connects()
    office.passes(3)

    assert len(office.called_out) == 1
    assert eleanor.telephone.rings == 1
    office.closes()


def test_an_agent_whose_call_is_not_answered_yet_cannot_call_another(office: Office) -> None:
    _, anna = rung(office)

    assert anna.cannot_call("+442079460143") == "You have a call already: end it first."
    office.closes()


def test_no_caller_is_offered_to_an_agent_who_calls_out(office: Office) -> None:
    eleanor, caller, anna = office.outside(HOME), office.caller(), office.agent("anna")
    anna.is_ready()
    anna.calls(HOME)
    office.passes(3)

    caller.dials(SALES)
    office.passes(3)
    anna.is_quiet()
    eleanor.declines()
    office.passes(32)

    anna.rings()
    office.closes()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Type the number to call."),
        ("60066", "Short numbers cannot be called from here: they belong to another network."),
        (
            "020 7946 0142 ext. 12",
            "Leave the extension out: press its keys once somebody has answered.",
        ),
        ("0800 FLOWERS", "“0800 FLOWERS” is no telephone number: type its digits."),
        ("sip:eleanor@example.com", "“sip:eleanor@example.com” is no telephone number."),
        ("7946", "“7946” is too short: type the number with its area code."),
        (MAIN, "This is one of our own numbers."),
        (
            "+44 7700 900361",
            "This number is in no range that is in use: look at its digits again.",
        ),
        ("0909 879 0000", "Premium-rate numbers may not be called."),
        ("+48 600 000 131", "Calls to that country (PL) are not allowed, only to GB."),
        ("+870 772 001 234", "Numbers of this kind (other) may not be called."),
    ],
)
def test_a_number_that_may_not_be_called_is_refused_with_the_reason(
    office: Office, typed: str, reason: str
) -> None:
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    refused = anna.cannot_call(typed)

    assert refused == reason
    anna.is_in(a.Ready)
    anna.calls(HOME)  # the right one, at once
    office.passes(3)
    eleanor.is_rung()
    office.closes()


def test_who_is_not_to_be_called_is_not_called(office: Office) -> None:
    office.services.ports.directory.put_contact(
        Contact(HOME, "Eleanor Whitcombe", do_not_call=True)
    )
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    assert anna.cannot_call(HOME) == "Eleanor Whitcombe is not to be called."
    eleanor.is_not_rung()
    office.caller().dials(SALES)
    office.closes()


def test_outside_its_hours_a_route_leads_nowhere(office: Office) -> None:
    evening = Span((0, 1, 2, 3, 4, 5, 6), time(18), time(20))
    route = replace(PLAN.routes[0], open=(evening,))
    office.publishes(replace(office.services.ports.directory.head(), sha="e" * 64, routes=(route,)))
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()

    assert anna.cannot_call(HOME) == (
        "UK customers is not called at this time: look into the company’s file."
    )
    office.passes(9 * 3600)  # it is six in the evening
    anna.calls(HOME)
    office.passes(3)
    eleanor.is_rung()
    office.closes()


def test_nobody_calls_more_often_than_the_route_allows(office: Office) -> None:
    route = replace(PLAN.routes[0], most=2)
    office.publishes(replace(office.services.ports.directory.head(), sha="f" * 64, routes=(route,)))
    eleanor, anna = office.outside(HOME, OnRing.REJECT), office.agent("anna")
    for _ in range(2):
        anna.calls(HOME)
        office.passes(5)

    assert anna.cannot_call(HOME) == "No more than 2 calls within ten minutes: wait a moment."
    office.passes(600)
    anna.calls(HOME)
    office.passes(3)

    assert eleanor.telephone.rings == 3
    office.closes()


def test_without_a_route_nobody_may_call_out(office: Office) -> None:
    eleanor, anna, emma = office.outside(HOME), office.agent("anna"), office.agent("emma")

    assert emma.cannot_call(HOME) == "You may not call out."
    anna.calls(HOME)
    office.passes(3)
    eleanor.is_rung()
    office.closes()


def test_the_register_tells_the_call_from_the_click_to_the_end(office: Office) -> None:
    eleanor, _ = talking(office)
    eleanor.hangs_up()
    office.passes(2)

    told = [type(entry.event).__name__ for entry in eleanor.record.timeline]
    assert told[0] == "CalledOut"
    assert told.index("JoinedRoom") < told.index("CommandDone")  # the headset, then the dial
    office.closes()


def test_an_answer_whose_callbacks_were_lost_is_found_by_the_sweep(office: Office) -> None:
    """F37: the carrier's list says that the leg was answered; the page says so within a minute."""
    eleanor, _ = rung(office)
    office.loses_all_callbacks()
    eleanor.picks_up()
    assert eleanor.call.is_unanswered

    office.is_swept()

    assert not eleanor.call.is_unanswered
    assert eleanor.call.is_talking
    office.closes()
