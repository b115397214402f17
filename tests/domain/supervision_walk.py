"""What may happen to a conversation that a supervisor listens to: a walk from click to end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import events as e
from app.domain.call import Call, Leg
from app.domain.states import InConversation
from app.domain.supervision_verbs import SUPERVISION_VERBS
from app.domain.value import replace
from app.domain.verb import Request
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

NONCE = "n9"
BENS = "ben.1"  # his headset


@cache
def supervisions() -> Walk:
    """Anna talks, at a desk or on a telephone, and Ben supervises."""
    return Walk(*(_walk(point, _key, _goes_on, _happenings) for point in supervising()))


def supervising() -> Iterator[Point]:
    for devices in (AT_A_DESK, BY_PHONE):
        point = talking(devices)
        for pending in point.call.out:
            point, _ = point.after(e.CommandDone(pending.key, pending.command))
        point, _ = point.after(e.SupervisionRequested("ben", NONCE, "tab"))
        yield point


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    request = Request("ben", nonce=NONCE, tab="tab")
    for before, answer, at in answers(point):
        # What else the carrier refuses, the conversation's walk has.
        if not isinstance(answer, e.CommandRefused) or answer.command.leg == BENS:
            yield before, answer, at
    yield from ((point, verb.event(request), now) for verb in SUPERVISION_VERBS)
    for pending in call.out:
        if pending.command.leg == BENS:
            yield point, e.CommandUnsure(pending.key, pending.command), now
    for leg in call.legs:
        yield point, e.HungUp(leg.id), now
    if call.out:
        return  # of much else one thing at a time: the carrier answers before the next happens
    yield point, e.HeadsetConnected(BENS, NONCE, "CAben"), now
    yield point, e.HeadsetConnected(BENS, "another", "CAxx"), now
    yield from ((point, e.AgentDismissed(who), now) for who in point.agents)
    yield point, e.TransferRequested("anna", "sales"), now
    yield point, e.HoldRequested("anna"), now
    yield point, e.RetrieveRequested("anna"), now
    yield point, e.AgentHungUp("anna"), now
    for leg in call.legs:
        yield point, e.JoinedRoom(leg.id, "CF1", leg.sid), now
        if leg.agent:
            yield point, e.LeftRoom(leg.id, "CF1", hung_up=True), now
            yield point, e.HeadsetLost(leg.id, "page closed"), now
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines)
    yield point, e.TimePassed(), now + LATE


def _goes_on(point: Point) -> bool:
    return _supervises(point.call)


def _supervises(call: Call) -> bool:
    """A supervisor is in it, or on the way in or out."""
    is_there = any(leg.role == "supervisor" for leg in call.legs)
    return call.supervision is not None or is_there


def _key(point: Point) -> tuple[object, ...]:
    call, state = point.call, point.call.state
    supervision = call.supervision
    if supervision is not None:
        supervision = replace(supervision, since=call.started, until=None)
    state_is = (
        (state.hold is None, state.away is None, state.met, state.hold_failed, state.agent)
        if isinstance(state, InConversation)
        else ()
    )
    is_coming = call.supervision is not None and call.supervision.until is not None
    out = frozenset((pending.command, pending.is_unsure) for pending in call.out)
    legs = frozenset(_leg(leg) for leg in call.legs)
    if supervision is None:  # on the way out it makes no difference how often it was refused
        legs = frozenset((leg.id, leg.role, leg.wanted, leg.observed) for leg in call.legs)
        out = frozenset((pending.command, False) for pending in call.out)
    return type(state), state_is, supervision, is_coming, legs, out, point.agents_are


def _leg(leg: Leg) -> tuple[object, ...]:
    return leg.id, leg.role, leg.wanted, leg.observed, leg.in_doubt, leg.refusals, bool(leg.sid)
