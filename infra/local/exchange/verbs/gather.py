"""`<Gather>` (B4, A7): keys, while prompts are played and until a time-out after."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.interfaces import Heard, Timer
from infra.local.exchange.twiml.activity import Activity, StopReason
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.twiml.step_loop import StepLoop
from infra.local.exchange.wire import Pairs


def begin(node: Node, program: Program, done: Callable[[], None]) -> Gather:
    return Gather(node, program, done)


class Gather:
    def __init__(self, node: Node, program: Program, done: Callable[[], None]) -> None:
        self._node = node
        self._program = program
        self._done = done
        self._prompts = list(node.children)
        self._prompt: Activity | None = None
        self._timer: Timer | None = None
        self._digits = ""
        self._finished_on = ""
        self._over = False
        self._loop = StepLoop(self._step, lambda: self._over)

    def start(self) -> None:
        self._next_prompt()

    def _next_prompt(self) -> None:
        if self._loop.next():
            self._program.context.hearing_changed(self._program.leg.sid)

    def _step(self) -> None:
        self._prompt = None
        if self._digits or not self._prompts:
            self._wait()
            return
        self._prompt = self._program.begin(self._prompts.pop(0), self._next_prompt)
        self._prompt.start()

    def _wait(self) -> None:
        """The time-out begins after all prompts and begins again at each key."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._program.context.call_later(self._node.whole("timeout", 5), self._finish)

    def heard(self) -> Heard:
        return None if self._prompt is None else self._prompt.heard()

    def press(self, digit: str) -> None:
        if self._over:
            return
        self._stop_prompt()
        if digit == self._node.get("finishOnKey", "#"):
            self._finished_on = digit
            self._finish()
            return
        self._digits += digit
        if len(self._digits) == self._node.whole("numDigits", 0):
            self._finish()
        else:
            self._wait()

    def _finish(self) -> None:
        self._end()
        node, program = self._node, self._program
        if self._digits:
            program.go(node.get("action"), node.get("method"), self._told())
        elif node.flag("actionOnEmptyResult", default=False):
            empty = (("Digits", ""),) if program.context.switches.empty_digits_sent else ()
            program.go(node.get("action"), node.get("method"), empty)
        else:
            self._done()

    def _told(self) -> Pairs:
        """A7: in practice the action gets more parameters than the page says."""
        digits: Pairs = (("Digits", self._digits),)
        if not self._program.context.switches.gather_names_key:
            return digits
        return (*digits, ("FinishedOnKey", self._finished_on), ("msg", "Gather End"))

    def stop(self, reason: StopReason) -> None:
        """F4: a hang-up or a redirect inside a Gather is not reported; the keys are lost."""
        over, context = self._over, self._program.context
        self._end()
        if not over and reason is StopReason.HUNG_UP and context.switches.gather_hangup_reports:
            self._program.report(self._node.get("action"), self._node.get("method"), self._told())

    def _end(self) -> None:
        self._over = True
        self._stop_prompt()
        if self._timer is not None:
            self._timer.cancel()

    def _stop_prompt(self) -> None:
        prompt, self._prompt = self._prompt, None
        self._prompts.clear()
        if prompt is not None:
            prompt.stop(StopReason.REPLACED)
            self._program.context.hearing_changed(self._program.leg.sid)
