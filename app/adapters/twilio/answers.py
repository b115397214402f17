"""What each webhook tells the switchboard, and what is answered.

What a leg hears goes out through `shows`, and nowhere else: whoever must watch for documents that
loop (V9) has one place to stand.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

from flask import Response, abort, g, request

from app.adapters.twilio import events
from app.adapters.twilio.documents import twiml
from app.adapters.twilio.render import document, render
from app.adapters.twilio.urls import DOCUMENT_RETRIES, LegUrls, Urls, quoted
from app.domain.call import CALLER, Call, Ended, Offered, Refresh
from app.domain.events import (
    AskedAgain,
    AskedWhileWaiting,
    Event,
    HeadsetConnected,
    LegAnswered,
    RoomRefused,
)
from app.domain.replies import Apologise, JoinRoom, Reply, SayGoodbye, SayTaken
from app.domain.view import view, view_while_waiting
from app.ports import CallWake, Clock, Directory, Loaded, Timers, Unavailable
from app.service.switchboard import Switchboard, UnknownNumber

Count = Callable[[str], None]

PATIENCE_TRIES = 5  # of three seconds each, while the store does not answer
_log = logging.getLogger(__name__)


class Answers:
    """One method a webhook. What a leg hears goes out through `shows`, and nowhere else."""

    def __init__(
        self,
        switchboard: Switchboard,
        directory: Directory,
        timers: Timers,
        clock: Clock,
        urls: Urls,
        count: Count,
    ) -> None:
        self._switchboard = switchboard
        self._directory = directory
        self._timers = timers
        self._clock = clock
        self.count = count
        self.urls = urls

    # --- documents --------------------------------------------------------------------------

    def inbound(self) -> Response:
        call_id = events.call_id(g.form)
        if call_id is None:
            abort(400)
        caller, did = g.form.get("From", "")[: events.FIELD_KEPT], g.form.get("To", "")
        try:
            call = self._switchboard.arrive(call_id, events.sid(g.form), caller, did)
        except UnknownNumber:
            _log.warning("unknown number", extra={"did": did[: events.FIELD_KEPT]})
            return twiml(document("unknown_number"))
        return self._shows_caller(call)

    def client(self) -> Response:
        """An agent's browser calls in; what it says is checked, never believed (A6).

        A token outlives its agent's dismissal: only who is in the plan now comes in.
        """
        said = events.calling_in(g.form)
        if said is None or self._directory.head().member(said.agent) is None:
            self.count("voice.stranger")
            _log.warning("a browser may not call in", extra={"event": events.loggable(g.form)})
            return self.shows(SayGoodbye(), "", "")
        event = HeadsetConnected(said.headset, said.nonce, events.sid(g.form))
        call = self._switchboard.handle(said.call, event).call
        return self._shows_leg(call, said.headset)

    def again(self, call: str, leg: str) -> Response:
        """The carrier asks again, or a room was left: the state alone says what is heard (V6)."""
        known = self._switchboard.load(call).call
        event: Event | None = None
        asking = known.leg(leg)
        if asking is not None and asking.dialled and isinstance(known.state, Offered):
            event = LegAnswered(leg, events.sid(g.form))
        elif any(pending.command == Refresh(leg) for pending in known.out):
            event = AskedAgain(leg)
        if event is not None:
            known = self._switchboard.handle(call, event).call
        return self._shows_leg(known, leg)

    def left_room(self, call: str, leg: str) -> Response:
        """Back from a room in which it should be: more than once is a loop (V9)."""
        known = self._switchboard.load(call).call
        wanted = view(self._directory.plan(known.plan), known, leg)
        alive = g.form.get("CallStatus") == "in-progress"
        if alive and isinstance(wanted, JoinRoom) and self._is_bound(known, leg):
            known = self._switchboard.handle(call, RoomRefused(leg)).call
        return self._shows_leg(known, leg)

    def pressed(self, call: str, leg: str) -> Response:
        event = events.pressed(leg, request.args.get("q", ""), g.form)
        return self._tells_and_shows(call, leg, event)

    def heard(self, call: str, leg: str) -> Response:
        return self._tells_and_shows(call, leg, events.heard(leg, request.args.get("q", "")))

    def message(self, call: str, leg: str) -> Response:
        return self._tells_and_shows(call, leg, events.message(leg, g.form))

    def left_queue(self, call: str, leg: str) -> Response:
        """A refusal by a queue in which the caller is no more is no news (V6)."""
        event = events.left_queue(leg, g.form)
        if event is not None:
            place = self._switchboard.load(call).call.place
            if place is None or place.node != request.args.get("node", place.node):
                event = None
        return self._tells_and_shows(call, leg, event)

    def wait(self, call: str, leg: str) -> Response:
        """The waiting caller is the clock (D5)."""
        if not events.is_caller(call, leg, g.form):
            return self._shows_leg(self._switchboard.load(call).call, leg)
        now = self._switchboard.handle(call, AskedWhileWaiting(leg)).call
        plan = self._directory.plan(now.plan)
        return self.shows(view_while_waiting(plan, now), call, leg)

    # --- facts ------------------------------------------------------------------------------

    def room(self, call: str) -> None:
        self._tells(call, events.room(g.form))

    def caller_ended(self) -> None:
        """From the number or the application. A browser's leg is told of by its room (R10)."""
        call_id = events.call_id(g.form)
        if call_id is not None and not g.form.get("From", "").startswith("client:"):
            self._tells(call_id, events.ended(CALLER, g.form))

    def leg_ended(self, call: str, leg: str) -> None:
        """Only of the leg that is bound: a second one with its name ends nothing (W8)."""
        event = events.progressed(leg, g.form)
        if event is None:
            return
        if not events.is_caller(call, leg, g.form):
            bound = self._switchboard.load(call).call.leg(leg)
            if bound is None or (bound.sid or events.sid(g.form)) != events.sid(g.form):
                return
        self._tells(call, event)

    def recorded(self, call: str) -> None:
        kind = "message" if request.args.get("kind") == "message" else "conversation"
        wake = events.recording(call, kind, g.form)
        if wake is not None:
            self._timers.at(self._clock.now(), wake)

    # --- telling and showing ----------------------------------------------------------------

    def _tells(self, call: str, event: Event | None) -> None:
        if event is not None:
            with suppress(Unavailable):  # it is told again later
                self._told(call, event)

    def _told(self, call: str, event: Event) -> Loaded:
        """What cannot be saved now is told again later, since it comes only once (W4).

        Raises Unavailable nevertheless: of the call, nothing can be said now.
        """
        try:
            return self._switchboard.handle(call, event)
        except Unavailable:
            self.count("voice.put-off")
            self._timers.at(self._clock.now(), CallWake(call, event))
            raise

    def _tells_and_shows(self, call: str, leg: str, event: Event | None) -> Response:
        """An answer counts only from the leg that was asked; the others are merely shown theirs."""
        if event is None or not self._is_asked(call, leg):
            return self._shows_leg(self._switchboard.load(call).call, leg)
        told = self._told(call, event)
        if told.void:
            _log.info("void answer", extra={"call": call, "event": type(event).__name__})
        return self._shows_leg(told.call, leg)

    def _is_asked(self, call: str, leg: str) -> bool:
        """Whether the leg that answers is the one whose question it is (W8)."""
        if events.is_caller(call, leg, g.form):
            return True
        return leg != CALLER and self._is_bound(self._switchboard.load(call).call, leg)

    def _is_bound(self, call: Call, leg_id: str) -> bool:
        leg = call.leg(leg_id)
        return leg is not None and leg.sid == events.sid(g.form)

    def _shows_caller(self, call: Call) -> Response:
        return self._shows_leg(call, CALLER)

    def _shows_leg(self, call: Call, leg_id: str) -> Response:
        """What that leg hears, if it is the one that asks (W8)."""
        leg = call.leg(leg_id)
        bound = leg.sid if leg else None
        is_over = isinstance(call.state, Ended)
        if bound != events.sid(g.form) and not (bound is None and is_over):
            return self.shows(SayTaken(call.language), call.id, leg_id)
        plan = self._directory.plan(call.plan)
        place = call.place
        music = plan.line(place.node).music if place else None
        return self.shows(view(plan, call, leg_id), call.id, leg_id, music)

    def shows(self, reply: Reply, call: str, leg: str, music: str | None = None) -> Response:
        return twiml(render(reply, LegUrls(self.urls, call, leg, self._clock.now(), music)))

    # --- when it fails ----------------------------------------------------------------------

    def failed(self) -> None:
        self.count("voice.failed")
        _log.exception(
            "webhook failed", extra={"path": request.path, "event": events.loggable(g.form)}
        )

    def unknown(self) -> None:
        _log.info("unknown call", extra={"path": request.path})

    def asks_for_patience(self) -> Response:
        """The store did not answer: back to us in some seconds, so that nobody is cut off (W4)."""
        tries = events.number(request.args.get("tries")) or 0
        if tries >= PATIENCE_TRIES or "nonce" in g.form:
            return self.apologises()
        arguments = request.view_args or {}
        if "leg" in arguments and not request.path.endswith("/wait"):
            path = f"/voice/calls/{quoted(arguments['call'])}/{quoted(arguments['leg'])}"
        else:
            path = quote(request.path)
        again = f"{self.urls.base}{path}?tries={tries + 1}{DOCUMENT_RETRIES}"
        return twiml(document("one_moment", language=self._language(), again=again))

    def apologises(self) -> Response:
        """In the caller's language, if that much can be known."""
        return self.shows(Apologise(self._language()), "", "")

    def _language(self) -> str:
        try:
            number = self._directory.head().number(g.form.get("To", ""))
        except Exception:  # noqa: BLE001 - whatever it is, it must not keep us from apologising
            return "en"
        return number.language if number else "en"
