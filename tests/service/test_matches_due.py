"""A match that time alone makes is looked for once, however many matchings have scheduled it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.ports import PoolJob
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory() as office:
        yield office
        office.closes()


def _looks(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    looks: list[str] = []
    distributor = office.services.distributor
    distribute = distributor.distribute

    def counted(**moved: Any) -> None:
        if not moved:  # a job's
            looks.append("look")
        distribute(**moved)

    monkeypatch.setattr(distributor, "distribute", counted)
    return looks


def test_of_many_looks_for_one_instant_one_is_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, at = _looks(office, monkeypatch), office.services.ports.clock.now()

    for _ in range(100):
        office.services.job_runner.run(PoolJob("default", at))

    assert len(looks) == 1


def test_a_look_that_comes_before_its_instant_is_put_off(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, now = _looks(office, monkeypatch), office.services.ports.clock.now()

    office.services.job_runner.run(PoolJob("default", now + timedelta(seconds=1)))
    early = len(looks)
    office.passes(1)

    assert (early, len(looks)) == (0, 1)


def test_a_look_that_nothing_but_a_change_asks_for_is_always_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = _looks(office, monkeypatch)

    for _ in range(3):
        office.services.job_runner.run(PoolJob("default"))

    assert len(looks) == 3


def test_looks_at_the_board_do_not_multiply_while_callers_wait_for_who_declined(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found at seed 30: 23,000 looks in forty minutes, and the end of a wrap-up behind them."""
    looks, anna = _looks(office, monkeypatch), office.agent("anna")
    callers = [office.caller(f"+4477009001{n:02d}") for n in range(10)]
    for caller in callers:
        caller.dials(SALES)
    anna.is_ready()

    for _ in range(8):  # she declines each of them, again after each cool-down
        for _ in callers:
            if office.services.desk.state("anna").call is not None:
                anna.declines()
        office.passes(30)

    assert len(looks) < 100
