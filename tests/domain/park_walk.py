"""What may happen to a call that is parked: a walk from the click to the next talk, or the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from app.domain import agent as a
from app.domain import events as e
from app.domain.call import CALLER
from app.domain.park import SLOTS
from app.domain.states import Connecting, Offered, Parked, Waiting
from app.domain.value import replace
from tests.domain.world import (
    AT_A_DESK,
    BY_PHONE,
    LATE,
    Happening,
    Point,
    Walk,
    _walk,
    in_a_pickup,
    journey,
    talking,
)


@cache
def parkings() -> Walk:
    """Anna parks, at a desk or on a telephone; then she is in the wrap-up, or gone."""
    return Walk(*(_walk(point, journey, _goes_on, _happenings) for point in parking()))


def parking() -> Iterator[Point]:
    for devices in (AT_A_DESK, BY_PHONE):
        point, _ = talking(devices).after(e.ParkRequested("anna", SLOTS[0]))
        for presence in (point.anna.presence, a.Offline()):
            yield replace(point, anna=replace(point.anna, presence=presence))


def _happenings(point: Point) -> Iterator[Happening]:
    call, now = point.call, point.call.updated
    yield from in_a_pickup(point)
    yield point, e.QueueRefused(CALLER, call.node or "", "queue-full"), now
    yield point, e.ParkRequested("anna", SLOTS[1]), now
    for leg in call.legs:
        yield point, e.LeftRoom(leg.id, "CF1", hung_up=False), now
    for deadline in call.deadlines:
        yield point, e.TimePassed(), deadline
        yield point, e.AskedWhileWaiting(CALLER), deadline
    yield point, e.TimePassed(), now + LATE


def _goes_on(point: Point) -> bool:
    return isinstance(point.call.state, Parked | Waiting | Offered | Connecting)
