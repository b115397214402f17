"""A small company, and a walk through everything that can happen to one of its calls.

The walk is exhaustive over what matters: which state, which legs are where, what is commanded,
what the agents do. Counters and instants are left out of the comparison, so it ends.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, count, islice

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import (
    CALLER,
    AtNode,
    Call,
    Command,
    Connecting,
    Hold,
    Interrupted,
    Offered,
    Ring,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.domain.decide import begin, decide
from app.domain.dialplan import Number, Plan
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.extension import Extension
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt
from app.domain.transition import Decision

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
SOON = timedelta(seconds=5)  # an offer that is not shown is overdue, nothing else
LATE = timedelta(hours=2)  # every deadline of a call that stands still is over
MUSIC = Prompt("Please hold.")
AT_A_DESK = (a.Device(),)
STEPS_AT_ONCE = 2_000
KEYS = ("1", "2", "208", "9", "")
WITH_A_PHONE = (a.Device(), a.Device("phone", "+447700900555"))

PLAN = Plan(
    sha="walk",
    company="Walk",
    zone="Europe/London",
    numbers=(
        Number("+442079460800", "Main", "en", "hello"),
        Number("+442079460801", "Anna", "en", "anna"),
    ),
    nodes={
        "hello": Greeting(Prompt("Welcome."), then="menu"),
        "menu": Menu(
            Prompt("Sales 1, extension 2."),
            (Choice("1", "Sales", "sales"), Choice("2", "Extension", "ask")),
            otherwise="box",
            attempts=2,
        ),
        "ask": AskExtension(
            Prompt("Type it."), 3, (ExtensionNumber("208", "anna"),), otherwise="bye", attempts=1
        ),
        "sales": Queue("Sales", otherwise="box", comfort=MUSIC),
        "anna": Extension("Anna", agent="anna", otherwise="box", comfort=MUSIC, record=False),
        "box": Mailbox("Reception", Prompt("After the tone.")),
        "bye": Greeting(Prompt("Goodbye."), then=None),
    },
)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the walk: the call and its agents."""

    call: Call
    anna: a.Agent
    ben: a.Agent

    @property
    def agents(self) -> dict[str, a.Agent]:
        return {"anna": self.anna, "ben": self.ben}

    def after(self, event: e.Event, now: datetime = NOW) -> tuple[Point, Decision]:
        decision = decide(PLAN, self.call, self.agents, event, now)
        agents = self.agents | {agent.id: agent for agent in decision.agents}
        return Point(decision.call, agents["anna"], agents["ben"]), decision

    @property
    def key(self) -> tuple[object, ...]:
        state, call = self.call.state, self.call
        cool_downs = frozenset(t.agent for t in call.position.cool_downs) if call.position else None
        legs = frozenset(
            (_party(leg.id), leg.id in _active(call), leg.in_room, leg.held, bool(leg.sid))
            for leg in call.legs
        )
        out = frozenset((type(p.command), _party(p.command.leg)) for p in call.out)
        agents = tuple((type(x.presence), x.headset is not None) for x in (self.anna, self.ben))
        return (
            type(state), call.node, call.agent, cool_downs, getattr(state, "memory", None),
            getattr(state, "outcome", None), getattr(state, "headset", None) is None,
            legs, call.room.sid is None, call.room.started, out, agents,
            call.recording is None, getattr(state, "device", 0), getattr(state, "known", False),
        )  # fmt: skip


def _made(call: Call, command: Command) -> str | None:
    """The sid that the carrier answers with: of each conversation's recording another one."""
    match command:
        case StartRecording():
            return f"RE{len(call.recorded)}"
        case StopRecording(recording=sid):
            return sid or f"RE{len(call.recorded)}"
        case Ring(leg=leg):
            return f"CA{leg}"
        case _:
            return None


def _party(leg: str) -> str:
    return leg if leg == CALLER else leg.rpartition(".")[0]


def _active(call: Call) -> tuple[str, ...]:
    headset = getattr(call.state, "headset", None)
    return (CALLER, headset) if headset else (CALLER,)


def ready(name: str, devices: tuple[a.Device, ...]) -> a.Agent:
    return a.Agent(name, presence=a.Ready(NOW), queues=("sales",), devices=devices)


def start(devices: tuple[a.Device, ...]) -> Point:
    """At a desk everything may happen; with a phone the caller dials it straight, unrecorded."""
    number = PLAN.numbers[0] if devices == AT_A_DESK else PLAN.numbers[1]
    decision = begin(PLAN, number, "1", "CA1", "+447700900361", "", NOW)
    return Point(decision.call, ready("anna", devices), ready("ben", devices))


