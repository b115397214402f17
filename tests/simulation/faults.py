"""Fault points: every port call of every story, with each fault that can befall it.

A story's baseline numbers its port calls and its deliveries; then it is played once a (point,
fault), and for the shortest stories once a pair of faults that lie close together. Distinct traces
are counted: a fault that changes nothing that anybody sees is the same trace.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from tests.simulation.theatre import play, stories
from tests.simulation.weather import Fault, faults_of

MISHAPS = ("repeated", "unanswered")
PAIR_SECONDS = 10.0
PAIRED_STORIES = 10
MOST_PAIRS = 100_000
REPAIR_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One story with some faults: at points by name, and mishaps of deliveries by name."""

    story: str
    faults: tuple[tuple[str, Fault], ...] = ()
    mishaps: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = [f"{fault} at {point}" for point, fault in self.faults]
        return f"{self.story}: {', '.join([*what, *self.mishaps])}"


@dataclass(frozen=True, slots=True)
class Verdict:
    trial: Trial
    digest: str
    violated: str | None
    invariant: str
    lines: tuple[str, ...]


def singles(story: str) -> list[Trial]:
    """All (point, fault) of one story."""
    played = play(stories()[story])
    trials = [
        Trial(story, ((point, fault),))
        for point, port, operation, _ in played.points
        for fault in faults_of(port, operation)
    ]
    for name in played.deliveries:
        trials += [Trial(story, (), (f"{mishap}/{name}",)) for mishap in MISHAPS]
    return trials


def pairs(story: str) -> list[Trial]:
    """Two faults within ten virtual seconds of each other."""
    played = play(stories()[story])
    found: list[Trial] = []
    for first, (one, port, operation, at) in enumerate(played.points):
        for two, other_port, other_operation, then in played.points[first + 1 :]:
            if then - at > PAIR_SECONDS:
                break
            found += [
                Trial(story, ((one, fault), (two, other)))
                for fault in faults_of(port, operation)
                for other in faults_of(other_port, other_operation)
            ]
    return found


def everything(seed: int, most_pairs: int = MOST_PAIRS) -> list[Trial]:
    names = list(stories())
    lengths = {name: len(play(stories()[name]).points) for name in names}
    shortest = sorted(names, key=lambda name: (lengths[name], name))[:PAIRED_STORIES]
    paired = [trial for name in shortest for trial in pairs(name)]
    if len(paired) > most_pairs:
        paired = Random(seed).sample(paired, most_pairs)
    return [trial for name in names for trial in singles(name)] + paired


def some(seed: int, count: int) -> list[Trial]:
    """A sample of the singles, for a quick test."""
    trials = [trial for name in stories() for trial in singles(name)]
    return Random(seed).sample(trials, min(count, len(trials)))


def judge(trial: Trial) -> Verdict:
    played = play(
        stories()[trial.story],
        planned=dict(trial.faults),
        mishaps=frozenset(trial.mishaps),
        patience_seconds=REPAIR_SECONDS,
    )
    violated = played.violated
    return Verdict(
        trial,
        played.digest,
        str(violated) if violated else None,
        violated.name if violated else "",
        played.lines if violated else (),
    )


def run(trials: Sequence[Trial], cores: int, *, keep_going: bool = False) -> int:
    """Prints progress and the first violation (or a table of all); 0 when there is none."""
    began, digests = time.monotonic(), set[str]()
    found: Counter[str] = Counter()
    with multiprocessing.get_context("spawn").Pool(cores, quiet) as pool:
        for done, verdict in enumerate(pool.imap_unordered(judge, trials, chunksize=16), 1):
            digests.add(verdict.digest)
            if verdict.violated is not None:
                found[_kind(verdict)] += 1
                if not keep_going or found[_kind(verdict)] == 1:
                    print(report(verdict))
                if not keep_going:
                    return 1
            if done % 500 == 0 or done == len(trials):
                seconds = time.monotonic() - began
                left = seconds / done * (len(trials) - done)
                print(f"{done} of {len(trials)}, {seconds:.0f} s, {left:.0f} s left", flush=True)
    for kind, count in found.most_common():
        print(f"{count:6} {kind}")
    print(f"{len(trials)} trials, {len(digests)} distinct traces, {found.total()} violations")
    return int(bool(found))


def _kind(verdict: Verdict) -> str:
    faults: Iterable[str] = [fault for _, fault in verdict.trial.faults]
    mishaps = [name.partition("/")[0] for name in verdict.trial.mishaps]
    return f"{verdict.invariant} | {', '.join([*faults, *mishaps])}"


def report(verdict: Verdict) -> str:
    lines = "\n".join(f"    {line}" for line in verdict.lines)
    return f"{verdict.trial}\n  {verdict.violated}\n{lines}"


def quiet() -> None:
    """What goes wrong on purpose is not logged."""
    logging.disable(logging.CRITICAL)
