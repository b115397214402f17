"""Handles each webhook: the event for the switchboard, and the response to the carrier.

All documents of a call go out through `respond`, so that a test can watch for loops (V9) in one
place. The response is never a 500 (W10): a request for a document always gets one. A callback that
cannot be applied is logged whole; one of an unknown call is ignored.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from app.adapters.languages import DEFAULT_LANGUAGE, spoken_language
from app.adapters.twilio import events
from app.adapters.twilio.callers import caller_of
from app.adapters.twilio.render import document, render
from app.adapters.twilio.urls import DOCUMENT_RETRIES, LegUrls, Urls, quoted
from app.adapters.twilio.webhook import ACCEPTED, BAD_REQUEST, TRY_AGAIN, Webhook, WebhookResponse
from app.domain.call import CALLER, Call
from app.domain.events import (
    AskedAgain,
    AskedWhileWaiting,
    Event,
    HeadsetConnected,
    LegAnswered,
)
from app.domain.replies import (
    Apologise,
    LeaveQueue,
    Reply,
    SayGoodbye,
    SayTaken,
)
from app.domain.states import Ended
from app.domain.value import replace
from app.domain.view import view, view_while_waiting
from app.ports import CallJob, CallSnapshot, Clock, Directory, Timers, Unavailable, Unreadable
from app.service.switchboard import Switchboard, UnknownCall, UnknownNumber
from app.web import Count

RETRY_SECONDS = (6, 16)  # the end may come before the arrival is saved (F36)
ONE_MOMENT_TRIES = 5  # of three seconds each, while the store does not answer
_log = logging.getLogger(__name__)  # an event is redacted where the line is made (M14)


class Deferred(Unavailable):
    """The event could not be saved now; a job applies it later."""


class WebhookHandlers:
    """One method for each webhook."""

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

    def handle(self, rule: str, webhook: Webhook) -> WebhookResponse:
        """`rule` is the route: a key of DOCUMENTS or of CALLBACKS."""
        callback = CALLBACKS.get(rule)
        if callback is None:
            return self._handle_document(DOCUMENTS[rule], webhook)
        return self._handle_callback(callback, webhook)

    def _handle_document(self, document_of: "Document", webhook: Webhook) -> WebhookResponse:
        """The response is a document, whatever fails (W10)."""
        try:
            return document_of(self, webhook)
        except UnknownCall:
            _log.info("unknown call", extra={"path": webhook.path})
            return self.respond(SayGoodbye(), "", "")
        except Unavailable:
            self._log_failure(webhook)
            return self._respond_one_moment(webhook)
        except Exception:  # noqa: BLE001 - the caller hears an apology, not the carrier's error
            self._log_failure(webhook)
            return self._respond_apology(webhook)

    def _handle_callback(self, callback: "Callback", webhook: Webhook) -> WebhookResponse:
        """The response is 204, or 503 for the carrier to repeat what could not be stored now.

        A callback comes once, unless the carrier is asked to repeat it (W5).
        """
        try:
            callback(self, webhook)
        except UnknownCall:
            _log.info("unknown call", extra={"path": webhook.path})
        except (Unavailable, Unreadable):  # a newer version may be asked the next time
            self._log_failure(webhook)
            return TRY_AGAIN
        except Exception:  # noqa: BLE001 - logged whole; a 500 would have no use
            self._log_failure(webhook)
        return ACCEPTED

    # --- documents --------------------------------------------------------------------------

    def inbound(self, w: Webhook) -> WebhookResponse:
        call_id = events.call_id(w.form)
        if call_id is None:
            return BAD_REQUEST
        caller = caller_of(w.form.get("From", "")[: events.FIELD_KEPT])
        did = w.form.get("To", "")
        try:
            call = self._switchboard.arrive(call_id, events.sid(w.form), caller, did)
        except UnknownNumber:
            _log.warning("unknown number", extra={"did": did[: events.FIELD_KEPT]})
            return WebhookResponse(document("unknown_number"))
        return self._respond_to_leg(w, call, CALLER)

    def client(self, w: Webhook) -> WebhookResponse:
        """An agent's browser calls in; its parameters are checked (contract A6).

        A token may outlive its agent's place in the plan: that is checked, too, as this process
        knows it. Who was dismissed a moment ago has lost the call (AgentDismissed).
        """
        said = events.client_call(w.form)
        if said is None or self._directory.head().member(said.agent) is None:
            self.count("voice.stranger")
            _log.warning("a browser may not call in", extra={"event": w.form})
            return self.respond(SayGoodbye(), "", "")
        event = HeadsetConnected(said.headset, said.nonce, events.sid(w.form))
        call = self._switchboard.handle(said.call, event).call
        return self._respond_to_leg(w, call, said.headset)

    def again(self, w: Webhook) -> WebhookResponse:
        """The carrier asks for the leg's document: the state alone decides it (V6)."""
        known = self._switchboard.remembered(w.call)
        event = self._asking(w, known) if known is not None else None
        if known is None or event is None:  # what is remembered may be old
            known = self._switchboard.load(w.call).call
            event = self._asking(w, known)
        if event is not None:
            known = self._switchboard.handle(w.call, event).call
        return self._respond_to_leg(w, known, w.leg)

    def _asking(self, w: Webhook, call: Call) -> Event | None:
        """What it tells that call that this leg asks for its document."""
        asking = call.leg(w.leg)
        is_offered = call.offered_to is not None and call.offered_to[1] == w.leg
        if asking is not None and asking.dialled and is_offered:
            return LegAnswered(w.leg, events.sid(w.form))
        refresh = events.number(w.query.get("r")) or 0
        is_news = asking is not None and call.asks_in_time(asking, refresh)
        return AskedAgain(w.leg, refresh) if is_news else None

    def left_room(self, w: Webhook) -> WebhookResponse:
        """The leg left the room in which it should be: a second time would be a loop (V9).

        A caller on hold hears music in the queue now (R11). A request that comes again, or late, is
        of an older document: it says nothing of the leg.
        """
        if events.is_over(w.form):
            return self._respond_to_nobody()
        known = self._switchboard.load(w.call).call
        leg, event = known.leg(w.leg), events.left_room(w.leg, w.query.get("d", ""), w.form)
        is_news = leg is not None and leg.wanted not in ("out", "document")
        if event is not None and is_news and self._is_bound(w, known):
            known = self._switchboard.handle(w.call, event).call
        return self._respond_to_leg(w, known, w.leg)

    def pressed(self, w: Webhook) -> WebhookResponse:
        event = events.pressed(w.leg, w.query.get("q", ""), w.form)
        return self._apply_and_respond(w, event)

    def heard(self, w: Webhook) -> WebhookResponse:
        return self._apply_and_respond(w, events.heard(w.leg, w.query.get("q", "")))

    def message(self, w: Webhook) -> WebhookResponse:
        return self._apply_and_respond(w, events.message(w.leg, w.query.get("q", ""), w.form))

    def left_queue(self, w: Webhook) -> WebhookResponse:
        """A refusal by a queue that the caller has left is ignored (V6).

        Who was redirected gets that document whatever this one says, so nothing is read for it;
        should this one be run all the same, it leads there.
        """
        if events.is_over(w.form):
            return self._respond_to_nobody()
        if w.form.get("QueueResult") == "redirected":
            return self.respond(LeaveQueue(), w.call, w.leg)
        node, document = w.query.get("node", ""), w.query.get("d")
        event = events.left_queue(w.leg, node, document, w.form)
        return self._apply_and_respond(w, event)

    def wait(self, w: Webhook) -> WebhookResponse:
        """The wait requests of a caller also apply what is due by time (D5)."""
        if not self._is_from_asked_leg(w):
            return self._respond_to_leg(w, self._switchboard.load(w.call).call, w.leg)
        event = AskedWhileWaiting(w.leg, events.number(w.query.get("d")))
        now = self._switchboard.handle(w.call, event).call
        plan = self._directory.plan(now.plan)
        said, begun = events.moment(w.query.get("said")), events.moment(w.query.get("at"))
        piece = events.number(w.query.get("piece")) or 0
        reply = view_while_waiting(plan, now, self._clock.now(), said, begun, piece)
        return self.respond(reply, w.call, w.leg)

    # --- callbacks --------------------------------------------------------------------------

    def room(self, w: Webhook) -> None:
        self._apply_callback(w.call, events.room(w.form))

    def caller_ended(self, w: Webhook) -> None:
        """From the number or the application. A browser's leg ends by its room's callback (R10)."""
        call_id = events.call_id(w.form)
        if call_id is None or w.form.get("From", "").startswith("client:"):
            return
        event = events.ended(CALLER, w.form)
        if event is None:
            return
        try:
            self._apply_callback(call_id, event)
        except UnknownCall:
            for seconds in RETRY_SECONDS:
                when = self._clock.now() + timedelta(seconds=seconds)
                self._timers.at(when, CallJob(call_id, event))
            raise

    def leg_ended(self, w: Webhook) -> None:
        """Only of the leg with the bound sid: another one with its id is ignored (W8)."""
        event = events.progressed(w.leg, w.form)
        if event is None:
            return
        if not events.is_caller(w.call, w.leg, w.form):
            bound = self._switchboard.load(w.call).call.leg(w.leg)
            if bound is None or (bound.sid or events.sid(w.form)) != events.sid(w.form):
                return
        self._apply_callback(w.call, event)

    def recorded(self, w: Webhook) -> None:
        kind = "message" if w.query.get("kind") == "message" else "conversation"
        job = events.recording(w.call, kind, w.form)
        if job is None:
            return
        known = self._switchboard.remembered(w.call)
        if known is not None and isinstance(known.state, Ended) and kind == "conversation":
            job = replace(job, agents=known.facts.agents)
        self._timers.at(self._clock.now(), job)

    # --- events and responses ---------------------------------------------------------------

    def _apply_callback(self, call: str, event: Event | None) -> None:
        if event is not None:
            with suppress(Deferred):
                self._apply_or_defer(call, event)

    def _apply_or_defer(self, call: str, event: Event) -> CallSnapshot:
        """Apply the event; if it cannot be saved now, schedule it, since it comes only once (W4).

        Raises Deferred when it was scheduled, Unavailable when that failed, too.
        """
        try:
            return self._switchboard.handle(call, event)
        except Unavailable as unavailable:
            self.count("voice.deferred")
            self._timers.at(self._clock.now(), CallJob(call, event))
            raise Deferred(*unavailable.args) from unavailable

    def _apply_and_respond(self, w: Webhook, event: Event | None) -> WebhookResponse:
        """Apply an answer, if it comes from the leg that was asked. Respond with the document."""
        if event is None or not self._is_from_asked_leg(w):
            return self._respond_to_leg(w, self._switchboard.load(w.call).call, w.leg)
        applied = self._apply_or_defer(w.call, event)
        if applied.stale_answer:
            _log.info("stale answer", extra={"call": w.call, "event": type(event).__name__})
        return self._respond_to_leg(w, applied.call, w.leg)

    def _is_from_asked_leg(self, w: Webhook) -> bool:
        """Whether the request comes from the leg that was asked (W8)."""
        if events.is_caller(w.call, w.leg, w.form):
            return True
        return self._is_bound(w, self._switchboard.load(w.call).call)

    def _is_bound(self, w: Webhook, call: Call) -> bool:
        leg = call.leg(w.leg)
        return leg is not None and leg.sid == events.sid(w.form)

    def _respond_to_leg(self, w: Webhook, call: Call, leg_id: str) -> WebhookResponse:
        """The leg's document, if the request comes from the bound sid (W8)."""
        leg = call.leg(leg_id)
        bound = leg.sid if leg else None
        is_over = isinstance(call.state, Ended)
        if bound != events.sid(w.form) and not (bound is None and is_over):
            return self.respond(SayTaken(call.language), call.id, leg_id)
        plan = self._directory.plan(call.plan)
        position = call.position
        music = plan.wait_point(position.node).music if position else None
        return self.respond(view(plan, call, leg_id), call.id, leg_id, music)

    def _respond_to_nobody(self) -> WebhookResponse:
        """Who has hung up hears no document; that it was the end, a callback tells (F36)."""
        return self.respond(SayGoodbye(), "", "")

    def respond(
        self, reply: Reply, call: str, leg: str, music: str | None = None
    ) -> WebhookResponse:
        return WebhookResponse(
            render(reply, LegUrls(self.urls, call, leg, self._clock.now(), music))
        )

    # --- failures ---------------------------------------------------------------------------

    def _log_failure(self, w: Webhook) -> None:
        self.count("voice.failed")
        call = w.call or events.call_id(w.form)
        _log.exception("webhook failed", extra={"call": call, "path": w.path, "event": w.form})

    def _respond_one_moment(self, w: Webhook) -> WebhookResponse:
        """The store did not respond: the carrier asks again in some seconds (W4)."""
        tries = events.number(w.query.get("tries")) or 0
        if tries >= ONE_MOMENT_TRIES or "nonce" in w.form:
            return self._respond_apology(w)
        if w.leg and not w.path.endswith("/wait"):
            path = f"/voice/calls/{quoted(w.call)}/{quoted(w.leg)}"
        else:
            path = quote(w.path)
        again = f"{self.urls.base}{path}?tries={tries + 1}{DOCUMENT_RETRIES}"
        return WebhookResponse(document("one_moment", language=self._language(w), again=again))

    def _respond_apology(self, w: Webhook) -> WebhookResponse:
        """In the caller's language, if it is known."""
        return self.respond(Apologise(self._language(w)), "", "")

    def _language(self, w: Webhook) -> str:
        try:
            number = self._directory.head().number(w.form.get("To", ""))
        except Exception:  # noqa: BLE001 - the apology must go out in any case
            return DEFAULT_LANGUAGE
        return spoken_language(number.language) if number else DEFAULT_LANGUAGE


Document = Callable[[WebhookHandlers, Webhook], WebhookResponse]
Callback = Callable[[WebhookHandlers, Webhook], None]

_LEG: Final = "/voice/calls/<call:call>/<leg:leg>"
DOCUMENTS: Final[dict[str, Document]] = {
    "/voice/inbound": WebhookHandlers.inbound,
    "/voice/client": WebhookHandlers.client,
    _LEG: WebhookHandlers.again,
    f"{_LEG}/pressed": WebhookHandlers.pressed,
    f"{_LEG}/heard": WebhookHandlers.heard,
    f"{_LEG}/wait": WebhookHandlers.wait,
    f"{_LEG}/left-queue": WebhookHandlers.left_queue,
    f"{_LEG}/left-room": WebhookHandlers.left_room,
    f"{_LEG}/message": WebhookHandlers.message,
}
CALLBACKS: Final[dict[str, Callback]] = {
    "/voice/rooms/<call:call>": WebhookHandlers.room,
    "/voice/status": WebhookHandlers.caller_ended,
    "/voice/status/<call:call>/<leg:leg>": WebhookHandlers.leg_ended,
    "/voice/recordings/<call:call>": WebhookHandlers.recorded,
}
