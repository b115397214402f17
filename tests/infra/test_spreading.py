"""The lists of tests.support.spreading do not rot: a file that moved would be spread anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.spreading import LONGEST, STORIES, TOGETHER, TOLD_AGAIN, scope_of

ROOT = Path(__file__).parents[2]
MAKES_THE_WALK = re.compile(
    r"^from tests\.domain\.(world|diagram) import .*\b(walk|page)\b", re.MULTILINE
)
LISTED = {file for files in TOGETHER.values() for file in files} | TOLD_AGAIN


@pytest.mark.parametrize("file", sorted(LISTED | ({*LONGEST} - {*TOGETHER})))
def test_a_listed_file_is_there(file: str) -> None:
    assert (ROOT / file).exists()


def test_the_files_that_share_the_walk_are_one_scope() -> None:
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


def test_every_file_with_real_sound_runs_alone() -> None:
    """Else another test beside it would be heard as a gap."""
    sound = [file.read_text() for file in (ROOT / "tests/exchange/sound").glob("test_*.py")]
    e2e = [file.read_text() for file in (ROOT / "tests/e2e").glob("test_*.py")]

    hearing = [*e2e, *(text for text in sound if re.search(r"playwright|_thread import", text))]

    assert len(hearing) > len(e2e) > 0
    assert all("pytestmark = pytest.mark.alone\n" in text for text in hearing)
