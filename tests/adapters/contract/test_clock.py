"""The promise of Clock: aware UTC in whole milliseconds, and waiting takes time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.adapters.memory import MemoryClock
from app.adapters.system import SystemClock
from app.ports import Clock


@pytest.fixture(params=[MemoryClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_a_time_is_aware_utc_in_whole_milliseconds(clock: Clock) -> None:
    now = clock.now()

    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0


def test_a_wait_takes_at_least_its_time(clock: Clock) -> None:
    before = clock.now()

    clock.wait(0.005)

    assert clock.now() - before >= timedelta(milliseconds=5)
