"""A session of pytest: its tests are collected once, and run by whoever asks, in any order."""

from __future__ import annotations

import importlib
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeAlias

import hypothesis
import pytest

from tests.mutation.trial import Reports
from tests.support.tree_copy import ROOT

NEAREST = ("tests/domain", "tests/service", "tests/extension", "tests/adapters/plan")
BESIDE = (  # but for those of a browser
    "tests/adapters/test_*.py",
    "tests/console/test_*.py",
    "tests/simulation/test_replay.py",  # of the core's own replay
)
LEFT_OUT = frozenset(
    {
        "tests/adapters/plan/test_demo_sounds.py",  # it listens to files of sound
        "tests/console/test_hostile.py",  # it asks for everything, for 20 s, and finds markup only
        "tests/domain/test_diagram.py",  # it draws the walk for 30 s; the laws see each step
        "tests/stories/test_traces.py",  # it compares the stories that ran before it
    }
)
OPTIONS = (
    *("-q", "-p", "no:cacheprovider", "-m", "not wire and not alone", "--capture=sys"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what is warm is imported already
)
OURS = frozenset({"app", "tests", "demo", "conftest", "__main__", "__mp_main__"})
Work: TypeAlias = Callable[[Sequence[pytest.Item]], None]


def files() -> tuple[str, ...]:
    """The test files that may see a mutant: those of the core, and of what shows it."""
    folders = (*NEAREST, "tests/stories")
    found = [file for folder in folders for file in (ROOT / folder).rglob("test_*.py")]
    found += [file for pattern in BESIDE for file in ROOT.glob(pattern)]
    names = (str(file.relative_to(ROOT)) for file in sorted(found))
    return tuple(n for n in names if n not in LEFT_OUT and "test_browser_" not in n)


class _Session:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.is_collected = False
        self.error: Exception | None = None  # pytest would print it, and go on

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            self.is_collected = True
            try:
                self._work([item for item in session.items if not _needs_a_server(item)])
            except Exception as error:  # noqa: BLE001 - `collected` raises it
                self.error = error
        return True


def _needs_a_server(item: pytest.Item) -> bool:
    """A copy that is killed would leave its server behind."""
    return "cloud" in getattr(item, "fixturenames", ())


def collected(names: Sequence[str], work: Work, plugins: Sequence[object] = ()) -> bool:
    """Whether these files could be collected; then the work has been done with their tests."""
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    hypothesis.settings.load_profile("mutation")
    session = _Session(work)
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*OPTIONS, f"--basetemp={folder}/tests", f"--rootdir={ROOT}", *names]
        pytest.main(arguments, plugins=[session, Reports(), *plugins])
    if session.error is not None:
        raise session.error
    return session.is_collected


def imported() -> list[str]:
    """What this process has imported that is not ours to change."""
    return sorted(name for name in sys.modules if name.partition(".")[0] not in OURS)


def warm_up(names: Iterable[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with suppress(ImportError):
                importlib.import_module(name)
