"""What may happen to a conversation into which a colleague is asked: a walk from click to end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import events as e
from app.domain.call import Call, Leg, agent_of
from app.domain.commands import Ring
from app.domain.states import Consult, InConversation
from app.domain.value import replace
from app.domain.verb import consult_of
from tests.domain.world import (
    AT_A_DESK,
    BY_PHONE,
    DECISIONS,
    LATE,
    WITH_A_PHONE,
    Happening,
    Point,
    Walk,
    _walk,
    answers,
    ready,
    talking,
)

NONCE = "n9"
COLLEAGUE = "ben"
DEVICES = (  # of Anna, of Ben
    (AT_A_DESK, AT_A_DESK),
    (AT_A_DESK, BY_PHONE),
    (AT_A_DESK, WITH_A_PHONE),
    (BY_PHONE, AT_A_DESK),
)


@cache
def askings() -> Walk:
    """Anna talks, and Ben takes calls: each at a desk or on a telephone."""
    return Walk(*(_walk(point, _key, _goes_on, _happenings) for point in asking()))


def asking() -> Iterator[Point]:
    for annas, bens in DEVICES:
        point = replace(talking(annas), ben=ready(COLLEAGUE, bens))
        for pending in point.call.out:
            point, _ = point.after(e.CommandDone(pending.key, pending.command))
        point, _ = point.after(_asks())
        yield point


def _asks() -> e.ConsultRequested:
    return e.ConsultRequested("anna", "", "", "Ben", COLLEAGUE)


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    for before, answer, at in answers(point):
        # What else the carrier refuses, the conversation's walk has.
        if not isinstance(answer, e.CommandRefused) or _is_of_asking(answer):
            yield before, answer, at
    for leg in call.legs:
        yield point, e.HungUp(leg.id), now
    yield from ((point, verb("anna"), now) for verb in DECISIONS)
    yield point, e.ColleagueLeft(COLLEAGUE), now
    yield from ((point, event, now) for event in _of_offer(call))
    if call.out:
        return  # of much else one thing at a time: the carrier answers before the next happens
    yield from ((point, e.AgentDismissed(who), now) for who in point.agents)
    yield point, e.TransferRequested("anna", "sales"), now
    yield point, e.RetrieveRequested("anna"), now
    yield point, e.AgentHungUp("anna"), now
    yield point, e.SupervisionRequested(COLLEAGUE, NONCE, "tab"), now
    for leg in call.legs:
        yield point, e.JoinedRoom(leg.id, "CF1", leg.sid), now
        if leg.agent:
            yield point, e.LeftRoom(leg.id, "CF1", hung_up=True), now
        if leg.agent and not leg.dialled:
            yield point, e.HeadsetLost(leg.id, "page closed"), now
    yield from ((point, e.TimePassed(), deadline) for deadline in call.deadlines)
    yield point, e.TimePassed(), now + LATE


def _is_of_asking(answer: e.CommandRefused) -> bool:
    return isinstance(answer.command, Ring) or answer.command.leg.startswith(COLLEAGUE)


def _of_offer(call: Call) -> Iterator[e.Event]:
    """What the colleague, their page and their telephone may say."""
    consult = consult_of(call)
    if consult is None or consult.offer is None:
        return
    mine, leg = (COLLEAGUE, consult.offer.leg), call.leg(consult.offer.leg)
    yield e.OfferAccepted(*mine, NONCE, "tab")
    yield e.OfferDeclined(*mine)
    yield e.OfferShown(*mine)
    yield e.HeadsetConnected(consult.leg, NONCE, "CAben")
    yield e.HeadsetConnected(consult.leg, "forged", "CA666")
    if leg is not None and leg.dialled:
        yield e.LegRang(leg.id, f"CA{leg.id}")
        yield e.LegAnswered(leg.id, f"CA{leg.id}")
        yield e.HungUp(leg.id, "no-answer")
        yield from (e.Pressed(leg.id, leg.question, keys) for keys in ("1", ""))


def _goes_on(point: Point) -> bool:
    """A colleague is asked, or there, or on the way out of the conversation."""
    call = point.call
    is_there = any(leg.is_added for leg in call.legs) or call.agent == COLLEAGUE
    is_leaving = isinstance(call.state, InConversation) and is_there and bool(call.out)
    return bool(call.colleagues) or is_leaving


def _key(point: Point) -> tuple[object, ...]:
    call, state = point.call, point.call.state
    state_is = (
        (
            state.hold is None,
            state.away is None,
            state.met,
            state.hold_failed,
            state.agent,
            len(state.guests),
            _asked(state.consult),
        )
        if isinstance(state, InConversation)
        else ()
    )
    legs = frozenset(_leg(leg) for leg in call.legs)
    return type(state), state_is, legs, bool(call.out), point.agents_are


def _asked(consult: Consult | None) -> tuple[object, ...]:
    if consult is None:
        return ()
    offer = consult.offer
    about = (offer.begun, offer.accepted, offer.device, offer.known) if offer else ()
    return consult.answered, consult.speaks_with, about


def _leg(leg: Leg) -> tuple[object, ...]:
    """What is commanded then, `reconcile` says: that is walked by itself."""
    return agent_of(leg.id), leg.role, leg.wanted, leg.observed
