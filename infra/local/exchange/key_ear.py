"""The keys that a far end hears: pressed by those whom its leg hears, or played to its leg.

In a room keys are sound like any other, which the carrier may suppress: a switch each for keys that
are pressed there and for `<Play digits>` in an announcement.
"""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import PAUSES_SECONDS, Heard, Playing, Voices
from infra.local.exchange.journal import Captioned, Entry, KeyPressed

KEY_SECONDS = 0.2


class KeyEar:
    """Calls `on_key` with each key, from now until `stop`. `hears` is what the leg hears now."""

    def __init__(
        self,
        context: Context,
        leg: str,
        hears: Callable[[], Heard],
        on_key: Callable[[str], None],
    ) -> None:
        self._context = context
        self._leg = leg
        self._hears = hears
        self._on_key = on_key
        self._is_open = True
        self._end_observing = context.journal.observe(self._notice)

    def stop(self) -> None:
        if self._is_open:
            self._is_open = False
            self._end_observing()

    def _notice(self, entry: Entry) -> None:
        match entry.news:
            case KeyPressed(leg=other, digit=digit, relayed=False):
                if self._crosses_the_room(other):
                    self._hear(digit)
            case Captioned(leg=leg, keys=keys) if keys and leg == self._leg:
                # What a leg hears is known once the present transition is over.
                self._context.call_soon(lambda: self._played(keys))
            case _:
                return

    def _crosses_the_room(self, other: str) -> bool:
        heard = self._hears()
        crosses = self._context.unused_switches.keys_cross_rooms
        return crosses and isinstance(heard, Voices) and other in heard.legs

    def _played(self, keys: str) -> None:
        is_announced = not isinstance(self._hears(), Playing)
        if not is_announced or self._context.unused_switches.announced_keys_arrive:
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

        self._context.call_later(seconds, hear)
