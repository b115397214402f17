"""The lists of tests.support.spreading do not rot: a file that moved would be spread anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.spreading import BESIDE, LONGEST, STORIES, TOGETHER, TOLD_AGAIN, scope_of

ROOT = Path(__file__).parents[2]
MAKES_THE_WALK = re.compile(
    r"^from tests\.domain\.(world|diagram|\w+_walk) import"
    r" .*\b(walk|page|askings|consultations|parkings|pickups|recordings|supervisions)\b",
    re.MULTILINE,
)
ALONE = "pytest.mark.alone"
LISTENS = re.compile(r"\bhears(_no)?\(")  # by samples, at a browser's receiver
LISTED = {file for files in TOGETHER.values() for file in files} | TOLD_AGAIN


@pytest.mark.parametrize("file", sorted(LISTED | ({*LONGEST, *BESIDE} - {*TOGETHER})))
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


def test_each_test_is_in_one_part_of_make_test() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    parts = re.findall(r"-m (\"[^\"]*\"|\w+) \$\(LISTED\)", makefile)
    hearing, computing = _folders(makefile, "HEARING"), _folders(makefile, "COMPUTING")
    alone = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "tests").rglob("test_*.py")
        if _is_alone(file)
    }
    beside = {file for scope in BESIDE for file in TOGETHER.get(scope, (scope,))}

    assert parts == ['"not alone and not beside"', "beside", "alone"]
    assert alone
    assert [file for file in alone if not file.startswith(hearing)] == []
    assert [file for file in beside if not file.startswith(computing)] == []
    assert alone & beside == set()


def test_every_test_that_hears_real_sound_runs_alone() -> None:
    """Else another test beside it would be heard as a gap."""
    sound = [test for test in _tests_of("exchange/sound") if test.has_browser]
    e2e = [*_tests_of("e2e")]

    hearing = [*e2e, *(test for test in sound if LISTENS.search(test.source))]

    assert len(hearing) > len(e2e) > 0
    assert [test.name for test in hearing if not test.is_alone] == []


def _folders(makefile: str, name: str) -> tuple[str, ...]:
    found = re.search(rf"^{name} := (.*)$", makefile, re.MULTILINE)
    assert found is not None
    return tuple(f"{folder}/" for folder in found[1].split())


def _is_alone(file: Path) -> bool:
    return (
        re.search(rf"^(@|pytestmark = ){ALONE}$", file.read_text("utf-8"), re.MULTILINE) is not None
    )


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
