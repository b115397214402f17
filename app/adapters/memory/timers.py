"""Timers as a heap: whoever drives the clock asks what is due."""

import heapq
from collections.abc import Iterable
from datetime import datetime
from itertools import count

from app.ports import Job


class MemoryTimers:
    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Job]] = []
        self._order = count()

    def at(self, when: datetime, job: Job) -> None:
        heapq.heappush(self._heap, (when, next(self._order), job))

    def schedule(self, jobs: Iterable[tuple[datetime, Job]]) -> None:
        for when, job in jobs:
            self.at(when, job)

    @property
    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> tuple[Job, ...]:
        """Takes out what is due, earliest first; of one instant in the order of asking."""
        jobs: list[Job] = []
        while self._heap and self._heap[0][0] <= now:
            jobs.append(heapq.heappop(self._heap)[2])
        return tuple(jobs)
