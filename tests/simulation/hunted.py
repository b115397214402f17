"""What hunts for the planted defects found: `hunted.json`, which `make defects` writes.

It has an entry for each planted defect; null: no hunt has been for it yet.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

SEEDS = 200  # of one hunt, at most
FILE = Path(__file__).with_name("hunted.json")


@dataclass(frozen=True, slots=True)
class Hunted:
    """`invariant`: what the world of that seed violated first; None: no seed violated any.

    `beside`: what else was violated until the end of that world. `seconds`: of a processor, for
    all seeds up to this violation.
    """

    invariant: str | None
    beside: tuple[str, ...]
    seed: int | None
    seconds: float

    @property
    def is_alone(self) -> bool:
        """One invariant only was violated."""
        return self.invariant is not None and not self.beside


Results: TypeAlias = Mapping[str, Hunted | None]  # by the name of the defect


def read(file: Path = FILE) -> Results:
    entries = json.loads(file.read_text(encoding="utf-8"))
    return {name: result(entry) if entry else None for name, entry in entries.items()}


def write(results: Results, file: Path = FILE) -> None:
    entries = {name: asdict(found) if found else None for name, found in results.items()}
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def merged(known: Results, new: Results, planted: Collection[str]) -> Results:
    """Of each planted defect the newest result, in their order; what is planted no more goes."""
    return {name: new.get(name) or known.get(name) for name in planted}


def complaints(
    results: Results, planted: Collection[str], invariants: Collection[str]
) -> Iterator[str]:
    """What in the file does not fit what is planted and declared."""
    for name, found in results.items():
        if name not in planted:
            yield f"hunted.json tells of “{name}”, and no planted defect is called that"
        named = () if found is None else (found.invariant, *found.beside)
        for invariant in named:
            if invariant is not None and invariant not in invariants:
                yield f"“{name}” was found by “{invariant}”, and no invariant is called that"
    for name in planted:
        if name not in results:
            yield f"“{name}” is planted and has no entry in hunted.json: run make defects for it"


def result(entry: Mapping[str, object]) -> Hunted:
    return Hunted(**{**entry, "beside": tuple(entry["beside"])})  # type: ignore[arg-type]
