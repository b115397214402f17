"""The lists of tests.support.spreading do not rot: a file that moved would be spread anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.spreading import LONGEST, STORIES, TOGETHER, TOLD_AGAIN, scope_of

ROOT = Path(__file__).parents[2]
MAKES_THE_WALK = re.compile(
    r"^from tests\.domain\.(world|diagram|\w+_walk) import"
    r" .*\b(walk|page|askings|consultations|parkings|pickups|recordings|supervisions)\b",
    re.MULTILINE,
)
ALONE = "pytest.mark.alone"
LISTENS = re.compile(r"\bhears(_no)?\(")  # by samples, at a browser's receiver
LISTED = {file for files in TOGETHER.values() for file in files} | TOLD_AGAIN


@pytest.mark.parametrize("file", sorted(LISTED | ({*LONGEST} - {*TOGETHER})))
def test_a_listed_file_is_there(file: str) -> None:
    assert (ROOT / file).exists()


def test_the_files_that_share_the_walk_are_one_scope() -> None:
    """Or a part of it: else it is walked once more by each worker."""
    texts = {file: file.read_text() for file in (ROOT / "tests").rglob("test_*.py")}

    makers = {
        str(file.relative_to(ROOT)) for file, text in texts.items() if MAKES_THE_WALK.search(text)
    }

    assert makers == {*TOGETHER["walk"]}


def test_stories_are_one_scope_and_each_file_that_repeats_them_its_own() -> None:
    assert scope_of(f"{STORIES}test_repair.py::test_x[wire]") == STORIES
    assert {scope_of(f"{file}::test_x") for file in TOLD_AGAIN} == TOLD_AGAIN


def test_any_other_file_is_a_scope_of_its_own() -> None:
    assert scope_of("tests/infra/test_box.py::test_x[a::b]") == "tests/infra/test_box.py"


def test_every_test_that_hears_real_sound_runs_alone() -> None:
    """Else another test beside it would be heard as a gap."""
    sound = [test for test in _tests_of("exchange/sound") if test.has_browser]
    e2e = [*_tests_of("e2e")]

    hearing = [*e2e, *(test for test in sound if LISTENS.search(test.source))]

    assert len(hearing) > len(e2e) > 0
    assert [test.name for test in hearing if not test.is_alone] == []


class _Test(NamedTuple):
    name: str
    source: str
    has_browser: bool
    is_alone: bool


def _tests_of(folder: str) -> Iterator[_Test]:
    for file in sorted((ROOT / "tests" / folder).glob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        of_file = {ALONE} if f"\npytestmark = {ALONE}\n" in text else set()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = of_file | {ast.unparse(mark) for mark in node.decorator_list}
                name = f"{file.name}::{node.name}"
                yield _Test(name, ast.unparse(node), "playwright" in text, ALONE in marks)
