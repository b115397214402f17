"""`<Enqueue>` (B11, A9, F4, F6): wait in a queue with a document that is asked for again."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.interfaces import Heard
from infra.local.exchange.queues import Member, Queues
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.playback import PlayClip, carrier_music
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.twiml.vocabulary import DocumentKind
from infra.local.exchange.wire import Endpoint, Pairs


def begin(queues: Queues, node: Node, program: Program, done: Callable[[], None]) -> Enqueue:
    return Enqueue(queues, node, program, done)


class Enqueue:
    def __init__(
        self, queues: Queues, node: Node, program: Program, done: Callable[[], None]
    ) -> None:
        self._queues = queues
        self._node = node
        self._program = program
        self._done = done
        self._member: Member | None = None
        self._wait: Program | None = None
        self._music: PlayClip | None = None
        self._wait_url = program.absolute(node.get("waitUrl")) if node.get("waitUrl") else ""
        self._wait_endpoint = Endpoint(self._wait_url, node.get("waitUrlMethod", "POST").upper())

    def start(self) -> None:
        program, queues = self._program, self._queues
        if not 1 <= len(self._node.text) <= 64:
            self._continue((("QueueResult", "error"),))
            return
        if queues.out_of_order:
            self._continue((("QueueResult", "system-error"),))
            return
        self._member = queues.enter(
            self._node.text, program.leg, self._dequeued, lambda: self._leave("system-error")
        )
        if self._member is None:
            program.context.warn(14207, f"queue {self._node.text} is full", program.leg.sid)
            self._continue((("QueueResult", "queue-full"),))
        elif "waitUrl" not in self._node.attributes:
            self._music = carrier_music(program.context, program.leg)
            self._music.start()
        elif self._wait_url:
            self._wait = program.nested(
                DocumentKind.QUEUE_WAIT,
                on_end=self._again,
                on_failure=self._wait_failed,
                parameters=self._wait_parameters,
                on_leave=lambda: self._leave("leave"),
            )
            self._again()

    def _again(self) -> None:
        """B11: when the wait document ends, the original URL is requested again."""
        if self._wait is not None:
            self._wait.fetch(self._wait_endpoint)

    def _wait_parameters(self) -> Pairs:
        return () if self._member is None else self._member.wait_parameters()

    def _wait_failed(self, code: int, url: str) -> None:
        self._leave("error")

    def _leave(self, result: str) -> None:
        """Out of the queue, and on in the main program."""
        self._continue(self._out(result))

    def _dequeued(self, endpoint: Endpoint) -> None:
        """REST took this member (C5): the action is told, the new document runs."""
        told = self._out("redirected")
        self._tell(told)
        self._program.fetch(endpoint)

    def _out(self, result: str) -> Pairs:
        member, self._member = self._member, None
        for running in (self._wait, self._music):
            if running is not None:
                running.stop(StopReason.REPLACED)
        self._wait = self._music = None
        if member is None:
            return (("QueueResult", result),)
        return self._queues.leave(member, result)

    def _continue(self, told: Pairs) -> None:
        if action := self._node.get("action"):
            self._program.go(action, self._node.get("method"), told)
        else:
            self._done()

    def _tell(self, told: Pairs) -> None:
        if action := self._node.get("action"):
            self._program.report(action, self._node.get("method"), told)

    def heard(self) -> Heard:
        if self._music is not None:
            return self._music.heard()
        return None if self._wait is None else self._wait.heard()

    def press(self, digit: str) -> None:
        if self._wait is not None:
            self._wait.press(digit)

    def stop(self, reason: StopReason) -> None:
        if self._member is None:
            return
        match reason:
            case StopReason.REPLACED:
                self._out("system-error")
            case StopReason.HUNG_UP:
                self._tell(self._out("hangup"))
            case StopReason.REDIRECTED:
                told = self._out("redirected")
                if self._program.context.switches.interrupted_action_requested:
                    self._tell(told)
