"""The one service call of all desk verbs: allowed, settled or refused before it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.access import Person, Refused
from app.domain.events import ConsultRequested
from app.domain.states import InConversation
from app.domain.verbs import TABLE
from app.ports import CallJob, Stale
from app.service.desk import Grant
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import HOME
from tests.support.verbs import click, granted


@pytest.fixture
def office() -> Iterator[Office]:
    """Anna's desk rings."""
    with environments.in_memory() as office:
        office.agent("anna").is_ready()
        office.caller().dials(SALES)
        yield office


def ringing(office: Office) -> tuple[str, str]:
    call = office.agent("anna").rings()
    return call.id, str(getattr(call.state, "leg", ""))


def test_a_verb_that_connects_grants_and_grants_the_same_again(office: Office) -> None:
    call, leg = ringing(office)

    first = granted(office.services.desk, "anna", "accept", call, leg=leg)
    again = granted(office.services.desk, "anna", "accept", call, leg=leg)

    assert isinstance(first, Grant)
    assert first == again


@pytest.mark.parametrize("verb", ["accept", "end", "hold", "retrieve", "rejoin"])
def test_the_call_of_somebody_else_is_refused_in_the_words_of_the_verb(
    office: Office, verb: str
) -> None:
    call, leg = ringing(office)

    with pytest.raises(Refused) as refused:
        click(office.services.desk, "ben", verb, call, leg=leg)

    assert str(refused.value) == TABLE[verb].refusal
    assert office.agent("anna").rings().id == call


def test_accepting_with_another_leg_is_refused(office: Office) -> None:
    call, _ = ringing(office)

    with pytest.raises(Refused):
        click(office.services.desk, "anna", "accept", call, leg="never")

    assert office.agent("anna").rings().id == call


def test_of_two_clicks_on_one_button_the_second_is_no_error(office: Office) -> None:
    call, leg = ringing(office)
    office.agent("anna").answers()

    for _ in range(2):
        click(office.services.desk, "anna", "end", call)
    for _ in range(2):
        click(office.services.desk, "anna", "decline", call, leg=leg)


def test_the_right_is_asked_beside_the_state(office: Office) -> None:
    """A verb that the state allows to everybody is still a right over one's own calls."""
    call, _ = ringing(office)
    office.agent("anna").answers()
    always = replace(TABLE["end"], allowed=lambda call, agent: True)
    boss = Person("boss", "Boss", "supervisor")

    with pytest.raises(Refused) as refused:
        office.services.desk.do(boss, call, always)

    assert str(refused.value) == "This is not your call."
    talking = office.services.desk.state("anna").call
    assert talking
    assert isinstance(talking.state, InConversation)


def test_a_call_that_is_unknown_is_refused(office: Office) -> None:
    with pytest.raises(Refused):
        click(office.services.desk, "anna", "end", "never")


def test_a_verb_that_takes_a_number_calls_nobody_without_one(office: Office) -> None:
    """Whom an agent may call is asked where the number is read (O3)."""
    call, _ = ringing(office)
    office.agent("anna").answers()
    office.passes(3)

    with pytest.raises(Refused):
        click(office.services.desk, "anna", "consult", call)

    talking = office.services.desk.state("anna").call
    assert talking
    assert isinstance(talking.state, InConversation)
    assert talking.state.consult is None


@pytest.mark.parametrize("typed", ["Ben Marsh", HOME])
def test_a_colleague_who_was_refused_is_not_asked_later_by_itself(
    office: Office, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks reads that it failed. A number, of which nothing was said, is called later."""
    ringing(office)
    anna, ben = office.agent("anna"), office.agent("ben")
    anna.answers()
    ben.is_ready()
    office.passes(3)
    before = office.services.desk.state("anna").call
    assert before is not None
    monkeypatch.setattr(office.services.ports.calls, "save", _loses)
    outgoing, consult = office.services.outgoing, TABLE["consult"]

    if typed == HOME:
        outgoing.consult(anna.person, before.id, consult, typed)
    else:
        with pytest.raises(Refused):
            outgoing.consult(anna.person, before.id, consult, typed)

    due = office.timers.due(office.services.ports.clock.now() + timedelta(seconds=5))
    later = [job.event for job in due if isinstance(job, CallJob)]
    assert any(isinstance(event, ConsultRequested) for event in later) == (typed == HOME)


def _loses(*_: object, **__: object) -> None:
    raise Stale("somebody else was faster")
