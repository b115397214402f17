"""The rooms of the account: entering, leaving, hold, mute, coaching, announcements, callbacks.

`Room` decides; this module carries out: it starts and stops what is played to each seat, tells the
ledger and the customer's server, and lets go of the Dial that brought a leg here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from infra.local.exchange.core import Core
from infra.local.exchange.journal import RoomChanged
from infra.local.exchange.leg import Leg, Status
from infra.local.exchange.room import (
    SUBSCRIPTION,
    Departure,
    Participant,
    Room,
    RoomEvent,
    RoomRules,
    RoomState,
)
from infra.local.exchange.seat import Seat
from infra.local.exchange.twiml.playback import ENDLESS, PlayClip
from infra.local.exchange.twiml.program import Program, Why, no_parameters
from infra.local.exchange.twiml.vocabulary import Context
from infra.local.exchange.wire import Endpoint, Pairs, rfc2822

__all__ = ["Conferences", "Entrance", "Invitation", "Seat"]


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a leg enters: the noun's attributes, or the parameters of Participants create."""

    name: str
    label: str = ""
    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    coached: str = ""
    wait: Endpoint | None = None
    silent_wait: bool = False
    rules: RoomRules = field(default_factory=RoomRules)

    def participant(self, leg: str) -> Participant:
        return Participant(
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

    room: Room
    leg: Leg
    entrance: Entrance
    early_media: bool


class Conferences:
    def __init__(self, core: Core) -> None:
        self._core = core
        self.rooms: dict[str, Room] = {}
        self._active: dict[str, Room] = {}
        self.seats: dict[str, Seat] = {}
        self.invitations: dict[str, Invitation] = {}

    # --- finding ---

    def active(self, name: str) -> Room | None:
        """B9: the same name is the same room while it is not completed."""
        return self._active.get(name)

    def seated(self, room: Room) -> tuple[Seat, ...]:
        return tuple(self.seats[leg] for leg in room.participants)

    def invited(self, room: Room) -> tuple[Invitation, ...]:
        return tuple(i for i in self.invitations.values() if i.room is room)

    def rings_in(self, room: Room) -> bool:
        """EarlyMedia: the room hears that somebody is being called."""
        return any(i.early_media and i.leg.status is Status.RINGING for i in self.invited(room))

    # --- entering ---

    def open(self, name: str, rules: RoomRules) -> Room:
        found = self.active(name)
        if found is not None:
            return found
        now = self._core.now()
        room = Room(self._core.sids.make("CF"), name, rules, now, now)
        self.rooms[room.sid] = self._active[name] = room
        return room

    def enter(self, leg: Leg, way: Entrance, on_left: Callable[[], None]) -> Seat | None:
        """None when the room refuses: full (16020), label taken (16025), none to coach (13240)."""
        room = self.open(way.name, way.rules)
        refusal = self._refusal(room, way)
        if refusal is not None:
            self._core.warn(*refusal, leg.sid)
            return None
        seat = Seat(self._core, leg, room, on_left)
        self.seats[leg.sid] = seat
        started_before = room.started
        self._tell(room, room.enter(way.participant(leg.sid)))
        if room.started:
            self._start(room, record=not started_before)
            if way.beep in ("true", "onEnter"):
                self._beep(room)
        else:
            self._wait(seat, way)
        self._heard(room)
        return seat

    def _refusal(self, room: Room, way: Entrance) -> tuple[int, str] | None:
        if len(room.participants) >= room.rules.most:
            return 16020, f"{room.name} is full"
        unique = self._core.ahead.duplicate_label_refused
        if unique and way.label and room.labelled(way.label) is not None:
            return 16025, f"label {way.label} is taken in {room.name}"
        if way.coached and way.coached not in room.participants:
            return 13240, f"{way.coached} is not in {room.name}: it cannot be coached"
        return None

    def _start(self, room: Room, *, record: bool) -> None:
        """F2: the music stops, mixing begins."""
        for seat in self.seated(room):
            if seat.wait is not None:
                seat.wait.stop(Why.REPLACED)
                seat.wait = None
        if record and room.rules.recorded:
            self._core.recordings.start_room(room)

    def _wait(self, seat: Seat, way: Entrance) -> None:
        if way.silent_wait:
            return
        if way.wait is None:
            seat.wait = self._music(seat)
            return

        def failed(code: int, url: str) -> None:
            self.leave(seat, departure=Departure.NEVER_CAME)
            seat.on_left()

        named = self._core.switches.room_wait_names_room
        parameters: Pairs = (("ConferenceSid", seat.room.sid),) if named else ()
        program = self._program(seat, lambda: None, failed, lambda: parameters)
        seat.wait = program
        program.fetch(way.wait)

    def _music(self, seat: Seat) -> PlayClip:
        music = self._core.sound.tone("music")
        clip = PlayClip(self._core, seat.leg, music, ENDLESS, lambda: None)
        clip.start()
        return clip

    def _beep(self, room: Room) -> None:
        clip = self._core.sound.tone("beep")
        for seat in self.seated(room):
            seat.tone = PlayClip(self._core, seat.leg, clip, 1, lambda: self._heard(room))
            seat.tone.start()

    def _program(
        self,
        seat: Seat,
        on_end: Callable[[], None],
        on_failure: Callable[[int, str], None],
        parameters: Callable[[], Pairs] = no_parameters,
    ) -> Program:
        return Program(self._core, seat.leg, Context.ROOM, on_end, on_failure, parameters)

    # --- leaving ---

    def leave(
        self,
        seat: Seat,
        *,
        updated: bool = False,
        departure: Departure | None = None,
        kicked: bool = False,
    ) -> None:
        """The seat's own Dial knows already; Dials of others that are thrown out are let go."""
        if seat.leg.sid not in seat.room.participants:
            return
        why = departure or (Departure.UPDATED if updated else Departure.HUNG_UP)
        room = seat.room
        self._silence(seat)
        status = seat.leg.status.value
        events, thrown = room.leave(seat.leg.sid, why, status, kicked=kicked)
        del self.seats[seat.leg.sid]
        self._core.heard_changed(seat.leg.sid)
        self._closed(room, events, thrown)

    def end(self, room: Room) -> None:
        """Status=completed over REST."""
        events, thrown = room.end_by_api()
        self._closed(room, events, thrown)

    def remove(self, seat: Seat) -> None:
        """DELETE of a participant (C4, I.3)."""
        self.leave(seat, updated=True, kicked=True)
        if self._core.ahead.removed_leg_continues:
            seat.on_left()
        else:
            self._core.calls.end(seat.leg, Status.COMPLETED)

    def _closed(self, room: Room, events: list[RoomEvent], thrown: tuple[str, ...]) -> None:
        room.updated_at = self._core.now()
        self._tell(room, events)
        if room.state is RoomState.COMPLETED:
            self._active.pop(room.name, None)
            self._core.recordings.stop_room(room)
        continues = self._core.ahead.ended_room_continues
        for leg in thrown:
            seat = self.seats.pop(leg)
            self._silence(seat)
            self._core.heard_changed(leg)
            if continues:
                self._core.soon(seat.on_left)
            else:
                self._core.calls.end(seat.leg, Status.COMPLETED)
        self._heard(room)

    def _silence(self, seat: Seat) -> None:
        for source in seat.sources():
            source.stop(Why.REPLACED)
        seat.wait = seat.hold = seat.tone = None
        seat.announcements.clear()

    # --- invitations (Participants create) ---

    def invite(self, room: Room, leg: Leg, entrance: Entrance, *, early_media: bool) -> None:
        self.invitations[leg.sid] = Invitation(room, leg, entrance, early_media)

    def arrive(self, leg: Leg) -> None:
        """The invited leg has answered."""
        invitation = self.invitations.pop(leg.sid)

        def over() -> None:
            self._core.calls.end(leg, Status.COMPLETED)

        if self.enter(leg, invitation.entrance, over) is None:
            over()
        self._heard(invitation.room)

    def call_over(self, leg: Leg) -> None:
        """A leg that stood here without a Dial, or never came, is over."""
        invitation = self.invitations.pop(leg.sid, None)
        if invitation is not None:
            room = invitation.room
            never = room.never_came(invitation.entrance.participant(leg.sid), leg.status.value)
            self._tell(room, [never])
            self._heard(room)
            if room.state is RoomState.INIT and not room.participants and not self.invited(room):
                self._closed(room, room.abandon(), ())
        seat = self.seats.get(leg.sid)
        if seat is not None:
            self.leave(seat)

    def ringing_changed(self, leg: Leg) -> None:
        invitation = self.invitations.get(leg.sid)
        if invitation is not None:
            self._heard(invitation.room)

    # --- changes over REST ---

    def mute(self, seat: Seat, muted: bool) -> None:
        def apply() -> None:
            self._changed(seat, seat.room.set_muted(seat.leg.sid, muted))

        self._in_turn(seat, apply)

    def hold(self, seat: Seat, hold: bool, endpoint: Endpoint | None) -> None:
        self._in_turn(seat, lambda: self._hold(seat, hold, endpoint))

    def _in_turn(self, seat: Seat, apply: Callable[[], None]) -> None:
        """It takes its time, but never overtakes a change of the same seat."""
        now = self._core.now()
        seconds = self._core.latency.change.draw(self._core.random)
        when = max(now + timedelta(seconds=seconds), seat.changes_at or now)
        seat.changes_at = when

        def take_effect() -> None:
            if seat.leg.sid in seat.room.participants and self.seats.get(seat.leg.sid) is seat:
                apply()

        self._core.in_time((when - now).total_seconds(), take_effect)

    def _hold(self, seat: Seat, hold: bool, endpoint: Endpoint | None) -> None:
        again = self._core.switches.second_hold_heeded
        events = seat.room.set_hold(seat.leg.sid, hold, again=again)
        if not events:
            return
        if seat.hold is not None:
            seat.hold.stop(Why.REPLACED)
            seat.hold = None
        if hold:
            self._start_hold(seat, endpoint)
        self._changed(seat, events)

    def _start_hold(self, seat: Seat, endpoint: Endpoint | None) -> None:
        """I.6: without HoldUrl the carrier's music; when a HoldUrl's TwiML ends, silence."""
        if endpoint is None:
            seat.hold = self._music(seat)
        else:
            program = self._program(seat, lambda: None, lambda _code, _url: None)
            seat.hold = program
            program.fetch(endpoint)

    def modify(self, seat: Seat, changed: Participant) -> None:
        self._changed(seat, seat.room.modify(changed))

    def end_on_exit(self, seat: Seat, end_on_exit: bool) -> None:
        self.modify(seat, replace(seat.participant, end_on_exit=end_on_exit))

    def coach(self, seat: Seat, coached: str) -> None:
        self.modify(seat, replace(seat.participant, coached=coached))

    def announce(
        self, room: Room, seats: Iterable[Seat], endpoint: Endpoint, leg: str | None
    ) -> None:
        """F2: played over what these seats hear; `leg` when it is a participant's announcement.

        Everybody hears the same document, so the first seat's program tells its end.
        """
        for number, seat in enumerate(seats):
            self._announce(room, seat, endpoint, leg, tells=number == 0)

    def _announce(
        self, room: Room, seat: Seat, endpoint: Endpoint, leg: str | None, *, tells: bool
    ) -> None:
        def over(name: str, parameters: Pairs) -> None:
            if program in seat.announcements:
                seat.announcements.remove(program)
            self._core.heard_changed(seat.leg.sid)
            if tells and (leg is None or leg in room.participants):
                url = ("AnnounceUrl", endpoint.url)
                self._tell(room, [room.announced(name, leg, (url, *parameters))])

        def failed(code: int, url: str) -> None:
            over("announcement-fail", (("ReasonAnnouncementFailed", str(code)),))

        program = self._program(seat, lambda: over("announcement-end", ()), failed)
        seat.announcements.append(program)
        program.fetch(endpoint)

    def _changed(self, seat: Seat, events: list[RoomEvent]) -> None:
        if events:
            seat.room.updated_at = self._core.now()
            self._tell(seat.room, events)
            self._heard(seat.room)

    # --- telling ---

    def _heard(self, room: Room) -> None:
        for leg in tuple(room.participants):
            self._core.heard_changed(leg)

    def _tell(self, room: Room, events: list[RoomEvent]) -> None:
        callback = room.rules.callback
        for event in events:
            self._core.write(RoomChanged(room.sid, room.name, event.name, event.leg))
            if callback is None or SUBSCRIPTION[event.name] not in callback.events:
                continue
            pairs: Pairs = (
                ("AccountSid", self._core.account.sid),
                ("ConferenceSid", room.sid),
                ("FriendlyName", room.name),
                ("SequenceNumber", str(event.sequence)),
                ("StatusCallbackEvent", event.name),
                ("Timestamp", rfc2822(self._core.now())),
                *event.parameters,
            )
            self._core.tell(callback.endpoint, pairs, event.leg)
