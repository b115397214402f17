"""What each webhook tells the switchboard, and what is answered.

What a leg hears goes out through `shows`, and nowhere else: whoever must watch for documents that
loop (V9) has one place to stand. Never a 500 (W10): who asks for a document always gets one, and a
fact that cannot be told is logged whole. A fact about an unknown call is ignored.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from app.adapters.languages import DEFAULT_LANGUAGE, spoken_language
from app.adapters.twilio import events
from app.adapters.twilio.render import document, render
from app.adapters.twilio.urls import DOCUMENT_RETRIES, LegUrls, Urls, quoted
from app.adapters.twilio.webhook import ACCEPTED, NO_ARRIVAL, NOT_NOW, Answer, Webhook
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
from app.ports import CallJob, CallSnapshot, Clock, Directory, Timers, Unavailable
from app.service.switchboard import Switchboard, UnknownCall, UnknownNumber

Count = Callable[[str], None]

ARRIVING_SECONDS = (6, 16)  # a call may end before one of its arrivals' tries gets through (F36)
PATIENCE_TRIES = 5  # of three seconds each, while the store does not answer
_log = logging.getLogger(__name__)


class PutOff(Unavailable):
    """It could not be saved now, and is told again later."""


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

    def answer(self, rule: str, webhook: Webhook) -> Answer:
        """`rule` is one of DOCUMENTS or FACTS: what the webhook's address says."""
        fact = FACTS.get(rule)
        if fact is None:
            return self._always(DOCUMENTS[rule], webhook)
        return self._accepts(fact, webhook)

    def _always(self, document_of: "Document", webhook: Webhook) -> Answer:
        """Who asks for a document gets one, whatever happens (W10)."""
        try:
            return document_of(self, webhook)
        except UnknownCall:
            _log.info("unknown call", extra={"path": webhook.path})
            return self.shows(SayGoodbye(), "", "")
        except Unavailable:
            self._failed(webhook)
            return self._asks_for_patience(webhook)
        except Exception:  # noqa: BLE001 - a caller is on the line: an apology instead of an error
            self._failed(webhook)
            return self._apologises(webhook)

    def _accepts(self, fact: "Fact", webhook: Webhook) -> Answer:
        """The answer of a callback controls nothing; only what cannot be kept now is asked again.

        A callback comes once, unless the carrier is told to repeat it (W5).
        """
        try:
            fact(self, webhook)
        except UnknownCall:
            _log.info("unknown call", extra={"path": webhook.path})
        except Unavailable:
            self._failed(webhook)
            return NOT_NOW
        except Exception:  # noqa: BLE001 - logged whole; a 500 would only make the carrier complain
            self._failed(webhook)
        return ACCEPTED

    # --- documents --------------------------------------------------------------------------

    def inbound(self, w: Webhook) -> Answer:
        call_id = events.call_id(w.form)
        if call_id is None:
            return NO_ARRIVAL
        caller, did = w.form.get("From", "")[: events.FIELD_KEPT], w.form.get("To", "")
        try:
            call = self._switchboard.arrive(call_id, events.sid(w.form), caller, did)
        except UnknownNumber:
            _log.warning("unknown number", extra={"did": did[: events.FIELD_KEPT]})
            return Answer(document("unknown_number"))
        return self._shows_leg(w, call, CALLER)

    def client(self, w: Webhook) -> Answer:
        """An agent's browser calls in; what it says is checked, never believed (contract A6).

        A token outlives its agent's dismissal: only who is in the plan now comes in.
        """
        said = events.calling_in(w.form)
        if said is None or self._directory.head().member(said.agent) is None:
            self.count("voice.stranger")
            _log.warning("a browser may not call in", extra={"event": events.loggable(w.form)})
            return self.shows(SayGoodbye(), "", "")
        event = HeadsetConnected(said.headset, said.nonce, events.sid(w.form))
        call = self._switchboard.handle(said.call, event).call
        return self._shows_leg(w, call, said.headset)

    def again(self, w: Webhook) -> Answer:
        """The carrier asks again, or a room was left: the state alone says what is heard (V6)."""
        known = self._switchboard.load(w.call).call
        event: Event | None = None
        asking = known.leg(w.leg)
        if asking is not None and asking.dialled and isinstance(known.state, Offered):
            event = LegAnswered(w.leg, events.sid(w.form))
        elif any(pending.command == Refresh(w.leg) for pending in known.out):
            event = AskedAgain(w.leg)
        if event is not None:
            known = self._switchboard.handle(w.call, event).call
        return self._shows_leg(w, known, w.leg)

    def left_room(self, w: Webhook) -> Answer:
        """Back from a room in which it should be: more than once is a loop (V9)."""
        known = self._switchboard.load(w.call).call
        wanted = view(self._directory.plan(known.plan), known, w.leg)
        alive = w.form.get("CallStatus") == "in-progress"
        if alive and isinstance(wanted, JoinRoom) and self._is_bound(w, known):
            known = self._switchboard.handle(w.call, RoomRefused(w.leg)).call
        return self._shows_leg(w, known, w.leg)

    def pressed(self, w: Webhook) -> Answer:
        event = events.pressed(w.leg, w.query.get("q", ""), w.form)
        return self._tells_and_shows(w, event)

    def heard(self, w: Webhook) -> Answer:
        return self._tells_and_shows(w, events.heard(w.leg, w.query.get("q", "")))

    def message(self, w: Webhook) -> Answer:
        return self._tells_and_shows(w, events.message(w.leg, w.form))

    def left_queue(self, w: Webhook) -> Answer:
        """A refusal by a queue in which the caller is no more is no news (V6)."""
        event = events.left_queue(w.leg, w.form)
        if event is not None:
            position = self._switchboard.load(w.call).call.position
            if position is None or position.node != w.query.get("node", position.node):
                event = None
        return self._tells_and_shows(w, event)

    def wait(self, w: Webhook) -> Answer:
        """The waiting caller is the clock (D5)."""
        if not events.is_caller(w.call, w.leg, w.form):
            return self._shows_leg(w, self._switchboard.load(w.call).call, w.leg)
        now = self._switchboard.handle(w.call, AskedWhileWaiting(w.leg)).call
        plan = self._directory.plan(now.plan)
        return self.shows(view_while_waiting(plan, now), w.call, w.leg)

    # --- facts ------------------------------------------------------------------------------

    def room(self, w: Webhook) -> None:
        self._tells(w.call, events.room(w.form))

    def caller_ended(self, w: Webhook) -> None:
        """From the number or the application. A browser's leg is told of by its room (R10)."""
        call_id = events.call_id(w.form)
        if call_id is None or w.form.get("From", "").startswith("client:"):
            return
        event = events.ended(CALLER, w.form)
        if event is None:
            return
        try:
            self._tells(call_id, event)
        except UnknownCall:
            for seconds in ARRIVING_SECONDS:
                when = self._clock.now() + timedelta(seconds=seconds)
                self._timers.at(when, CallJob(call_id, event))
            raise

    def leg_ended(self, w: Webhook) -> None:
        """Only of the leg that is bound: a second one with its name ends nothing (W8)."""
        event = events.progressed(w.leg, w.form)
        if event is None:
            return
        if not events.is_caller(w.call, w.leg, w.form):
            bound = self._switchboard.load(w.call).call.leg(w.leg)
            if bound is None or (bound.sid or events.sid(w.form)) != events.sid(w.form):
                return
        self._tells(w.call, event)

    def recorded(self, w: Webhook) -> None:
        kind = "message" if w.query.get("kind") == "message" else "conversation"
        job = events.recording(w.call, kind, w.form)
        if job is not None:
            self._timers.at(self._clock.now(), job)

    # --- telling and showing ----------------------------------------------------------------

    def _tells(self, call: str, event: Event | None) -> None:
        if event is not None:
            with suppress(PutOff):
                self._told(call, event)

    def _told(self, call: str, event: Event) -> CallSnapshot:
        """What cannot be saved now is told again later, since it comes only once (W4).

        Raises PutOff nevertheless: of the call, nothing can be said now. Raises Unavailable.
        """
        try:
            return self._switchboard.handle(call, event)
        except Unavailable as unavailable:
            self.count("voice.put-off")
            self._timers.at(self._clock.now(), CallJob(call, event))
            raise PutOff(*unavailable.args) from unavailable

    def _tells_and_shows(self, w: Webhook, event: Event | None) -> Answer:
        """An answer counts only from the leg that was asked; the others are merely shown theirs."""
        if event is None or not self._is_asked(w):
            return self._shows_leg(w, self._switchboard.load(w.call).call, w.leg)
        told = self._told(w.call, event)
        if told.stale_answer:
            _log.info("void answer", extra={"call": w.call, "event": type(event).__name__})
        return self._shows_leg(w, told.call, w.leg)

    def _is_asked(self, w: Webhook) -> bool:
        """Whether the leg that answers is the one whose question it is (W8)."""
        if events.is_caller(w.call, w.leg, w.form):
            return True
        return w.leg != CALLER and self._is_bound(w, self._switchboard.load(w.call).call)

    def _is_bound(self, w: Webhook, call: Call) -> bool:
        leg = call.leg(w.leg)
        return leg is not None and leg.sid == events.sid(w.form)

    def _shows_leg(self, w: Webhook, call: Call, leg_id: str) -> Answer:
        """What that leg hears, if it is the one that asks (W8)."""
        leg = call.leg(leg_id)
        bound = leg.sid if leg else None
        is_over = isinstance(call.state, Ended)
        if bound != events.sid(w.form) and not (bound is None and is_over):
            return self.shows(SayTaken(call.language), call.id, leg_id)
        plan = self._directory.plan(call.plan)
        position = call.position
        music = plan.wait_point(position.node).music if position else None
        return self.shows(view(plan, call, leg_id), call.id, leg_id, music)

    def shows(self, reply: Reply, call: str, leg: str, music: str | None = None) -> Answer:
        return Answer(render(reply, LegUrls(self.urls, call, leg, self._clock.now(), music)))

    # --- when it fails ----------------------------------------------------------------------

    def _failed(self, w: Webhook) -> None:
        self.count("voice.failed")
        _log.exception("webhook failed", extra={"path": w.path, "event": events.loggable(w.form)})

    def _asks_for_patience(self, w: Webhook) -> Answer:
        """The store did not answer: back to us in some seconds, so that nobody is cut off (W4)."""
        tries = events.number(w.query.get("tries")) or 0
        if tries >= PATIENCE_TRIES or "nonce" in w.form:
            return self._apologises(w)
        if w.leg and not w.path.endswith("/wait"):
            path = f"/voice/calls/{quoted(w.call)}/{quoted(w.leg)}"
        else:
            path = quote(w.path)
        again = f"{self.urls.base}{path}?tries={tries + 1}{DOCUMENT_RETRIES}"
        return Answer(document("one_moment", language=self._language(w), again=again))

    def _apologises(self, w: Webhook) -> Answer:
        """In the caller's language, if that much can be known."""
        return self.shows(Apologise(self._language(w)), "", "")

    def _language(self, w: Webhook) -> str:
        try:
            number = self._directory.head().number(w.form.get("To", ""))
        except Exception:  # noqa: BLE001 - whatever it is, it must not keep us from apologising
            return DEFAULT_LANGUAGE
        return spoken_language(number.language) if number else DEFAULT_LANGUAGE


Document = Callable[[Answers, Webhook], Answer]
Fact = Callable[[Answers, Webhook], None]

_LEG: Final = "/voice/calls/<call>/<leg>"
DOCUMENTS: Final[dict[str, Document]] = {
    "/voice/inbound": Answers.inbound,
    "/voice/client": Answers.client,
    _LEG: Answers.again,
    f"{_LEG}/pressed": Answers.pressed,
    f"{_LEG}/heard": Answers.heard,
    f"{_LEG}/wait": Answers.wait,
    f"{_LEG}/left-queue": Answers.left_queue,
    f"{_LEG}/left-room": Answers.left_room,
    f"{_LEG}/message": Answers.message,
}
FACTS: Final[dict[str, Fact]] = {
    "/voice/rooms/<call>": Answers.room,
    "/voice/status": Answers.caller_ended,
    "/voice/status/<call>/<leg>": Answers.leg_ended,
    "/voice/recordings/<call>": Answers.recorded,
}
