"""Tasks: plain synchronous code that can be suspended at any port call and resumed later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import greenlet


class Task:
    """Runs `work` when first resumed; `park` gives the thread back to the one that resumed it.

    `owner` is what the task runs for (a function's instance); `points` counts the points passed,
    `asked` the requests to the carrier; a task of higher `rank` runs first. It `began` then: all
    that it reads of a clock is later. `has_landed`: its last save was made, and the answer lost.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        owner: object,
        idle: list[Strand],
        began: datetime,
    ) -> None:
        self.name = name
        self.owner = owner
        self.began = began
        self.points = 0
        self.asked = 0
        self.rank = 0.0
        self.paused_seconds = 0.0
        self.is_over = False
        self.has_landed = False
        self.work = work
        self._idle = idle
        self._strand: Strand | None = None

    def resume(self) -> None:
        strand = self._strand
        if strand is None:
            strand = self._strand = self._idle.pop() if self._idle else Strand(self._idle)
            strand.task = self
        strand.parent = greenlet.getcurrent()
        strand.switch()

    def park(self) -> None:
        assert self._strand is not None
        self._strand.parent.switch()

    def ends(self) -> None:
        """Kills it where it is suspended."""
        if not self.is_over and self._strand is not None:
            self._strand.ends()


class Strand(greenlet.greenlet):  # type: ignore[misc] # the package ships no types
    """Runs one task after another: a new greenlet for each costs more than many tasks do."""

    def __init__(self, idle: list[Strand]) -> None:
        super().__init__()
        self.task: Task | None = None
        self._idle = idle

    def run(self) -> None:
        while self.task is not None:
            try:
                self.task.work()
            finally:
                self.task.is_over = True
                self.task = None
            self._idle.append(self)
            self.parent.switch()

    def ends(self) -> None:
        self.parent = greenlet.getcurrent()
        self.throw()


def current() -> Task | None:
    """The task that runs now; None for the world itself."""
    strand = greenlet.getcurrent()
    return strand.task if isinstance(strand, Strand) else None
