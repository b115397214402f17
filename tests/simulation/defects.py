"""Planted defects: one line of the product changed, and the simulation must find each.

`python -m tests.simulation.defects` applies each to a copy of the product in a temporary folder and
runs seeds of the standard world there until one fails; then it says which invariant, by which
seed, and how many steps are left after shrinking (`--quick`: without that).
A harness that finds nothing proves nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEDS = 200
SHRINKING_RUNS = 60


@dataclass(frozen=True, slots=True)
class Defect:
    """In `file`, the first `old` becomes `new`."""

    name: str
    file: str
    old: str
    new: str
    weather: str = "storm"


DEFECTS = (
    Defect(
        "compare-and-set removed from calls",
        "app/adapters/memory/switch.py",
        "if (stored.call.rev if stored else 0) != change.call.rev - 1:",
        "if False:",
        "calm",
    ),
    Defect(
        "compare-and-set removed from agents",
        "app/adapters/memory/switch.py",
        "if self._agents.get(agent.id, Agent(agent.id)).rev != agent.rev - 1:",
        "if False:",
        "calm",
    ),
    Defect(
        "own-write check removed",
        "app/adapters/memory/switch.py",
        "return (rev, change.wid) in self._wids.get(key, ())",
        "return False",
    ),
    Defect(
        "a cooldown's end armed by nobody",
        "app/service/distributor.py",
        "        if matching.wake_at:\n",
        "        if False:\n",
        "calm",
    ),
    Defect(
        "trigger on leaving removed",
        "app/service/commit.py",
        "        moves_board=moves and not pairs,",
        "        moves_board=put is not None,",
        "calm",
    ),
    Defect(
        "lease without expiry",
        "app/service/commit.py",
        "yield next_at or until, CallWake(call.id, TimePassed())",
        "yield from ()",
        "calm",
    ),
    Defect(
        "wrap-up without a timer",
        "app/service/commit.py",
        "for when in (until, until + SECOND_LOOK))",
        "for when in ())",
        "calm",
    ),
    Defect(
        "the question's number replaced by the version",
        "app/domain/turn.py",
        "return leg is not None and leg.question == question",
        "return leg is not None and self.call.rev - 1 == question",
        "calm",
    ),
    Defect(
        "outbox cleared before the command",
        "app/domain/turn.py",
        "out = (*self.call.out, pending)[-PENDING_KEPT:]",
        "out = self.call.out",
    ),
    Defect(
        "recording started without looking",
        "app/adapters/twilio/carrier.py",
        "        if running is not None:",
        "        if False:",
    ),
    Defect(
        "a recording that nobody stops",
        "app/domain/turn.py",
        "                    self.does(StopRecording(CALLER, self.call.recording))",
        "                    pass",
        "calm",
    ),
    Defect(
        "the caller's end dropped",
        "app/adapters/twilio/answers.py",
        "            self._tells(call_id, event)\n",
        "            pass\n",
        "calm",
    ),
    Defect(
        "a released agent stays reserved",
        "app/domain/turn.py",
        "            self.frees(agent_id)",
        "            pass",
        "calm",
    ),
    Defect(
        "a lost headset is no news",
        "app/domain/turn.py",
        "return not isinstance(event, e.LeftRoom) or event.room_sid == self.call.room.sid",
        "return False",
        "calm",
    ),
    Defect(
        "the caller is not fetched into the room",
        "app/domain/decide.py",
        "            turn.does(Refresh(CALLER))",
        "            pass",
        "calm",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    seed: int
    invariant: str
    steps: int
    shrunk_steps: int
    shrunk_choices: int


def hunt(defect: Defect, seeds: int = SEEDS, shrinking_runs: int = SHRINKING_RUNS) -> Found | None:
    """None: no seed found it. ValueError: the line to change is not there any more."""
    source = (ROOT / defect.file).read_text(encoding="utf-8")
    if defect.old not in source:
        raise ValueError(f"{defect.name}: {defect.file} has no {defect.old!r}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("app", "infra", "tests", "twiml-templates"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.pyc"))
        planted = source.replace(defect.old, defect.new, 1)
        (copy / defect.file).write_text(planted, encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.simulation.defects",
                defect.weather,
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


def search(weather: str, seeds: int, shrinking_runs: int) -> dict[str, object] | None:
    """In the copy: the first seed that fails, shrunk."""
    from tests.simulation import shrinking
    from tests.simulation.standard import run

    for seed in range(seeds):
        outcome = run(seed, weather=weather)
        if outcome.violated is not None:
            small = shrinking.shrink(outcome, weather, lambda _: None, shrinking_runs)
            return {
                "seed": seed,
                "invariant": outcome.violated.name,
                "steps": outcome.steps,
                "shrunk_steps": small.steps,
                "shrunk_choices": len(small.choices),
            }
    return None


def main(arguments: list[str]) -> int:
    import logging

    logging.disable(logging.CRITICAL)
    if len(arguments) == 3:
        print(json.dumps(search(arguments[0], int(arguments[1]), int(arguments[2]))))
        return 0
    missed, runs = 0, 0 if arguments == ["--quick"] else SHRINKING_RUNS
    for defect in DEFECTS:
        found = hunt(defect, shrinking_runs=runs)
        missed += found is None
        if found is None:
            print(f"NOT FOUND in {SEEDS} seeds: {defect.name}", flush=True)
        else:
            print(
                f"{defect.name}: seed {found.seed}, “{found.invariant}”, {found.steps} steps, "
                f"{found.shrunk_steps} after shrinking ({found.shrunk_choices} choices)",
                flush=True,
            )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
