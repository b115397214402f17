"""All faults of a story in one walk: at each point a copy of the process (`fork`) meets the fault.

Runs that differ only after a point are the same up to it, so that part runs once. The copy meets
the fault, runs the story to its end, writes its verdict and exits; the walker goes on to the next
point without a fault. For pairs the copy itself walks on, and is copied again at each point that
it reaches within some seconds.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from tests.simulation.fault_profiles import Fault, Mishap
from tests.simulation.scripts import Strike, Strikes
from tests.simulation.story_runner import StoryRun, run_story, stories

PAIR_SECONDS = 10.0

Wanted = Callable[[Strikes], bool]


class NoVerdict(BaseException):
    """A copy ended without a verdict: the harness itself is broken. No task may catch that."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a story went with these strikes; `seconds` others could have struck soon after."""

    story: str
    strikes: Strikes
    digest: str
    seconds: int = 0
    invariant: str = ""
    violated: str | None = None
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.story}: {', '.join(map(str, self.strikes)) or 'nothing'}"


class Walker:
    """A script that tries each strike in a copy. In the copy `struck` says with what."""

    def __init__(self, depth: int, wanted: Wanted, before_copy: Callable[[], None]) -> None:
        """Strikes up to so many at once, of those that are `wanted`."""
        self.on_strike: Callable[[Strikes], None] = lambda strikes: None
        self.struck: Strikes = ()
        self.seconds = 0
        self._depth = depth
        self._wanted = wanted
        self._before_copy = before_copy
        self._began = 0.0  # when the first one struck

    def strikes(self, point: str, possible: Sequence[Fault], second: float) -> Fault | None:
        return next((f for f in possible if self._tries(Strike(point, f), second)), None)

    def has_mishap(self, mishap: Mishap, delivery: str, second: float) -> bool:
        return self._tries(Strike(delivery, mishap), second)

    def _tries(self, strike: Strike, second: float) -> bool:
        """True in the copy that is struck."""
        if self.struck and second - self._began > PAIR_SECONDS:
            return False
        self.seconds += bool(self.struck)
        strikes = (*self.struck, strike)
        if len(strikes) > self._depth or not self._wanted(strikes):
            return False
        self._before_copy()
        copy = os.fork()
        if copy:
            _, status = os.waitpid(copy, 0)
            if status:
                raise NoVerdict(strikes)
            return False
        self._began = second if not self.struck else self._began
        self.struck, self.seconds = strikes, 0
        self.on_strike(strikes)
        return True


def walk(story: str, depth: int, wanted: Wanted) -> list[Verdict]:
    """The verdicts of all copies with exactly `depth` strikes."""
    gc.collect()
    gc.freeze()
    gc.disable()  # a copy is short-lived: what it leaves behind goes with it
    try:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
            _walk_story(story, Walker(depth, wanted, told.flush), depth, told)
            told.seek(0)
            return [_read(line) for line in told]
    finally:
        gc.enable()
        gc.unfreeze()


def _walk_story(story: str, walker: Walker, depth: int, told: IO[str]) -> None:
    """Runs in each copy too; a copy exits here."""
    try:
        played = run_story(stories()[story], walker)
        if not walker.struck:
            return
        if len(walker.struck) == depth:
            told.write(_written(verdict_of(story, walker.struck, played, walker.seconds)))
            told.flush()
    except BaseException:
        if not walker.struck:
            raise
        traceback.print_exc(file=sys.stderr)
        os._exit(1)
    os._exit(0)


def verdict_of(story: str, strikes: Strikes, played: StoryRun, seconds: int = 0) -> Verdict:
    violated = played.violated
    if violated is None:
        return Verdict(story, strikes, played.digest, seconds)
    return Verdict(
        story, strikes, played.digest, seconds, violated.name, str(violated), played.lines
    )


def _written(verdict: Verdict) -> str:
    strikes = [(strike.where, _kind(strike), strike.what.name) for strike in verdict.strikes]
    v = verdict
    return (
        json.dumps([v.story, strikes, v.digest, v.seconds, v.invariant, v.violated, v.lines]) + "\n"
    )


def _kind(strike: Strike) -> str:
    return type(strike.what).__name__


def _read(line: str) -> Verdict:
    story, strikes, digest, seconds, invariant, violated, lines = json.loads(line)
    kinds: dict[str, Any] = {"Fault": Fault, "Mishap": Mishap}
    read = tuple(Strike(where, kinds[kind][name]) for where, kind, name in strikes)
    return Verdict(story, read, digest, seconds, invariant, violated, tuple(lines))
