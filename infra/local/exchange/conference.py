"""A conference: who is in it, who hears whom, and which events it has. Sans-IO, no clock.

F2: it exists from the first participant (`init`), starts with the second when one of them has
startConferenceOnEnter, and goes on with one. It ends with the last, with one that has
endConferenceOnExit, or by REST. A name has a new sid in each life.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from infra.local.exchange.wire import Endpoint, Pairs, word


class ConferenceState(StrEnum):
    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class LeaveReason(StrEnum):
    """ReasonParticipantLeft (A11): underscores here, hyphens in the conference's reasons."""

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
class ConferenceCallback:
    endpoint: Endpoint
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConferenceRules:
    """What the FIRST participant fixes for the conference's life (A11)."""

    callback: ConferenceCallback | None = None
    most: int = 250
    recorded: bool = False
    recording_callback: Endpoint | None = None
    recording_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class ParticipantState:
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
class ConferenceEvent:
    name: str
    leg: str | None
    parameters: Pairs
    sequence: int


@dataclass(slots=True)
class Conference:
    sid: str
    name: str
    rules: ConferenceRules
    created_at: datetime
    updated_at: datetime
    state: ConferenceState = ConferenceState.INIT
    participants: dict[str, ParticipantState] = field(default_factory=dict)
    reason_ended: str | None = None
    ended_by: str | None = None
    _told: int = 0

    @property
    def started(self) -> bool:
        return self.state is ConferenceState.IN_PROGRESS

    def labelled(self, label: str) -> ParticipantState | None:
        return next((p for p in self.participants.values() if p.label == label), None)

    def enter(self, participant: ParticipantState) -> list[ConferenceEvent]:
        self.participants[participant.leg] = participant
        events = [self._of("participant-join", participant)]
        enough = len(self.participants) >= 2
        if not self.started and enough and any(p.start_on_enter for p in self._all()):
            self.state = ConferenceState.IN_PROGRESS
            events.append(self._event("conference-start", None, ()))
        return events

    def leave(
        self, leg: str, leave_reason: LeaveReason, status: str, *, kicked: bool = False
    ) -> tuple[list[ConferenceEvent], tuple[str, ...]]:
        """The events, and the other legs that are removed because the conference ends with it."""
        gone = self.participants.pop(leg)
        events = [self._left(gone, leave_reason, status)]
        manner = "kicked" if kicked else "left"
        if gone.end_on_exit:
            reason = f"participant-with-end-conference-on-exit-{manner}"
            more, removed = self._end(reason, gone, LeaveReason.MODERATOR)
            return events + more, removed
        if not self.participants:
            more, removed = self._end(f"last-participant-{manner}", gone, LeaveReason.MODERATOR)
            return events + more, removed
        return events, ()

    def end_by_api(self) -> tuple[list[ConferenceEvent], tuple[str, ...]]:
        return self._end("conference-ended-via-api", None, LeaveReason.ENDED_BY_API)

    def abandon(self) -> list[ConferenceEvent]:
        """Nobody is in it and nobody is being called into it any more."""
        events, _ = self._end("last-participant-left", None, LeaveReason.NEVER_CAME)
        return events

    def _end(
        self, reason: str, by: ParticipantState | None, leave_reason: LeaveReason
    ) -> tuple[list[ConferenceEvent], tuple[str, ...]]:
        others = tuple(self._all())
        self.participants.clear()
        self.state = ConferenceState.COMPLETED
        self.reason_ended = reason
        self.ended_by = by.leg if by else None
        events = [self._left(other, leave_reason, "in-progress") for other in others]
        told: list[tuple[str, str]] = []
        if by is not None:
            told.append(("CallSidEndingConference", by.leg))
            if by.label:
                told.append(("ParticipantLabelEndingConference", by.label))
        told += [("ReasonConferenceEnded", reason), ("Reason", SENTENCES[reason])]
        events.append(self._event("conference-end", None, tuple(told)))
        return events, tuple(other.leg for other in others)

    def set_muted(self, leg: str, muted: bool) -> list[ConferenceEvent]:
        changed = replace(self.participants[leg], muted=muted)
        name = "participant-mute" if muted else "participant-unmute"
        return self._change(changed, name)

    def set_hold(self, leg: str, hold: bool, *, again: bool = False) -> list[ConferenceEvent]:
        """F2: independent of muted; twice is once, unless a hold counts `again`."""
        changed = replace(self.participants[leg], hold=hold)
        name = "participant-hold" if hold else "participant-unhold"
        if again and hold and self.participants[leg] == changed:
            return [self._of(name, changed)]
        return self._change(changed, name)

    def modify(self, changed: ParticipantState) -> list[ConferenceEvent]:
        return self._change(changed, "participant-modify")

    def never_came(self, invited: ParticipantState, status: str) -> ConferenceEvent:
        """A11: a participant made by REST that never answered."""
        return self._left(invited, LeaveReason.NEVER_CAME, status)

    def announced(self, name: str, leg: str | None, parameters: Pairs) -> ConferenceEvent:
        about = () if leg is None else self.participants[leg].parameters()
        return self._event(name, leg, (*about, *parameters))

    def voices_for(self, leg: str, *, orphan_coach_audible: bool) -> tuple[str, ...]:
        """Whom this leg hears: nobody unless the conference has started and the leg is not held."""
        hearer = self.participants.get(leg)
        if hearer is None or hearer.hold or not self.started:
            return ()
        return tuple(
            other.leg
            for other in self._all()
            if other.leg != leg and self._speaks_to(other, leg, orphan_coach_audible)
        )

    def _speaks_to(self, speaker: ParticipantState, hearer: str, orphan_audible: bool) -> bool:
        if speaker.muted or speaker.hold:
            return False
        if not speaker.coached or speaker.coached == hearer:
            return True
        return orphan_audible and speaker.coached not in self.participants

    def _all(self) -> tuple[ParticipantState, ...]:
        return tuple(self.participants.values())

    def _change(self, changed: ParticipantState, name: str) -> list[ConferenceEvent]:
        if self.participants[changed.leg] == changed:
            return []
        self.participants[changed.leg] = changed
        return [self._of(name, changed)]

    def _left(
        self, gone: ParticipantState, leave_reason: LeaveReason, status: str
    ) -> ConferenceEvent:
        how = (("ParticipantCallStatus", status), ("ReasonParticipantLeft", leave_reason.value))
        return self._event("participant-leave", gone.leg, (*gone.parameters(), *how))

    def _of(self, name: str, participant: ParticipantState) -> ConferenceEvent:
        return self._event(name, participant.leg, participant.parameters())

    def _event(self, name: str, leg: str | None, parameters: Pairs) -> ConferenceEvent:
        self._told += 1
        return ConferenceEvent(name, leg, parameters, self._told)
