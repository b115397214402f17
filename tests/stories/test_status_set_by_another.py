"""Stories of a supervisor who sets the status of a colleague."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.board import POOL
from tests.stories.company import CLAIMS, SALES
from tests.stories.office import Office
from tests.stories.people import talk


def _ready(office: Office) -> list[str]:
    return [row.agent for row in office.services.ports.board.ready(POOL)]


def test_who_is_made_available_is_rung_for_whoever_waits_at_once(office: Office) -> None:
    """D2."""
    caller, anna, priya = office.caller(), office.agent("anna"), office.agent("priya")
    anna.opens_the_desk()
    anna.takes_a_break()
    caller.dials(SALES)

    priya.sets_status_of(anna, "ready")

    anna.rings()
    anna.answers()
    caller.talks_to(anna)


def test_who_has_a_telephone_is_made_available_without_a_page(office: Office) -> None:
    caller, cleo, priya = office.caller(), office.agent("cleo"), office.agent("priya")
    caller.dials(CLAIMS)

    priya.sets_status_of(cleo, "ready")

    cleo.rings()
    caller.hangs_up()


@pytest.mark.parametrize("wish", ["lunch", "offline"])
def test_who_is_set_away_is_offered_nothing_from_that_save_on(office: Office, wish: str) -> None:
    caller, anna, priya = office.caller(), office.agent("anna"), office.agent("priya")
    anna.is_ready()

    priya.sets_status_of(anna, wish)
    assert _ready(office) == []
    caller.dials(SALES)
    office.passes(5)

    anna.is_quiet()
    caller.waits()
    caller.hangs_up()


@pytest.mark.parametrize(("wish", "becomes"), [("lunch", a.Away), ("offline", a.Offline)])
def test_in_a_call_what_is_set_comes_after_it_and_the_call_goes_on(
    office: Office, wish: str, becomes: type[a.Presence]
) -> None:
    (caller, anna), priya = talk(office), office.agent("priya")

    priya.sets_status_of(anna, wish)
    caller.talks_to(anna)
    anna.is_in(a.OnCall)
    anna.hangs_up()
    office.passes(40)

    anna.is_in(becomes)
    assert _ready(office) == []


def test_who_is_rung_may_take_the_call_first_and_goes_home_after_it(office: Office) -> None:
    caller, anna, priya = office.caller(), office.agent("anna"), office.agent("priya")
    anna.is_ready()
    caller.dials(SALES)

    priya.sets_status_of(anna, "offline")
    anna.answers()
    caller.talks_to(anna)
    caller.hangs_up()
    office.passes(40)

    anna.is_in(a.Offline)


def test_a_supervisor_takes_back_the_break_that_an_agent_asked_for(office: Office) -> None:
    (caller, anna), priya = talk(office), office.agent("priya")
    anna.takes_a_break()

    priya.sets_status_of(anna, "ready")
    caller.hangs_up()
    office.passes(40)

    anna.is_in(a.Ready)


def test_in_a_call_no_page_is_asked_for_to_take_a_break_back(office: Office) -> None:
    """Who talks in a browser has it open."""
    (caller, anna), priya = talk(office), office.agent("priya")
    priya.sets_status_of(anna, "lunch")
    anna.at_desk = False

    priya.sets_status_of(anna, "ready")

    assert office.services.ports.agents.get("anna").next is None
    caller.hangs_up()
