"""A small company, and a walk through everything that can happen to one of its calls.

The walk is exhaustive over what matters: which state, which legs are where, what is commanded,
what the agents do. Counters and instants are left out of the comparison, so it ends.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from typing import TypeAlias

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER, Call, agent_of
from app.domain.commands import Command, Dial, Ring, StartRecording, StopRecording
from app.domain.decide import begin, decide
from app.domain.dialplan import Number, Plan, Route
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.extension import Extension
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.outgoing import place
from app.domain.replies import Prompt
from app.domain.states import (
    AtNode,
    Connecting,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    Waiting,
)
from app.domain.transition import Decision
from app.domain.value import replace
from app.domain.verb import guests_of

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
SOON = timedelta(seconds=5)  # an offer that is not shown is overdue, nothing else
LATE = timedelta(hours=2)  # every deadline of a call that stands still is over
MUSIC = Prompt("Please hold.")
AT_A_DESK = (a.Device(),)
STEPS_AT_ONCE = 2_000
KEYS = ("1", "2", "208", "9", "#", "")
RECORDED = (("RE1", 4), ("RE2", 4), ("RE4", 1))  # the last one is too short to be a message
WITH_A_PHONE = (a.Device(), a.Device("phone", "+447700900555"))
BY_PHONE = (a.Device("phone", "+447700900555"),)
ENDS = ("busy", "no-answer", "completed")
GUESTS = 2  # more of them differ from these in nothing
FEW = 3  # legs: caller, agent, one more outside
DECISIONS = (
    e.SwapToCallerRequested,
    e.SwapToConsultedRequested,
    e.ConsultJoinRequested,
    e.ConsultCompleteRequested,
    e.ConsultCancelRequested,
    e.LeaveRequested,
)
OTHER_VERBS = (e.AgentHungUp, e.AgentDismissed, e.HoldRequested, e.RetrieveRequested)
WAY_TO_SALES = (e.Heard(CALLER, 1), e.Pressed(CALLER, 2, "1"))

PLAN = Plan(
    sha="walk",
    company="Walk",
    zone="Europe/London",
    numbers=(
        Number("+442079460800", "Main", "en", "hello"),
        Number("+442079460801", "Anna", "en", "anna"),
        Number("+442079460802", "Anna, by hand", "en", "by hand"),
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
        "anna": Extension("Anna", agent="anna", otherwise="box", comfort=MUSIC, record="never"),
        "by hand": Extension(
            "Anna", agent="anna", otherwise="box", comfort=MUSIC, record="by hand"
        ),
        "ben": Extension("Ben", agent="ben", otherwise="box", comfort=MUSIC),
        "box": Mailbox("Reception", Prompt("After the tone.")),
        "bye": Greeting(Prompt("Goodbye."), then=None),
    },
    routes=(Route("out", "Out", "+442079460800", "sales", ("GB",), ("fixed",), ("anna",)),),
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
        if decision.call is self.call and not decision.agents:
            return self, decision
        agents = {agent.id: agent for agent in decision.agents}
        return replace(self, call=decision.call, **agents), decision

    @property
    def agents_are(self) -> tuple[object, ...]:
        return tuple((type(x.presence), x.headset is not None) for x in (self.anna, self.ben))


Key: TypeAlias = Callable[[Point], tuple[object, ...]]


def journey(point: Point) -> tuple[object, ...]:
    """Where the caller is, and who is asked. What is heard in the room is the conversation's."""
    call, state = point.call, point.call.state
    cool_downs = frozenset(t.agent for t in call.position.cool_downs) if call.position else None
    legs = frozenset((_party(leg.id), leg.wanted, bool(leg.sid)) for leg in call.legs)
    return (
        call.phase, call.node, call.agent, cool_downs, getattr(state, "memory", None),
        getattr(state, "outcome", None), getattr(state, "device", 0),
        getattr(state, "known", False), _message(call), legs, point.agents_are,
        (call.transfer.target, call.transfer.back_to is None) if call.transfer else None,
    )  # fmt: skip


def _message(call: Call) -> tuple[object, ...] | None:
    """Which recordings they are makes no difference to the journey: whether there is one does."""
    message = call.message
    if message is None:
        return None
    return (message.mailbox, min(len(message.takes), 2), bool(message.empty))


