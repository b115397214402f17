"""The legs of the account: made, answered, redirected, ended; their callbacks (C2, A12, F7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from infra.local.exchange.call_program import call_program
from infra.local.exchange.conference import LeaveReason
from infra.local.exchange.conferences import Conferences
from infra.local.exchange.context import Context
from infra.local.exchange.directory import CLIENT, Directory
from infra.local.exchange.interfaces import CANCELLED, FarEnd, Heard, Phone, Ringback, Timer
from infra.local.exchange.inventory import Voice
from infra.local.exchange.journal import KeyPressed, LegChanged
from infra.local.exchange.leg import Direction, Leg, Status, StatusCallback
from infra.local.exchange.parameters import progress
from infra.local.exchange.recordings import Recordings
from infra.local.exchange.traffic import RateGroup, Traffic
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.program import Program, Verbs
from infra.local.exchange.wire import Endpoint, Pairs

UNAVAILABLE = 31480  # an SDK error code (C9)


@dataclass(frozen=True, slots=True)
class Origination:
    """A call to be made for REST; `on_answer` is called once it is answered."""

    caller: str
    called: str
    on_answer: Callable[[Leg], None]
    ring_seconds: int
    limit_seconds: int
    callback: StatusCallback | None = None
    fallback: Endpoint | None = None
    rate_group: RateGroup = RateGroup.CALLS


class Calls:
    """`verbs` are those of the documents that a call runs."""

    def __init__(
        self,
        context: Context,
        conferences: Conferences,
        recordings: Recordings,
        verbs: Verbs,
        directory: Directory,
    ) -> None:
        self._context = context
        self._directory = directory
        self._conferences = conferences
        self._recordings = recordings
        self._verbs = verbs
        self.legs: dict[str, Leg] = {}
        self._programs: dict[str, Program] = {}
        self._timers: dict[str, Timer] = {}
        self._originations: dict[str, Origination] = {}
        self._pending: dict[str, Program] = {}
        self.traffic = Traffic(context, self.legs)

    # --- inbound ---

    def dial(self, caller: str, called: str, phone: FarEnd) -> str:
        number = self._context.inventory.number(called)
        leg = self._make(Direction.INBOUND, caller, called, Status.RINGING, (phone,))
        if number is None:
            self._fail(leg, "the number is not in service")
            return leg.sid
        leg.number_sid = number.sid
        leg.call_token = f"{self._context.tokens.getrandbits(256):064x}"
        voice = self._context.inventory.voice_of(number)
        if voice is not number:
            leg.application_sid = voice.sid
        self._incoming(leg, voice)
        return leg.sid

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], phone: FarEnd
    ) -> str:
        """J10: a Voice SDK client runs its TwiML application."""
        caller = f"client:{identity}"
        leg = self._make(Direction.INBOUND, caller, "", Status.RINGING, (phone,))
        application = self._context.inventory.applications.get(application_sid)
        if application is None:
            self._fail(leg, f"there is no application {application_sid}")
            return leg.sid
        leg.application_sid = application_sid
        leg.first_parameters = tuple(parameters.items())
        self._incoming(leg, application)
        return leg.sid

    def _incoming(self, leg: Leg, voice: Voice) -> None:
        leg.fallback = voice.fallback
        if voice.status_callback is not None:
            leg.callback = StatusCallback(voice.status_callback)
        self._write_status(leg)
        if self._at_capacity(leg):
            self._fail(leg, "call concurrency limit exceeded")
            return
        endpoint = voice.voice
        if endpoint is None:
            self._fail(leg, "the number has no voice URL")
            return
        sid = leg.sid
        for phone in leg.phones:
            self._context.call_soon(partial(phone.ringing, sid))

        def run() -> None:
            if not leg.over:
                self._install(leg, self._program(leg)).fetch(endpoint)

        self._context.run_after(self._context.latency.connect, run)

    def _at_capacity(self, leg: Leg) -> bool:
        """Part L: as many other calls are up as the account may have at once."""
        full = self.traffic.at_capacity(without=leg)
        if full:
            self._context.warn(10004, "more calls at once than the account may have", leg.sid)
        return full

    def _fail(self, leg: Leg, message: str) -> None:
        """A4: a call without anything to run fails at once."""
        self._write_status(leg)
        self.end(leg, Status.FAILED, UNAVAILABLE, message)

    def answer(self, leg: Leg) -> None:
        """An inbound leg is answered by its first verb; repeating it changes nothing."""
        if leg.status is not Status.RINGING or leg.direction is not Direction.INBOUND:
            return
        leg.become(Status.IN_PROGRESS, self._context.now())
        self._start_talk(leg, self._context.limits.longest_call_seconds)
        self._write_status(leg)
        self.hearing_changed(leg.sid)
        for phone in leg.phones:
            self._context.call_soon(partial(phone.answered, leg.sid))

    # --- outbound ---

    def originate(self, wanted: Origination) -> Leg:
        leg = self._make(
            Direction.OUTBOUND_API, wanted.caller, wanted.called.partition("?")[0], Status.QUEUED
        )
        leg.callback = wanted.callback
        leg.fallback = wanted.fallback
        self._originations[leg.sid] = wanted
        self._write_status(leg)
        dialler = self.traffic.dialler(wanted.rate_group)
        leg.queue_seconds = dialler.wait_seconds()
        seconds = self._context.latency.connect.draw(self._context.random)

        def start() -> None:
            self._context.call_later(seconds, lambda: self._ring(leg, wanted))

        dialler.submit(lambda: not leg.over, start)
        return leg

    def _ring(self, leg: Leg, wanted: Origination) -> None:
        if leg.over:
            return
        if self._at_capacity(leg):
            self.end(leg, Status.FAILED)
            return
        self._send_progress(leg, "initiated")
        address, _, query = wanted.called.partition("?")
        leg.phones = phones = self._directory.phones(address)
        if not phones and address.startswith(CLIENT):
            self.end(leg, Status(self._context.switches.unregistered_client))
            return
        leg.become(Status.RINGING, self._context.now())
        self._send_progress(leg, "ringing")
        self._write_status(leg)
        self._conferences.ringing_changed(leg)
        limit = wanted.ring_seconds + self._context.switches.ring_buffer_seconds
        self._timers[leg.sid] = self._context.call_later(
            limit, lambda: self.end(leg, Status.NO_ANSWER)
        )
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        for ringing in phones:
            self._context.call_soon(partial(self._ring_phone, leg, ringing, parameters))

    def _ring_phone(self, leg: Leg, phone: Phone, parameters: Mapping[str, str]) -> None:
        if leg.status is Status.RINGING and phone in leg.phones:
            phone.ring(leg.sid, leg.caller, leg.called, parameters)

    def answered(self, sid: str, phone: FarEnd | None) -> bool:
        """The far end answers. The first device takes the call; for the others it has ended."""
        leg, wanted = self.legs.get(sid), self._originations.get(sid)
        if leg is None or wanted is None or leg.status is not Status.RINGING:
            return False
        winner = phone or (leg.phones[0] if leg.phones else None)
        losers = tuple(other for other in leg.phones if other is not winner)
        leg.phones = () if winner is None else (winner,)
        for loser in losers:
            self._context.call_soon(partial(loser.ended, sid, CANCELLED, "answered elsewhere"))
        leg.become(Status.IN_PROGRESS, self._context.now())
        self._start_talk(leg, wanted.limit_seconds)
        self._send_progress(leg, "answered")
        self._write_status(leg)
        self.hearing_changed(sid)
        wanted.on_answer(leg)
        return True

    def rejected(self, sid: str, phone: FarEnd | None, sip_code: str) -> None:
        """Busy once every device has declined, with the code of the last."""
        leg = self.legs.get(sid)
        if leg is None or leg.status is not Status.RINGING or sid not in self._originations:
            return
        leg.phones = tuple(p for p in leg.phones if phone is not None and p is not phone)
        if not leg.phones:
            leg.refusal = sip_code
            self.end(leg, Status.BUSY)

    def unreachable(self, sid: str) -> None:
        leg = self.legs.get(sid)
        if leg is not None and leg.status is Status.RINGING and sid in self._originations:
            self.end(leg, Status.FAILED)

    # --- in the call ---

    def press(self, sid: str, digit: str, *, relayed: bool = False) -> None:
        leg = self.legs.get(sid)
        if leg is not None and leg.answered:
            self._context.write(KeyPressed(sid, digit, relayed))
            program = self._programs.get(sid)
            if program is not None:
                program.press(digit)

    def run(self, leg: Leg, start: Endpoint | str, digits: str = "") -> None:
        """An answered outbound leg runs its first document: a URL, or TwiML that came with REST.

        Keys to be sent (SendDigits) come before it.
        """
        program = self._install(leg, self._program(leg))
        program.play_digits(digits, lambda: self._begin(program, start))

    def redirect(self, leg: Leg, start: Endpoint | str) -> None:
        """A call update (F4): what runs now is interrupted, then the new document is asked for."""

        def interrupt() -> None:
            if leg.over:
                return
            program = self._pending[leg.sid] = self._program(leg)
            if isinstance(start, Endpoint) and self._context.switches.old_document_until_fetched:
                program.fetch(start, before=lambda: self._replace_program(leg, program))
            else:
                self._replace_program(leg, program)
                self._begin(program, start)
            self.hearing_changed(leg.sid)

        self._context.run_after(self._context.latency.refresh, interrupt)

    def _replace_program(self, leg: Leg, program: Program) -> None:
        """The old document ends, and its Dial with it, unless a newer update has come."""
        if leg.over or self._pending.get(leg.sid) is not program:
            program.stop(StopReason.REPLACED)
            return
        old = self._programs.pop(leg.sid, None)
        if old is not None:
            old.stop(StopReason.REDIRECTED)
        participant = self._conferences.participants.get(leg.sid)
        if participant is not None:
            self._conferences.leave(participant, reason=LeaveReason.UPDATED)
        if not self._context.switches.recording_survives_redirect:
            self._recordings.stop_leg(leg)
        self._install(leg, program)

    def _begin(self, program: Program, start: Endpoint | str) -> None:
        match start:
            case Endpoint():
                program.fetch(start)
            case str():
                program.inline(start)

    def _program(self, leg: Leg) -> Program:
        return call_program(self._context, leg, self._verbs, self.answer, self.end)

    def _install(self, leg: Leg, program: Program) -> Program:
        self._programs[leg.sid] = program
        return program

    def set_time_limit(self, leg: Leg, seconds: int) -> None:
        """TimeLimit over REST."""
        if leg.answered:
            self._start_time_limit(leg, seconds)

    def _start_talk(self, leg: Leg, seconds: int) -> None:
        self._start_time_limit(leg, seconds)
        dies_after = self._context.fault_injector.leg_lifetime_seconds()
        if dies_after is not None:
            self._context.call_later(dies_after, lambda: self.hang_up(leg.sid))

    def _start_time_limit(self, leg: Leg, seconds: int) -> None:
        seconds = min(seconds, self._context.limits.longest_call_seconds)
        timer = self._timers.pop(leg.sid, None)
        if timer is not None:
            timer.cancel()
        self._timers[leg.sid] = self._context.call_later(
            seconds, lambda: self.end(leg, Status.COMPLETED)
        )

    # --- the end ---

    def hang_up(self, sid: str) -> None:
        """The far end hangs up: before the answer an inbound call was given up."""
        leg = self.legs.get(sid)
        if leg is None or leg.over:
            return
        if leg.answered:
            self.end(leg, Status.COMPLETED)
        elif leg.direction is Direction.INBOUND:
            self.end(leg, Status(self._context.switches.abandoned_inbound))
        else:
            self.end(leg, Status.BUSY)

    def end(self, leg: Leg, status: Status, code: int | None = None, message: str = "") -> None:
        """Final. Repeating it changes nothing."""
        if leg.over:
            return
        was_queued = leg.status is Status.QUEUED
        leg.become(status, self._context.now())
        timer = self._timers.pop(leg.sid, None)
        if timer is not None:
            timer.cancel()
        program = self._programs.pop(leg.sid, None)
        if program is not None:
            program.stop(StopReason.HUNG_UP)
        self._conferences.call_ended(leg)
        self._recordings.stop_leg(leg)
        self._context.ledger.end(leg.sid)
        self._originations.pop(leg.sid, None)
        self._pending.pop(leg.sid, None)
        if not (was_queued and status is Status.CANCELED):  # A12: then there is none at all
            self._send_progress(leg, "completed")
        self._write_status(leg)
        for phone in leg.phones:
            self._context.call_soon(partial(phone.ended, leg.sid, code, message))

    # --- what is heard, and the callbacks ---

    def heard(self, sid: str) -> Heard:
        leg = self.legs.get(sid)
        if leg is None or leg.over:
            return None
        if not leg.answered:
            return Ringback() if leg.direction is Direction.INBOUND else None
        participant = self._conferences.participants.get(sid)
        if participant is not None:
            return participant.heard()
        program = self._programs.get(sid)
        return None if program is None else program.heard()

    def hearing_changed(self, sid: str) -> None:
        leg = self.legs.get(sid)
        if leg is not None and leg.answered:
            self._context.ledger.note(sid, self.heard(sid))

    def _make(
        self,
        direction: Direction,
        caller: str,
        called: str,
        status: Status,
        phones: tuple[FarEnd, ...] = (),
    ) -> Leg:
        sid = self._context.sids.make("CA")
        leg = Leg(sid, direction, caller, called, self._context.now(), status, phones)
        leg.updated_at = leg.created_at
        self.legs[sid] = leg
        return leg

    def _write_status(self, leg: Leg) -> None:
        self._context.write(
            LegChanged(leg.sid, leg.status.value, leg.caller, leg.called, leg.direction.value)
        )

    def _send_progress(self, leg: Leg, event: str) -> None:
        """A12. The sequence counts all events of the leg, whether subscribed to or not."""
        if leg.direction is Direction.INBOUND and event != "completed":
            return
        sequence = leg.next_sequence()
        if leg.callback is None or event not in leg.callback.events:
            return
        status = "initiated" if event == "initiated" else leg.status.value
        now = self._context.now()
        recorded = self._recordings.of_whole_call(leg)
        pairs: Pairs = progress(self._context.account.sid, leg, status, sequence, now, recorded)
        self._context.send_callback(leg.callback.endpoint, pairs, leg.sid)
