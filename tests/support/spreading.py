"""How pytest-xdist spreads the tests over its workers: file by file, the longest first.

What only computes, for long, is marked `beside`: `make test` runs it at the lowest priority beside
the tests that hear, which leave half of the machine idle.

Files that share what is long in the making go to one worker together. pytest-xdist has a mark for
that, `xdist_group`; with pytest 9.2 it is ignored without a word (pytest-xdist issue 1386).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from xdist.scheduler import LoadFileScheduling

STORIES: Final = "tests/stories/"  # test_traces.py compares what they went through
TOLD_AGAIN: Final = frozenset(
    f"{STORIES}test_{name}.py"
    for name in (
        "carrier_faults",
        "each_verb_in_each_situation",
        "lost_acknowledgements",
        "switches",
        "vanished_performers",
    )
)
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "walk": (
        "tests/adapters/twilio/test_document_lints.py",
        "tests/domain/test_diagram.py",
        "tests/domain/test_endless.py",
        "tests/domain/test_facts.py",
        "tests/domain/test_laws_of_a_call.py",
        "tests/domain/test_laws_of_a_colleague.py",
        "tests/domain/test_laws_of_a_consultation.py",
        "tests/domain/test_laws_of_a_pickup.py",
        "tests/domain/test_laws_of_a_recording.py",
        "tests/domain/test_laws_of_a_supervision.py",
        "tests/domain/test_laws_of_parking.py",
        "tests/domain/test_beyond_reach.py",
    ),
    "package": ("tests/infra/test_functions.py", "tests/infra/test_package.py"),
}
LONGEST: Final = (
    "walk",
    STORIES,
    "tests/console/test_browser_call.py",
    "tests/console/test_browser_pages.py",
    "package",
    "tests/simulation/test_race.py",
    "tests/infra/test_make_run.py",
    "tests/simulation/test_worlds.py",
    *sorted(TOLD_AGAIN),
)
BESIDE: Final = frozenset(
    {
        "walk",
        "tests/simulation/test_worlds.py",
        "tests/simulation/test_misfortunes.py",
        "tests/simulation/test_fast_faults.py",
    }
)
_SCOPES: Final = {file: scope for scope, files in TOGETHER.items() for file in files}


def scope_of(nodeid: str) -> str:
    """Tests of one scope run on one worker, one after the other."""
    file = nodeid.partition("::")[0]
    if file.startswith(STORIES) and file not in TOLD_AGAIN:
        return STORIES
    return _SCOPES.get(file, file)


class _Scopes(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


class Spreading:
    """The plugin behind --dist=loadfile."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(
        self, config: pytest.Config, log: object
    ) -> LoadFileScheduling | None:
        """None leaves the other ways to spread to pytest-xdist."""
        if config.getoption("dist") != "loadfile":
            return None
        config.option.loadscopereorder = (
            False  # it would begin with the most tests, not the longest
        )
        return _Scopes(config, log)

    @pytest.hookimpl(tryfirst=True)  # before -m selects by what is marked here
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """The order in a worker only: else tests keep the order of their files."""
        for item in items:
            if scope_of(item.nodeid) in BESIDE:
                item.add_marker("beside")
        if hasattr(config, "workerinput"):
            rank = {scope: number for number, scope in enumerate(LONGEST)}
            items.sort(key=lambda item: rank.get(scope_of(item.nodeid), len(rank)))
