"""Verbs that take no time and make no sound: they do one thing and are over."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.interfaces import Heard
from infra.local.exchange.twiml.activity import StopReason


class Instant:
    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def start(self) -> None:
        self._act()

    def heard(self) -> Heard:
        return None

    def press(self, digit: str) -> None:
        """A key changes nothing here."""

    def stop(self, reason: StopReason) -> None:
        """Nothing to stop."""
