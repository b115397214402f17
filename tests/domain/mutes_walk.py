"""What may happen to a conference while a guest of it is muted: a walk of its own.

What else befalls guests, the consultation's walk has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import Mute, Unmute
from app.domain.conversation import HOLD_TRIES
from app.domain.states import Guest, InConversation
from app.domain.value import replace
from app.domain.verb import guests_of
from tests.domain.world import (
    AT_A_DESK,
    LATE,
    PLAN,
    Happening,
    Point,
    Walk,
    _walk,
    answers,
    ready,
    talking,
)

OUTSIDE = e.ConsultRequested("anna", "+442079460142", PLAN.numbers[0].e164, "Eleanor")
COLLEAGUE = e.ConsultRequested("anna", "", "", "Ben", "ben")


@cache
def mutes() -> Walk:
    return Walk(*(_walk(point, _key, _goes_on, _happenings) for point in conferences()))


def conferences() -> Iterator[Point]:
    """Anna and her caller with one guest: somebody outside, or Ben."""
    for asked in (OUTSIDE, COLLEAGUE):
        point = replace(talking(AT_A_DESK), ben=ready("ben", AT_A_DESK))
        point = _settled(point.after(asked)[0])
        yield _settled(_came_in(point).after(e.ConsultJoinRequested("anna"))[0])


def _came_in(point: Point) -> Point:
    state = point.call.state
    assert isinstance(state, InConversation)
    assert state.consult is not None
    leg = state.consult.leg
    if state.consult.offer is not None:
        leg = "ben.1"
        point, _ = point.after(e.OfferAccepted("ben", state.consult.offer.leg, "n9", "tab"))
        point, _ = point.after(e.HeadsetConnected(leg, "n9", "CAben"))
    point, _ = point.after(e.JoinedRoom(leg, "CF1", f"CA{leg}"))
    return _settled(point)


def _settled(point: Point) -> Point:
    """The carrier has answered whatever it was told."""
    while point.call.out:
        pending = point.call.out[0]
        done = e.CommandDone(pending.key, pending.command, f"CA{pending.command.leg}")
        point, _ = point.after(done)
    return point


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    for before, answer, at in answers(point):
        # What else the carrier refuses, the conversation's walk has.
        if not isinstance(answer, e.CommandRefused) or isinstance(answer.command, Mute | Unmute):
            yield before, answer, at
    for pending in call.out:
        if isinstance(pending.command, Mute | Unmute):
            yield point, e.CommandUnsure(pending.key, pending.command), now
            yield point, e.OutboxDue(), now + LATE
    for guest in guests_of(call):
        for wish in (e.GuestMuteRequested, e.GuestUnmuteRequested):
            yield point, wish("anna", guest.leg), now
            yield point, wish("ben", guest.leg), now
            yield point, wish("anna", CALLER), now
        yield point, e.GuestRemoveRequested("anna", guest.leg), now
    yield point, e.LeaveRequested("anna"), now
    if call.out:
        return  # of much else one thing at a time: the carrier answers before the next happens
    yield from ((point, e.HungUp(leg.id), now) for leg in call.legs)
    yield point, OUTSIDE, now
    yield point, e.HeadsetLost("anna.1", "page closed"), now
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines)
    yield from (
        (point, e.JoinedRoom(leg.id, "CF2", leg.sid), now) for leg in call.legs if leg.agent
    )


def _goes_on(point: Point) -> bool:
    """Until one more is consulted: that has a walk of its own."""
    state = point.call.state
    if isinstance(state, InConversation) and (state.consult is not None or state.away is not None):
        return False
    return bool(guest_of(point)) or any(leg.muted is not False for leg in point.call.legs)


def _key(point: Point) -> tuple[object, ...]:
    state, guest = point.call.state, guest_of(point)
    about: tuple[object, ...] = ()
    if isinstance(state, InConversation):
        about = state.agent, state.hold is None, state.away is None, bool(state.consult)
    wish = (guest.muted, guest.mute_failed) if guest is not None else ()
    legs = frozenset(
        (leg.id, leg.role, leg.wanted, leg.observed, leg.muted, min(leg.refusals, HOLD_TRIES))
        for leg in point.call.legs
    )
    out = frozenset((type(one.command), one.command.leg, one.is_unsure) for one in point.call.out)
    return type(state), about, wish, legs, out


def guest_of(point: Point) -> Guest | None:
    return next(iter(guests_of(point.call)), None)
