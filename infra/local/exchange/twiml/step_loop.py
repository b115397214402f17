"""Runs steps that may finish at once in a loop, not in depth: a long document needs no stack."""

from __future__ import annotations

from collections.abc import Callable


class StepLoop:
    """`step` begins one activity, which calls `next` when it is done, perhaps before it returns."""

    def __init__(self, step: Callable[[], None], is_over: Callable[[], bool]) -> None:
        self._step = step
        self._is_over = is_over
        self._due = False
        self._running = False

    def next(self) -> bool:
        """Run the next step. False when all is over, or when a running `next` will run it."""
        if self._is_over():
            return False
        self._due = True
        if self._running:
            return False
        self._running = True
        try:
            while self._due and not self._is_over():
                self._due = False
                self._step()
        finally:
            self._running = False
        return True
