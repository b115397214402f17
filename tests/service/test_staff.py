"""Whose status a supervisor may set, what is refused, and what is kept of who set it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from app.domain import agent as a
from app.domain.value import replace
from tests.stories import environments
from tests.stories.office import Office
from tests.stories.people import AgentPerson


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory() as office:
        yield office


def _set_by(anna: AgentPerson) -> a.StatusSetBy | None:
    return anna.office.services.ports.agents.get(anna.id).set_by


def test_the_agent_undoes_what_a_supervisor_set(office: Office) -> None:
    anna, priya = office.agent("anna"), office.agent("priya")
    anna.is_ready()
    priya.sets_status_of(anna, "lunch")

    anna.is_ready()

    anna.is_in(a.Ready)
    assert _set_by(anna) is None


def test_who_set_which_status_and_when_is_kept_with_the_agent_and_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    anna, priya = office.agent("anna"), office.agent("priya")
    anna.is_ready()
    office.passes(5)

    with caplog.at_level(logging.INFO, logger="app.service.staff"):
        priya.sets_status_of(anna, "lunch")

    set_by = _set_by(anna)
    assert set_by is not None
    assert (set_by.by, set_by.status) == ("priya", "lunch")
    assert anna.presence == a.Away("lunch", set_by.at)
    (record,) = [one.__dict__ for one in caplog.records]
    assert [record[name] for name in ("message", "agent", "by", "status")] == [
        "a supervisor set a status", "anna", "priya", "lunch",
    ]  # fmt: skip


def test_a_page_that_is_not_open_makes_nobody_available(office: Office) -> None:
    anna, priya = office.agent("anna"), office.agent("priya")
    anna.is_ready()
    anna.takes_a_break()
    anna.closes_the_laptop()

    reason = priya.cannot_set_status_of(anna, "ready")

    assert reason == "Anna Nowak has no page open: no call could ring there."
    anna.is_in(a.Away)


@pytest.mark.parametrize(
    ("who", "whom", "wish", "reason"),
    [
        ("ben", "anna", "lunch", "You may not do that."),
        ("priya", "priya", "lunch", "This is you: set your own status at the top of the page."),
        ("priya", "zoe", "offline", "This person is not in the company’s plan any more."),
        ("priya", "anna", "golf", "“golf” is not one of the reasons to be away."),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_reason_and_changes_nothing(
    office: Office, who: str, whom: str, wish: str, reason: str
) -> None:
    other, overseer = office.agent(whom), office.agent(who)

    assert overseer.cannot_set_status_of(other, wish) == reason
    other.is_in(a.Offline)


def test_who_takes_no_calls_has_no_status_to_set(office: Office) -> None:
    office.promotes("ben")

    reason = office.agent("ben").cannot_set_status_of(office.agent("priya"), "ready")

    assert reason == "Priya Shah is in no queue and has no extension."


def test_who_has_just_left_the_plan_is_refused_at_once(office: Office) -> None:
    """No process waits until what it knows of the plan is old."""
    anna, priya = office.agent("anna"), office.agent("priya")
    anna.is_ready()
    directory = office.services.ports.directory
    before = directory.head()
    rest = tuple(member for member in before.members if member.id != "anna")

    directory.publish(replace(before, sha="without-anna", members=rest), previous=before.sha)

    reason = priya.cannot_set_status_of(anna, "lunch")
    assert reason == "This person is not in the company’s plan any more."
