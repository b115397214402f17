"""What may happen to a recording while an agent talks: a walk from two conversations.

While somebody is consulted it is walked with `reconcile` (tests/domain/test_reconcile.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import events as e
from app.domain.call import CALLER
from app.domain.commands import StartRecording
from app.domain.decide import begin
from app.domain.recording import kind_of
from app.domain.states import InConversation
from tests.domain.world import (
    AT_A_DESK,
    LATE,
    NOW,
    PLAN,
    WAY_TO_SALES,
    Happening,
    Point,
    Walk,
    _walk,
    conversation,
    ready,
)

ASKED = (
    e.RecordRequested,
    e.StopRecordingRequested,
    e.PauseRecordingRequested,
    e.ResumeRecordingRequested,
)
OTHERS = (e.HoldRequested, e.RetrieveRequested, e.AgentHungUp)


@cache
def recordings() -> Walk:
    """Of a conversation that is always recorded, and of one that is recorded by hand."""
    return Walk(*(_walk(point, _key, _talks, _happenings) for point in (talking(), by_hand())))


def talking() -> Point:
    """In a queue whose calls are recorded, and the recording runs."""
    point = _met(0, WAY_TO_SALES)
    (pending,) = point.call.out
    return point.after(e.CommandDone(pending.key, pending.command, "RE0"))[0]


def by_hand() -> Point:
    """Nothing is recorded yet."""
    return _met(2, ())


def _met(number: int, way: tuple[e.Event, ...]) -> Point:
    call = begin(PLAN, PLAN.numbers[number], "1", "CA1", "+447700900361", "", NOW).call
    point = Point(call, ready("anna", AT_A_DESK), ready("ben", AT_A_DESK))
    for event in (*way, e.OfferMade("anna")):
        point, _ = point.after(event)
    leg = str(point.call.next_leg - 1)
    for event in (
        e.OfferAccepted("anna", leg, "n1", "tab"),
        e.HeadsetConnected("anna.1", "n1", "CAanna.1"),
        e.JoinedRoom("anna.1", "CF1"),
        e.JoinedRoom(CALLER, "CF1"),
    ):
        point, _ = point.after(event)
    return point


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    yield from ((point, asked(who), now) for asked in ASKED for who in ("anna", "ben"))
    yield from ((point, other("anna"), now) for other in OTHERS)
    yield point, e.TransferRequested("anna", "sales"), now
    yield point, e.RecordingEnded(CALLER, call.recording or ""), now
    yield point, e.HungUp(CALLER), now
    yield point, e.LeftRoom("anna.1", "CF1", hung_up=True), now
    for pending in call.out:
        sid = f"RE{len(call.recorded)}" if isinstance(pending.command, StartRecording) else ""
        sid = sid or getattr(pending.command, "recording", "")
        yield point, e.CommandDone(pending.key, pending.command, sid or None), now
        yield point, e.CommandRefused(pending.key, pending.command, 21220), now
        yield point, e.CommandUnsure(pending.key, pending.command), now
    yield point, e.OutboxDue(), now + LATE
    yield from ((point, e.TimePassed(), at) for at in (now, *call.deadlines))


def _key(point: Point) -> tuple[object, ...]:
    call, wish = point.call, point.call.recording_wish
    caller = call.leg(CALLER)
    return (
        conversation(point), wish.policy, wish.started is None, wish.pause is None,
        wish.pause_failed, kind_of(call), min(caller.tape_refusals, 2) if caller else None,
        frozenset(type(p.command) for p in call.out if p.command.leg == CALLER),
    )  # fmt: skip


def _talks(point: Point) -> bool:
    return isinstance(point.call.state, InConversation)
