"""The route of the verb that takes a number: what it does, and what it refuses in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.console import views as v
from tests.console.fakes import Accounts, person
from tests.console.real_console import console_of
from tests.console.test_hostile import HOSTILE
from tests.console.viewers import seen
from tests.console.visitor import Visitor
from tests.stories.company import PLAN, SALES
from tests.stories.office import Office
from tests.stories.people import HOME, talk

OTHER = "+442079460199"  # of nobody whom we know


class People(Accounts):
    def __init__(self) -> None:
        known = (person("anna", "Anna", "agent"), person("ben", "Ben", "agent"))
        self.known = {account.person.id: account for account in known}


def visitor(office: Office, member: str = "anna") -> Visitor:
    visitor = Visitor(console_of(office, People()).test_client())
    visitor.sign_in(f"{member}@kestrel.example")
    return visitor


def asks(
    at: Visitor, call: str, number: str = HOME, tab: str = "tab0", route: str = ""
) -> tuple[int, str]:
    """The status, and the words of a refusal."""
    fields = {"call": call, "leg": "anna.1", "tab": tab, "number": number, "route": route}
    answer = at.post("/desk/calls/consult", **fields)
    return answer.status_code, answer.json["words"] if answer.json else ""


def test_the_route_puts_the_caller_on_hold_and_calls_the_number(office: Office) -> None:
    (caller, _), eleanor = talk(office), office.outside(HOME)

    answer = asks(visitor(office), caller.call_id, "020 7946 0142")
    office.passes(3)

    assert answer == (204, "")
    caller.hears_music()
    eleanor.is_rung()


def test_a_number_that_may_not_be_called_is_refused_with_the_reason(office: Office) -> None:
    caller, anna, at = office.caller(HOME), office.agent("anna"), visitor(office)
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(3)

    answers = {
        number: asks(at, caller.call_id, number)
        for number in (HOME, SALES, "0909 879 0000", "hello", "9" * 400)
    }

    assert answers[HOME] == (409, "That is the number of whoever is on the line.")
    assert answers[SALES] == (409, "This is one of our own numbers.")
    assert answers["0909 879 0000"] == (409, "Premium-rate numbers may not be called.")
    assert {status for status, _ in answers.values()} == {409}
    caller.talks_to(anna)


def test_without_a_route_emergency_numbers_can_be_consulted_and_no_others(office: Office) -> None:
    """O3, O6."""
    office.publishes(replace(PLAN, sha="no-routes", routes=()))
    (caller, anna), at = talk(office), visitor(office)

    moment = seen(office).moment
    answer = asks(at, caller.call_id)

    assert isinstance(moment, v.Line)
    assert "consult" in {button.verb for button in moment.buttons}
    assert "You may call emergency numbers, and no others." in at.get("/desk").text
    assert answer == (409, "You may not call out.")
    caller.talks_to(anna)


def test_a_second_consultation_is_refused_and_the_first_asked_for_again_is_not(
    office: Office,
) -> None:
    """From whichever tab: a double click, and somebody else's number."""
    (caller, _), eleanor = talk(office), office.outside(HOME)
    other = office.outside(OTHER)
    at = visitor(office)
    first = asks(at, caller.call_id)
    office.settles()

    again = asks(at, caller.call_id, tab="tab1")
    second = asks(at, caller.call_id, OTHER, tab="tab1")
    office.settles()

    assert (first, again) == ((204, ""), (204, ""))
    assert second == (409, "Nobody can be consulted in this call now.")
    eleanor.is_rung()
    other.is_not_rung()


def test_after_the_call_nobody_can_be_consulted(office: Office) -> None:
    (caller, _), eleanor = talk(office), office.outside(HOME)
    caller.hangs_up()

    answer = asks(visitor(office), caller.call_id)

    assert answer == (409, "Nobody can be consulted in this call now.")
    eleanor.is_not_rung()


def test_in_a_colleagues_call_nobody_can_be_consulted(office: Office) -> None:
    (caller, anna), eleanor = talk(office), office.outside(HOME)

    answer = asks(visitor(office, "ben"), caller.call_id)

    assert answer == (409, "Nobody can be consulted in this call now.")
    eleanor.is_not_rung()
    caller.talks_to(anna)


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_number_or_no_route_is_refused_and_nothing_happens(
    office: Office, word: str
) -> None:
    (caller, anna), at = talk(office), visitor(office)

    answers = [asks(at, caller.call_id, word), asks(at, caller.call_id, route=word)]
    office.settles()

    assert [status for status, _ in answers] == [409, 409]
    assert answers[1][1] == "You may not call out."
    caller.talks_to(anna)
