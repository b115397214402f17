"""Mutants that nobody can tell from the product, each with the reason: they are not tried.

A mutant that somebody could tell is never listed here: it gets a law.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutation.mutants import Key


@dataclass(frozen=True, slots=True)
class Equivalent:
    mutant: Key
    reason: str


EQUIVALENTS: tuple[Equivalent, ...] = ()
