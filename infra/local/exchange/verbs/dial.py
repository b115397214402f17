"""`<Dial><Conference>` (B5, B9, F4): into a conference, until somebody or something ends it."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.conference import ConferenceCallback, ConferenceRules, LeaveReason
from infra.local.exchange.conference_participant import ConferenceParticipant
from infra.local.exchange.conferences import Conferences
from infra.local.exchange.interfaces import Heard, Timer
from infra.local.exchange.join_options import JoinOptions
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.wire import Endpoint, Pairs

ANSWERED: Pairs = (("DialCallStatus", "answered"),)
FAILED: Pairs = (("DialCallStatus", "failed"),)


def begin(conferences: Conferences, node: Node, program: Program, done: Callable[[], None]) -> Dial:
    return Dial(conferences, node, program, done)


def join_options(noun: Node, program: Program) -> JoinOptions:
    """The noun's attributes, URLs made absolute."""

    def endpoint(url: str, method: str, default: str = "POST") -> Endpoint | None:
        if url not in noun.attributes or not noun.get(url):
            return None
        return Endpoint(program.absolute(noun.get(url)), noun.get(method, default).upper())

    told = endpoint("statusCallback", "statusCallbackMethod")
    events = frozenset(noun.get("statusCallbackEvent").split())
    recorded = endpoint("recordingStatusCallback", "recordingStatusCallbackMethod")
    return JoinOptions(
        name=noun.text,
        label=noun.get("participantLabel"),
        muted=noun.flag("muted", default=False),
        beep=noun.get("beep", "true"),
        start_on_enter=noun.flag("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag("endConferenceOnExit", default=False),
        coached=noun.get("coach"),
        wait=endpoint("waitUrl", "waitMethod"),
        silent_wait=noun.attributes.get("waitUrl") == "",
        rules=ConferenceRules(
            callback=told if told is None else ConferenceCallback(told, events),
            most=noun.whole("maxParticipants", 250),
            recorded=noun.get("record") == "record-from-start",
            recording_callback=recorded,
            recording_events=frozenset(
                noun.get("recordingStatusCallbackEvent", "completed").split()
            ),
        ),
    )


class Dial:
    def __init__(
        self, conferences: Conferences, node: Node, program: Program, done: Callable[[], None]
    ) -> None:
        self._conferences = conferences
        self._node = node
        self._program = program
        self._done = done
        self._participant: ConferenceParticipant | None = None
        self._timers: list[Timer] = []
        self._over = False

    def start(self) -> None:
        if len(self._node.children) != 1 or not self._node.children[0].text:
            self._finish(FAILED)
            return
        context = self._program.context
        joining = context.run_after(context.latency.join, self._enter)
        limit = context.call_later(self._node.whole("timeLimit", 14_400), self._limit)
        self._timers += [timer for timer in (joining, limit) if timer is not None]

    def _enter(self) -> None:
        options = join_options(self._node.children[0], self._program)
        self._participant = self._conferences.join(self._program.leg, options, self._left)
        if self._participant is None:
            self._finish(FAILED)

    def _left(self) -> None:
        """The leg was removed, or the conference has ended."""
        self._participant = None
        self._finish(ANSWERED)

    def _limit(self) -> None:
        self._leave()
        self._finish(ANSWERED)

    def heard(self) -> Heard:
        return None if self._participant is None else self._participant.heard()

    def press(self, digit: str) -> None:
        if digit == "*" and self._node.flag("hangupOnStar", default=False):
            self._leave()
            self._finish(ANSWERED)

    def _finish(self, result: Pairs) -> None:
        if self._over:
            return
        self._end()
        if action := self._node.get("action"):
            self._program.go(action, self._node.get("method"), result)
        else:
            self._done()

    def stop(self, reason: StopReason) -> None:
        """F4: the action of an interrupted Dial is requested, its document is not run."""
        if self._over:
            return
        joined = self._participant is not None
        redirected = reason is StopReason.REDIRECTED
        self._leave(LeaveReason.UPDATED if redirected else LeaveReason.HUNG_UP)
        self._end()
        switches = self._program.context.switches
        wanted = {
            StopReason.REPLACED: False,
            StopReason.HUNG_UP: switches.hangup_action_requested,
            StopReason.REDIRECTED: switches.interrupted_action_requested,
        }
        if wanted[reason]:
            self._report(reason, ANSWERED if joined else FAILED)

    def _report(self, reason: StopReason, result: Pairs) -> None:
        following = self._program.following()
        if action := self._node.get("action"):
            self._program.report(action, self._node.get("method"), result)
        elif (
            reason is StopReason.REDIRECTED
            and following is not None
            and following.tag == "Redirect"
        ):
            self._program.report(following.text, following.get("method"))

    def _leave(self, reason: LeaveReason = LeaveReason.HUNG_UP) -> None:
        participant, self._participant = self._participant, None
        if participant is not None:
            self._conferences.leave(participant, reason=reason)

    def _end(self) -> None:
        self._over = True
        for timer in self._timers:
            timer.cancel()
