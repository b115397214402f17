"""World(seed): one thread, one virtual time, and everything that happens in the order of a heap.

Two sources of happenings: the world's own heap (tasks to take up, people, deliveries) and the
clock of the exchange's machines. Of one instant the order is drawn by seed; the exchange's own
callbacks keep theirs, for its machines are one object and no distributed thing.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from infra.local.exchange.clock import VirtualClock
from tests.simulation.choices import Choices
from tests.simulation.laws import LAWS
from tests.simulation.tasks import Strand, Task, current

LINES_KEPT = 30  # lines of the trace that a failure shows
MOST_STEPS = 2_000_000
NEVER = datetime.max.replace(tzinfo=UTC)


class Violated(Exception):
    """An invariant does not hold. `name` is the invariant's, `step` where it was seen."""

    def __init__(self, name: str, detail: str, step: int, at: datetime) -> None:
        super().__init__(f"{name}: {detail} (step {step}, {at:%H:%M:%S.%f})")
        self.name = name
        self.detail = detail
        self.step = step
        self.at = at

    def __reduce__(self) -> tuple[type[Violated], tuple[str, str, int, datetime]]:
        return (type(self), (self.name, self.detail, self.step, self.at))


class WorldClock(VirtualClock):
    def to(self, when: datetime) -> None:
        """It is now so late; nothing of the exchange was due before."""
        if when > self._now:
            self._now = when


class Trace:
    """A running hash over every line, and the last lines."""

    def __init__(self, *, whole: bool = False) -> None:
        self._hash = hashlib.sha256()
        self.lines: deque[str] = deque(maxlen=None if whole else LINES_KEPT)

    def add(self, line: str) -> None:
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class Tie:
    """Where among those of one instant; drawn when it is compared, since few ever are."""

    __slots__ = ("_choices", "_count", "_name", "_place")

    def __init__(self, choices: Choices, name: str, count: int) -> None:
        self._choices = choices
        self._name = name
        self._count = count
        self._place: float | None = None

    @property
    def place(self) -> float:
        """In [0, 1)."""
        if self._place is None:
            self._place = self._choices.draw(f"tie/{self._name}~{self._count}")
        return self._place

    def __lt__(self, other: Tie) -> bool:
        mine, theirs = self._place, other._place  # most were compared before
        if mine is None or theirs is None:
            return self.place < other.place
        return mine < theirs


class World:
    def __init__(
        self,
        choices: Choices,
        start: datetime,
        *,
        until: int | None = None,
        whole: bool = False,
        goes_on: bool = False,
    ) -> None:
        """`until` stops before that step; `whole` keeps every line of the trace; `goes_on`: after
        a violation too, to see which others there are."""
        self.choices = choices
        self.clock = WorldClock(start)
        self.now: Callable[[], datetime] = self.clock.now
        self.start = start
        self.trace = Trace(whole=whole)
        self.steps = 0
        self.stopped = False
        self.violated: Violated | None = None
        self.broken: list[str] = []  # the invariants that were violated, in that order
        self._goes_on = goes_on
        self._until = MOST_STEPS if until is None else until
        self._heap: list[tuple[datetime, Tie, Callable[[], None]]] = []
        self._tasks: list[Task] = []
        self._idle: list[Strand] = []
        self._named: dict[str, int] = {}

    # --- time -------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        return (self.now() - self.start).total_seconds()

    def later(self, seconds: float, name: str, what: Callable[[], None]) -> None:
        when = self.now()
        if seconds > 0:
            when += timedelta(seconds=seconds)
        count = self._named[name] = self._named.get(name, 0) + 1
        heappush(self._heap, (when, Tie(self.choices, name, count), what))

    def awaits(self, until: datetime, besides: Collection[Callable[[], None]]) -> bool:
        """Whether anything is to happen by then, besides these."""
        theirs = self.clock.next_due()
        if theirs is not None and theirs <= until:
            return True
        return any(when <= until and what not in besides for when, _, what in self._heap)

    def numbered(self, name: str) -> str:
        """`name`, and how often it was asked for: stable names for what comes repeatedly."""
        count = self._named[name] = self._named.get(name, 0) + 1
        return f"{name}~{count}"

    # --- tasks ------------------------------------------------------------------------------

    def spawn(self, name: str, work: Callable[[], None], owner: object = None) -> Task:
        task = Task(name, work, owner, self._idle, self.now())
        self._tasks.append(task)
        self.later(0, f"begin/{name}", task.resume)
        return task

    def ends(self) -> None:
        """Who still waits is let go: a frozen function holds its world as long as it stands."""
        for task in self._tasks:
            task.ends()
        for strand in self._idle:
            strand.ends()
        self._tasks.clear()
        self._idle.clear()
        self._heap.clear()

    def pause(self, seconds: float) -> None:
        """The present task goes on so much later; others run meanwhile."""
        task = current()
        if task is None:
            raise RuntimeError("only a task can wait")
        task.paused_seconds += seconds
        self.later(seconds, f"go-on/{task.name}", task.resume)
        task.park()

    # --- running ----------------------------------------------------------------------------

    def note(self, line: str) -> None:
        self.trace.add(f"{self.seconds:.3f} {line}")

    def violate(self, name: str, detail: str) -> None:
        """The first one stands, and ends the run after this step unless that is to go on.

        ValueError: nobody declared this invariant.
        """
        if name not in LAWS:
            raise ValueError(f"no invariant is called {name!r} (tests/simulation/laws.py)")
        if self.violated is None:
            self.violated = Violated(name, detail, self.steps, self.now())
        if name not in self.broken:
            self.broken.append(name)

    def run(self, until: datetime, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Raises Violated. Whatever is due by `until` happens, or until it is enough."""
        while not self.stopped and not is_enough() and self._step(until):
            if self.violated is not None and not self._goes_on:
                raise self.violated

    def _step(self, until: datetime) -> bool:
        heap, clock = self._heap, self.clock
        mine = heap[0][0] if heap else NEVER
        theirs = clock.next_due() or NEVER
        if mine > until and theirs > until:
            clock.step(until)
            return False
        if self.steps >= self._until:
            self.stopped = True
            return False
        self.steps += 1
        if mine < theirs or (mine == theirs and heap[0][1].place < 0.5):
            due, _, what = heappop(heap)
            clock.to(due)
            what()
        else:
            clock.step(theirs)
        return True