def conversation(point: Point) -> tuple[object, ...]:
    """Who is wanted and observed where. What is commanded then, `reconcile` says: that is walked
    by itself, with every command on its way (tests/domain/reconcile_walk.py)."""
    call, state = point.call, point.call.state
    active = getattr(state, "headset", None)
    legs = tuple(
        sorted(
            (
                leg.role,
                _party(leg.id),
                leg.id == active,
                leg.wanted,
                leg.observed,
                leg.in_doubt,
            )
            for leg in call.legs
            if not (leg.is_outside and leg.observed == "gone")
        )
    )
    hold, away = getattr(state, "hold", None), getattr(state, "away", None)
    consult = getattr(state, "consult", None)
    return (
        (consult.answered, consult.speaks_with) if consult is not None else None,
        getattr(state, "talked", False) if isinstance(state, HandedOver) else None,
        call.transfer is None,
        call.phase, getattr(state, "met", False), hold is None, getattr(hold, "is_ringing", False),
        getattr(state, "hold_failed", False), away is None, getattr(away, "nonce", None) is None,
        legs, call.room.started, call.recording is None, call.recording_paused,
        len(call.legs) > FEW and bool(call.out),
    )  # fmt: skip


def _made(call: Call, command: Command) -> str | None:
    """The sid that the carrier answers with: of each conversation's recording another one."""
    match command:
        case StartRecording():
            return f"RE{len(call.recorded)}"
        case StopRecording(recording=sid):
            return sid or f"RE{len(call.recorded)}"
        case Ring(leg=leg) | Dial(leg=leg):
            return f"CA{leg}"
        case _:
            return None


def _party(leg: str) -> str:
    """The caller, the agent; empty: somebody who is consulted."""
    return leg if leg == CALLER else agent_of(leg)


def ready(name: str, devices: tuple[a.Device, ...]) -> a.Agent:
    return a.Agent(name, presence=a.Ready(NOW), queues=("sales",), devices=devices)


def start(devices: tuple[a.Device, ...], *, straight: bool = False) -> Point:
    """With a desk and a phone the caller dials Anna straight: fewer nodes, and no recording."""
    number = PLAN.numbers[1] if straight or devices == WITH_A_PHONE else PLAN.numbers[0]
    decision = begin(PLAN, number, "1", "CA1", "+447700900361", "", NOW)
    return Point(_saved(decision.call), ready("anna", devices), ready("ben", devices))


def calling_out() -> Point:
    """Anna, who was on a break, calls somebody outside."""
    anna = replace(ready("anna", AT_A_DESK), presence=a.Away("lunch", NOW))
    route, number = PLAN.routes[0], "+442079460142"
    decision = place(PLAN, route, anna, "1", number, "", "n1", "tab", NOW)
    return Point(_saved(decision.call), decision.agents[0], ready("ben", AT_A_DESK))


def _saved(call: Call) -> Call:
    """As each event but the first finds it: what changes nothing then leaves the very same call."""
    return replace(call, rev=1)


Happening: TypeAlias = tuple[Point, e.Event, datetime]
Happenings: TypeAlias = Callable[[Point], Iterator[Happening]]


def third_returns(point: Point) -> Iterator[Happening]:
    """A leg comes straight back from the room, as it did twice before: that is a loop (V9)."""
    for leg in point.call.legs:
        now = point.call.updated
        twice = replace(leg, bounces=2, bounced=now)
        yield replace(point, call=point.call.with_leg(twice)), comes_back(point.call, leg.id), now


def comes_back(call: Call, leg_id: str) -> e.RoomRefused:
    """From the room to which its newest document led."""
    leg = call.leg(leg_id)
    return e.RoomRefused(leg_id, leg.document if leg else 0)


