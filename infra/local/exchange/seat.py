"""A seat: one leg's place in a room, and the documents that are played to it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from infra.local.exchange.core import Core
from infra.local.exchange.leg import Leg
from infra.local.exchange.room import Participant, Room
from infra.local.exchange.seam import Heard, Playing, Ringback, Voices

if TYPE_CHECKING:
    from infra.local.exchange.twiml.program import Why


class Source(Protocol):
    """Something that sounds: a program or a clip."""

    def heard(self) -> Heard: ...

    def stop(self, why: Why) -> None: ...


@dataclass(slots=True, eq=False)
class Seat:
    core: Core
    leg: Leg
    room: Room
    on_left: Callable[[], None]
    wait: Source | None = None
    hold: Source | None = None
    tone: Source | None = None
    announcements: list[Source] = field(default_factory=list)
    changes_at: datetime | None = None  # changes of one seat take effect in their order

    @property
    def participant(self) -> Participant:
        return self.room.participants[self.leg.sid]

    def heard(self) -> Heard:
        """Waiting music, hold music, or the others (mix-minus) with what is played over them."""
        if self.leg.sid not in self.room.participants:
            return None
        if self.participant.hold:
            return None if self.hold is None else self.hold.heard()
        if not self.room.started:
            if self.core.conferences.rings_in(self.room):
                return Ringback()
            return None if self.wait is None else self.wait.heard()
        audible = self.core.ahead.coach_audible_without_target
        voices = self.room.voices_for(self.leg.sid, orphan_coach_audible=audible)
        over = self._over()
        if over is not None and self.announcements and self.core.ahead.announcement_replaces:
            return over
        if not voices and over is None and self.core.conferences.rings_in(self.room):
            return Ringback()
        return Voices(voices, over)

    def _over(self) -> Playing | None:
        for source in (*self.announcements, self.tone):
            heard = None if source is None else source.heard()
            if isinstance(heard, Playing):
                return heard
        return None

    def sources(self) -> tuple[Source, ...]:
        every = (self.wait, self.hold, self.tone, *self.announcements)
        return tuple(source for source in every if source is not None)
