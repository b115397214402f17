"""What is tried on a mutant, in this order: its nearest tests, stories, 20 worlds.

Whoever asks has forked: this process ends with the trial. The first failure ends it, and so does a
test or a world that takes far longer than it should.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pytest

Stage: TypeAlias = Literal["nearest", "stories", "worlds"]
STAGES: tuple[Stage, ...] = ("nearest", "stories", "worlds")
STORIES = "tests/stories/"
WORLDS = 20
WORLD_SECONDS = 15  # of this process: a world takes three
TEST_SECONDS = 5  # more than it took when nothing was changed
WAITING_FACTOR = 40  # only for what waits for ever: a busy machine may give a tenth of a core
SIGNALS = {signal.SIGPROF, signal.SIGALRM}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`stage` None: it survived. `by`: the test or the world that failed."""

    stage: Stage | None
    by: str = ""


class Failed(Exception):
    """A test or a world failed."""


def profile_of(seed: int) -> str:
    return "faultless" if seed % 2 == 0 else "all-faults"


class Trial:
    """Tells by `say` what it is about to do, so that whoever kills it knows where it was."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say

    def run(self, items: Sequence[tuple[pytest.Item, float]], seeds: Sequence[int]) -> Verdict:
        """The tests, each with the seconds that it takes, then the worlds."""
        stage: Stage = "nearest"
        by = ""
        try:
            for number, (item, seconds) in enumerate(items):
                stage, by = stage_of(item.nodeid), item.nodeid
                self._begin(stage, by, TEST_SECONDS + 3 * seconds)
                following = items[number + 1][0] if number + 1 < len(items) else None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            stage = "worlds"
            for seed in seeds:
                by = f"seed {seed}, {profile_of(seed)}"
                self._begin(stage, by, WORLD_SECONDS)
                run_world(seed)
        except Failed:
            return Verdict(stage, by)
        except Exception as error:  # noqa: BLE001 - a mutant may break a world in any way
            return Verdict(stage, f"{by}: {type(error).__name__}")
        return Verdict(None)

    def _begin(self, stage: Stage, by: str, seconds: float) -> None:
        self._say(f"{stage}\t{by}\n")
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * WAITING_FACTOR)


def run_world(seed: int) -> None:
    """Raises Failed when it violates a law."""
    from tests.simulation.standard import run

    logging.disable(logging.CRITICAL)
    if (violated := run(seed, profile=profile_of(seed)).violated) is not None:
        raise Failed(violated.name)


class Reports:
    """Of a session: the first report of a failure ends the trial."""

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            raise Failed(report.nodeid)


def stage_of(node: str) -> Stage:
    return "stories" if node.startswith(STORIES) else "nearest"


def silence() -> None:
    """What a mutant prints, nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
