"""What a world costs, and where the time goes: `python -m tests.simulation cost`.

CPU seconds of some fixed worlds, the best of three of each, and the same in units of a calibration
loop that runs beside each of them: other work on the machine slows both. A last round is sampled:
whose Python code runs, every few milliseconds of CPU. What is done in C counts for who called it.
"""

from __future__ import annotations

import gc
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra.local.exchange.bench import calibrate
from tests.simulation.standard import run

ROUNDS = 3
SAMPLED_SECONDS = 0.002
ROOT = Path(__file__).parents[2]
SCHEDULER = ("world", "tasks", "choices", "cloud")
CHECKS = ("_checks", "invariants", "reference", "consultations")
PLACES = ("app/domain", "app/service", "app", "infra", "tests/simulation", "tests")
LIBRARIES = "libraries"


def main(seeds: Sequence[int], profile: str) -> int:
    print(f"profile {profile}, the best of {ROUNDS}; the calibration loop is that of `make bench`")
    run(seeds[0], profile=profile)  # what is made once in a process
    gc.collect()
    gc.freeze()
    gc.disable()
    rounds = [[_measured(seed, profile) for seed in seeds] for _ in range(ROUNDS)]
    for seed, worlds in zip(seeds, zip(*rounds, strict=True), strict=True):
        seconds, ratio = (min(figures) for figures in zip(*worlds, strict=True))
        print(f"seed {seed:6}  {seconds:5.2f} s  {ratio:5.1f}")
    seconds, ratio = (_mean(rounds, figure) for figure in (0, 1))
    print(f"mean         {seconds:5.2f} s  {ratio:5.1f}")
    with sampled() as samples:
        for seed in seeds:
            run(seed, profile=profile)
    for place, share in shares(samples):
        print(f"{share:5.1f} %  {place}")
    return 0


@contextmanager
def sampled() -> Iterator[Counter[str]]:
    """How often each file was seen running meanwhile; the signal needs the main thread."""
    samples: Counter[str] = Counter()

    def see(_: int, frame: FrameType | None) -> None:
        if frame is not None:
            samples[frame.f_code.co_filename] += 1

    before = signal.signal(signal.SIGPROF, see)
    signal.setitimer(signal.ITIMER_PROF, SAMPLED_SECONDS, SAMPLED_SECONDS)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def shares(samples: Counter[str]) -> Iterable[tuple[str, float]]:
    """In percent, the largest first."""
    places: Counter[str] = Counter()
    for file, count in samples.items():
        places[place_of(file)] += count
    return [(place, 100 * count / samples.total()) for place, count in places.most_common()]


def place_of(file: str) -> str:
    """A part of the repository, or the libraries."""
    path = Path(file)
    if not path.is_relative_to(ROOT) or "site-packages" in path.parts:
        return LIBRARIES
    below = path.relative_to(ROOT).as_posix()
    place = next((place for place in PLACES if below.startswith(f"{place}/")), LIBRARIES)
    if place != "tests/simulation":
        return place
    if path.stem in SCHEDULER:
        return f"{place}, the scheduler"
    return f"{place}, the checks" if path.stem.endswith(CHECKS) else f"{place}, the rest"


def _measured(seed: int, profile: str) -> tuple[float, float]:
    """CPU seconds of a world with the collection after it, and their ratio to the loop."""
    before = calibrate()
    began = time.process_time()
    run(seed, profile=profile)
    gc.collect()
    seconds = time.process_time() - began
    return seconds, seconds / ((before + calibrate()) / 2)


def _mean(rounds: list[list[tuple[float, float]]], figure: int) -> float:
    """Of the best of each seed."""
    best: list[float] = [
        min(world[figure] for world in worlds) for worlds in zip(*rounds, strict=True)
    ]
    return sum(best) / len(best)
