"""Calls made by REST start at a limited rate; the others wait in a queue (C2).

Inbound calls are not limited. A call that is no longer wanted when its turn comes uses none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.local.exchange.interfaces import Clock, Timer

LONGEST_BACKLOG_SECONDS = 86_400  # 22005


@dataclass(frozen=True, slots=True)
class Waiting:
    wanted: Callable[[], bool]
    start: Callable[[], None]


class Dialler:
    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=1 / per_second)
        self._free_at = clock.now()
        self._queue: deque[Waiting] = deque()
        self._timer: Timer | None = None

    def wait_seconds(self) -> float:
        """How long one more would wait (`queue_time`)."""
        ahead = sum(1 for one in self._queue if one.wanted())
        return max(0.0, (self._next() + ahead * self._gap - self._clock.now()).total_seconds())

    def submit(self, wanted: Callable[[], bool], start: Callable[[], None]) -> None:
        self._queue.append(Waiting(wanted, start))
        self._pump()

    def _next(self) -> datetime:
        return max(self._free_at, self._clock.now())

    def _pump(self) -> None:
        while self._queue and not self._queue[0].wanted():
            self._queue.popleft()
        if not self._queue or self._timer is not None:
            return
        if self._free_at > self._clock.now():
            self._timer = self._clock.call_at(self._free_at, self._turn)
            return
        self._free_at = self._clock.now() + self._gap
        self._queue.popleft().start()
        self._pump()

    def _turn(self) -> None:
        self._timer = None
        self._pump()
