"""Worlds in which something cannot be read, or is served by two versions: who else is there."""

from __future__ import annotations

import logging

import pytest

from app.ports.unreadable import ItemKind
from app.service.unreadable import COUNTED
from tests.simulation import misfortunes, standard
from tests.simulation.fault_profiles import FAULTLESS_TOLERANCE_SECONDS, FaultProfile
from tests.simulation.standard import Outcome, run
from tests.simulation.versions import KINDS

# As long as ever: nothing else goes wrong.
PROFILES = {
    "unreadable": FaultProfile(unreadable=1.0, tolerance_seconds=FAULTLESS_TOLERANCE_SECONDS),
    "two versions": FaultProfile(two_versions=1.0, unreadable=0.3),
    "stalled stream": FaultProfile(stalled=1.0),
    "slow push gateway": FaultProfile(slow_push=0.5),
}


SEEDS: dict[ItemKind, int] = {"parked row": 6}  # calls are parked now and then only


@pytest.fixture(autouse=True)
def profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standard, "PROFILES", PROFILES)
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "unreadable"])
def test_everybody_else_is_served(profile: str) -> None:
    outcome = _half_an_hour(3, profile)

    assert outcome.violated is None, "\n".join((str(outcome.violated), *outcome.lines[-30:]))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unreadable_item_of_each_kind_stops_nobody_else(
    kind: ItemKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misfortunes, "KINDS", (kind,))

    outcome = _half_an_hour(SEEDS.get(kind, 4), "unreadable")

    assert outcome.violated is None, "\n".join((str(outcome.violated), *outcome.lines[-30:]))
    assert any(" is unreadable for " in line for line in outcome.lines)
    assert any(line.endswith(f"counted {COUNTED}") for line in outcome.lines)


def _half_an_hour(seed: int, profile: str) -> Outcome:
    """So many calls that somebody always waits."""
    return run(seed, profile=profile, calls=100, seconds=1800, whole=True)
