"""A room (a conference): who is in it, who hears whom, and what is told of it. Sans-IO, no clock.

F2: it exists from the first participant (`init`), starts with the second when one of them has
startConferenceOnEnter, and goes on with one. It ends with the last, with one that has
endConferenceOnExit, or by REST. A name has a new sid in each life.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from infra.local.exchange.wire import Endpoint, Pairs, word


class RoomState(StrEnum):
    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class Departure(StrEnum):
    """ReasonParticipantLeft (A11): underscores here, hyphens in the room's reasons."""

    ENDED_BY_API = "conference_ended_via_api"
    MODERATOR = "moderator_ended_conference"
    UPDATED = "participant_updated_via_api"
    HUNG_UP = "participant_hung_up"
    NEVER_CAME = "participant_add_failed"


SENTENCES = {
    "conference-ended-via-api": "Conference ended via API",
    "last-participant-kicked": "Last participant kicked",
    "last-participant-left": "Last participant left",
    "participant-with-end-conference-on-exit-kicked": (
        "Participant with endConferenceOnExit=true kicked"
    ),
    "participant-with-end-conference-on-exit-left": (
        "Participant with endConferenceOnExit=true left"
    ),
}

# A11: which word of statusCallbackEvent asks for which event.
SUBSCRIPTION = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


@dataclass(frozen=True, slots=True)
class RoomCallback:
    endpoint: Endpoint
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What the FIRST participant fixes for the room's life (A11)."""

    callback: RoomCallback | None = None
    most: int = 250
    recorded: bool = False
    recording_callback: Endpoint | None = None
    recording_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Participant:
    leg: str
    label: str = ""
    muted: bool = False
    hold: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    coached: str = ""  # the leg that this one coaches

    def parameters(self) -> Pairs:
        """J5."""
        label = (("ParticipantLabel", self.label),) if self.label else ()
        coached = (("CallSidToCoach", self.coached),) if self.coached else ()
        return (
            ("CallSid", self.leg),
            ("Muted", word(self.muted)),
            ("Hold", word(self.hold)),
            ("Coaching", word(bool(self.coached))),
            *coached,
            ("StartConferenceOnEnter", word(self.start_on_enter)),
            ("EndConferenceOnExit", word(self.end_on_exit)),
            *label,
        )


@dataclass(frozen=True, slots=True)
class RoomEvent:
    name: str
    leg: str | None
    parameters: Pairs
    sequence: int


