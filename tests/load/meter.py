"""What each request costs: operations, bytes, carrier requests, pushes and modelled seconds.

A request is one run of a function: a webhook, a page's request, a job, a sweep, a record of the
stream. It is counted at the ports, and each operation takes the time that it would take (virtual
time passes). Requests that did the same are one kind: the same path, and the same events saved.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from app.domain.call import CALLER
from app.domain.events import Event
from app.domain.overview import Overview
from app.domain.value import FIELDS
from app.ports import WriteSet
from tests.simulation.tasks import Task, current
from tests.simulation.world import World

P = TypeVar("P")

READ_SECONDS = 0.004
WRITE_SECONDS = 0.008
POST_SECONDS = 0.015
COMMAND_SECONDS = 0.25
SIDES = ("", "one side of the board", "both sides of the board")
NUMBER_BYTES = 4
TIME_BYTES = 19
MOST_KNOWN = 200_000


class Work(StrEnum):
    READ = "read"
    WRITE = "write"
    POST = "post"
    COMMAND = "command"


SECONDS = {
    Work.READ: READ_SECONDS,
    Work.WRITE: WRITE_SECONDS,
    Work.POST: POST_SECONDS,
    Work.COMMAND: COMMAND_SECONDS,
}
READS = frozenset(
    {
        "contact",
        "get",
        "link",
        "live",
        "messages",
        "newest",
        "note",
        "open_messages",
        "read_all",
        "ready",
        "tagged",
        "waiting",
    }
)
STREAM = "stream"
SHARED = "job SharedJob"  # tells every page: its bytes and posts are those of one page
KEPT = frozenset({"head", "plan"})  # by each instance, as the directory's adapter does


@dataclass(slots=True)
class Request:
    """One that is being served."""

    path: str
    since: float
    done: dict[Work, int] = field(default_factory=lambda: dict.fromkeys(Work, 0))
    bytes: int = 0
    saved: list[str] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)  # each operation, by its port and name
    is_sweep: bool = False  # it asked which calls are live
    records: int = 1  # of the stream, in one invocation
    waiting: int = 0  # rows of the board, read
    ready: int = 0
    shown: int = 0  # people and queues that a page is given, or told of: a row each
    shown_bytes: int = 0  # of these rows; not in `bytes`
    state: str = ""  # of the call, as it was read first
    units: int = 1  # what its bytes and posts are for: pages told, live calls compared
    is_for_none: bool = False  # there was nothing to compare

    @property
    def kind(self) -> str:
        if self.path == STREAM:
            return self.path  # the records of one invocation are of many kinds: judged together
        path = f"{self.path}, sweeping" if self.is_sweep else self.path
        if self.is_for_none:
            path += ", nothing there"
        if self.path == SHARED:
            path += ", told" if self.done[Work.POST] else ", nothing new"
        sides = sum(side in self.named for side in ("board.ready", "board.waiting"))
        seen = self.saved or [word for word in (self.state, SIDES[sides]) if word]
        return f"{path}: {', '.join(seen)}" if seen else path


@dataclass(slots=True)
class Figure:
    """What many requests of one kind had of one thing: mean and its standard error."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, amount: float, times: int = 1) -> None:
        """`times` requests at once, so much each."""
        self.count += times
        self.total += amount * times
        self.squares += amount * amount * times

    def joined(self, other: Figure) -> Figure:
        squares = self.squares + other.squares
        return Figure(self.count + other.count, self.total + other.total, squares)

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    @property
    def error(self) -> float:
        if not self.count:
            return 0.0
        variance = max(self.squares / self.count - self.mean**2, 0.0)
        return math.sqrt(variance / self.count)


FIGURES = ("operations", "bytes", "carrier", "posts", "waiting", "ready", "shown", "bytes a row")


