"""Fault points: every port call of every story, with each fault that can befall it.

Singles: each (point, fault) of each story. Pairs: for the shortest stories, each second fault that
can strike within ten virtual seconds of a first, at whatever point the story then comes to; beyond
a limit a part of them, drawn by seed. Distinct traces are counted: a fault that changes nothing
that anybody sees is the same trace.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from zlib import crc32

from tests.simulation.fault_profiles import faults_of, mishaps_of
from tests.simulation.scripts import Planned, Strike, Strikes
from tests.simulation.story_runner import run_story, stories
from tests.simulation.walk import Verdict, verdict_of, walk

PAIRED_STORIES = 10
MOST_PAIRS = 100_000
PIECE = 250  # singles that one worker walks at once, about
FIRSTS = 4  # first strikes of pairs that one worker walks at once, about


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one story's trials: the first strikes whose names fall to it, of so many parts.

    Of pairs only a `share`, drawn by seed.
    """

    story: str
    part: int
    parts: int
    depth: int = 1
    share: float = 1.0
    seed: int = 0

    def wants(self, strikes: Strikes) -> bool:
        if len(strikes) == 1:
            return crc32(_name(strikes)) % self.parts == self.part
        return self.share >= 1 or self._draw(strikes) < self.share

    def _draw(self, strikes: Strikes) -> float:
        key = self.seed.to_bytes(8, "big", signed=True)
        name = self.story.encode() + _name(strikes)
        return int.from_bytes(blake2b(name, digest_size=8, key=key).digest(), "big") / 2**64


def _name(strikes: Strikes) -> bytes:
    return "/".join(map(str, strikes)).encode()


def judge_piece(piece: Piece) -> list[Verdict]:
    return walk(piece.story, piece.depth, piece.wants)


# --- Which -----------------------------------------------------------------------------------


def singles(story: str) -> list[Strike]:
    """All (point, fault) of one story, as it goes when nothing is wrong."""
    played = run_story(stories()[story])
    faults = [
        Strike(point, fault)
        for point, port, operation in played.points
        for fault in faults_of(port, operation)
    ]
    told = played.deliveries
    return [*faults, *(Strike(name, mishap) for name in told for mishap in mishaps_of(name))]


def some(seed: int, count: int) -> list[tuple[str, Strikes]]:
    """A sample of the singles, for a quick test."""
    trials = [(name, (strike,)) for name in stories() for strike in singles(name)]
    return Random(seed).sample(trials, min(count, len(trials)))


def judge(story: str, strikes: Strikes) -> Verdict:
    """One trial by itself, from the beginning."""
    return verdict_of(story, strikes, run_story(stories()[story], Planned(strikes)))


def pieces(names: Iterable[str]) -> list[Piece]:
    """All singles of those stories."""
    found: list[Piece] = []
    for name in names:
        parts = len(singles(name)) // PIECE + 1
        found += [Piece(name, part, parts) for part in range(parts)]
    return found


def paired(verdicts: Sequence[Verdict], seed: int, most_pairs: int = MOST_PAIRS) -> list[Piece]:
    """The pairs of the shortest stories, those with the fewest singles."""
    counts = Counter(verdict.story for verdict in verdicts)
    shortest = sorted(counts, key=lambda name: (counts[name], name))[:PAIRED_STORIES]
    possible = sum(verdict.seconds for verdict in verdicts if verdict.story in shortest)
    share = min(1.0, most_pairs / max(possible, 1))
    print(f"{possible} pairs in {len(shortest)} stories, {share:.0%} of them", flush=True)
    return [
        Piece(name, part, parts, depth=2, share=share, seed=seed)
        for name in shortest
        for parts in (counts[name] // FIRSTS + 1,)
        for part in range(parts)
    ]


# --- Playing them ----------------------------------------------------------------------------


class Tally:
    """What came of all trials so far; prints progress, and the first of each kind of violation."""

    def __init__(self, *, keep_going: bool) -> None:
        self.found: Counter[str] = Counter()
        self.trials = 0
        self._keep_going = keep_going
        self._digests: set[str] = set()

    def adds(self, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            self.trials += 1
            self._digests.add(verdict.digest)
            if verdict.violated is not None:
                self._violated(verdict)

    def _violated(self, verdict: Verdict) -> None:
        kind = _kind(verdict)
        self.found[kind] += 1
        if self.found[kind] == 1:
            print(report(verdict), flush=True)

    @property
    def is_enough(self) -> bool:
        return bool(self.found) and not self._keep_going

    def __str__(self) -> str:
        kinds = [f"{count:6} {kind}\n" for kind, count in self.found.most_common()]
        return (
            f"{''.join(kinds)}{self.trials} trials, {len(self._digests)} distinct traces, "
            f"{self.found.total()} violations"
        )


def run(
    names: Sequence[str], cores: int, *, seed: int = 0, pairs: bool, keep_going: bool = False
) -> int:
    """Prints progress and the first violation (or each kind of all); 0 when there is none."""
    tally = Tally(keep_going=keep_going)
    with multiprocessing.get_context("spawn").Pool(cores, quiet) as pool:

        def played(todo: Sequence[Piece], what: str) -> Iterator[Verdict]:
            began = time.monotonic()
            for done, verdicts in enumerate(pool.imap_unordered(judge_piece, todo), 1):
                tally.adds(verdicts)
                yield from verdicts
                seconds = time.monotonic() - began
                left = seconds / done * (len(todo) - done)
                if done % 20 == 0 or done == len(todo):
                    print(
                        f"{what}: {done} of {len(todo)} parts, {tally.trials} trials, "
                        f"{seconds:.0f} s, {left:.0f} s left",
                        flush=True,
                    )
                if tally.is_enough:
                    return

        verdicts = list(played(pieces(names), "singles"))
        if pairs and not tally.is_enough:
            for _ in played(paired(verdicts, seed), "pairs"):
                pass
    print(tally)
    return int(bool(tally.found))


def _kind(verdict: Verdict) -> str:
    return f"{verdict.invariant} | {', '.join(strike.what for strike in verdict.strikes)}"


def report(verdict: Verdict) -> str:
    lines = "\n".join(f"    {line}" for line in verdict.lines)
    return f"{verdict}\n  {verdict.violated}\n{lines}"


def quiet() -> None:
    """What goes wrong on purpose is not logged."""
    logging.disable(logging.CRITICAL)
