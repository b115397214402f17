"""How a leg joins a conference, and who has been called into one and has not answered yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from infra.local.exchange.conference import Conference, ConferenceRules, ParticipantState
from infra.local.exchange.leg import Leg
from infra.local.exchange.wire import Endpoint


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """How a leg joins: the noun's attributes, or the parameters of Participants create."""

    name: str
    label: str = ""
    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    coached: str = ""
    wait: Endpoint | None = None
    silent_wait: bool = False
    rules: ConferenceRules = field(default_factory=ConferenceRules)

    def participant_state(self, leg: str) -> ParticipantState:
        return ParticipantState(
            leg,
            self.label,
            self.muted,
            start_on_enter=self.start_on_enter,
            end_on_exit=self.end_on_exit,
            coached=self.coached,
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """A participant made by REST whose leg has not answered yet."""

    conference: Conference
    leg: Leg
    options: JoinOptions
    early_media: bool
