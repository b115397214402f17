"""Each planted defect still has its line, changes one, and names laws that there are.

`make defects` hunts them all, `make laws` tells which ordinary tests each turns red.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from infra.local.exchange.virtual import EPOCH
from tests.simulation import standard
from tests.simulation.defects import Trail, search
from tests.simulation.defects_table import DEFECTS
from tests.simulation.hunted import Hunted
from tests.simulation.ordinary import verdict
from tests.simulation.planted import Defect
from tests.simulation.standard import PROFILES, Outcome
from tests.simulation.world import Violated
from tests.support.tree_copy import ROOT


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_one_line_of_the_product(defect: Defect) -> None:
    source = (ROOT / defect.file).read_text(encoding="utf-8")

    planted = source.replace(defect.old, defect.new, 1)

    pairs = zip(defect.old.splitlines(), defect.new.splitlines(), strict=True)
    assert defect.old in source, "the line to change is not there any more"
    assert sum(old != new for old, new in pairs) == 1
    ast.parse(planted)
    assert defect.file.startswith("app/")
    assert defect.profile in PROFILES


def test_there_are_at_least_twelve_different_defects() -> None:
    assert len(DEFECTS) >= 12
    assert len({(defect.file, defect.old) for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_the_laws_of_a_defect_are_tests(defect: Defect) -> None:
    for law in defect.laws:
        file, _, name = law.partition("::")

        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
    assert len(set(defect.laws)) == len(defect.laws)


FIRST, SECOND = "a hold ends", "a save counts"


def _worlds(*, violating: int) -> Callable[..., Outcome]:
    """One of them violates two invariants, the second of which only a world that goes on sees."""

    def run(seed: int, *, profile: str, goes_on: bool = False) -> Outcome:
        is_violated = seed == violating
        violated = Violated(FIRST, profile, 7, EPOCH) if is_violated else None
        broken = ((FIRST, SECOND) if goes_on else (FIRST,)) if is_violated else ()
        return Outcome(seed, "", 7, 50, violated, (), (), broken)

    return run


def test_a_hunt_tells_what_the_first_failing_world_violated_first_and_what_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standard, "run", _worlds(violating=2))

    trail = search("faultless", seeds=5, shrinking_runs=0)

    assert trail == Trail(Hunted(FIRST, (SECOND,), 2, trail.result.seconds), None)


def test_a_hunt_that_finds_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standard, "run", _worlds(violating=9))

    trail = search("faultless", seeds=5, shrinking_runs=0)

    assert trail.result.invariant is None
    assert str(trail).startswith("NOT FOUND")


LAW, STORY = "tests/domain/test_x.py::test_law", "tests/stories/test_x.py::test_story"
OTHER = "tests/domain/test_x.py::test_other"
AGAIN = (
    "tests/stories/test_switches.py::test_the_stories_pass_with_all_switches_in_their_other_setting"
)


def test_a_defect_that_turns_its_laws_red_and_nothing_else_is_subtle() -> None:
    assert verdict((LAW,), {LAW}).is_subtle
    assert verdict((), set()).is_subtle


def test_an_unlisted_red_test_and_a_green_law_are_reported() -> None:
    found = verdict((LAW,), {OTHER})

    assert not found.is_subtle
    assert (found.beside, found.green) == ((OTHER,), (LAW,))


def test_a_repeated_story_may_turn_red_only_with_its_own_story() -> None:
    assert verdict((LAW, STORY), {LAW, STORY, AGAIN}).is_subtle
    assert verdict((LAW,), {LAW, AGAIN}).beside == (AGAIN,)
    assert verdict((LAW, AGAIN), {LAW, AGAIN}).is_subtle
