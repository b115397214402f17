"""Each call of many simulated worlds, folded once more from what its saves put down (S8).

`python -m tests.simulation.replays` does so with 1,000 calls of worlds with all faults, and says
how many saves come to another state than the one that was saved.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from dataclasses import dataclass

from app.service.replay import replay
from tests.simulation.faults import quiet
from tests.simulation.standard import CALLS, Records, run

CORES = 2
REPLAYED_CALLS = 1000
MOST_WORLDS = 2 * REPLAYED_CALLS // CALLS
PROFILE = "all-faults"


@dataclass(frozen=True, slots=True)
class Folded:
    """The calls and saves of one world; `different` names each save that came out otherwise."""

    calls: int
    saves: int
    different: tuple[str, ...]


def fold(records: Records) -> Folded:
    """Raises LookupError for a call that the register does not have."""
    saves, different = 0, []
    for call_id in records.calls:
        whole = records.register.get(call_id)
        if whole is None:
            raise LookupError(f"the register has no {call_id}")
        steps = list(replay(whole, records.directory.plan(whole.head.plan)))
        if len(steps) != whole.timeline[-1].rev:
            different.append(f"{call_id} has {len(steps)} of {whole.timeline[-1].rev} saves")
        different += [f"{call_id} rev {step.entry.rev}" for step in steps if not step.same]
        saves += len(steps)
    return Folded(len(records.calls), saves, tuple(different))


def of_world(seed: int) -> Folded:
    """Raises Violated, if the world itself does not hold."""
    kept: list[Records] = []
    outcome = run(seed, profile=PROFILE, told=kept.append)
    if outcome.violated is not None:
        raise outcome.violated
    return fold(kept[0])


def main() -> int:
    began, calls, saves, different = time.monotonic(), 0, 0, 0
    with multiprocessing.get_context("spawn").Pool(CORES, quiet) as pool:
        for folded in pool.imap(of_world, range(MOST_WORLDS)):
            calls, saves = calls + folded.calls, saves + folded.saves
            different += len(folded.different)
            for name in folded.different:
                print(name)
            if calls >= REPLAYED_CALLS:
                break
    seconds = time.monotonic() - began
    print(f"{calls} calls, {saves} saves, {different} different, {seconds:.0f} s")
    return int(different > 0 or calls < REPLAYED_CALLS)


if __name__ == "__main__":
    sys.exit(main())
