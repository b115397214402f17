"""`make switches`: the whole story suite in memory, once for each switch in its other setting.

`python -m tests.stories.all_switches [SWITCH ...]` tells it with each of them, or those that are
named, in a process of its own, as many at once as there are cores. What `test_switches.py` tells in
every run is a part of this.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stories.environments import ASSUMED, UNUSED_SWITCHES
from tests.stories.switch_overrides import OTHER, all_unused, with_

HERE = Path(__file__).parent
NOT_TOLD = ("test_switches.py", "test_traces.py")  # they set the switches, or compare environments
ALL, OF_UNUSED = "all of them", "those on no path yet"


class InMemory:
    """On the wire the same stories are told with what is assumed."""

    def __init__(self) -> None:
        self.passed = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if "cloud" not in _needs(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed


def _needs(item: pytest.Item) -> set[str]:
    parameters = getattr(item, "callspec", None)
    on_the_wire = parameters is not None and parameters.params.get("office") == "wire"
    return {*getattr(item, "fixturenames", ()), *(["cloud"] if on_the_wire else [])}


def told_here(chosen: str) -> int:
    """Pytest's verdict on all stories, with that switch in its other setting."""
    ASSUMED.set(with_(*(OTHER if chosen == ALL else {chosen} & set(OTHER))))
    if chosen in (ALL, OF_UNUSED):
        UNUSED_SWITCHES.set(all_unused())
    stories = InMemory()
    left_out = [f"--ignore={HERE / name}" for name in NOT_TOLD]
    quiet = ["-q", "--no-header", "-p", "no:cacheprovider"]
    verdict = pytest.main([*quiet, *left_out, str(HERE)], plugins=[stories])
    sys.stdout.write(f"\n{stories.passed}")
    return int(verdict) if stories.passed else 1


def told(chosen: str) -> tuple[bool, str]:
    """Whether every story was told, and what was said."""
    command = [sys.executable, "-m", "tests.stories.all_switches", "--here", chosen]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode == 0, ran.stdout + ran.stderr


def main(words: list[str]) -> int:
    if words[:1] == ["--here"]:
        return told_here(words[1])
    chosen = words or [*OTHER, OF_UNUSED, ALL]
    red = 0
    with ThreadPoolExecutor(os.cpu_count()) as at_once:
        for name, (green, said) in zip(chosen, at_once.map(told, chosen), strict=True):
            count = said.rstrip().rpartition("\n")[2]
            _say(f"{'green' if green else 'RED  '}  {name}: {count} tests")
            if not green:
                red += 1
                _say(said)
    _say(f"the story suite is green with {len(chosen) - red} of {len(chosen)} settings")
    return 1 if red else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
