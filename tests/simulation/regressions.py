"""Failures that were found once, as files: a seed and the few choices that it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.standard import Outcome

FOLDER = Path(__file__).parent / "regressions"


@dataclass(frozen=True, slots=True)
class Regression:
    seed: int
    profile: str
    invariant: str
    choices: tuple[str, ...]


def write(outcome: Outcome, profile: str) -> Path:
    assert outcome.violated is not None
    FOLDER.mkdir(exist_ok=True)
    name = outcome.violated.name.replace(" ", "-").replace("'", "")
    file = FOLDER / f"{name}-{outcome.seed}.json"
    data = {
        "seed": outcome.seed,
        "profile": profile,
        "invariant": outcome.violated.name,
        "choices": list(outcome.choices),
    }
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return file


def read(file: Path) -> Regression:
    data = json.loads(file.read_text(encoding="utf-8"))
    return Regression(data["seed"], data["profile"], data["invariant"], tuple(data["choices"]))


def all_of_them() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))
