"""The conferences of the account: joining, invitations, leaving, and their status callbacks.

`Conference` decides; this module carries out: it starts and stops what is played to each
participant, updates the ledger, sends the callbacks, and tells the Dial that brought a leg here
when the leg has left.
"""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.conference import (
    SUBSCRIPTION,
    Conference,
    ConferenceEvent,
    ConferenceRules,
    ConferenceState,
    LeaveReason,
)
from infra.local.exchange.conference_participant import ConferenceParticipant
from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Ringback, Tone, Voices
from infra.local.exchange.join_options import Invitation, JoinOptions
from infra.local.exchange.journal import ConferenceChanged
from infra.local.exchange.leg import EndCall, Leg, Status
from infra.local.exchange.recordings import Recordings
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.playback import PlayClip, carrier_music
from infra.local.exchange.twiml.program import Program, Verbs, no_parameters
from infra.local.exchange.twiml.vocabulary import DocumentKind
from infra.local.exchange.wire import Endpoint, Pairs, rfc2822


class Conferences:
    """`verbs` are those of wait, hold and announcement documents."""

    def __init__(
        self, context: Context, recordings: Recordings, verbs: Verbs, end_call: EndCall
    ) -> None:
        self._context = context
        self._recordings = recordings
        self._verbs = verbs
        self._end_call = end_call
        self.conferences: dict[str, Conference] = {}
        self._active: dict[str, Conference] = {}
        self.participants: dict[str, ConferenceParticipant] = {}
        self.invitations: dict[str, Invitation] = {}
        self.shut_out: set[str] = set()  # legs that no room takes: the carrier's own failure

    # --- finding ---

    def active(self, name: str) -> Conference | None:
        """B9: the same name is the same conference while it is not completed."""
        return self._active.get(name)

    def participants_of(self, conference: Conference) -> tuple[ConferenceParticipant, ...]:
        return tuple(self.participants[leg] for leg in conference.participants)

    def invited_to(self, conference: Conference) -> tuple[Invitation, ...]:
        return tuple(i for i in self.invitations.values() if i.conference is conference)

    def hearers(self, leg: str) -> tuple[str, ...]:
        """The participants that hear this leg now."""
        heard = {sid: one.heard() for sid, one in self.participants.items()}
        return tuple(sid for sid, h in heard.items() if isinstance(h, Voices) and leg in h.legs)

    def _early_media(self, conference: Conference) -> Ringback | Voices | None:
        """What the conference hears of those who are being called: their words, or a tone."""
        ringing = [
            i.leg
            for i in self.invited_to(conference)
            if i.early_media and i.leg.status is Status.RINGING
        ]
        speaking = tuple(leg.sid for leg in ringing if leg.says is not None)
        if speaking:
            return Voices(speaking)
        return Ringback() if ringing else None

    # --- joining ---

    def open(self, name: str, rules: ConferenceRules) -> Conference:
        found = self.active(name)
        if found is not None:
            return found
        now = self._context.now()
        conference = Conference(self._context.sids.make("CF"), name, rules, now, now)
        self.conferences[conference.sid] = self._active[name] = conference
        return conference

    def join(
        self, leg: Leg, options: JoinOptions, on_left: Callable[[], None]
    ) -> ConferenceParticipant | None:
        """None when it is refused: not bridged (16001), full (16020), label taken (16025), none to
        coach (13240)."""
        if leg.sid in self.shut_out:
            self._context.warn(16001, f"{leg.sid} is not bridged to {options.name}", leg.sid)
            return None
        conference = self.open(options.name, options.rules)
        refusal = self._refusal(conference, options)
        if refusal is not None:
            self._context.warn(*refusal, leg.sid)
            return None
        participant = ConferenceParticipant(
            self._context,
            leg,
            conference,
            on_left,
            lambda: self._early_media(conference),
            beep_on_exit=options.beep in ("true", "onExit"),
        )
        self.participants[leg.sid] = participant
        started_before = conference.started
        self.send_events(conference, conference.enter(options.participant_state(leg.sid)))
        if conference.started:
            self._start(conference, record=not started_before)
            if options.beep in ("true", "onEnter"):
                self._beep(conference)
        else:
            self._start_wait(participant, options.wait, silent=options.silent_wait)
        self.hearing_changed(conference)
        return participant

    def _refusal(self, conference: Conference, options: JoinOptions) -> tuple[int, str] | None:
        if len(conference.participants) >= conference.rules.most:
            return 16020, f"{conference.name} is full"
        unique = self._context.unused_switches.duplicate_label_refused
        if unique and options.label and conference.labelled(options.label) is not None:
            return 16025, f"label {options.label} is taken in {conference.name}"
        if options.coached and options.coached not in conference.participants:
            return 13240, f"{options.coached} is not in {conference.name}: it cannot be coached"
        return None

    def _start(self, conference: Conference, *, record: bool) -> None:
        """F2: the music stops, mixing begins."""
        for participant in self.participants_of(conference):
            if participant.wait is not None:
                participant.wait.stop(StopReason.REPLACED)
                participant.wait = None
        if record and conference.rules.recorded:
            self._recordings.start_conference(conference)

    def change_wait(
        self, participant: ConferenceParticipant, endpoint: Endpoint | None, *, silent: bool
    ) -> None:
        """WaitUrl over REST: what is heard until the start, which may be over."""
        if participant.conference.started:
            return
        if participant.wait is not None:
            participant.wait.stop(StopReason.REPLACED)
            participant.wait = None
        self._start_wait(participant, endpoint, silent=silent)
        self._context.hearing_changed(participant.leg.sid)

    def _start_wait(
        self, participant: ConferenceParticipant, endpoint: Endpoint | None, *, silent: bool
    ) -> None:
        if silent:
            return
        if endpoint is None:
            participant.wait = self.start_music(participant)
            return

        def failed(code: int, url: str) -> None:
            self.leave(participant, reason=LeaveReason.NEVER_CAME)
            participant.on_left()

        named = self._context.switches.wait_request_names_conference
        sid = participant.conference.sid
        parameters: Pairs = (("ConferenceSid", sid),) if named else ()
        program = self.program(participant, lambda: None, failed, lambda: parameters)
        participant.wait = program
        program.fetch(endpoint)

    def start_music(self, participant: ConferenceParticipant) -> PlayClip:
        music = carrier_music(self._context, participant.leg)
        music.start()
        return music

    def _beep(self, conference: Conference) -> None:
        clip = self._context.sound.tone(Tone.BEEP)
        for participant in self.participants_of(conference):
            participant.tone = PlayClip(
                self._context, participant.leg, clip, 1, lambda: self.hearing_changed(conference)
            )
            participant.tone.start()

    def program(
        self,
        participant: ConferenceParticipant,
        on_end: Callable[[], None],
        on_failure: Callable[[int, str], None],
        parameters: Callable[[], Pairs] = no_parameters,
    ) -> Program:
        return Program(
            self._context,
            participant.leg,
            DocumentKind.CONFERENCE,
            self._verbs,
            on_end,
            on_failure,
            parameters,
        )

    # --- leaving ---

    def leave(
        self,
        participant: ConferenceParticipant,
        *,
        reason: LeaveReason = LeaveReason.HUNG_UP,
        kicked: bool = False,
    ) -> None:
        """The participant's own Dial knows already; Dials of others that are removed are told."""
        conference, leg = participant.conference, participant.leg
        if leg.sid not in conference.participants:
            return
        self._stop_sound(participant)
        events, removed = conference.leave(leg.sid, reason, leg.status.value, kicked=kicked)
        del self.participants[leg.sid]
        self._context.hearing_changed(leg.sid)
        if participant.beep_on_exit and conference.started:
            self._beep(conference)
        self._somebody_left(conference, events, removed)

    def end(self, conference: Conference) -> None:
        """Status=completed over REST."""
        events, removed = conference.end_by_api()
        self._somebody_left(conference, events, removed)

    def remove(self, participant: ConferenceParticipant) -> None:
        """DELETE of a participant (C4, I.3)."""
        self.leave(participant, reason=LeaveReason.UPDATED, kicked=True)
        if self._context.unused_switches.removed_leg_continues:
            participant.on_left()
        else:
            self._end_call(participant.leg, Status.COMPLETED)

    def _somebody_left(
        self, conference: Conference, events: list[ConferenceEvent], removed: tuple[str, ...]
    ) -> None:
        conference.updated_at = self._context.now()
        self.send_events(conference, events)
        if conference.state is ConferenceState.COMPLETED:
            self._active.pop(conference.name, None)
            self._recordings.stop_conference(conference)
        continues = self._context.unused_switches.ended_conference_continues
        for leg in removed:
            participant = self.participants.pop(leg)
            self._stop_sound(participant)
            self._context.hearing_changed(leg)
            if continues:
                self._context.call_soon(participant.on_left)
            else:
                self._end_call(participant.leg, Status.COMPLETED)
        self.hearing_changed(conference)

    def _stop_sound(self, participant: ConferenceParticipant) -> None:
        for source in participant.sources():
            source.stop(StopReason.REPLACED)
        participant.wait = participant.hold = participant.tone = None
        participant.announcements.clear()

    # --- invitations (Participants create) ---

    def invite(
        self, conference: Conference, leg: Leg, options: JoinOptions, *, early_media: bool
    ) -> None:
        self.invitations[leg.sid] = Invitation(conference, leg, options, early_media)

    def join_invited(self, leg: Leg) -> None:
        """The invited leg has answered."""
        invitation = self.invitations.pop(leg.sid)

        def end() -> None:
            self._end_call(leg, Status.COMPLETED)

        if self.join(leg, invitation.options, end) is None:
            end()
        self.hearing_changed(invitation.conference)

    def call_ended(self, leg: Leg) -> None:
        """The leg leaves without a Dial, or was invited and never answered."""
        invitation = self.invitations.pop(leg.sid, None)
        if invitation is not None:
            self._invitation_failed(invitation)
        participant = self.participants.get(leg.sid)
        if participant is not None:
            self.leave(participant)

    def _invitation_failed(self, invitation: Invitation) -> None:
        conference, leg = invitation.conference, invitation.leg
        state = invitation.options.participant_state(leg.sid)
        self.send_events(conference, [conference.never_came(state, leg.status.value)])
        self.hearing_changed(conference)
        unused = conference.state is ConferenceState.INIT and not conference.participants
        if unused and not self.invited_to(conference):
            self._somebody_left(conference, conference.abandon(), ())

    def ringing_changed(self, leg: Leg) -> None:
        """A leg that is being called begins to ring, to speak, or to be silent."""
        invitation = self.invitations.get(leg.sid)
        if invitation is not None:
            self.hearing_changed(invitation.conference)

    # --- telling the ledger and the customer ---

    def hearing_changed(self, conference: Conference) -> None:
        for leg in tuple(conference.participants):
            self._context.hearing_changed(leg)

    def send_events(self, conference: Conference, events: list[ConferenceEvent]) -> None:
        callback = conference.rules.callback
        for event in events:
            self._context.write(
                ConferenceChanged(conference.sid, conference.name, event.name, event.leg)
            )
            if callback is None or SUBSCRIPTION[event.name] not in callback.events:
                continue
            pairs: Pairs = (
                ("AccountSid", self._context.account.sid),
                ("ConferenceSid", conference.sid),
                ("FriendlyName", conference.name),
                ("SequenceNumber", str(event.sequence)),
                ("StatusCallbackEvent", event.name),
                ("Timestamp", rfc2822(self._context.now())),
                *event.parameters,
            )
            self._context.send_callback(callback.endpoint, pairs, event.leg)
