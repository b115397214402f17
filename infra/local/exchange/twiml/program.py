"""The interpreter: one document at a time, one verb at a time, for one leg (B0).

A leg has one main program; a queue's or a conference's wait, hold and announcement documents are
programs of their own, of a `DocumentKind` that allows fewer verbs. The owner hands in the verbs and
says what happens when a document runs out or cannot be had (`on_end`, `on_failure`). A stopped
program ignores answers that arrive later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Heard, Unplayable
from infra.local.exchange.leg import Leg, Status
from infra.local.exchange.parameters import merged, standard
from infra.local.exchange.twiml.activity import Activity, StopReason
from infra.local.exchange.twiml.document import Audio, meaning
from infra.local.exchange.twiml.parse import Document, Node, Refused, parse
from infra.local.exchange.twiml.playback import PlayClip
from infra.local.exchange.twiml.step_loop import StepLoop
from infra.local.exchange.twiml.vocabulary import DocumentKind
from infra.local.exchange.violations import NOT_EMULATED
from infra.local.exchange.webhook import Delivered, Result, Undelivered
from infra.local.exchange.wire import Endpoint, Pairs, joined

Begin: TypeAlias = "Callable[[Node, Program, Callable[[], None]], Activity]"
Verbs: TypeAlias = Mapping[str, Begin]  # by tag


def no_parameters() -> Pairs:
    return ()


def do_nothing() -> None:
    """The default for an owner that need not be told."""


def ignore_answer(_result: Result) -> None:
    """The leg runs another document by now."""


class Program:
    def __init__(
        self,
        context: Context,
        leg: Leg,
        kind: DocumentKind,
        verbs: Verbs,
        on_end: Callable[[], None],
        on_failure: Callable[[int, str], None],
        parameters: Callable[[], Pairs] = no_parameters,
        answer: Callable[[], None] = do_nothing,
        on_leave: Callable[[], None] | None = None,
        on_document: Callable[[], None] = do_nothing,
    ) -> None:
        """`verbs` covers what `kind` allows; `answer` is called before a verb that answers."""
        self.context = context
        self.leg = leg
        self._kind = kind
        self._verbs = verbs
        self._on_end = on_end
        self._on_failure = on_failure
        self._parameters = parameters
        self._answer = answer
        self._on_leave = on_leave
        self._on_document = on_document
        self._nodes: tuple[Node, ...] = ()
        self._at = 0
        self._activity: Activity | None = None
        self._base = ""
        self._epoch = 0
        self._stopped = False
        self._loop = StepLoop(self._step, lambda: self._stopped)

    # --- documents ---

    def fetch(
        self, endpoint: Endpoint, extra: Pairs = (), before: Callable[[], None] = do_nothing
    ) -> None:
        """Stop the present verb and request a document; `before` is called ahead of running it."""
        if self._stopped:
            return
        self._epoch += 1
        epoch = self._epoch
        self._drop(StopReason.REPLACED)
        self._nodes, self._at = (), 0
        quick = self.leg.note_document(self.context.now())
        if quick > self.context.switches.documents_in_a_row:
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
                self.context.webhooks.send(endpoint, pairs, self.leg.sid, "document", answered)

        self.context.run_in(self.context.latency.document_seconds(self.context.random), send)

    def play_digits(self, digits: str, then: Callable[[], None]) -> None:
        """Keys for the far end, ahead of the first document; none: `then` at once."""
        if not digits:
            then()
            return
        clip = self.context.sound.digits(digits)
        self._activity = PlayClip(self.context, self.leg, clip, 1, then)
        self._activity.start()

    def inline(self, twiml: str) -> None:
        """TwiML that came with a REST request: it has no base, so its actions are absolute."""
        self._epoch += 1
        self._drop(StopReason.REPLACED)
        self._base = ""
        match parse(twiml.encode(), self._kind):
            case Document() as document:
                self._run(document)
            case Refused(code=code, message=message):
                self.context.warn(code, message, self.leg.sid)
                self._fail(code, "")

    def go(self, url: str, method: str, extra: Pairs = ()) -> None:
        """An action or a Redirect: its document takes over. Empty: the present one."""
        self.fetch(Endpoint(self.absolute(url), method.upper() or "POST"), extra)

    def report(self, url: str, method: str, extra: Pairs = ()) -> None:
        """An action whose answer is ignored, for the leg runs another document (F4)."""
        endpoint = Endpoint(self.absolute(url), method.upper() or "POST")
        pairs = (*standard(self.context.account.sid, self.leg), *extra)
        self.context.webhooks.send(endpoint, pairs, self.leg.sid, "document", ignore_answer)

    def absolute(self, url: str) -> str:
        if not self._base and "://" not in url:
            self.context.warn(15004, f"{url!r}: inline TwiML needs absolute URLs", self.leg.sid)
        return joined(self._base, url) if url else self._base

    def _pairs(self, extra: Pairs) -> Pairs:
        own, self.leg.first_parameters = self.leg.first_parameters, ()
        usual = standard(self.context.account.sid, self.leg, self._first_status())
        return (*merged(usual, own), *self._parameters(), *extra)

    def _first_status(self) -> str | None:
        """I.8: what a client's first request says of its call."""
        if self.leg.caller.startswith("client:") and self.leg.status is Status.RINGING:
            return self.context.switches.client_first_status
        return None

    def _received(self, result: Result, endpoint: Endpoint) -> None:
        match result:
            case Undelivered(code=code, url=url):
                self._fail(code, url)
            case Delivered(answer=answer, url=url):
                self._base = url
                hangs_up = self.context.switches.empty_body_hangs_up
                match meaning(answer, self._kind, empty_hangs_up=hangs_up):
                    case Document() as document:
                        self._run(document)
                    case Audio(content_type=kind, body=body):
                        self._run_audio(url, kind, body)
                    case Refused(code=code, message=message):
                        self.context.warn(code, f"{url}: {message}", self.leg.sid)
                        self._fail(code, endpoint.url)

    def _run_audio(self, url: str, kind: str, body: bytes) -> None:
        """A sound in place of a document: played once (A3)."""
        try:
            clip = self.context.sound.media(url, kind, body)
        except Unplayable as error:
            self.context.warn(13420, f"{url}: {error}", self.leg.sid)
            self._fail(13420, url)
            return
        self._answer()
        self._nodes, self._at = (), 0
        self._activity = PlayClip(self.context, self.leg, clip, 1, self.next)
        self._activity.start()

    def _run(self, document: Document) -> None:
        self._on_document()
        for violation in document.violations:
            self.context.violations.append(violation)
            message = f"{violation.where}: {violation.message}"
            self.context.warn(violation.code, message, self.leg.sid)
        self._nodes, self._at = document.verbs, 0
        self.next()

    def _fail(self, code: int, url: str) -> None:
        self._drop(StopReason.REPLACED)
        self._on_failure(code, url)

    # --- verbs ---

    def next(self) -> None:
        """The present verb is done."""
        self._loop.next()

    def _step(self) -> None:
        self._activity = None
        if self._at >= len(self._nodes):
            self.context.hearing_changed(self.leg.sid)
            self._on_end()
            return
        node = self._nodes[self._at]
        self._at += 1
        if self._answers(node):
            self._answer()
        missing = self._missing(node)
        activity = self._say_missing(missing) if missing else self.begin(node, self.next)
        self._activity = activity
        activity.start()
        self.context.hearing_changed(self.leg.sid)

    def _missing(self, node: Node) -> tuple[str, ...]:
        """What the verb asks in vain; in strict mode that includes what would only be unheeded."""
        unheeded = node.without_effect if self.context.strict else ()
        return (*node.not_emulated, *unheeded)

    def _say_missing(self, missing: tuple[str, ...]) -> Activity:
        """Says by name what is not emulated; then the document has failed (A4)."""
        sentence = f"Not emulated here: {', '.join(dict.fromkeys(missing))}."
        clip = self.context.sound.speech(sentence, "en-US", "")
        base = self._base
        return PlayClip(self.context, self.leg, clip, 1, lambda: self._fail(NOT_EMULATED, base))

    def begin(self, node: Node, done: Callable[[], None]) -> Activity:
        """The verb, not started yet; it calls `done` when it is over."""
        return self._verbs[node.tag](node, self, done)

    def nested(
        self,
        kind: DocumentKind,
        on_end: Callable[[], None],
        on_failure: Callable[[int, str], None],
        parameters: Callable[[], Pairs],
        on_leave: Callable[[], None],
    ) -> Program:
        """A program of the same leg and the same verbs, for another document."""
        return Program(
            self.context,
            self.leg,
            kind,
            self._verbs,
            on_end,
            on_failure,
            parameters,
            on_leave=on_leave,
        )

    def _answers(self, node: Node) -> bool:
        """F7: any first verb answers but Reject (and perhaps Pause)."""
        if node.tag == "Pause":
            return self.context.unused_switches.pause_answers
        return node.tag != "Reject"

    def following(self) -> Node | None:
        """The verb after the present one, which an interrupted Dial may request (F4)."""
        return self._nodes[self._at] if self._at < len(self._nodes) else None

    # --- from outside ---

    def heard(self) -> Heard:
        return None if self._activity is None else self._activity.heard()

    def press(self, digit: str) -> None:
        if self._activity is not None:
            self._activity.press(digit)

    def stop(self, reason: StopReason) -> None:
        """Ends it for good."""
        if self._stopped:
            return
        self._stopped = True
        self._drop(reason)

    def _drop(self, reason: StopReason) -> None:
        activity, self._activity = self._activity, None
        if activity is not None:
            activity.stop(reason)
            self.context.hearing_changed(self.leg.sid)

    def leave(self) -> None:
        """`<Leave>`: out of the queue that this program waits in."""
        if self._on_leave is None:
            self.next()  # I.9: outside a queue it means do_nothing
        else:
            self._on_leave()
