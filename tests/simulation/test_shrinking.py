"""Of many choices, the few that a failure takes are left; and never another failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.simulation.shrinking import shrunk
from tests.simulation.standard import Outcome
from tests.simulation.world import Violated

ALL = tuple(f"choice {number}" for number in range(300))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Worlds:
    """A world fails when it has all of `needed`; without `quiet` it fails in another way."""

    def __init__(self, needed: set[str], quiet: str = "") -> None:
        self.runs = 0
        self._needed = needed
        self._quiet = quiet

    def run(self, kept: frozenset[str]) -> Outcome:
        self.runs += 1
        violated = Violated("law", "", len(kept), NOON) if self._needed <= kept else None
        if self._quiet and self._quiet not in kept:
            violated = Violated("another law", "", len(kept), NOON)
        choices = tuple(choice for choice in ALL if choice in kept)
        return Outcome(1, "", len(kept), 50, violated, (), choices)


def _shrunk(worlds: Worlds, most_runs: int = 400) -> Outcome:
    return shrunk(worlds.run(frozenset(ALL)), worlds.run, lambda _: None, most_runs)


@pytest.mark.parametrize("numbers", [(0,), (299,), (0, 299), (7, 8, 150, 151), range(0, 300, 60)])
def test_shrinking_leaves_only_the_choices_that_cause_the_failure(numbers: tuple[int, ...]) -> None:
    needed = {ALL[number] for number in numbers}

    assert set(_shrunk(Worlds(needed)).choices) == needed


def test_shrinking_keeps_to_the_same_invariant() -> None:
    small = _shrunk(Worlds({ALL[3]}, quiet=ALL[200]))

    assert set(small.choices) == {ALL[3], ALL[200]}


def test_a_failure_that_needs_every_choice_keeps_them_all() -> None:
    assert _shrunk(Worlds(set(ALL)), most_runs=2000).choices == ALL


def test_shrinking_stops_at_the_limit_of_runs_with_the_smallest_failure() -> None:
    worlds = Worlds({ALL[3], ALL[200]})

    small = _shrunk(worlds, most_runs=5)

    assert worlds.runs == 1 + 5
    assert small.violated is not None
    assert {ALL[3], ALL[200]} <= set(small.choices) < set(ALL)
