"""All chance of a simulated world: drawn by seed and by the name of the purpose, never in a row.

So one draw more or less leaves all others as they were. A *choice* is what a world could also do
without: a call, a fault, a switch of tasks. The choices made are kept by name, so that a failing
world can be run again with only some of them (shrinking) until no more can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_WHOLE = float(2**64)
_number = int.from_bytes


class Choices:
    """`only` replaces chance: exactly these choices are made, whatever their chance was."""

    def __init__(self, seed: int, only: frozenset[str] | None = None) -> None:
        salt = seed.to_bytes(8, "big", signed=True)
        self._salted = blake2b(digest_size=8, salt=salt).copy  # it costs less than a new one
        self._only = only
        self.made: dict[str, None] = {}

    def draw(self, name: str) -> float:
        """In [0, 1); the same name is the same number."""
        hashed = self._salted()
        hashed.update(name.encode())
        return _number(hashed.digest(), "big") / _WHOLE

    def span(self, name: str, low: float, high: float) -> float:
        return low + (high - low) * self.draw(name)

    def pick(self, name: str, options: Sequence[T]) -> T:
        return options[int(self.draw(name) * len(options))]

    def pick_out(self, name: str, options: list[T]) -> T:
        """Taken out of the list; of one alone nothing is drawn."""
        return options.pop(int(self.draw(name) * len(options)) if len(options) > 1 else 0)

    def happens(self, name: str, chance: float) -> bool:
        """A choice: made with this chance, and kept."""
        if self._only is None:
            is_made = chance > 0 and self.draw(name) < chance
        else:
            is_made = name in self._only
        if is_made:
            self.made[name] = None
        return is_made
