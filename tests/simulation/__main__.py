"""`python -m tests.simulation`: many seeds, or one again, step by step (docs/simulation.md).

simulate --seeds 0-19           standard worlds; the first failure prints how to replay it
soak --calls 100000             the same, so many calls; --hash-seeds 0,1: under both orders
                                of hashes, and the traces must be equal
faults [--story NAME]           every fault at every port call of every story, and pairs
coverage                        what 60 standard worlds reach; fails with what none reaches
cost [--seeds 101-106]          CPU seconds of a world, against a calibration loop; where they go
replay --seed S [--until N]     one world again, its trace printed; --keep FILE: with only
                                the choices of a regression file
shrink --seed S                 leave out all that the failure does not need, write it down
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from tests.simulation import cost, coverage, faults, regressions, shrinking
from tests.simulation.faults import quiet
from tests.simulation.soak import CORES, Soak, report, worlds
from tests.simulation.standard import PROFILES, run
from tests.simulation.story_runner import stories


def main(arguments: list[str] | None = None) -> int:
    quiet()
    options = _options(arguments)
    match options.command:
        case "simulate":
            return Soak(_seeds(options.seeds), options.profile).run()
        case "soak":
            seeds, hash_seeds = worlds(options.calls, options.first), options.hash_seeds.split(",")
            return Soak(seeds, options.profile, hash_seeds, options.all).run()
        case "faults":
            return _faults(options)
        case "coverage":
            return coverage.main()
        case "cost":
            return cost.main(_seeds(options.seeds), options.profile)
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
    soak.add_argument("--hash-seeds", default="0")
    commands.add_parser("coverage")
    cost_of = commands.add_parser("cost")
    cost_of.add_argument("--seeds", default="101-106")
    points = commands.add_parser("faults")
    points.add_argument("--story", help="only this one, without pairs")
    points.add_argument("--singles", action="store_true", help="no pairs")
    replay = commands.add_parser("replay")
    replay.add_argument("--until", type=int)
    replay.add_argument("--keep", type=Path)
    shrink = commands.add_parser("shrink")
    for one in (soak, points):
        one.add_argument("--all", action="store_true", help="go on after a violation")
    for one in (points, replay, shrink):
        one.add_argument("--seed", type=int, default=0)
    for each in (simulate, soak, cost_of, replay, shrink):
        usual = "all-faults" if each in (soak, cost_of) else "no-crashes"
        each.add_argument("--profile", choices=sorted(PROFILES), default=usual)
    return parser.parse_args(arguments)


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _faults(options: argparse.Namespace) -> int:
    names = list(stories()) if options.story is None else [options.story]
    pairs = options.story is None and not options.singles
    return faults.run(names, CORES, seed=options.seed, pairs=pairs, keep_going=options.all)


def _replay(options: argparse.Namespace) -> int:
    if options.keep is None:
        again = partial(run, options.seed, profile=options.profile)
    else:
        kept = regressions.read(options.keep)
        again = partial(run, kept.seed, profile=kept.profile, only=frozenset(kept.choices))
    outcome = again(until=options.until, whole=True)
    print("\n".join(outcome.lines))
    print(outcome.violated or f"no violation in {outcome.steps} steps; trace {outcome.digest}")
    return int(outcome.violated is not None)


def _shrink(options: argparse.Namespace) -> int:
    outcome = run(options.seed, profile=options.profile)
    if outcome.violated is None:
        print(f"seed {options.seed} has no violation with the profile {options.profile}")
        return 0
    small = shrinking.shrink(outcome, options.profile, print)
    file = regressions.write(small, options.profile)
    print(report(small, options.profile))
    print(f"{len(small.choices)} of {len(outcome.choices)} choices, {small.steps} steps: {file}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
