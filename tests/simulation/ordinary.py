"""Planted defects are subtle: among the ordinary tests, only the law that each breaks turns red.

`python -m tests.simulation.ordinary [WORD ...]` plants each defect (whose name has the word) in a
copy and runs every test that knows the product, but for the simulation. What turns red must be the
defect's `laws`, all of them and nothing else. Tests that tell all stories again (`RETOLD`: under
each switch, with carrier faults, with each answer lost) may turn red with the story that they tell.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.simulation.defects import CORES, plant
from tests.simulation.defects_table import DEFECTS
from tests.simulation.planted import Defect
from tests.support.tree_copy import copy_of_the_tree

KNOW_THE_PRODUCT = ("adapters", "console", "domain", "e2e", "infra", "service", "stories")
RETOLD = re.compile(
    r"tests/stories/test_(switches|carrier_faults|lost_acknowledgements|vanished_performers|traces)\.py::"
)
RED = re.compile(r"^(?:FAILED|ERROR) (tests/[\w/]+\.py::\w+)", re.MULTILINE)
PYTEST = ("-m", "pytest", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`beside`: red, and no law of it. `green`: a law that did not turn red."""

    beside: tuple[str, ...]
    green: tuple[str, ...]
    retold: int

    @property
    def is_subtle(self) -> bool:
        return not self.beside and not self.green

    def __str__(self) -> str:
        lines = [f"    RED BESIDE ITS LAWS: {name}" for name in self.beside]
        lines += [f"    A LAW THAT IS GREEN: {name}" for name in self.green]
        if self.is_subtle:
            lines.append(f"    its laws alone; told again, {self.retold} tests")
        return "\n".join(lines)


def verdict(laws: tuple[str, ...], red: set[str]) -> Verdict:
    """A story that is a law is red again wherever it is told again, and nowhere else."""
    found = {name for name in red if not RETOLD.match(name) or name in laws}
    retold = red - found if any(law.startswith("tests/stories/") for law in laws) else set()
    beside = red - set(laws) - retold
    return Verdict(tuple(sorted(beside)), tuple(sorted(set(laws) - found)), len(retold))


def ordinary(defect: Defect) -> Verdict:
    """Raises ValueError when the tests could not be run."""
    with copy_of_the_tree() as tree:
        plant(defect, tree)
        folders = [f"tests/{name}" for name in KNOW_THE_PRODUCT]
        ran = subprocess.run(
            [sys.executable, *PYTEST, *folders],
            cwd=tree,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode not in (0, 1):
        raise ValueError(f"{defect.name}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return verdict(defect.laws, set(RED.findall(ran.stdout)))


def main(words: list[str]) -> int:
    wanted = [d for d in DEFECTS if not words or any(word in d.name for word in words)]
    began, coarse = time.monotonic(), 0
    with ThreadPoolExecutor(CORES) as pool:
        for defect, found in zip(wanted, pool.map(ordinary, wanted), strict=True):
            coarse += not found.is_subtle
            print(f"{time.monotonic() - began:.0f} s: {defect.name}\n{found}", flush=True)
    print(f"{len(wanted) - coarse} of {len(wanted)} turn their laws red, and nothing else")
    return int(coarse > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
