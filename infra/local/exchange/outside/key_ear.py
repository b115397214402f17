"""The keys that the far end of one leg hears: pressed by those it hears, or played to it.

In a room keys are sound like any other, which the carrier may suppress: a switch each for keys that
are pressed there and for `<Play digits>` in an announcement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from infra.local.exchange.interfaces import PAUSES_SECONDS, Playing, Voices
from infra.local.exchange.journal import Captioned, Entry, KeyPressed

if TYPE_CHECKING:
    from infra.local.exchange.exchange import Exchange

KEY_SECONDS = 0.2


class KeyEar:
    """Calls `on_key` with each key, from now until `stop`."""

    def __init__(self, exchange: Exchange, leg: str, on_key: Callable[[str], None]) -> None:
        self._exchange = exchange
        self._leg = leg
        self._on_key = on_key
        self._is_open = True
        self._end_observing = exchange.observe(self._notice)

    def stop(self) -> None:
        if self._is_open:
            self._is_open = False
            self._end_observing()

    def _notice(self, entry: Entry) -> None:
        match entry.news:
            case KeyPressed(leg=other, digit=digit) if other != self._leg:
                if self._crosses_the_room(other):
                    self._hear(digit)
            case Captioned(leg=leg, keys=keys) if keys and leg == self._leg:
                # What a leg hears is known once the present transition is over.
                self._exchange.context.call_soon(lambda: self._played(keys))
            case _:
                return

    def _crosses_the_room(self, other: str) -> bool:
        heard = self._exchange.hears(self._leg)
        crosses = self._exchange.context.unused_switches.keys_cross_rooms
        return crosses and isinstance(heard, Voices) and other in heard.legs

    def _played(self, keys: str) -> None:
        alone = isinstance(self._exchange.hears(self._leg), Playing)
        if alone or self._exchange.context.unused_switches.announced_keys_arrive:
            self._hear(keys)

    def _hear(self, keys: str) -> None:
        """Each at its moment, as they sound."""
        after_seconds = 0.0
        for key in keys:
            if key in PAUSES_SECONDS:
                after_seconds += PAUSES_SECONDS[key]
                continue
            self._later(after_seconds, key)
            after_seconds += KEY_SECONDS

    def _later(self, seconds: float, key: str) -> None:
        def hear() -> None:
            if self._is_open:
                self._on_key(key)

        self._exchange.context.call_later(seconds, hear)
