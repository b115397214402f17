"""What may happen to a conversation that its agent leaves on hold for another: a walk to its end.

The other calls are not here: of them the agent's item knows the names alone. What else befalls room
and headset, the conversation's walk has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER, Leg, agent_of
from app.domain.states import HeadsetAway, InConversation
from app.domain.value import replace
from tests.domain.world import (
    AT_A_DESK,
    BY_PHONE,
    LATE,
    Happening,
    Point,
    Walk,
    _walk,
    answers,
    talking,
)

OTHER = "2"  # a call of Anna's, of which only its name is known here
GENERATIONS = 2  # of Anna's headset: she takes the line so often, but one


@cache
def lines() -> Walk:
    """Anna talks, at a desk or on a telephone; in one of the walks another call is on hold, too."""
    return Walk(*(_walk(point, _key, _goes_on, _happenings) for point in leaving()))


def leaving() -> Iterator[Point]:
    """Anna's caller is on hold, as the carrier has confirmed, or is asked to be."""
    for devices, others in ((AT_A_DESK, ()), (AT_A_DESK, (OTHER,)), (BY_PHONE, ())):
        point = talking(devices)
        for pending in point.call.out:
            point, _ = point.after(e.CommandDone(pending.key, pending.command))
        point = replace(point, anna=replace(point.anna, lines=others))
        point, _ = point.after(e.HoldRequested("anna"))
        yield point


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    yield from answers(point)
    yield point, e.LineLeft("anna"), now
    if point.anna.gen < GENERATIONS:
        yield point, e.LineTaken("anna", f"n{point.anna.gen}", "tab"), now
    yield point, e.LineTaken("ben", "n9", "tab"), now
    for leg in call.legs:
        yield point, e.HungUp(leg.id), now
        if leg.agent and not leg.in_room:
            yield point, e.JoinedRoom(leg.id, "CF1", leg.sid), now
    yield from ((point, event, now) for event in _of_headset(point))
    if call.out:
        return  # of much else one thing at a time: the carrier answers before the next happens
    for event in (
        e.HoldRequested("anna"),
        e.RetrieveRequested("anna"),
        e.AgentHungUp("anna"),
        e.AgentDismissed("anna"),
        e.TransferRequested("anna", "sales"),
        e.ConsultRequested("anna", "+442079460142", "+442079460100", ""),
    ):
        yield point, event, now
    if point.anna.gen < GENERATIONS:
        yield point, e.Rejoined("anna", f"r{point.anna.gen}", "tab"), now
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines)
    yield point, e.TimePassed(), now + LATE


def _of_headset(point: Point) -> Iterator[e.Event]:
    match point.call.state:
        case InConversation(away=HeadsetAway(headset=str(headset), nonce=str(nonce))):
            yield e.HeadsetConnected(headset, nonce, f"CA{headset}")
            yield e.HeadsetConnected(headset, "forged", "CA666")
        case _:
            pass


def _goes_on(point: Point) -> bool:
    """Until it is a conversation without a hold again, or one more is in it: each has its walk."""
    match point.call.state:
        case InConversation(consult=None) as state:
            return state.hold is not None or state.away is not None
        case _:
            return False


def _key(point: Point) -> tuple[object, ...]:
    call, state = point.call, point.call.state
    anna = (type(point.anna.presence), point.anna.lines, point.anna.gen, point.anna.next)
    if not _goes_on(point):
        return type(state), anna
    about = (
        (
            state.hold is not None,
            state.hold is not None and state.hold.is_ringing,
            type(state.away),
            isinstance(state.away, HeadsetAway) and state.away.headset,
            state.hold_failed,
        )
        if isinstance(state, InConversation)
        else ()
    )
    legs = frozenset(_leg(leg) for leg in call.legs)
    return type(state), about, legs, bool(call.out), anna


def _leg(leg: Leg) -> tuple[object, ...]:
    return leg.id == CALLER, agent_of(leg.id), leg.wanted, leg.observed


def is_held_by(point: Point, who: str) -> bool:
    """The call holds that agent, or is one of the lines that they have on hold."""
    agent = point.agents[who]
    return a.holds(agent, point.call.id) or a.has_line(agent, point.call.id)