def happenings(point: Point) -> Iterator[Happening]:
    """Whatever the world may say next, sensible or not."""
    call = point.call
    question = leg.question if (leg := call.leg(CALLER)) else 0
    asked = isinstance(call.state, AtNode)
    events: list[e.Event] = [
        *(e.Pressed(CALLER, question, keys) for keys in (KEYS if asked else KEYS[:1])),
        e.Pressed(CALLER, question - 1, "1"),
        e.Heard(CALLER, question),
        e.AskedWhileWaiting(CALLER),
        e.QueueRefused(CALLER, call.node or "", "queue-full"),
        *(e.MessageLeft(CALLER, *recorded, question) for recorded in RECORDED),
        e.NothingRecorded(CALLER, question),
        e.MessageRecorded(CALLER, "RE3", 4),
        e.MessageEmpty(CALLER, "RE1"),
        e.RecordingEnded(CALLER, "RE9"),
        e.HungUp(CALLER),
        e.RoomStarted("CF1"),
        e.RoomEnded("CF1"),
        e.TimePassed(),
        e.OutboxDue(),
        e.AskedAgain(CALLER),
        e.OfferMade("anna"),  # one agent is offered calls: two would only mirror each other
        *(verb(who) for verb in (e.AgentHungUp, e.AgentDismissed) for who in ("anna", "ben")),
        *(verb("anna") for verb in (e.HoldRequested, e.RetrieveRequested)),
        e.CallMarked("anna", "flag"),
        *(e.TransferRequested("anna", target) for target in ("sales", "ben", "box")),
    ]
    if call.node == "ben":
        events.append(e.OfferMade("ben"))  # the person to whom Anna sends callers
    if call.is_unanswered:
        events += [e.HungUp(CALLER, "busy"), e.LegRang(CALLER, "CA1")]
    if isinstance(call.state, Offered):
        mine = (call.state.agent, call.state.leg)
        events += [e.OfferAccepted(*mine, f"n{point.anna.gen}", "tab"), e.OfferDeclined(*mine)]
        events += [e.TelephoneRequested(*mine)]
        events += [e.OfferShown(*mine), e.LegRang(call.state.leg, f"CA{call.state.leg}")]
        events += [e.OfferAccepted("ben", call.state.leg, "x", "tab"), e.OfferDeclined("anna", "0")]
    if call.agent and point.agents[call.agent].gen < 2 and point.anna.devices == AT_A_DESK:
        events.append(e.Rejoined(call.agent, f"n{point.agents[call.agent].gen}r", "tab"))
    match call.state:
        case (
            Connecting(headset=str(headset), nonce=str(nonce))
            | InConversation(away=HeadsetAway(headset=str(headset), nonce=str(nonce)))
        ):
            events += [e.HeadsetConnected(headset, nonce, f"CA{headset}")]
            events += [e.HeadsetConnected(headset, "forged", "CA666")]
        case _:
            pass
    for leg in call.legs:
        events.append(e.RoomRefused(leg.id, leg.document - 1))
        dialled_sid = "CA1" if leg.id == CALLER and call.is_unanswered else ""
        events.append(e.JoinedRoom(leg.id, "CF1", dialled_sid))
        events.append(e.LeftRoom(leg.id, "CF1", hung_up=True))
        events.append(e.LeftRoom(leg.id, "CF1", hung_up=False))
        if leg.dialled:
            events += [e.LegAnswered(leg.id, f"CA{leg.id}"), e.HungUp(leg.id, "no-answer")]
            events += [e.Pressed(leg.id, leg.question, keys) for keys in ("1", "")]
        if leg.agent:
            events.append(e.HungUp(leg.id))
        if leg.agent and not leg.dialled:
            events.append(e.HeadsetLost(leg.id, "page closed"))
    for pending in call.out:
        events.append(e.CommandDone(pending.key, pending.command, _made(call, pending.command)))
        events.append(e.CommandRefused(pending.key, pending.command, 21220))
        events.append(e.CommandUnsure(pending.key, pending.command))
    now = call.updated
    yield from ((point, event, now) for event in events)
    yield point, e.TimePassed(), now + SOON
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines[:-1])
    for event in (e.TimePassed(), e.AskedWhileWaiting(CALLER)):
        yield point, event, now + LATE


