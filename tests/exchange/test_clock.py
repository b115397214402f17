from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from infra.local.exchange.clock import VirtualClock
from infra.local.exchange.virtual import EPOCH


def after(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def test_callbacks_run_in_order_of_time_then_of_registration() -> None:
    clock, ran = VirtualClock(EPOCH), list[str]()
    clock.call_at(after(2), lambda: ran.append("later"))
    clock.call_at(after(1), lambda: ran.append("first made"))
    clock.call_at(after(1), lambda: ran.append("second made"))

    clock.advance(2)

    assert ran == ["first made", "second made", "later"]


def test_what_a_callback_makes_runs_in_the_same_advance_when_it_is_due() -> None:
    clock, ran = VirtualClock(EPOCH), list[datetime]()

    def make_another() -> None:
        clock.call_at(after(1.5), lambda: ran.append(clock.now()))

    clock.call_at(after(1), make_another)

    clock.advance(2)

    assert ran == [after(1.5)]
    assert clock.now() == after(2)


def test_a_cancelled_timer_does_not_run() -> None:
    clock, ran = VirtualClock(EPOCH), list[int]()
    clock.call_at(after(1), lambda: ran.append(1)).cancel()

    clock.advance(2)

    assert ran == []


def test_the_past_is_now() -> None:
    clock, ran = VirtualClock(EPOCH), list[datetime]()
    clock.call_at(after(-5), lambda: ran.append(clock.now()))

    clock.advance(0)

    assert ran == [EPOCH]


def test_times_are_aware() -> None:
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(EPOCH.replace(tzinfo=None))
