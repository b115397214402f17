"""Stories of numbers that lead where the caller belongs: by country, by a list, withheld."""

from __future__ import annotations

import pytest

from app.domain.dialplan import Contact
from app.domain.numbering import WITHHELD
from app.domain.states import AtNode, Waiting
from tests.stories.company import BY_CALLER, ON_THE_LIST, POLISH
from tests.stories.office import Office


def test_a_caller_from_a_listed_country_goes_to_that_countrys_queue(office: Office) -> None:
    caller = office.caller("+48221234567")

    caller.dials(BY_CALLER)

    caller.waits()
    assert _node(caller.call.state) == "infolinia"
    caller.hangs_up()


def test_a_caller_on_a_list_goes_where_the_list_says(office: Office) -> None:
    caller = office.caller(ON_THE_LIST)

    caller.dials(BY_CALLER)

    caller.waits()
    assert _node(caller.call.state) == "claims"
    caller.hangs_up()


@pytest.mark.parametrize("number", ["anonymous", "unknown", "", "+266696687", "+7378742833"])
def test_a_withheld_caller_may_leave_a_message(office: Office, number: str) -> None:
    caller = office.caller(number)

    caller.dials(BY_CALLER)

    caller.hears("Please leave a message")
    assert caller.call.caller == WITHHELD
    office.passes(8)
    caller.hangs_up()
    assert caller.record.head.outcome == "message left"


@pytest.mark.parametrize("number", ["+525512345678", "+5215512345678"])
def test_a_contact_is_found_by_either_number_of_the_line(office: Office, number: str) -> None:
    office.services.ports.directory.put_contact(Contact("+525512345678", "Luz Example"))
    caller = office.caller(number)

    caller.dials(POLISH)

    caller.waits()
    assert caller.call.name == "Luz Example"
    caller.hangs_up()


@pytest.mark.parametrize("number", ["+447700900361", "+447700910361", "+15005550010"])
def test_everybody_else_hears_the_menu(office: Office, number: str) -> None:
    caller = office.caller(number)

    caller.dials(BY_CALLER)

    caller.hears("For deliveries, press 1")
    assert caller.call.state == AtNode("menu")
    caller.presses("1")
    caller.waits()
    caller.hangs_up()


def test_a_number_that_only_goes_on_is_that_queues(office: Office) -> None:
    caller = office.caller()

    caller.dials(POLISH)

    caller.waits()
    assert _node(caller.call.state) == "infolinia"
    caller.hangs_up()


def _node(state: object) -> str:
    assert isinstance(state, Waiting)
    return state.position.node