@dataclass(slots=True)
class Kind:
    """All requests of one kind."""

    most_seconds: float = 0.0
    figures: dict[str, Figure] = field(default_factory=lambda: {f: Figure() for f in FIGURES})
    named: Counter[str] = field(default_factory=Counter)

    def add(self, request: Request, seconds: float) -> None:
        records, units = request.records, request.units
        operations = request.done[Work.READ] + request.done[Work.WRITE]
        self.figures["operations"].add(operations / records, records)
        self.figures["bytes"].add(request.bytes / records / units, records)
        self.figures["carrier"].add(request.done[Work.COMMAND] / records, records)
        self.figures["posts"].add(request.done[Work.POST] / records / units, records)
        looks = request.named["board.waiting"] or 1
        self.figures["waiting"].add(request.waiting / looks, records)
        self.figures["ready"].add(request.ready / records, records)
        self.figures["shown"].add(request.shown / records / units, records)
        if request.shown:
            self.figures["bytes a row"].add(request.shown_bytes / request.shown)
        self.most_seconds = max(self.most_seconds, seconds)
        self.named += request.named

    def joined(self, other: Kind) -> Kind:
        figures = {name: self.figures[name].joined(other.figures[name]) for name in FIGURES}
        most = max(self.most_seconds, other.most_seconds)
        return Kind(most, figures, self.named + other.named)

    @property
    def count(self) -> int:
        return self.figures["operations"].count


class Meter:
    def __init__(self, world: World) -> None:
        self._world = world
        self._serving: dict[Task, Request] = {}
        self._states: dict[str, str] = {}  # by call
        self._sizes = Sizes()
        self.kinds: dict[str, Kind] = {}
        self.failures: Counter[str] = Counter()  # nothing is out of order: there are none
        self.sweeps: list[float] = []  # when each began, in seconds of the world

    @contextmanager
    def request(self, path: str) -> Iterator[None]:
        """What this task does inside belongs to one request."""
        task = current()
        if task is None:
            raise RuntimeError("a request is served by a task")
        request = self._serving[task] = Request(path, self._world.seconds)
        try:
            yield
        finally:
            del self._serving[task]
            took = self._world.seconds - request.since
            self.kinds.setdefault(request.kind, Kind()).add(request, took)

    def does(self, work: Work, times: int = 1) -> None:
        """The present request has done that; the time that it takes passes."""
        self.counts(work, times)
        self.waits(SECONDS[work] * times)

    def counts(self, work: Work, times: int = 1) -> None:
        request = self._request()
        if request is not None:
            request.done[work] += times

    def names(self, operation: str) -> None:
        request = self._request()
        if request is not None:
            request.named[operation] += 1

    def waits(self, seconds: float) -> None:
        """What prepares the world waits for nothing."""
        if self._request() is not None:
            self._world.pause(seconds)

    def crossed(self, *things: object) -> None:
        request = self._request()
        if request is not None:
            request.bytes += sum(map(self._sizes.of, things))

    def passed(self, chunks: Iterator[object]) -> Iterator[object]:
        """They cross as they are taken."""
        for chunk in chunks:
            self.crossed(chunk)
            yield chunk

    def failed(self, error: BaseException) -> None:
        request = self._request()
        if request is not None:
            self.failures[f"{request.path} raised {error!r}"] += 1

    def saved(self, write_set: WriteSet) -> None:
        request = self._request()
        if request is None:
            return
        call = write_set.call
        if call is None:
            request.saved.extend(type(agent.presence).__name__ for agent in write_set.agents)
        elif write_set.applied is not None:
            before = self._states.get(call.id, "")
            state = self._states[call.id] = type(call.state).__name__
            moves = f"{before} > {state}" if before not in ("", state) else state
            request.saved.append(f"{_words(write_set.applied.event)} ({moves})")

    def is_for(self, units: int) -> None:
        """What the present request moves is for so many pages or live calls."""
        request = self._request()
        if request is not None:
            request.units = max(units, request.units)
            request.is_for_none = units == 0

    def takes(self, records: int) -> None:
        """The present request is an invocation for so many."""
        request = self._request()
        if request is not None:
            request.records = records

    def read_rows(self, side: str, rows: int) -> None:
        request = self._request()
        if request is None:
            return
        if side == "waiting":
            request.waiting += rows
        else:
            request.ready += rows

    def shows(self, rows: Sequence[object]) -> None:
        """The present request gives a page these rows."""
        request = self._request()
        if request is not None:
            request.shown += len(rows)
            request.shown_bytes += sum(map(self._sizes.of, rows))

    @property
    def is_for_a_page(self) -> bool:
        request = self._request()
        return request is not None and request.path.startswith("page")

    def read_call(self, state: str) -> None:
        request = self._request()
        if request is not None:
            request.state = request.state or state

    def swept(self) -> None:
        request = self._request()
        if request is not None and not request.is_sweep:
            request.is_sweep = True
            self.sweeps.append(self._world.seconds)

    def _request(self) -> Request | None:
        task = current()
        return self._serving.get(task) if task is not None else None


