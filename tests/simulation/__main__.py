"""`python -m tests.simulation`: many seeds, or one again, step by step (docs/simulation.md).

simulate --seeds 0-19           standard worlds; the first failure prints how to replay it
soak --calls 100000             the same, until so many calls were made
faults [--story NAME]           every fault at every port call of every story, and pairs
replay --seed S [--until N]     one world again, its trace printed; --keep FILE: with only
                                the choices of a regression file
shrink --seed S                 leave out all that the failure does not need, write it down
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.simulation import faults, regressions, shrinking
from tests.simulation.faults import quiet
from tests.simulation.standard import CALLS, WEATHERS, Outcome, run

CORES = 2


def main(arguments: list[str] | None = None) -> int:
    quiet()
    options = _options(arguments)
    match options.command:
        case "simulate":
            first, _, last = options.seeds.partition("-")
            return _many(range(int(first), int(last or first) + 1), options)
        case "soak":
            return _many(range(options.first, options.first + options.calls // CALLS), options)
        case "faults":
            return _faults(options)
        case "replay":
            return _replay(options)
        case _:
            return _shrink(options)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    simulate = commands.add_parser("simulate")
    simulate.add_argument("--seeds", default="0-19")
    soak = commands.add_parser("soak")
    soak.add_argument("--calls", type=int, default=100_000)
    soak.add_argument("--first", type=int, default=0)
    points = commands.add_parser("faults")
    points.add_argument("--story", help="only this one, without pairs")
    points.add_argument("--sample", type=int, help="so many trials, drawn by seed")
    points.add_argument("--all", action="store_true", help="go on after a violation")
    replay = commands.add_parser("replay")
    replay.add_argument("--until", type=int)
    replay.add_argument("--keep", type=Path)
    shrink = commands.add_parser("shrink")
    for one in (points, replay, shrink):
        one.add_argument("--seed", type=int, default=0)
    for each in (simulate, soak, replay, shrink):
        each.add_argument("--weather", choices=sorted(WEATHERS), default="rough")
    return parser.parse_args(arguments)


def _many(seeds: range, options: argparse.Namespace) -> int:
    began, calls, steps, digests = time.monotonic(), 0, 0, []
    for done, outcome in enumerate(_outcomes(seeds, options.weather), 1):
        if outcome.violated is not None:
            print(report(outcome, options.weather))
            return 1
        calls, steps = calls + outcome.calls, steps + outcome.steps
        digests.append(outcome.digest)
        if done % 10 == 0 or done == len(seeds):
            seconds = time.monotonic() - began
            left = seconds / done * (len(seeds) - done)
            print(
                f"{done} worlds, {calls} calls, {steps} steps, {seconds:.0f} s, {left:.0f} s left"
            )
    print(f"no violation; traces {shrinking.digest_of(digests)}")
    return 0


def _outcomes(seeds: range, weather: str) -> Iterator[Outcome]:
    one = partial(run, weather=weather)
    if len(seeds) < 2:
        yield from map(one, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(CORES, quiet) as pool:
        yield from pool.imap(one, seeds)


def report(outcome: Outcome, weather: str) -> str:
    """What a failure prints: seed, step, invariant, the last lines, one command to replay it."""
    lines = "\n".join(f"    {line}" for line in outcome.lines)
    again = f"python -m tests.simulation replay --seed {outcome.seed} --weather {weather}"
    return f"seed {outcome.seed}: {outcome.violated}\n{lines}\nreplay it:\n    {again}"


def _faults(options: argparse.Namespace) -> int:
    if options.story is not None:
        trials = faults.singles(options.story)
    elif options.sample is not None:
        trials = faults.some(options.seed, options.sample)
    else:
        trials = faults.everything(options.seed)
    return faults.run(trials, CORES, keep_going=options.all)


def _replay(options: argparse.Namespace) -> int:
    if options.keep is None:
        again = partial(run, options.seed, weather=options.weather)
    else:
        kept = regressions.read(options.keep)
        again = partial(run, kept.seed, weather=kept.weather, only=frozenset(kept.choices))
    outcome = again(until=options.until, whole=True)
    print("\n".join(outcome.lines))
    print(outcome.violated or f"no violation in {outcome.steps} steps; trace {outcome.digest}")
    return int(outcome.violated is not None)


def _shrink(options: argparse.Namespace) -> int:
    outcome = run(options.seed, weather=options.weather)
    if outcome.violated is None:
        print(f"seed {options.seed} has no violation in {options.weather} weather")
        return 0
    small = shrinking.shrink(outcome, options.weather, print)
    file = regressions.write(small, options.weather)
    print(report(small, options.weather))
    print(f"{len(small.choices)} of {len(outcome.choices)} choices, {small.steps} steps: {file}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
