"""The law of shared pages finds what it is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from app.adapters.memory import MemorySharedTopics
from app.domain.overview import Overview, OverviewChange, change_of
from app.service import overviews, sharing
from tests.simulation.pages import SENT
from tests.simulation.sharing_checks import SHOWN
from tests.simulation.standard import Outcome, run


def _half_an_hour(seed: int = 3) -> Outcome:
    return run(seed, calls=60, seconds=1800, whole=True)


def test_pages_are_pushed_what_changed() -> None:
    outcome = _half_an_hour()

    assert outcome.violated is None
    assert sum(" page/push" in line for line in outcome.lines) > 20


def test_a_push_that_leaves_something_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_people(before: Overview | None, after: Overview) -> OverviewChange:
        return replace(change_of(before, after), people=())

    monkeypatch.setattr(overviews, "change_of", without_people)

    violated = _half_an_hour().violated

    assert violated is not None
    assert violated.name == SHOWN


def test_a_change_of_which_nobody_tells_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing.ChangePlanner, "plan", lambda _planner, _topics: None)

    violated = _half_an_hour().violated

    assert violated is not None
    assert violated.name == SHOWN


def test_sends_without_a_pause_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = MemorySharedTopics.plan

    def at_once(
        topics: MemorySharedTopics, names: Sequence[str], now: datetime
    ) -> dict[str, datetime | None]:
        planned = plan(topics, names, now)
        return {name: now if due is not None else None for name, due in planned.items()}

    def takes_at_once(topics: MemorySharedTopics, topic: str, now: datetime) -> datetime | None:
        known = topics._topics[topic]
        known.sent, known.due = now, None
        return known.wanted_until

    monkeypatch.setattr(MemorySharedTopics, "plan", at_once)
    monkeypatch.setattr(MemorySharedTopics, "take", takes_at_once)

    violated = _half_an_hour().violated

    assert violated is not None
    assert violated.name == SENT
