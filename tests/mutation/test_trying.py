from __future__ import annotations

import importlib
import importlib.util
import json
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation import forks, session
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.planting import Functions, PlantedImports, collect_executed, marked
from tests.mutation.report import Report
from tests.mutation.trial import Trial, Verdict

TOY = """
def is_open(hour: int) -> bool:
    return hour >= 9
"""
TESTS = """
from toy_of_a_mutant import is_open

def test_at_noon():
    assert is_open(12)

def test_at_nine():
    assert is_open(9)
"""


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[ModuleType]:
    """A module, and a file with its tests."""
    file = tmp_path / "toy_of_a_mutant.py"
    file.write_text(TOY)
    (tmp_path / "test_toy.py").write_text(TESTS)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[file.stem]


def swapped() -> Mutant:
    (found,) = (m for m in mutants_of("app/domain/toy.py", TOY, {}) if "> 9" in m.key.after)
    return found


def tried(toy: ModuleType, wanted: str) -> Verdict:
    """What the toy's tests of that name say of the toy in which nine is not open."""
    assert toy.__file__ is not None
    file = Path(toy.__file__)

    def do(source: str, say: forks.Say) -> None:
        def work(items: Sequence[pytest.Item]) -> None:
            assert Functions(frozenset({str(file)})).plant(str(file), source)
            chosen = [(item, 1.0) for item in items if wanted in item.name]
            say(json.dumps(asdict(Trial(lambda _: None).run(chosen, ()))))

        session.collected([str(file.parent / "test_toy.py")], work)

    (ended,) = forks.each([swapped().source(TOY)], do, 1)
    return Verdict(**json.loads(ended.said))


def test_a_mutant_is_killed_by_the_test_that_fails(toy: ModuleType) -> None:
    verdict = tried(toy, "nine")

    assert verdict.stage == "nearest"
    assert verdict.by.endswith("::test_at_nine")


def test_a_mutant_survives_tests_that_do_not_see_it(toy: ModuleType) -> None:
    verdict = tried(toy, "noon")

    assert verdict.stage is None


def test_whoever_has_imported_a_function_sees_the_change(toy: ModuleType) -> None:
    is_open = toy.is_open
    file = str(toy.__file__)
    before = is_open(9)

    Functions(frozenset({file})).plant(file, swapped().source(TOY))

    assert before
    assert not is_open(9)


def test_a_module_is_imported_as_it_is_planted(tmp_path: Path) -> None:
    def do(_: str, say: forks.Say) -> None:
        path = Path("app/domain/numbering.py").resolve()
        sys.modules.pop("app.domain.numbering", None)
        PlantedImports({path: lambda: marked("numbering", "def one():\n    return 1\n")}).install()
        executed = collect_executed()
        numbering = importlib.import_module("app.domain.numbering")

        say(f"{numbering.one()} {executed}")

    (ended,) = forks.each([""], do, 1)

    assert ended.said == "1 {('numbering', 2)}"


def test_a_copy_that_takes_too_long_is_ended() -> None:
    def do(work: str, say: forks.Say) -> None:
        say(work)
        signal.setitimer(signal.ITIMER_PROF, 0.05)
        while True:
            time.process_time()

    ended = list(forks.each(["one", "two"], do, 2))

    assert sorted((e.said, e.signal) for e in ended) == [
        ("one", signal.SIGPROF),
        ("two", signal.SIGPROF),
    ]


def test_a_rate_counts_those_that_are_not_equivalent() -> None:
    mutant = swapped()
    killed, survived = Verdict("nearest"), Verdict(None)

    report = Report([(mutant, killed)] * 3 + [(mutant, survived)], [mutant] * 6)

    assert report.rates == {"domain": 0.75}
    assert not report.is_enough
    assert Report([(mutant, killed)], []).is_enough
    assert not Report([(mutant, survived)], [], least={}).is_enough
