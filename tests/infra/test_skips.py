"""A run cannot skip in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.skips import CARRIER_FILES_ABSENT, expected

ROOT = Path(__file__).parents[2]
SKIPPING = """
import pytest

@pytest.mark.parametrize("n", (1, 2))
def test_it(n):
    pytest.skip("not today")
"""

ON_A_WORKER = ("-n", "1")
ANOTHER = """
def test_another():
    pytest.skip("why")
"""


def _run(
    folder: Path, listing: str, *more: str, source: str = SKIPPING
) -> subprocess.CompletedProcess[str]:
    (folder / "test_skipping.py").write_text(source)
    (folder / "skips.txt").write_text(listing)
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null"),
            *(f"--rootdir={folder}", f"--confcutdir={folder}", "--expected-skips=skips.txt"),
            *more,
        ],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_listed_skip_passes(tmp_path: Path) -> None:
    run = _run(tmp_path, "test_skipping.py::test_it - not today\n")

    assert run.returncode == 0, run.stdout


def test_an_unlisted_skip_fails_the_run(tmp_path: Path) -> None:
    run = _run(tmp_path, "# nothing\n")

    assert run.returncode == 1
    assert "skipped, but not listed in tests/skips.txt" in run.stdout


def test_a_listed_skip_that_did_not_happen_fails_the_run(tmp_path: Path) -> None:
    run = _run(tmp_path, "test_skipping.py::test_it - not today\ntest_gone.py - not today\n")

    assert run.returncode == 1
    assert "listed in tests/skips.txt, but not skipped" in run.stdout


def test_skips_for_absent_carrier_files_count_only_without_them() -> None:
    listing = f"# why\n\ntests/a.py - {CARRIER_FILES_ABSENT}\ntests/b.py - other\n"

    assert expected(listing, carrier_files=True) == {"tests/b.py - other"}
    assert len(expected(listing, carrier_files=False)) == 2


@pytest.mark.parametrize(
    "part", [("-k", "test_it"), ("-k", "not test_it", *ON_A_WORKER)], ids=["here", "on a worker"]
)
def test_each_part_of_a_run_has_the_skips_of_its_own_tests(
    part: tuple[str, ...], tmp_path: Path
) -> None:
    listing = "test_skipping.py::test_it - not today\ntest_skipping.py::test_another - why\n"

    run = _run(tmp_path, listing, *part, source=SKIPPING + ANOTHER)

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_run_of_one_folder_has_the_skips_of_that_folder(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "test_other.py").write_text("def test_other(): pass\n")

    run = _run(tmp_path, "test_skipping.py::test_it - not today\n", "other")
    listed_there = _run(tmp_path, "other/test_other.py::test_other - why\n", "other")

    assert run.returncode == 0, run.stdout + run.stderr
    assert listed_there.returncode == 1


def test_the_skips_of_workers_are_held_to_the_list_as_well(tmp_path: Path) -> None:
    run = _run(tmp_path, "test_gone.py - not today\n", *ON_A_WORKER)

    assert run.returncode == 1
    assert "skipped, but not listed in tests/skips.txt" in run.stdout
    assert "listed in tests/skips.txt, but not skipped" in run.stdout
