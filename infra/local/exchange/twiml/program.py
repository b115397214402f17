"""The interpreter: one document at a time, one verb at a time, for one leg (B0).

A leg has one main program; a queue's or a room's wait, hold and announcement documents are
programs of their own, in a context that allows fewer verbs. What happens when a document runs out
or cannot be had is the owner's to say (`on_end`, `on_failure`). A program that was stopped is deaf:
answers that are still under way change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from infra.local.exchange.core import Core
from infra.local.exchange.leg import Leg, Status
from infra.local.exchange.parameters import merged, standard
from infra.local.exchange.seam import Heard, Unplayable
from infra.local.exchange.twiml.document import Audio, meaning
from infra.local.exchange.twiml.parse import Document, Node, Refused, parse
from infra.local.exchange.twiml.playback import PlayClip
from infra.local.exchange.twiml.vocabulary import Context
from infra.local.exchange.webhook import Delivered, Result, Undelivered
from infra.local.exchange.wire import Endpoint, Pairs, joined


class Why(StrEnum):
    """Why an activity is interrupted."""

    HUNG_UP = "hung up"  # the leg is over; its status says so already
    REDIRECTED = "redirected"  # the leg is to run another document
    REPLACED = "replaced"  # the owner has no more use for this program


class Activity(Protocol):
    """A verb at work. It calls `done` (given to its `begin`) when the next verb is due."""

    def start(self) -> None: ...

    def heard(self) -> Heard: ...

    def press(self, digit: str) -> None: ...

    def stop(self, why: Why) -> None: ...


def no_parameters() -> Pairs:
    return ()


def nothing() -> None:
    """The owner does not mind."""


def unheeded(_result: Result) -> None:
    """The leg has gone elsewhere."""


class Program:
    def __init__(
        self,
        core: Core,
        leg: Leg,
        context: Context,
        on_end: Callable[[], None],
        on_failure: Callable[[int, str], None],
        parameters: Callable[[], Pairs] = no_parameters,
        on_leave: Callable[[], None] | None = None,
        on_document: Callable[[], None] = nothing,
    ) -> None:
        self.core = core
        self.leg = leg
        self.context = context
        self.on_leave = on_leave
        self._on_end = on_end
        self._on_failure = on_failure
        self._parameters = parameters
        self._on_document = on_document
        self._verbs: tuple[Node, ...] = ()
        self._at = 0
        self._activity: Activity | None = None
        self._base = ""
        self._epoch = 0
        self._stopped = False
        self._due = False
        self._stepping = False

    # --- documents ---

    def fetch(
        self, endpoint: Endpoint, extra: Pairs = (), before: Callable[[], None] = nothing
    ) -> None:
        """Ask for the next document; whatever runs now ends. `before` it runs, or has failed."""
        if self._stopped:
            return
        self._epoch += 1
        epoch = self._epoch
        self._drop(Why.REPLACED)
        self._verbs, self._at = (), 0
        quick = self.leg.note_document(self.core.now())
        if quick > self.core.switches.documents_in_a_row:
            before()
            self._fail(12400, endpoint.url)
            return

        def answered(result: Result) -> None:
            if epoch == self._epoch and not self._stopped:
                before()
            if epoch == self._epoch and not self._stopped:
                self._received(result, endpoint)

        def send() -> None:
            if epoch == self._epoch and not self._stopped:
                pairs = self._pairs(extra)
                self.core.webhooks.send(endpoint, pairs, self.leg.sid, "document", answered)

        self.core.in_time(self.core.latency.document_seconds(self.core.random), send)

    def inline(self, twiml: str) -> None:
        """TwiML that came with a REST request: it has no base, so its actions are absolute."""
        self._epoch += 1
        self._drop(Why.REPLACED)
        self._base = ""
        match parse(twiml.encode(), self.context):
            case Document() as document:
                self._run(document)
            case Refused(code=code, message=message):
                self.core.warn(code, message, self.leg.sid)
                self._fail(code, "")

    def go(self, url: str, method: str, extra: Pairs = ()) -> None:
        """An action or a Redirect: its document takes over. Empty: the present one."""
        self.fetch(Endpoint(self.absolute(url), method.upper() or "POST"), extra)

    def report(self, url: str, method: str, extra: Pairs = ()) -> None:
        """An action whose answer is not heeded, for the leg has gone elsewhere (F4)."""
        endpoint = Endpoint(self.absolute(url), method.upper() or "POST")
        pairs = (*standard(self.core.account.sid, self.leg), *extra)
        self.core.webhooks.send(endpoint, pairs, self.leg.sid, "document", unheeded)

    def absolute(self, url: str) -> str:
        if not self._base and "://" not in url:
            self.core.warn(15004, f"{url!r}: inline TwiML needs absolute URLs", self.leg.sid)
        return joined(self._base, url) if url else self._base

    def _pairs(self, extra: Pairs) -> Pairs:
        own, self.leg.first_parameters = self.leg.first_parameters, ()
        usual = standard(self.core.account.sid, self.leg, self._first_status())
        return (*merged(usual, own), *self._parameters(), *extra)

    def _first_status(self) -> str | None:
        """I.8: what a client's first request says of its call."""
        if self.leg.caller.startswith("client:") and self.leg.status is Status.RINGING:
            return self.core.switches.client_first_status
        return None

    def _received(self, result: Result, endpoint: Endpoint) -> None:
        match result:
            case Undelivered(code=code, url=url):
                self._fail(code, url)
            case Delivered(answer=answer, url=url):
                self._base = url
                hangs_up = self.core.switches.empty_body_hangs_up
                match meaning(answer, self.context, empty_hangs_up=hangs_up):
                    case Document() as document:
                        self._run(document)
                    case Audio(content_type=kind, body=body):
                        self._run_audio(url, kind, body)
                    case Refused(code=code, message=message):
                        self.core.warn(code, f"{url}: {message}", self.leg.sid)
                        self._fail(code, endpoint.url)

    def _run_audio(self, url: str, kind: str, body: bytes) -> None:
        """A sound in place of a document: played once (A3)."""
        try:
            clip = self.core.sound.media(url, kind, body)
        except Unplayable as error:
            self.core.warn(13420, f"{url}: {error}", self.leg.sid)
            self._fail(13420, url)
            return
        if self.context is Context.CALL:
            self.core.calls.answer(self.leg)
        self._verbs, self._at = (), 0
        self._activity = PlayClip(self.core, self.leg, clip, 1, self.next)
        self._activity.start()

    def _run(self, document: Document) -> None:
        self._on_document()
        for violation in document.violations:
            self.core.violations.append(violation)
            message = f"{violation.where}: {violation.message}"
            self.core.warn(violation.code, message, self.leg.sid)
        self._verbs, self._at = document.verbs, 0
        self.next()

    def _fail(self, code: int, url: str) -> None:
        self._drop(Why.REPLACED)
        self._on_failure(code, url)

    # --- verbs ---

    def next(self) -> None:
        """The present verb is done. Verbs that take no time are run in a loop, not in depth."""
        if self._stopped:
            return
        self._due = True
        if self._stepping:
            return
        self._stepping = True
        try:
            while self._due and not self._stopped:
                self._due = False
                self._step()
        finally:
            self._stepping = False

    def _step(self) -> None:
        from infra.local.exchange.twiml.verbs.table import begin  # the verbs know the program

        self._activity = None
        if self._at >= len(self._verbs):
            self.core.heard_changed(self.leg.sid)
            self._on_end()
            return
        node = self._verbs[self._at]
        self._at += 1
        if self.context is Context.CALL and self._answers(node):
            self.core.calls.answer(self.leg)
        activity = begin(node, self, self.next)
        self._activity = activity
        activity.start()
        self.core.heard_changed(self.leg.sid)

    def _answers(self, node: Node) -> bool:
        """F7: any first verb answers but Reject (and perhaps Pause)."""
        if node.tag == "Pause":
            return self.core.ahead.pause_answers
        return node.tag != "Reject"

    def following(self) -> Node | None:
        """The verb after the present one, which an interrupted Dial may ask for (F4)."""
        return self._verbs[self._at] if self._at < len(self._verbs) else None

    # --- from outside ---

    def heard(self) -> Heard:
        return None if self._activity is None else self._activity.heard()

    def press(self, digit: str) -> None:
        if self._activity is not None:
            self._activity.press(digit)

    def stop(self, why: Why) -> None:
        """Ends it for good."""
        if self._stopped:
            return
        self._stopped = True
        self._drop(why)

    def _drop(self, why: Why) -> None:
        activity, self._activity = self._activity, None
        if activity is not None:
            activity.stop(why)
            self.core.heard_changed(self.leg.sid)

    def leave(self) -> None:
        """`<Leave>`: out of the queue that this program waits in."""
        if self.on_leave is None:
            self.next()  # I.9: outside a queue it means nothing
        else:
            self.on_leave()
