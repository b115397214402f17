"""Changes to participants over REST: mute, hold, coaching, end on exit, announcements (C4, F2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from infra.local.exchange.conference import Conference, ConferenceEvent, ParticipantState
from infra.local.exchange.conference_participant import ConferenceParticipant
from infra.local.exchange.conferences import Conferences
from infra.local.exchange.context import Context
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.wire import Endpoint, Pairs


class ConferenceControl:
    """Whoever calls has checked that the participant is in its conference."""

    def __init__(self, context: Context, conferences: Conferences) -> None:
        self._context = context
        self._conferences = conferences

    def mute(self, participant: ConferenceParticipant, muted: bool) -> None:
        def apply() -> None:
            changed = participant.conference.set_muted(participant.leg.sid, muted)
            self._changed(participant, changed)

        self._apply_in_order(participant, apply)

    def hold(
        self, participant: ConferenceParticipant, hold: bool, endpoint: Endpoint | None
    ) -> None:
        self._apply_in_order(participant, lambda: self._hold(participant, hold, endpoint))

    def _apply_in_order(
        self, participant: ConferenceParticipant, apply: Callable[[], None]
    ) -> None:
        """A change takes its time, but never overtakes an earlier one of the same participant."""
        now = self._context.now()
        seconds = self._context.latency.change.draw(self._context.random)
        when = max(now + timedelta(seconds=seconds), participant.changes_at or now)
        participant.changes_at = when

        def take_effect() -> None:
            sid = participant.leg.sid
            present = sid in participant.conference.participants
            if present and self._conferences.participants.get(sid) is participant:
                apply()

        self._context.run_in((when - now).total_seconds(), take_effect)

    def _hold(
        self, participant: ConferenceParticipant, hold: bool, endpoint: Endpoint | None
    ) -> None:
        again = self._context.switches.second_hold_takes_effect
        events = participant.conference.set_hold(participant.leg.sid, hold, again=again)
        if not events:
            return
        if participant.hold is not None:
            participant.hold.stop(StopReason.REPLACED)
            participant.hold = None
        if hold:
            self._start_hold(participant, endpoint)
        self._changed(participant, events)

    def _start_hold(self, participant: ConferenceParticipant, endpoint: Endpoint | None) -> None:
        """I.6: without HoldUrl the carrier's music; when a HoldUrl's TwiML ends, silence."""
        if endpoint is None:
            participant.hold = self._conferences.start_music(participant)
        else:
            program = self._conferences.program(participant, lambda: None, lambda _code, _url: None)
            participant.hold = program
            program.fetch(endpoint)

    def set_end_on_exit(self, participant: ConferenceParticipant, end_on_exit: bool) -> None:
        self._modify(participant, replace(participant.state, end_on_exit=end_on_exit))

    def set_coached(self, participant: ConferenceParticipant, coached: str) -> None:
        self._modify(participant, replace(participant.state, coached=coached))

    def _modify(self, participant: ConferenceParticipant, changed: ParticipantState) -> None:
        self._changed(participant, participant.conference.modify(changed))

    def announce(
        self,
        conference: Conference,
        participants: Iterable[ConferenceParticipant],
        endpoint: Endpoint,
        leg: str | None,
    ) -> None:
        """F2: played over what these hear; `leg` when it is one participant's announcement.

        Everybody hears the same document, so only the first program sends an event when it ends.
        """
        for number, participant in enumerate(participants):
            self._announce(conference, participant, endpoint, leg, sends_event=number == 0)

    def _announce(
        self,
        conference: Conference,
        participant: ConferenceParticipant,
        endpoint: Endpoint,
        leg: str | None,
        *,
        sends_event: bool,
    ) -> None:
        def over(name: str, parameters: Pairs) -> None:
            if program in participant.announcements:
                participant.announcements.remove(program)
            self._context.hearing_changed(participant.leg.sid)
            if sends_event and (leg is None or leg in conference.participants):
                url = ("AnnounceUrl", endpoint.url)
                event = conference.announced(name, leg, (url, *parameters))
                self._conferences.send_events(conference, [event])

        def failed(code: int, url: str) -> None:
            over("announcement-fail", (("ReasonAnnouncementFailed", str(code)),))

        program = self._conferences.program(
            participant, lambda: over("announcement-end", ()), failed
        )
        participant.announcements.append(program)
        program.fetch(endpoint)

    def _changed(self, participant: ConferenceParticipant, events: list[ConferenceEvent]) -> None:
        if events:
            conference = participant.conference
            conference.updated_at = self._context.now()
            self._conferences.send_events(conference, events)
            self._conferences.hearing_changed(conference)
