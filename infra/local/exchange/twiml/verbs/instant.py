"""Verbs that take no time and make no sound: they do one thing, and that was it."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.seam import Heard
from infra.local.exchange.twiml.program import Why


class Instant:
    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def start(self) -> None:
        self._act()

    def heard(self) -> Heard:
        return None

    def press(self, digit: str) -> None:
        """Nobody listens."""

    def stop(self, why: Why) -> None:
        """Nothing to stop."""
