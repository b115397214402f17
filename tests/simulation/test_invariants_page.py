"""What hunts found fits what is planted and declared, and docs/invariants.md says it."""

from __future__ import annotations

from pathlib import Path

from tests.simulation import hunted
from tests.simulation.defects_table import DEFECTS
from tests.simulation.hunted import Hunted, complaints, merged
from tests.simulation.invariants_page import PAGE, page
from tests.simulation.laws import LAWS, Law

PLANTED = [defect.name for defect in DEFECTS]
FIRST, SECOND, THIRD = "a number rings twice", "a save is lost", "a hold never ends"
INVARIANT, OTHER = "each save counts", "each hold ends"
DECLARED = {INVARIANT: Law("safety", "W1"), OTHER: Law("duration")}
ALONE = Hunted(INVARIANT, (), 4, 2.5)
BESIDE = Hunted(INVARIANT, (OTHER,), 0, 1.0)
NOT_FOUND = Hunted(None, (), None, 900.0)


def test_what_was_hunted_fits_what_is_planted_and_declared() -> None:
    wrong = list(complaints(hunted.read(), PLANTED, LAWS))

    assert not wrong, "\n".join(wrong)


def test_the_page_is_what_was_hunted() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"


def test_a_result_of_a_defect_that_is_not_planted_is_told() -> None:
    told = list(complaints({FIRST: ALONE, SECOND: None}, [FIRST], DECLARED))

    assert told == [f"hunted.json tells of “{SECOND}”, and no planted defect is called that"]


def test_a_planted_defect_without_an_entry_is_told() -> None:
    told = list(complaints({FIRST: None}, [FIRST, SECOND], DECLARED))

    assert told == [
        f"“{SECOND}” is planted and has no entry in hunted.json: run make defects for it"
    ]


def test_a_result_of_an_invariant_that_is_not_declared_is_told() -> None:
    told = list(complaints({FIRST: BESIDE}, [FIRST], {INVARIANT}))

    assert told == [f"“{FIRST}” was found by “{OTHER}”, and no invariant is called that"]


def test_the_newest_result_of_what_is_planted_is_kept() -> None:
    known = {FIRST: ALONE, SECOND: NOT_FOUND, "it was planted once": BESIDE}

    kept = merged(known, {SECOND: BESIDE}, [SECOND, FIRST, THIRD])

    assert list(kept.items()) == [(SECOND, BESIDE), (FIRST, ALONE), (THIRD, None)]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    results = {FIRST: ALONE, SECOND: BESIDE, THIRD: None}

    hunted.write(results, tmp_path / "hunted.json")

    assert hunted.read(tmp_path / "hunted.json") == results


def test_the_page_says_who_found_a_defect_who_saw_it_too_and_what_is_not_hunted() -> None:
    text = page({FIRST: ALONE, SECOND: BESIDE, THIRD: None}, DECLARED)

    assert f"| {INVARIANT} | W1 | {FIRST} (**alone**); {SECOND} |  |\n" in text
    assert f"| {OTHER} |  |  | {SECOND} |\n" in text
    assert f"| {FIRST} | {INVARIANT} | 0 | 4 | 2.5 |\n" in text
    assert f"| {SECOND} | {INVARIANT} | 1 | 0 | 1.0 |\n" in text
    assert text.endswith(f"`make defects` hunts them.\n\n- {THIRD}\n")
    assert "2 of 3 planted defects were hunted and 2 found, 1 of them by one invariant" in text


def test_a_defect_that_no_world_found_is_told_as_that() -> None:
    text = page({FIRST: NOT_FOUND}, DECLARED)

    assert f"| {FIRST} | none, in 200 worlds |  |  | 900.0 |\n" in text
    assert "1 of 1 planted defects were hunted and 0 found" in text
    assert "## Not hunted yet" not in text