def _words(event: Event) -> str:
    """Its class, and of whose leg it tells."""
    leg = getattr(event, "leg", "")
    who = ("caller " if leg == CALLER else "agent ") if leg else ""
    return f"{who}{type(event).__name__}"


class Sizes:
    """About the bytes of a value as JSON: names and contents of the fields not at their default.

    Most of what crosses a port has crossed it before, whole or in part: each part is counted once.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, int]] = {}  # the object is kept, so is its id

    def of(self, thing: object) -> int:
        match thing:
            case str() | bytes():
                return len(thing)
            case Iterator():
                return 0  # counted as it passes
            case None | bool() | int() | float():
                return NUMBER_BYTES
            case datetime():
                return TIME_BYTES
            case tuple() | list() | frozenset():
                return sum(map(self.of, thing))
            case Mapping():
                return sum(self.of(key) + self.of(content) for key, content in thing.items())
            case _:
                return self._of_value(thing)

    def _of_value(self, thing: object) -> int:
        known = self._known.get(id(thing))
        if known is not None:
            return known[1]
        total = len(type(thing).__name__)
        for name, default in FIELDS[type(thing)].items():
            content = getattr(thing, name)
            if content is not default and content != default:
                total += len(name) + self.of(content)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[id(thing)] = (thing, total)
        return total


class _Metered:
    def __init__(self, port: Any, name: str, meter: Meter) -> None:
        self._port = port
        self._name = name
        self._meter = meter

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        effect = getattr(self._port, operation)
        meter = self._meter
        if operation in KEPT:
            return cast(Callable[..., Any], effect)
        work = Work.READ if operation in READS else Work.WRITE
        is_sweep = (self._name, operation) == ("calls", "live")
        is_load = (self._name, operation) == ("calls", "get")
        is_board = self._name == "board" and operation in READS

        def metered(*given: Any, **named: Any) -> Any:
            arguments = [meter.passed(one) if isinstance(one, Iterator) else one for one in given]
            if is_sweep:
                meter.swept()
            meter.names(f"{self._name}.{operation}")
            meter.does(work, 2 if named.get("fresh") else 1)
            result = effect(*arguments, **named)
            if is_load and result is not None:
                meter.read_call(type(result.call.state).__name__)
            if is_sweep:
                meter.is_for(len(result))
            if is_board:
                meter.read_rows(operation, len(result))
            elif isinstance(result, Overview) and meter.is_for_a_page:
                meter.shows((*result.people, *result.queues))
                meter.crossed(*given, *named.values(), replace(result, people=(), queues=()))
            else:
                meter.crossed(*given, *named.values(), result)
            return result

        setattr(self, operation, metered)
        return metered


def metered(port: P, name: str, meter: Meter) -> P:
    """`port`, each of whose operations is counted and takes its time, then has its effect."""
    return cast(P, _Metered(port, name, meter))