def news(point: Point) -> Iterator[tuple[e.Event, datetime]]:
    """Whatever the world may say next, sensible or not."""
    call = point.call
    question = leg.question if (leg := call.leg(CALLER)) else 0
    asked = isinstance(call.state, AtNode)
    events: list[e.Event] = [
        *(e.Pressed(CALLER, question, keys) for keys in (KEYS if asked else KEYS[:1])),
        e.Pressed(CALLER, question - 1, "1"),
        e.Heard(CALLER, question),
        e.AskedWhileWaiting(CALLER),
        e.QueueRefused(CALLER, "queue-full"),
        e.MessageLeft(CALLER, "RE1", 4),
        e.HungUp(CALLER),
        e.RoomStarted("CF1"),
        e.RoomEnded("CF1"),
        e.TimePassed(),
        e.OutboxDue(),
        e.AskedAgain(CALLER),
        e.OfferMade("anna"),  # one agent is offered calls: two would only mirror each other
        *(e.AgentHungUp(who) for who in ("anna", "ben")),
        *(verb("anna") for verb in (e.HoldRequested, e.RetrieveRequested)),
        e.CallMarked("anna", "flag"),
    ]
    if isinstance(call.state, Offered):
        mine = (call.state.agent, call.state.leg)
        events += [e.OfferAccepted(*mine, f"n{point.anna.gen}", "tab"), e.OfferDeclined(*mine)]
        events += [e.OfferShown(*mine), e.LegRang(call.state.leg, f"CA{call.state.leg}")]
        events += [e.OfferAccepted("ben", call.state.leg, "x", "tab"), e.OfferDeclined("anna", "0")]
    if call.agent and point.agents[call.agent].gen < 2 and point.anna.devices == AT_A_DESK:
        events.append(e.Rejoined(call.agent, f"n{point.agents[call.agent].gen}r", "tab"))
    match call.state:
        case (
            Connecting(headset=str(headset), nonce=str(nonce))
            | Interrupted(headset=str(headset), nonce=str(nonce))
        ):
            events += [e.HeadsetConnected(headset, nonce, f"CA{headset}")]
            events += [e.HeadsetConnected(headset, "forged", "CA666")]
        case _:
            pass
    for leg in call.legs:
        events += [e.JoinedRoom(leg.id, "CF1"), e.LeftRoom(leg.id, "CF1", hung_up=True)]
        if leg.dialled:
            events += [e.LegAnswered(leg.id, f"CA{leg.id}"), e.HungUp(leg.id, "no-answer")]
            events += [e.Pressed(leg.id, leg.question, keys) for keys in ("1", "")]
        if leg.agent:
            events.append(e.HungUp(leg.id))
        if leg.agent and not leg.dialled:
            events.append(e.HeadsetLost(leg.id, "page closed"))
    for pending in call.out:
        if isinstance(pending.command, Hold | Unhold | StartRecording | StopRecording | Ring):
            events.append(e.CommandDone(pending.key, pending.command, _made(call, pending.command)))
        events.append(e.CommandRefused(pending.key, pending.command, 21220))
    now = call.updated
    yield from ((event, now) for event in events)
    yield e.TimePassed(), now + SOON
    yield from ((event, now + LATE) for event in (e.TimePassed(), e.AskedWhileWaiting(CALLER)))


@dataclass(frozen=True, slots=True)
class Step:
    before: Point
    event: e.Event
    now: datetime
    after: Point
    decision: Decision
    is_new: bool  # the first that leads there


class Walk:
    """Its steps, made once, and only as far as somebody looks: a law stops at its first breach.

    Kept for all laws: nothing of it is garbage, and the collector need not look through it.
    """

    def __init__(self, *walks: Iterator[Step]) -> None:
        self._ahead = chain(*walks)
        self._made: list[Step] = []

    def __iter__(self) -> Iterator[Step]:
        for number in count():
            if number == len(self._made) and not self._goes_on():
                return
            yield self._made[number]

    def _goes_on(self) -> bool:
        gc.disable()
        try:
            further = list(islice(self._ahead, STEPS_AT_ONCE))
        finally:
            gc.freeze()
            gc.enable()
        self._made += further
        return bool(further)

    def places(self) -> Iterator[Point]:
        """Where the steps lead, each place once."""
        return (step.after for step in self if step.is_new)


@cache
def walk() -> Walk:
    """Every transition from every place that can be reached."""
    return Walk(_walk(AT_A_DESK), _walk(WITH_A_PHONE))


def _walk(devices: tuple[a.Device, ...]) -> Iterator[Step]:
    first = start(devices)
    seen, frontier = {first.key}, deque([first])
    while frontier:
        point = frontier.popleft()
        for event, now in news(point):
            after, decision = point.after(event, now)
            key = after.key
            is_new = key not in seen
            yield Step(point, event, now, after, decision, is_new)
            if is_new:
                seen.add(key)
                frontier.append(after)
