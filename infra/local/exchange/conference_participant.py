"""One leg in a conference, and the documents and tones that are played to it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.exchange.conference import Conference, ParticipantState
from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Heard, Playing, Ringback, Voices
from infra.local.exchange.leg import Leg
from infra.local.exchange.twiml.activity import SoundSource


@dataclass(slots=True, eq=False)
class ConferenceParticipant:
    """`early_media` is what is heard of those who are being called."""

    context: Context
    leg: Leg
    conference: Conference
    on_left: Callable[[], None]
    early_media: Callable[[], Ringback | Voices | None]
    beep_on_exit: bool
    wait: SoundSource | None = None
    hold: SoundSource | None = None
    tone: SoundSource | None = None
    announcements: list[SoundSource] = field(default_factory=list)
    changes_at: datetime | None = None  # when the last ordered change takes effect: none overtakes

    @property
    def state(self) -> ParticipantState:
        """Raises KeyError once the leg has left."""
        return self.conference.participants[self.leg.sid]

    def heard(self) -> Heard:
        """Waiting music, hold music, or the others (mix-minus) with what is played over them."""
        if self.leg.sid not in self.conference.participants:
            return None
        if self.state.hold:
            return None if self.hold is None else self.hold.heard()
        early = self.early_media()
        if not self.conference.started:
            if early is not None:
                return early
            return None if self.wait is None else self.wait.heard()
        switches = self.context.unused_switches
        voices = self.conference.voices_for(
            self.leg.sid, orphan_coach_audible=switches.coach_audible_without_target
        )
        if isinstance(early, Voices):
            voices += early.legs
        over = self._played_over_the_talk()
        if over is not None and self.announcements and switches.announcement_replaces:
            return over
        if not voices and over is None and early is not None:
            return early
        return Voices(voices, over, ringback=isinstance(early, Ringback))

    def _played_over_the_talk(self) -> Playing | None:
        for source in (*self.announcements, self.tone):
            heard = None if source is None else source.heard()
            if isinstance(heard, Playing):
                return heard
        return None

    def sources(self) -> tuple[SoundSource, ...]:
        every = (self.wait, self.hold, self.tone, *self.announcements)
        return tuple(source for source in every if source is not None)
