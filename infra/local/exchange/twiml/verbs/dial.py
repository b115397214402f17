"""`<Dial><Conference>` (B5, B9, F4): into a room, until somebody or something ends it."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.conferences import Entrance, Seat
from infra.local.exchange.room import RoomCallback, RoomRules
from infra.local.exchange.seam import Heard, Timer
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program, Why
from infra.local.exchange.wire import Endpoint, Pairs

ANSWERED: Pairs = (("DialCallStatus", "answered"),)
FAILED: Pairs = (("DialCallStatus", "failed"),)


def begin(node: Node, program: Program, done: Callable[[], None]) -> Dial:
    return Dial(node, program, done)


def entrance(noun: Node, program: Program) -> Entrance:
    """The noun's attributes, URLs made absolute."""

    def endpoint(url: str, method: str, default: str = "POST") -> Endpoint | None:
        if url not in noun.attributes or not noun.get(url):
            return None
        return Endpoint(program.absolute(noun.get(url)), noun.get(method, default).upper())

    told = endpoint("statusCallback", "statusCallbackMethod")
    events = frozenset(noun.get("statusCallbackEvent").split())
    recorded = endpoint("recordingStatusCallback", "recordingStatusCallbackMethod")
    return Entrance(
        name=noun.text,
        label=noun.get("participantLabel"),
        muted=noun.flag("muted", default=False),
        beep=noun.get("beep", "true"),
        start_on_enter=noun.flag("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag("endConferenceOnExit", default=False),
        coached=noun.get("coach"),
        wait=endpoint("waitUrl", "waitMethod"),
        silent_wait=noun.attributes.get("waitUrl") == "",
        rules=RoomRules(
            callback=told if told is None else RoomCallback(told, events),
            most=noun.whole("maxParticipants", 250),
            recorded=noun.get("record") == "record-from-start",
            recording_callback=recorded,
            recording_events=frozenset(
                noun.get("recordingStatusCallbackEvent", "completed").split()
            ),
        ),
    )


class Dial:
    def __init__(self, node: Node, program: Program, done: Callable[[], None]) -> None:
        self._node = node
        self._program = program
        self._done = done
        self._seat: Seat | None = None
        self._timers: list[Timer] = []
        self._over = False

    def start(self) -> None:
        if len(self._node.children) != 1 or not self._node.children[0].text:
            self._finish(FAILED)
            return
        core = self._program.core
        joining = core.after(core.latency.join, self._enter)
        limit = core.later(self._node.whole("timeLimit", 14_400), self._limit)
        self._timers += [timer for timer in (joining, limit) if timer is not None]

    def _enter(self) -> None:
        core, leg = self._program.core, self._program.leg
        way = entrance(self._node.children[0], self._program)
        self._seat = core.conferences.enter(leg, way, self._left)
        if self._seat is None:
            self._finish(FAILED)

    def _left(self) -> None:
        """The room has let go of this leg."""
        self._seat = None
        self._finish(ANSWERED)

    def _limit(self) -> None:
        self._leave()
        self._finish(ANSWERED)

    def heard(self) -> Heard:
        return None if self._seat is None else self._seat.heard()

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

    def stop(self, why: Why) -> None:
        """F4: the action of an interrupted Dial is requested, its document is not run."""
        if self._over:
            return
        in_room = self._seat is not None
        self._leave(updated=why is Why.REDIRECTED)
        self._end()
        switches = self._program.core.switches
        wanted = {
            Why.REPLACED: False,
            Why.HUNG_UP: switches.hangup_action_requested,
            Why.REDIRECTED: switches.interrupted_action_requested,
        }
        if wanted[why]:
            self._report(why, ANSWERED if in_room else FAILED)

    def _report(self, why: Why, result: Pairs) -> None:
        following = self._program.following()
        if action := self._node.get("action"):
            self._program.report(action, self._node.get("method"), result)
        elif why is Why.REDIRECTED and following is not None and following.tag == "Redirect":
            self._program.report(following.text, following.get("method"))

    def _leave(self, *, updated: bool = False) -> None:
        seat, self._seat = self._seat, None
        if seat is not None:
            self._program.core.conferences.leave(seat, updated=updated)

    def _end(self) -> None:
        self._over = True
        for timer in self._timers:
            timer.cancel()
