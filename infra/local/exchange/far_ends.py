"""What far ends say by themselves, without a person: outside telephones with a script.

Who hears the leg hears it. Before the answer that is early media, for the room that calls the leg.
"""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.exchange.conferences import Conferences
from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Clip, Playing
from infra.local.exchange.leg import Leg


class FarEnds:
    def __init__(self, context: Context, conferences: Conferences) -> None:
        self._context = context
        self._conferences = conferences
        self._speaking: dict[str, Leg] = {}

    def speak(self, leg: Leg, clip: Clip, times: int) -> None:
        """In place of what it says now. Its hearers are told what they hear."""
        leg.says = Playing(clip, self._context.now(), times)
        self._speaking[leg.sid] = leg
        self._conferences.ringing_changed(leg)
        for hearer in self._conferences.hearers(leg.sid):
            self._context.caption(hearer, clip)

    def fall_silent(self, leg: Leg) -> None:
        leg.says = None
        self._speaking.pop(leg.sid, None)
        self._conferences.ringing_changed(leg)

    def says(self) -> Mapping[str, Playing]:
        """By leg."""
        return {sid: leg.says for sid, leg in self._speaking.items() if leg.says is not None}
