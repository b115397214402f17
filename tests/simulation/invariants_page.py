"""docs/invariants.md: what each invariant guards, and which planted defects it found.

`python -m tests.simulation.invariants_page` draws it from the declarations (`laws.py`) and from
what was hunted (`hunted.json`); a test fails when the page is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.simulation import hunted
from tests.simulation.hunted import SEEDS, Hunted, Results
from tests.simulation.laws import KINDS, LAWS, Law

PAGE = Path(__file__).parents[2] / "docs" / "invariants.md"
_HEAD = f"""# The invariants of the simulation

Drawn by `make docs` from `tests/simulation/laws.py` and `tests/simulation/hunted.json`; do not edit
by hand. Each sentence is an invariant that judges every [simulated world](simulation.md). Its rules
are those of [rules.md](rules.md) and [failures.md](failures.md); where none is named, it is a
condition of the simulation itself.

`make defects` plants each defect in a copy of the product and plays up to {SEEDS} worlds. The first
world that violates an invariant finds the defect, and the invariant that it violates first is the
one that *finds* it. Then that one world is played again, to its end: what else it violates *sees
the defect, too*; where nothing else is violated, it is found by that invariant **alone**. That is
measured in one world only: in another world another invariant might be violated, or come first.
An invariant beside which nothing stands was the first in no such world; that does not prove that it
finds nothing. Each result is of the last hunt for that defect, and the product may have changed
since.
"""
_INVARIANTS = """
| invariant | rules | finds | sees, too |
|-|-|-|-|
"""
_DEFECTS = """
## The planted defects

Seconds are of a processor of the hunt's machine, for all worlds up to the violation that found it.

| defect | found by | others that see it, too | seed | seconds |
|-|-|-|-|-|
"""
_UNHUNTED = """
## Not hunted yet

Of these defects nothing is recorded: `make defects` hunts them.

"""


def page(results: Results | None = None, laws: Mapping[str, Law] = LAWS) -> str:
    """`results`: those of the file, unless others are given."""
    entries = hunted.read() if results is None else results
    known = {name: found for name, found in entries.items() if found is not None}
    unhunted = [name for name in entries if name not in known]
    return "".join(
        (
            _HEAD,
            f"\n{_sum(known, len(entries), laws)}\n",
            *_kinds(known, laws),
            _DEFECTS + _lines(_defect(name, found) for name, found in known.items()),
            _UNHUNTED + _lines(f"- {name}" for name in unhunted) if unhunted else "",
        )
    )


def _sum(known: Mapping[str, Hunted], planted: int, laws: Mapping[str, Law]) -> str:
    found = [one for one in known.values() if one.invariant is not None]
    alone = [one for one in found if one.is_alone]
    finders = {one.invariant for one in found}
    return (
        f"{len(known)} of {planted} planted defects were hunted and {len(found)} found, "
        f"{len(alone)} of them by one invariant alone. "
        f"Of {len(laws)} invariants {len(finders)} found a defect."
    )


def _kinds(known: Mapping[str, Hunted], laws: Mapping[str, Law]) -> Iterator[str]:
    for kind, sentence in KINDS.items():
        rows = (_invariant(name, law, known) for name, law in laws.items() if law.kind == kind)
        yield f"\n## {kind.capitalize()}\n\n{sentence}\n{_INVARIANTS}{_lines(rows)}"


def _invariant(name: str, law: Law, known: Mapping[str, Hunted]) -> str:
    finds = [
        f"{defect} (**alone**)" if one.is_alone else defect
        for defect, one in known.items()
        if one.invariant == name
    ]
    sees = [defect for defect, one in known.items() if name in one.beside]
    return _row(name, law.rules, "; ".join(finds), "; ".join(sees))


def _defect(name: str, found: Hunted) -> str:
    if found.invariant is None:
        return _row(name, f"none, in {SEEDS} worlds", "", "", f"{found.seconds}")
    others = f"{len(found.beside)}"
    return _row(name, found.invariant, others, f"{found.seed}", f"{found.seconds}")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(lines: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
