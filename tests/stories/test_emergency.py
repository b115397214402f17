"""An emergency call: whoever makes it, whatever stands in its way (O6)."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from app.domain import agent as a
from app.domain.dialplan import Plan, Route
from app.domain.states import Connecting, Offered
from infra.local.exchange.phones import OnRing
from tests.stories.company import CLAIMS, MAIN, SALES
from tests.stories.office import Office
from tests.stories.people import HOME, CalledPerson, talk
from tests.stories.test_consulting_a_colleague import together

ADDRESS = "10 Market Street, London SE1 9AA"


@pytest.fixture
def services(office: Office) -> CalledPerson:
    """The emergency services; the company's claims line has an address."""
    plan = office.services.ports.directory.head()
    numbers = tuple(
        replace(one, emergency_address=ADDRESS) if one.e164 == CLAIMS else one
        for one in plan.numbers
    )
    office.publishes(replace(plan, sha="9" * 64, numbers=numbers))
    return office.outside("999")


def changes(office: Office, **what: object) -> None:
    plan: Plan = office.services.ports.directory.head()
    office.publishes(replace(plan, sha="8" * 64, **what))  # type: ignore[arg-type]


def test_whoever_may_call_nobody_else_may_call_the_emergency_services(
    office: Office, services: CalledPerson
) -> None:
    """The number that is seen there is the one with an address."""
    cleo = office.agent("cleo")
    assert cleo.cannot_call(HOME) == "You may not call out."

    cleo.calls("9-9-9")
    office.passes(3)
    seen = services.is_rung()
    services.picks_up()
    office.passes(3)

    assert seen == CLAIMS
    services.talks_to(cleo)
    services.hangs_up()
    office.passes(3)
    cleo.is_in(a.Offline)  # as before: there is no wrap-up
    assert services.record.head.caller == "999"
    office.closes()


def test_a_person_has_a_number_for_it_where_the_person_works(
    office: Office, services: CalledPerson
) -> None:
    plan = office.services.ports.directory.head()
    changes(
        office,
        numbers=tuple(replace(one, emergency_address=ADDRESS) for one in plan.numbers),
        members=tuple(replace(one, emergency_number=SALES) for one in plan.members),
    )
    anna = office.agent("anna")

    anna.calls("999")
    office.passes(3)

    assert services.is_rung() == SALES
    office.closes()


def test_without_any_address_it_is_called_all_the_same(office: Office) -> None:
    services, anna = office.outside("999"), office.agent("anna")

    anna.calls("999")
    office.passes(3)

    assert services.is_rung() == MAIN
    office.closes()


def test_no_limit_and_no_hours_are_in_its_way(office: Office, services: CalledPerson) -> None:
    plan = office.services.ports.directory.head()
    shut: tuple[Route, ...] = tuple(replace(one, most=1) for one in plan.routes)
    changes(office, routes=shut)
    anna = office.agent("anna")
    office.outside(HOME, OnRing.REJECT)
    anna.calls(HOME)
    office.passes(5)
    assert anna.cannot_call(HOME).startswith("No more than 1 calls")

    anna.calls("999")
    office.passes(3)

    services.is_rung()
    office.closes()


def test_a_call_that_rings_is_declined_for_it(office: Office, services: CalledPerson) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    caller.dials(SALES)
    anna.rings()
    ben.is_ready()

    anna.calls("999")
    office.passes(3)

    services.is_rung()
    assert isinstance(caller.call.state, Offered)
    assert ben.rings().id == caller.call.id
    office.closes()


def test_no_other_caller_is_offered_to_who_makes_one(
    office: Office, services: CalledPerson
) -> None:
    anna = office.agent("anna")
    anna.is_ready()
    for number in ("+447700900361", "+447700900362", "+447700900363"):
        office.caller(number).dials(SALES)
    anna.rings()

    anna.calls("999")
    office.passes(3)

    services.picks_up()
    office.passes(3)
    services.talks_to(anna)
    services.hangs_up()
    office.passes(3)
    assert isinstance(anna.presence, a.Away)
    assert anna.presence.reason == "emergency call"
    office.closes()


def test_a_supervisor_who_listens_listens_no_more(office: Office, services: CalledPerson) -> None:
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.listens_to(caller.call.id)
    office.passes(3)

    priya.calls("999")
    office.passes(3)

    services.is_rung()
    caller.talks_to(anna)
    office.closes()


def test_who_is_consulted_leaves_the_colleagues_call_for_it(
    office: Office, services: CalledPerson
) -> None:
    caller, anna, ben = together(office)

    ben.calls("999")
    office.passes(3)
    services.picks_up()
    office.passes(3)

    services.talks_to(ben)
    caller.hears_music()
    anna.retrieves()
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_in_a_conversation_it_is_a_consultation(office: Office, services: CalledPerson) -> None:
    """A caller in distress: on hold first, then left with them, or all three talk."""
    caller, anna = talk(office)

    anna.consults("999")
    office.passes(3)
    services.picks_up()
    office.passes(2)
    anna.joins_all()
    office.passes(3)

    caller.talks_to(services)
    services.talks_to(anna)
    office.closes()


def test_in_a_conversation_it_is_denied_to_nobody_either(
    office: Office, services: CalledPerson
) -> None:
    changes(office, routes=())
    _, anna = talk(office)
    assert anna.cannot_consult(HOME) == "You may not call out."

    anna.consults("999")
    office.passes(3)

    services.is_rung()
    office.closes()


def test_another_click_while_it_connects_is_the_same_call(
    office: Office, services: CalledPerson
) -> None:
    anna = office.agent("anna")

    anna.clicks_call("999")
    anna.clicks_call("999")

    assert len(office.called_out) == 1
    assert isinstance(services.call.state, Connecting)
    anna.connects()
    office.passes(3)
    services.is_rung()
    office.closes()


def test_each_emergency_call_is_a_warning_in_the_log(
    office: Office, services: CalledPerson, caplog: pytest.LogCaptureFixture
) -> None:
    anna = office.agent("anna")

    with caplog.at_level(logging.WARNING, logger="app.service.outgoing"):
        anna.calls("999")

    (warned,) = [one for one in caplog.records if one.name == "app.service.outgoing"]
    assert warned.getMessage() == f"emergency call: anna calls 999, seen there: {CLAIMS}"


def test_a_number_that_is_no_emergency_number_there_is_refused_as_any_other(
    office: Office, services: CalledPerson
) -> None:
    anna = office.agent("anna")

    assert anna.cannot_call("60066").startswith("Short numbers cannot be called from here")
    services.is_not_rung()
    anna.calls("112 ")
    office.passes(3)
    assert services.call.caller == "112"
