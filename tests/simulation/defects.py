"""Planted defects: one line of the product changed, and the simulation must find each.

`python -m tests.simulation.defects [--quick] [WORD ...]` applies each (whose name has the word) to
a copy of the product in a temporary folder and runs seeds of the standard world there until one
fails; then it says which invariant, by which seed, and how many steps are left after shrinking
(`--quick`: without that).
A harness that finds no planted defect proves nothing about the product.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.simulation.defects_table import DEFECTS
from tests.simulation.planted import Defect
from tests.support.tree_copy import copy_of_the_tree

SEEDS = 200
CORES = 2
NOT_FOUND = f"NOT FOUND in {SEEDS} seeds"
SHRINKING_RUNS = 100


@dataclass(frozen=True, slots=True)
class Found:
    seed: int
    invariant: str
    steps: int
    shrunk_steps: int
    shrunk_choices: int

    def __str__(self) -> str:
        return (
            f"seed {self.seed}, “{self.invariant}”, {self.steps} steps, "
            f"{self.shrunk_steps} after shrinking ({self.shrunk_choices} choices)"
        )


def hunt(defect: Defect, seeds: int = SEEDS, shrinking_runs: int = SHRINKING_RUNS) -> Found | None:
    """None: no seed found it."""
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
    return None if answer is None else Found(**answer)


def plant(defect: Defect, tree: Path) -> None:
    """ValueError: the line to change is not there any more."""
    file = tree / defect.file
    source = file.read_text(encoding="utf-8")
    if defect.old not in source:
        raise ValueError(f"{defect.name}: {defect.file} has no {defect.old!r}")
    file.write_text(source.replace(defect.old, defect.new, 1), encoding="utf-8")


def search(profile: str, seeds: int, shrinking_runs: int) -> dict[str, object] | None:
    """In the copy: the first seed that fails, shrunk."""
    from tests.simulation import shrinking
    from tests.simulation.standard import run

    for seed in range(seeds):
        outcome = run(seed, profile=profile)
        if outcome.violated is not None:
            small = shrinking.shrink(outcome, profile, lambda _: None, shrinking_runs)
            return {
                "seed": seed,
                "invariant": outcome.violated.name,
                "steps": outcome.steps,
                "shrunk_steps": small.steps,
                "shrunk_choices": len(small.choices),
            }
    return None


def main(arguments: list[str]) -> int:
    logging.disable(logging.CRITICAL)
    if arguments[:1] == ["search"]:
        profile, seeds, shrinking_runs = arguments[1:]
        print(json.dumps(search(profile, int(seeds), int(shrinking_runs))))
        return 0
    words = [word for word in arguments if word != "--quick"]
    wanted = [d for d in DEFECTS if not words or any(word in d.name for word in words)]
    runs = 0 if "--quick" in arguments else SHRINKING_RUNS
    began, missed = time.monotonic(), 0
    look = partial(hunt, shrinking_runs=runs)
    with ThreadPoolExecutor(CORES) as pool:
        for defect, found in zip(wanted, pool.map(look, wanted), strict=True):
            missed += found is None
            seconds = time.monotonic() - began
            print(f"{seconds:.0f} s: {defect.name}: {found or NOT_FOUND}", flush=True)
    print(f"{len(wanted) - missed} of {len(wanted)} found")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
