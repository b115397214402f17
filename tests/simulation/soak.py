"""Very many worlds, and none may violate anything: `make soak` plays 100,000 calls.

Under each order of hashes again, and the traces must be equal; one world in 100 also over HTTP.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.simulation.faults import quiet
from tests.simulation.shrinking import digest_of
from tests.simulation.standard import CALLS, Outcome, both_transports, run

CORES = 2
ONE_IN = 100  # this many worlds is also played over HTTP
TOLD_AFTER = 20  # worlds
HASH_SEED = "PYTHONHASHSEED"


@dataclass(frozen=True, slots=True)
class Soak:
    """`go_on`: a violation is told, and the next world begins."""

    seeds: range
    profile: str
    hash_seeds: Sequence[str] = ()  # none: the one that this process has
    go_on: bool = False

    def run(self) -> int:
        """Prints how far it is; 0 when nothing was violated and all orders of hashes agree."""
        failed, traces = False, list[list[str]]()
        for hash_seed in self.hash_seeds or (os.environ.get(HASH_SEED, "random"),):
            outcomes = list(self._under(hash_seed))
            failed = failed or any(outcome.violated for outcome in outcomes)
            if failed and not self.go_on:
                return 1
            traces.append([outcome.digest for outcome in outcomes])
        for seed, digests in zip(self.seeds, zip(*traces, strict=True), strict=True):
            if len(set(digests)) > 1:
                print(f"seed {seed}: another world under another {HASH_SEED}: {digests}")
                failed = True
        if not failed:
            print("no violation; all traces are equal" if len(traces) > 1 else "no violation")
        return int(failed)

    def _under(self, hash_seed: str) -> Iterator[Outcome]:
        """Up to the first violation, unless one is to go on."""
        began, calls, steps, digests = time.monotonic(), 0, 0, list[str]()
        for done, outcome in enumerate(_outcomes(self.seeds, self.profile, hash_seed), 1):
            yield outcome
            if outcome.violated is not None:
                print(report(outcome, self.profile), flush=True)
                if not self.go_on:
                    return
            calls, steps = calls + outcome.calls, steps + outcome.steps
            digests.append(outcome.digest)
            if done % TOLD_AFTER == 0 or done == len(self.seeds):
                seconds = time.monotonic() - began
                left = seconds / done * (len(self.seeds) - done)
                told = f"{done} worlds, {calls} calls, {steps} steps"
                print(f"{told}, {seconds:.0f} s, {left:.0f} s left", flush=True)
        print(f"{HASH_SEED}={hash_seed}: traces {digest_of(digests)}", flush=True)


def worlds(calls: int, first: int) -> range:
    return range(first, first + -(-calls // CALLS))


def _outcomes(seeds: range, profile: str, hash_seed: str) -> Iterator[Outcome]:
    one = partial(_run_one, profile=profile)
    if hash_seed == os.environ.get(HASH_SEED, "random") and len(seeds) < CORES:
        yield from map(one, seeds)
        return
    before = os.environ.get(HASH_SEED)
    os.environ[HASH_SEED] = hash_seed  # what is spawned reads it
    try:
        with multiprocessing.get_context("spawn").Pool(CORES, _begin) as pool:
            yield from pool.imap(one, seeds)
    finally:
        if before is None:
            del os.environ[HASH_SEED]
        else:
            os.environ[HASH_SEED] = before


def _begin() -> None:
    """In a process that plays worlds and nothing else: what is imported is never garbage."""
    quiet()
    gc.freeze()
    gc.disable()  # `_run_one` collects after each world


def _run_one(seed: int, profile: str) -> Outcome:
    played = both_transports if seed % ONE_IN == 0 else run
    outcome = played(seed, profile=profile)
    gc.collect()  # a world is full of circles, and the collector rests within one
    return outcome


def report(outcome: Outcome, profile: str) -> str:
    """What a failure prints: seed, step, invariant, the last lines, one command to replay it."""
    lines = "\n".join(f"    {line}" for line in outcome.lines)
    again = f"python -m tests.simulation replay --seed {outcome.seed} --profile {profile}"
    return f"seed {outcome.seed}: {outcome.violated}\n{lines}\nreplay it:\n    {again}"
