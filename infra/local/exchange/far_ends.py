"""What far ends say without a person or a connection: outside telephones that act by themselves,
and legs that are each other's far end (`own_numbers.py`).

Who hears the leg hears it. Before the answer that is early media, for the room that calls the leg.
"""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.exchange.conferences import Conferences
from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Clip, PassedOn, Playing, Said
from infra.local.exchange.journal import Captioned, Entry
from infra.local.exchange.leg import Leg


class FarEnds:
    def __init__(self, context: Context, conferences: Conferences) -> None:
        self._context = context
        self._conferences = conferences
        self._speaking: dict[str, Leg] = {}
        context.journal.observe(self._pass_caption_on)

    def speak(self, leg: Leg, clip: Clip, times: int) -> None:
        """In place of what it says now. Its hearers are told what they hear."""
        self._says(leg, Playing(clip, self._context.now(), times))
        for hearer in self._conferences.hearers(leg.sid):
            self._context.caption(hearer, clip)

    def join(self, one: Leg, other: Leg) -> None:
        """Each says what the other hears, from now on."""
        self._says(one, PassedOn(other.sid))
        self._says(other, PassedOn(one.sid))

    def fall_silent(self, leg: Leg) -> None:
        leg.says = None
        self._speaking.pop(leg.sid, None)
        self._conferences.ringing_changed(leg)

    def says(self) -> Mapping[str, Said]:
        """By leg."""
        return {sid: leg.says for sid, leg in self._speaking.items() if leg.says is not None}

    def _says(self, leg: Leg, said: Said) -> None:
        leg.says = said
        self._speaking[leg.sid] = leg
        self._conferences.ringing_changed(leg)

    def _pass_caption_on(self, entry: Entry) -> None:
        """What is played to a leg is heard through the leg that passes it on; never twice."""
        news = entry.news
        if not self._speaking or not isinstance(news, Captioned) or news.passed_on:
            return
        for sid, leg in self._speaking.items():
            if leg.says == PassedOn(news.leg):
                for hearer in self._conferences.hearers(sid):
                    heard = Captioned(hearer, news.caption, news.seconds, passed_on=True)
                    self._context.write(heard)
