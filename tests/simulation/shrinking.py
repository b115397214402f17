"""Delta debugging: of the choices of a failing world, a few that fail in the same way alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from tests.simulation.standard import Outcome, run

MOST_RUNS = 400

Say = Callable[[str], None]
Attempt = Callable[[frozenset[str]], Outcome]


def digest_of(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


def shrink(failed: Outcome, profile: str, say: Say, most_runs: int = MOST_RUNS) -> Outcome:
    def attempt(kept: frozenset[str]) -> Outcome:
        return run(failed.seed, profile=profile, only=kept)

    return shrunk(failed, attempt, say, most_runs)


def shrunk(failed: Outcome, attempt: Attempt, say: Say, most_runs: int) -> Outcome:
    """The smallest failure of the same invariant that was found; at least `failed` itself.

    Chunks are left out one after the other, then halves of them, down to single choices (ddmin).
    """
    assert failed.violated is not None
    best, kept, runs = failed, list(failed.choices), 0
    size, at, was_less = max(len(kept) // 2, 1), 0, False
    while runs < most_runs and kept:
        if at >= len(kept):  # every chunk was tried: smaller ones, and single ones until all count
            if size == 1 and not was_less:
                break
            size, at, was_less = max(min(size, len(kept)) // 2, 1), 0, False
        runs += 1
        without = [*kept[:at], *kept[at + size :]]
        tried = attempt(frozenset(without))
        if tried.violated is None or tried.violated.name != failed.violated.name:
            at += size
            continue
        # Only what was still chosen: a call left out takes all of its choices with it.
        chosen = set(tried.choices)
        best, kept, was_less = tried, [choice for choice in without if choice in chosen], True
        say(f"{len(kept)} choices, {tried.steps} steps")
    return best
