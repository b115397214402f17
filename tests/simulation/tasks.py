"""Tasks: plain synchronous code that can be put aside at any port call and taken up later."""

from __future__ import annotations

from collections.abc import Callable

import greenlet


class Task(greenlet.greenlet):  # type: ignore[misc] # the package ships no types
    """Runs `work` when first resumed; `park` gives the thread back to whoever resumed it.

    `owner` is whatever the task runs for (a function's instance); `points` counts what it passed,
    `asked` its requests to the carrier; who has the higher `rank` may go first.
    """

    def __init__(self, name: str, work: Callable[[], None], owner: object = None) -> None:
        super().__init__(work)
        self.name = name
        self.owner = owner
        self.points = 0
        self.asked = 0
        self.rank = 0.0
        self.paused_seconds = 0.0

    def resume(self) -> None:
        self.parent = greenlet.getcurrent()
        self.switch()

    def park(self) -> None:
        self.parent.switch()

    def ends(self) -> None:
        """Wherever it was put aside, it comes no further."""
        if not self.is_over:
            self.parent = greenlet.getcurrent()
            self.throw()

    @property
    def is_over(self) -> bool:
        return bool(self.dead)


def current() -> Task | None:
    """The task that runs now; None for the world itself."""
    task = greenlet.getcurrent()
    return task if isinstance(task, Task) else None
