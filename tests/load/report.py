"""Two worlds side by side, kind by kind; and what breaks a limit, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from app.service.distributor import FIRST_CALLERS
from tests.load.meter import FIGURES, SHARED, Kind
from tests.load.worlds import Measured

GROWTH = 0.05  # of what a request costs in the large world
ERRORS = 3  # standard errors: requests of one kind are not quite alike
JUDGED = ("operations", "bytes", "carrier", "posts", "bytes a row")
NAME, CELL = 84, 14  # letters of a column
LEAST = 15  # requests of a kind in each world: fewer are not compared
WEBHOOK_SECONDS = 1.5
BACKLOG_SECONDS = 5.0
SHARED_SECONDS = 1.0  # between two shared pushes of one topic
SEEN_SECONDS = 0.05  # a push is seen by its first post, after the read of who hears it
SWEEPS_A_MINUTE = 4


@dataclass(slots=True)
class Side:
    """One of the two: a large world, or several small ones."""

    name: str
    kinds: dict[str, Kind] = field(default_factory=dict)
    calls: int = 0
    most_late_seconds: float = 0.0
    shared: dict[str, float] = field(default_factory=dict)  # least seconds between two, by topic
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, measured: Measured) -> None:
        for name, kind in measured.kinds.items():
            known = self.kinds.get(name)
            self.kinds[name] = kind if known is None else known.joined(kind)
        self.calls += measured.calls
        self.most_late_seconds = max(self.most_late_seconds, measured.most_late_seconds)
        for topic, seen in measured.shared.items():
            self.shared[topic] = min(self.shared.get(topic, 3600.0), _least_gap(seen))
        for name, times in measured.counts.items():
            self.counts[name] = self.counts.get(name, 0) + times


def compared(small: Side, large: Side) -> list[str]:
    """Prints the table; gives what breaks a limit."""
    print(f"\n{small.name} ({small.calls} calls) against {large.name} ({large.calls} calls)")
    heads = "".join(f"{head:>{CELL}}" for head in (*FIGURES, "longest s"))
    print(f"{'kind of request':{NAME}}{'times':>{CELL}}{heads}")
    broken: list[str] = []
    kinds = [name for name in sorted(small.kinds) if _is_compared(name, small, large)]
    for name in kinds:
        one, other = small.kinds[name], large.kinds[name]
        grown = list(_grown(one, other, is_shared=name.startswith(SHARED)))
        broken += [f"{name}: {words}" for words in grown]
        cells = [f"{one.count} {other.count}"]
        for figure in FIGURES:
            digits = 0 if figure.startswith("bytes") else 2
            pair = (kind.figures[figure].mean for kind in (one, other))
            cells.append(" ".join(f"{mean:.{digits}f}" for mean in pair))
        cells.append(f"{one.most_seconds:.3f} {other.most_seconds:.3f}")
        row = "".join(f"{cell:>{CELL}}" for cell in cells)
        print(f"{name[: NAME - 1]:{NAME}}{row}{' <<' if grown else ''}")
    _tell_others(small, large, kinds)
    return broken + [words for side in (small, large) for words in _limits(side)]


def _tell_others(small: Side, large: Side, kinds: list[str]) -> None:
    others = {name for side in (small, large) for name in side.kinds} - set(kinds)
    counts = (side.kinds[n].count for side in (small, large) for n in others & set(side.kinds))
    print(f"not compared, for they are seldom: {len(others)} kinds, {sum(counts)} requests")


def ages(measured: Measured) -> list[str]:
    """The sweeps of the last hour, a minute."""
    end = measured.scene.seconds
    minutes: dict[int, int] = {}
    for began in measured.sweeps:
        minutes[int(began // 60)] = minutes.get(int(began // 60), 0) + 1
    last = [times for minute, times in minutes.items() if minute * 60 >= end - 3600] or [0]
    name = measured.scene.name
    print(f"\n{name}: {len(measured.sweeps)} sweeps, at most {max(last)} a minute in the last hour")
    if not measured.sweeps:
        return [f"{name}: no sweep at all"]
    if max(last) > SWEEPS_A_MINUTE:
        return [f"{name}: {max(last)} sweeps a minute"]
    return []


def _is_compared(name: str, small: Side, large: Side) -> bool:
    sides = (small.kinds.get(name), large.kinds.get(name))
    return all(kind is not None and kind.count >= LEAST for kind in sides)


def _grown(small: Kind, large: Kind, *, is_shared: bool) -> Iterator[str]:
    """Beyond 5 %, and beyond what the sample explains."""
    for what in JUDGED:
        before, after = small.figures[what], large.figures[what]
        by_chance = ERRORS * math.hypot(before.error, after.error)
        if what == "posts" and is_shared:
            continue  # sometimes there is nothing to tell: the more goes on, the less often
        if after.mean - before.mean > GROWTH * max(before.mean, 1.0) + by_chance:
            why = f" ({_more_of(small, large)})" if what == "operations" else ""
            yield f"{what} grow from {before.mean:.2f} to {after.mean:.2f}{why}"


def _more_of(small: Kind, large: Kind) -> str:
    """The operations that a request does more often in the large world."""
    often = {
        name: (small.named[name] / small.count, times / large.count)
        for name, times in sorted(large.named.items())
    }
    more = {name: pair for name, pair in often.items() if pair[1] > pair[0] + GROWTH}
    return ", ".join(f"{name} {before:.2f} {after:.2f}" for name, (before, after) in more.items())


def _limits(side: Side) -> Iterable[str]:
    for name, kind in side.kinds.items():
        if name.startswith("voice") and kind.most_seconds > WEBHOOK_SECONDS:
            yield f"{side.name}: {name} took {kind.most_seconds:.1f} s"
        waiting = kind.figures["waiting"].mean
        if not name.startswith(SHARED) and waiting > FIRST_CALLERS:
            yield f"{side.name}: {name} reads {waiting:.0f} callers of the board"
    if side.most_late_seconds > BACKLOG_SECONDS:
        yield f"{side.name}: the stream's worker is {side.most_late_seconds:.1f} s behind"
    yield from _too_often(side.name, side.shared)
    for name, times in side.counts.items():
        yield f"{side.name}: counted {name} {times} times"
    print(f"{side.name}: the stream's worker at most {side.most_late_seconds:.2f} s behind")


def _too_often(name: str, shared: Mapping[str, float]) -> Iterator[str]:
    for topic, seconds in sorted(shared.items()):
        print(f"{name}: shared pushes of {topic}, {seconds:.3f} s between two at least")
        if seconds < SHARED_SECONDS - SEEN_SECONDS:
            yield f"{name}: two shared pushes of {topic} within {seconds:.3f} s"


def _least_gap(times: tuple[float, ...]) -> float:
    ordered = sorted(times)
    return min((b - a for a, b in pairwise(ordered)), default=3600.0)