def in_a_consultation(point: Point) -> Iterator[Happening]:
    """What consultation and conference answer: what else befalls room and headset, the
    conversation's walk has."""
    call, now = point.call, point.call.updated
    yield from answers(point)
    if len(call.legs) > FEW and call.out:
        return  # of so many, one thing at a time: the carrier answers before the next happens
    if len(guests_of(call)) < GUESTS:
        yield point, e.ConsultRequested("anna", "+442079460142", PLAN.numbers[0].e164, ""), now
    for guest in guests_of(call):
        yield point, e.GuestRemoveRequested("anna", guest.leg), now
    yield from ((point, verb("anna"), now) for verb in (*DECISIONS, *OTHER_VERBS))
    yield point, e.TransferRequested("anna", "sales"), now
    for leg in call.legs:
        yield point, e.HungUp(leg.id), now
        yield point, e.JoinedRoom(leg.id, "CF1", f"CA{leg.id}"), now
        yield point, e.LeftRoom(leg.id, "CF1", hung_up=True), now
        if leg.is_outside:
            yield from ((point, e.HungUp(leg.id, how), now) for how in ENDS)
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines)
    yield point, e.TimePassed(), now + LATE


def answers(point: Point) -> Iterator[Happening]:
    """What the carrier answers to what it was told."""
    call, now = point.call, point.call.updated
    for pending in call.out:
        done = e.CommandDone(pending.key, pending.command, _made(call, pending.command))
        yield point, done, now
        yield point, e.CommandRefused(pending.key, pending.command, 21220), now


def in_a_pickup(point: Point) -> Iterator[Happening]:
    """Who takes a call that waits or rings, and what befalls the headset that is let in."""
    call, now = point.call, point.call.updated
    events: list[e.Event] = [
        *(e.PickupRequested(who, f"{who}{point.agents[who].gen}", "tab") for who in point.agents),
        *(verb(who) for verb in (e.AgentHungUp, e.AgentDismissed) for who in point.agents),
        *(e.OfferMade(who) for who in point.agents),
        *(e.HungUp(leg.id) for leg in call.legs),
        *(e.CommandDone(one.key, one.command, _made(call, one.command)) for one in call.out),
    ]
    match call.state:
        case Offered(leg=leg, agent=who):
            events += [e.OfferAccepted(who, leg, "n1", "tab"), e.OfferDeclined(who, leg)]
        case Connecting(headset=headset, nonce=nonce):
            events += [e.HeadsetConnected(headset, nonce, f"CA{headset}")]
            events += [e.JoinedRoom(leg.id, "CF1") for leg in call.legs]
        case _:
            pass
    yield from ((point, event, now) for event in events)
    for event in (e.TimePassed(), e.AskedWhileWaiting(CALLER)):
        yield point, event, now + LATE


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
        number = 0
        while number < len(self._made) or self._goes_on():
            made = self._made[number:]
            yield from made
            number += len(made)

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
    """Every transition of the journey, the conversation, a transfer, calling out, consulting
    somebody outside or a colleague, recording, parking, supervising and picking up.

    Each part is walked alone: a place of the journey is one whatever is heard in the room, a place
    of the conversation is one whatever led to it, a transfer ends where somebody talks or a node
    asks, calling out with the answer, a consultation with its leg, a pickup in the room. The sum of
    them replaces their product.
    """
    from tests.domain.colleague_walk import askings
    from tests.domain.lines_walk import lines
    from tests.domain.mutes_walk import mutes
    from tests.domain.park_walk import parkings
    from tests.domain.recording_walk import recordings
    from tests.domain.supervision_walk import supervisions

    return Walk(
        *(_walk(start(devices), journey, _always) for devices in (AT_A_DESK, WITH_A_PHONE)),
        *(_walk(connecting(devices), conversation, _talks) for devices in (AT_A_DESK, BY_PHONE)),
        *(_walk(first, journey, _is_transferred) for first in transferred()),
        _walk(calling_out(), conversation, _is_unanswered),
        iter(consultations()),
        iter(recordings()),
        iter(parkings()),
        iter(supervisions()),
        iter(askings()),
        iter(lines()),
        iter(mutes()),
        iter(pickups()),
    )


@cache
def pickups() -> Walk:
    """The part of it that picks up."""
    return Walk(*(_walk(one, journey, _is_to_take, in_a_pickup) for one in picking_up()))


@cache
def consultations() -> Walk:
    """The part of it that consults."""
    return Walk(
        *(_walk(one, conversation, _is_consulted, in_a_consultation) for one in consulting())
    )


