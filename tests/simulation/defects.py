"""Planted defects: one line of the product changed, and the simulation must find each.

`python -m tests.simulation.defects [--quick] [WORD ...]` applies each (whose name has the word) to
a copy of the product in a temporary folder and runs seeds of the standard world there until one
fails; then it says which invariant, by which seed, and how many steps are left after shrinking
(`--quick`: without that). That world is played once more, to its end, to see what else it violates.
The results are kept in `hunted.json`, and docs/invariants.md is drawn from them.
A harness that finds no planted defect proves nothing about the product.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.simulation import hunted, invariants_page
from tests.simulation.defects_table import DEFECTS
from tests.simulation.hunted import SEEDS, Hunted
from tests.simulation.planted import Defect
from tests.support.tree_copy import copy_of_the_tree

CORES = 2
SHRINKING_RUNS = 100


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What shrinking left of the world that found it."""

    steps: int
    shrunk_steps: int
    shrunk_choices: int

    def __str__(self) -> str:
        return (
            f"{self.steps} steps, {self.shrunk_steps} after shrinking "
            f"({self.shrunk_choices} choices)"
        )


@dataclass(frozen=True, slots=True)
class Trail:
    """Of one hunt. `shrunk`: None where nothing was, or was to be, shrunk."""

    result: Hunted
    shrunk: Shrunk | None

    def __str__(self) -> str:
        if self.result.invariant is None:
            return f"NOT FOUND in {SEEDS} seeds"
        others = len(self.result.beside)
        beside = f" (and {others} others)" if others else ""
        shrunk = f", {self.shrunk}" if self.shrunk else ""
        return f"seed {self.result.seed}, “{self.result.invariant}”{beside}{shrunk}"


def hunt(defect: Defect, seeds: int = SEEDS, shrinking_runs: int = SHRINKING_RUNS) -> Trail:
    """In a copy, and in a process of its own. CalledProcessError: it failed there."""
    with copy_of_the_tree() as copy:
        plant(defect, copy)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.simulation.defects",
                "search",
                defect.profile,
                str(seeds),
                str(shrinking_runs),
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=True,
        )
    answer = json.loads(done.stdout)
    shrunk = answer["shrunk"]
    return Trail(hunted.result(answer["result"]), Shrunk(**shrunk) if shrunk else None)


def plant(defect: Defect, tree: Path) -> None:
    """ValueError: the line to change is not there any more."""
    file = tree / defect.file
    source = file.read_text(encoding="utf-8")
    if defect.old not in source:
        raise ValueError(f"{defect.name}: {defect.file} has no {defect.old!r}")
    file.write_text(source.replace(defect.old, defect.new, 1), encoding="utf-8")


def search(profile: str, seeds: int, shrinking_runs: int) -> Trail:
    """In the copy: the first seed that fails, played to its end, and shrunk."""
    from tests.simulation import shrinking
    from tests.simulation.standard import run

    began = time.process_time()
    for seed in range(seeds):
        outcome = run(seed, profile=profile)
        if outcome.violated is not None:
            seconds, first = time.process_time() - began, outcome.violated.name
            whole = run(seed, profile=profile, goes_on=True)
            beside = tuple(name for name in whole.broken if name != first)
            found = Hunted(first, beside, seed, round(seconds, 1))
            if shrinking_runs == 0:
                return Trail(found, None)
            small = shrinking.shrink(outcome, profile, lambda _: None, shrinking_runs)
            return Trail(found, Shrunk(outcome.steps, small.steps, len(small.choices)))
    return Trail(Hunted(None, (), None, round(time.process_time() - began, 1)), None)


def main(arguments: list[str]) -> int:
    logging.disable(logging.CRITICAL)
    if arguments[:1] == ["search"]:
        profile, seeds, shrinking_runs = arguments[1:]
        print(json.dumps(asdict(search(profile, int(seeds), int(shrinking_runs)))))
        return 0
    words = [word for word in arguments if word != "--quick"]
    wanted = [d for d in DEFECTS if not words or any(word in d.name for word in words)]
    runs = 0 if "--quick" in arguments else SHRINKING_RUNS
    began, found = time.monotonic(), 0
    for defect, trail in _hunts(wanted, runs):
        print(f"{time.monotonic() - began:.0f} s: {defect.name}: {trail}", flush=True)
        if isinstance(trail, Trail):
            found += trail.result.invariant is not None
            _keep(defect, trail.result)
    invariants_page.PAGE.write_text(invariants_page.page(), encoding="utf-8")
    print(f"{found} of {len(wanted)} found")
    return int(found < len(wanted))


def _hunts(wanted: Sequence[Defect], runs: int) -> Iterator[tuple[Defect, Trail | str]]:
    """Each as soon as it is over. A string: what a hunt that failed said."""
    with ThreadPoolExecutor(CORES) as pool:
        hunts = {pool.submit(hunt, defect, shrinking_runs=runs): defect for defect in wanted}
        for future in as_completed(hunts):
            try:
                yield hunts[future], future.result()
            except subprocess.CalledProcessError as failed:
                yield hunts[future], f"THE HUNT FAILED\n{failed.stderr}"


def _keep(defect: Defect, result: Hunted) -> None:
    planted = [one.name for one in DEFECTS]
    hunted.write(hunted.merged(hunted.read(), {defect.name: result}, planted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
