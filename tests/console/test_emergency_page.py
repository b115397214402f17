"""What an agent reads of an emergency call (O6)."""

from __future__ import annotations

import pytest

from app.console import views as v
from tests.console.fakes import Company
from tests.console.test_consulting_page import words_of
from tests.console.viewers import seen
from tests.console.visitor import Visitor
from tests.stories.office import Office

ADDRESS = "10 Market Street, London SE1 9AA"
SERVICES = v.Party("999", "Emergency services")


@pytest.mark.parametrize("path", ["/desk", "/calls"])
def test_who_may_call_nobody_else_has_the_dialog_and_reads_what_may_be_called(
    kestrel: Company, agent: Visitor, path: str
) -> None:
    kestrel.desk.may_dial = True

    page = agent.get(path).text

    assert "You may call emergency numbers, and no others." in page
    assert 'id="call-out-route"' not in page


def test_a_number_that_is_shown_is_called_only_by_who_may_call_it(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.may_dial = True
    kestrel.desk.wraps_up()

    page = agent.get("/desk").text

    assert 'data-do="call-out"' in page
    assert "data-number=" not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (ADDRESS, f"The address that is registered for your call: {ADDRESS} ."),
        ("", "Say where you are. No address is registered for your call."),
    ],
)
def test_the_desk_says_where_the_emergency_services_come_to(
    kestrel: Company, agent: Visitor, address: str, words: str
) -> None:
    kestrel.desk.calls("tab1")
    kestrel.desk.changes(party=SERVICES, emergency=v.Emergency(address))

    assert words in words_of(agent.get("/desk").text)


def test_it_says_so_of_the_number_that_is_seen_there(office: Office) -> None:
    anna = office.agent("anna")
    anna.calls("999")

    moment = seen(office).moment

    assert isinstance(moment, v.Line)
    assert moment.emergency == v.Emergency("")
    assert (moment.party.number, moment.party.name) == ("999", "Emergency services")