@dataclass(slots=True)
class Room:
    sid: str
    name: str
    rules: RoomRules
    created_at: datetime
    updated_at: datetime
    state: RoomState = RoomState.INIT
    participants: dict[str, Participant] = field(default_factory=dict)
    reason_ended: str | None = None
    ended_by: str | None = None
    _told: int = 0

    @property
    def started(self) -> bool:
        return self.state is RoomState.IN_PROGRESS

    def labelled(self, label: str) -> Participant | None:
        return next((p for p in self.participants.values() if p.label == label), None)

    def enter(self, participant: Participant) -> list[RoomEvent]:
        self.participants[participant.leg] = participant
        events = [self._of("participant-join", participant)]
        enough = len(self.participants) >= 2
        if not self.started and enough and any(p.start_on_enter for p in self._all()):
            self.state = RoomState.IN_PROGRESS
            events.append(self._event("conference-start", None, ()))
        return events

    def leave(
        self, leg: str, departure: Departure, status: str, *, kicked: bool = False
    ) -> tuple[list[RoomEvent], tuple[str, ...]]:
        """The events, and the other legs that are thrown out, when the room ends with this one."""
        gone = self.participants.pop(leg)
        events = [self._left(gone, departure, status)]
        manner = "kicked" if kicked else "left"
        if gone.end_on_exit:
            reason = f"participant-with-end-conference-on-exit-{manner}"
            more, thrown = self._end(reason, gone, Departure.MODERATOR)
            return events + more, thrown
        if not self.participants:
            more, thrown = self._end(f"last-participant-{manner}", gone, Departure.MODERATOR)
            return events + more, thrown
        return events, ()

    def end_by_api(self) -> tuple[list[RoomEvent], tuple[str, ...]]:
        return self._end("conference-ended-via-api", None, Departure.ENDED_BY_API)

    def abandon(self) -> list[RoomEvent]:
        """Nobody is in it and nobody is being called into it any more."""
        events, _ = self._end("last-participant-left", None, Departure.NEVER_CAME)
        return events

    def _end(
        self, reason: str, by: Participant | None, departure: Departure
    ) -> tuple[list[RoomEvent], tuple[str, ...]]:
        others = tuple(self._all())
        self.participants.clear()
        self.state = RoomState.COMPLETED
        self.reason_ended = reason
        self.ended_by = by.leg if by else None
        events = [self._left(other, departure, "in-progress") for other in others]
        told: list[tuple[str, str]] = []
        if by is not None:
            told.append(("CallSidEndingConference", by.leg))
            if by.label:
                told.append(("ParticipantLabelEndingConference", by.label))
        told += [("ReasonConferenceEnded", reason), ("Reason", SENTENCES[reason])]
        events.append(self._event("conference-end", None, tuple(told)))
        return events, tuple(other.leg for other in others)

    def set_muted(self, leg: str, muted: bool) -> list[RoomEvent]:
        changed = replace(self.participants[leg], muted=muted)
        name = "participant-mute" if muted else "participant-unmute"
        return self._change(changed, name)

    def set_hold(self, leg: str, hold: bool, *, again: bool = False) -> list[RoomEvent]:
        """F2: independent of muted; twice is once, unless a hold counts `again`."""
        changed = replace(self.participants[leg], hold=hold)
        name = "participant-hold" if hold else "participant-unhold"
        if again and hold and self.participants[leg] == changed:
            return [self._of(name, changed)]
        return self._change(changed, name)

    def modify(self, changed: Participant) -> list[RoomEvent]:
        return self._change(changed, "participant-modify")

    def never_came(self, invited: Participant, status: str) -> RoomEvent:
        """A11: a participant made by REST that never answered."""
        return self._left(invited, Departure.NEVER_CAME, status)

    def announced(self, name: str, leg: str | None, parameters: Pairs) -> RoomEvent:
        about = () if leg is None else self.participants[leg].parameters()
        return self._event(name, leg, (*about, *parameters))

    def voices_for(self, leg: str, *, orphan_coach_audible: bool) -> tuple[str, ...]:
        """Whom this leg hears: nobody unless the room has started and the leg is not held."""
        hearer = self.participants.get(leg)
        if hearer is None or hearer.hold or not self.started:
            return ()
        return tuple(
            other.leg
            for other in self._all()
            if other.leg != leg and self._speaks_to(other, leg, orphan_coach_audible)
        )

    def _speaks_to(self, speaker: Participant, hearer: str, orphan_audible: bool) -> bool:
        if speaker.muted or speaker.hold:
            return False
        if not speaker.coached or speaker.coached == hearer:
            return True
        return orphan_audible and speaker.coached not in self.participants

    def _all(self) -> tuple[Participant, ...]:
        return tuple(self.participants.values())

    def _change(self, changed: Participant, name: str) -> list[RoomEvent]:
        if self.participants[changed.leg] == changed:
            return []
        self.participants[changed.leg] = changed
        return [self._of(name, changed)]

    def _left(self, gone: Participant, departure: Departure, status: str) -> RoomEvent:
        how = (("ParticipantCallStatus", status), ("ReasonParticipantLeft", departure.value))
        return self._event("participant-leave", gone.leg, (*gone.parameters(), *how))

    def _of(self, name: str, participant: Participant) -> RoomEvent:
        return self._event(name, participant.leg, participant.parameters())

    def _event(self, name: str, leg: str | None, parameters: Pairs) -> RoomEvent:
        self._told += 1
        return RoomEvent(name, leg, parameters, self._told)
