"""A verb that is declared in this module alone is everywhere: nothing else is written for it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.domain.verbs import TABLE, marking
from tests.console.fakes import Accounts, person
from tests.console.real_console import console_of
from tests.console.rights_page import page as rights_page
from tests.console.visitor import Visitor
from tests.simulation.standard import run
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office

APPLAUD = marking(
    "applaud",
    label="Applaud",
    icon="i-check",
    key="y",
    key_help="Applaud the caller",
    mark="Applauded",
    told="{agent} applauded the caller",
)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Anna talks to a caller, and there is a verb more."""
    monkeypatch.setitem(TABLE, APPLAUD.name, APPLAUD)
    with environments.in_memory() as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        caller.dials(SALES)
        anna.answers()
        yield office
        office.closes()


class People(Accounts):
    def __init__(self) -> None:
        known = (person("anna", "Anna", "agent"), person("guest", "Guest", "nobody"))
        self.known = {account.person.id: account for account in known}


def visitor(office: Office, member: str = "anna") -> Visitor:
    """Somebody signed in at a console on the office's services."""
    visitor = Visitor(console_of(office, People()).test_client())
    visitor.sign_in(f"{member}@kestrel.example")
    return visitor


def call_of(office: Office) -> str:
    call = office.services.desk.state("anna").call
    assert call
    return call.id


def click(office: Office, at: Visitor) -> int:
    fields = {"call": call_of(office), "leg": "anna.1", "tab": "tab0"}
    status = at.post("/desk/calls/applaud", **fields).status_code
    office.settles()  # the register follows
    return status


def test_its_button_is_on_the_page_with_its_key(office: Office) -> None:
    page = visitor(office).get("/desk").text

    assert 'data-verb="applaud" data-key="y" aria-disabled="true"' in page
    assert "<span data-verb-label>Applaud</span>" in page


def test_its_key_is_in_the_list_of_keys(office: Office) -> None:
    page = visitor(office).get("/desk").text

    assert "<dd>Applaud the caller</dd>" in page


def test_its_route_does_it_once_and_shows_that_it_is_done(office: Office) -> None:
    anna = visitor(office)

    first, second = click(office, anna), click(office, anna)
    page = anna.get("/desk").text

    call = office.services.desk.state("anna").call
    assert call
    assert call.marks == ("applaud",)
    assert (first, second) == (204, 204)
    assert 'data-verb="applaud"' not in page
    assert '<span class="chip">Applauded</span>' in page


def test_its_words_are_in_the_timeline(office: Office) -> None:
    anna = visitor(office)
    click(office, anna)

    page = anna.get(f"/calls/{call_of(office)}").text

    assert "applauded the caller</strong>" in page


def test_it_is_refused_in_words_when_it_is_not_allowed(office: Office) -> None:
    anna, call = visitor(office), call_of(office)
    office.agent("anna").hangs_up()

    answer = anna.post("/desk/calls/applaud", call=call, leg="anna.1", tab="tab0")

    assert (answer.status_code, answer.json) == (409, {"words": APPLAUD.refusal})


def test_it_asks_for_its_right(office: Office) -> None:
    assert click(office, visitor(office, "guest")) == 403
    assert "verb *applaud*" in rights_page()


def test_it_is_shown_to_nobody_who_may_not(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one whose action only a supervisor has: it is no button, and no request of hers."""
    monkeypatch.setitem(TABLE, APPLAUD.name, replace(APPLAUD, action="see a secret"))  # type: ignore[arg-type]
    anna = visitor(office)

    page, status = anna.get("/desk").text, click(office, anna)

    assert 'data-verb="applaud"' not in page
    assert status == 409


@pytest.mark.parametrize("verb", ["mute", "never"])
def test_a_verb_that_makes_no_event_has_no_route(office: Office, verb: str) -> None:
    answer = visitor(office).post(f"/desk/calls/{verb}", call="c1", leg="2", tab="tab0")

    assert answer.status_code == 404


def test_the_agents_of_the_simulation_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, APPLAUD.name, APPLAUD)

    outcomes = [run(seed, profile="faultless", whole=True) for seed in (1, 2, 3)]

    assert [outcome.violated for outcome in outcomes] == [None, None, None]
    assert any(line.endswith(" applaud") for one in outcomes for line in one.lines)
