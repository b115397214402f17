"""Virtual time: nothing happens until a test advances it, and then in one fixed order.

Callbacks run in order of time, then of registration. A callback may register others; those that are
due within the same advance run in it too.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from infra.local.exchange.timers import HeapTimer


class VirtualClock:
    """The `Clock` of tests and of the simulation."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("times are aware: give the start a time zone")
        self._now = start
        self._heap: list[HeapTimer] = []
        self._made = 0

    def now(self) -> datetime:
        return self._now

    def call_at(self, when: datetime, callback: Callable[[], None]) -> HeapTimer:
        timer = HeapTimer(max(when, self._now), self._made, callback)
        self._made += 1
        heapq.heappush(self._heap, timer)
        return timer

    def next_due(self) -> datetime | None:
        """When the next callback runs, or None when nothing waits."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].when if self._heap else None

    def step(self, until: datetime) -> bool:
        """Run one callback that is due by `until`; False (and now = until) when none is."""
        due = self.next_due()
        if due is None or due > until:
            self._now = max(self._now, until)
            return False
        timer = heapq.heappop(self._heap)
        self._now = timer.when
        timer.callback()
        return True

    def advance(self, seconds: float) -> None:
        until = self._now + timedelta(seconds=seconds)
        while self.step(until):
            pass