def connecting(devices: tuple[a.Device, ...], *, straight: bool = False) -> Point:
    """The seam between the two: an agent has accepted, and the headset comes into the room."""
    point = start(devices, straight=straight)
    for event in (*(() if straight else WAY_TO_SALES), e.OfferMade("anna")):
        point, _ = point.after(event)
    state = point.call.state
    assert isinstance(state, Offered)
    if devices == AT_A_DESK:
        point, _ = point.after(e.OfferAccepted("anna", state.leg, "n1", "tab"))
        point, _ = point.after(e.HeadsetConnected("anna.1", "n1", "CAanna.1"))
    else:
        point, _ = point.after(e.LegAnswered(state.leg, "CAanna.1"))
        point, _ = point.after(e.Pressed(state.leg, 0, "1"))
    assert isinstance(point.call.state, Connecting)
    return point


def talking(devices: tuple[a.Device, ...]) -> Point:
    """Anna and the caller of her own number are in the room."""
    point = connecting(devices, straight=True)
    leg = next(leg.id for leg in point.call.legs if leg.agent)
    for event in (e.JoinedRoom(leg, "CF1"), e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)
    return point


def transferred() -> Iterator[Point]:
    """The seam after a conversation: Anna, at a desk, has sent the caller on."""
    point = connecting(AT_A_DESK)
    for event in (e.JoinedRoom("anna.1", "CF1"), e.JoinedRoom(CALLER, "CF1")):
        point, _ = point.after(event)
    for target in ("ben", "sales", "box"):
        sent, _ = point.after(e.TransferRequested("anna", target))
        yield sent
        yield replace(sent, anna=replace(sent.anna, presence=a.Offline()))


def consulting() -> Iterator[Point]:
    """The seam into a consultation: Anna, at a desk or on a telephone, wants one.

    On a line that is not recorded: what a recording does then is walked with `reconcile`.
    """
    for devices in (AT_A_DESK, BY_PHONE):
        point = connecting(devices, straight=True)
        for pending in point.call.out:
            sid = _made(point.call, pending.command)
            point, _ = point.after(e.CommandDone(pending.key, pending.command, sid))
        for event in (
            e.JoinedRoom("anna.1", "CF1"),
            e.JoinedRoom(CALLER, "CF1"),
            e.ConsultRequested("anna", "+442079460142", PLAN.numbers[0].e164, ""),
        ):
            point, _ = point.after(event)
        yield point


def picking_up() -> Iterator[Point]:
    """A caller whom nobody is asked to take yet; Ben is free, has a break, or is not here."""
    for devices in (AT_A_DESK, BY_PHONE):
        for presence in (a.Ready(NOW), a.Away("lunch", NOW), a.Offline()):
            point = start(devices, straight=True)
            yield replace(point, ben=replace(point.ben, presence=presence))


def _is_to_take(point: Point) -> bool:
    return isinstance(point.call.state, Waiting | Offered | Connecting)


def _is_consulted(point: Point) -> bool:
    """Somebody else outside is in it, or on the way in or out."""
    return any(leg.is_outside for leg in point.call.legs)


def _is_transferred(point: Point) -> bool:
    return point.call.transfer is not None and not isinstance(point.call.state, AtNode)


def _is_unanswered(point: Point) -> bool:
    return point.call.is_unanswered


def _always(point: Point) -> bool:
    return True


def _talks(point: Point) -> bool:
    """Where the conversation is over, the journey goes on: that is the other walk."""
    return isinstance(point.call.state, Connecting | InConversation)


def whatever(point: Point) -> Iterator[Happening]:
    return chain(happenings(point), third_returns(point))


def _walk(
    first: Point, key_of: Key, goes_on: Callable[[Point], bool], happen: Happenings = whatever
) -> Iterator[Step]:
    seen, frontier = {key_of(first)}, deque([first])
    while frontier:
        point = frontier.popleft()
        for before, event, now in happen(point):
            after, decision = before.after(event, now)
            is_new = after is not point and (key := key_of(after)) not in seen
            yield Step(before, event, now, after, decision, is_new)
            if is_new:
                seen.add(key)
                if goes_on(after):
                    frontier.append(after)
