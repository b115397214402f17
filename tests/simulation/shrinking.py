"""Delta debugging: of the choices of a failing world, a few that fail in the same way alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from tests.simulation.standard import Outcome, run

MOST_RUNS = 400

Say = Callable[[str], None]
Attempt = Callable[[frozenset[str]], Outcome]


def digest_of(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


def shrink(failed: Outcome, weather: str, say: Say, most_runs: int = MOST_RUNS) -> Outcome:
    def attempt(kept: frozenset[str]) -> Outcome:
        return run(failed.seed, weather=weather, only=kept)

    return shrunk(failed, attempt, say, most_runs)


def shrunk(failed: Outcome, attempt: Attempt, say: Say, most_runs: int) -> Outcome:
    """The smallest failure of the same invariant that was found; at least `failed` itself.

    Chunks are left out, then halves of them, until no single choice can be (ddmin).
    """
    assert failed.violated is not None
    best, kept, runs = failed, list(failed.choices), 0
    size = max(len(kept) // 2, 1)
    while runs < most_runs:
        for chunk in _chunks(kept, size):
            runs += 1
            without = [choice for choice in kept if choice not in chunk]
            tried = attempt(frozenset(without))
            if tried.violated is not None and tried.violated.name == failed.violated.name:
                # Only what was still chosen: a call left out takes all of its choices with it.
                best, kept = tried, [choice for choice in without if choice in set(tried.choices)]
                say(f"{len(kept)} choices, {tried.steps} steps")
                break
            if runs >= most_runs:
                break
        else:
            if size == 1:
                break
            size = max(size // 2, 1)
            continue
        size = min(size, max(len(kept) // 2, 1))
    return best


def _chunks(kept: Sequence[str], size: int) -> list[frozenset[str]]:
    return [frozenset(kept[i : i + size]) for i in range(0, len(kept), size)]
