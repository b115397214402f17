"""A planted defect: one line of the product, and the line that takes its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """In `file`, the first `old` becomes `new`; looked for in worlds with that fault profile.

    `laws`: the ordinary tests that say what it breaks; no other test turns red (`ordinary.py`).
    """

    name: str
    file: str
    old: str
    new: str
    profile: str = "faultless"
    laws: tuple[str, ...] = ()
