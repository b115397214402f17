"""The ledger: for each leg, what it heard and when; who heard whom; and how long it heard nothing.

It is told of each change as it happens and keeps intervals, so that it costs the same in virtual
and in real time. Intervals of no length are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from infra.local.exchange.interfaces import Clock, Heard, Playing, Ringback, Voices


class Hearing(StrEnum):
    SILENCE = "silence"
    CLIP = "clip"
    RINGBACK = "ringback"
    VOICES = "voices"


@dataclass(frozen=True, slots=True)
class Interval:
    """`legs` are the voices; `caption` the clip's. `until` is None while it lasts."""

    leg: str
    hearing: Hearing
    since: datetime
    until: datetime | None
    legs: tuple[str, ...] = ()
    caption: str = ""


def interval(leg: str, heard: Heard, since: datetime) -> Interval:
    match heard:
        case None | Voices(legs=(), announcement=None):
            return Interval(leg, Hearing.SILENCE, since, None)
        case Playing(clip=clip):
            return Interval(leg, Hearing.CLIP, since, None, (), clip.caption)
        case Ringback():
            return Interval(leg, Hearing.RINGBACK, since, None)
        case Voices(legs=legs, announcement=announcement):
            caption = "" if announcement is None else announcement.clip.caption
            return Interval(leg, Hearing.VOICES, since, None, tuple(sorted(legs)), caption)


def _same(one: Interval, other: Interval) -> bool:
    return (one.hearing, one.legs, one.caption) == (other.hearing, other.legs, other.caption)


class Ledger:
    """Of answered legs only: silence before the answer is not counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Interval] = {}
        self._closed: dict[str, list[Interval]] = {}

    def note(self, leg: str, heard: Heard) -> None:
        """From now on `leg` hears this. The same again continues the interval."""
        new = interval(leg, heard, self._clock.now())
        old = self._open.get(leg)
        if old is not None and _same(old, new):
            return
        self._close(leg)
        self._open[leg] = new

    def end(self, leg: str) -> None:
        self._close(leg)
        self._open.pop(leg, None)

    def _close(self, leg: str) -> None:
        now = self._clock.now()
        old = self._open.get(leg)
        if old is None or old.since >= now:
            return
        kept = self._closed.setdefault(leg, [])
        last = kept[-1] if kept else None
        if last is not None and last.until == old.since and _same(last, old):
            old = kept.pop()
        kept.append(replace(old, until=now))

    def intervals(self, leg: str) -> tuple[Interval, ...]:
        """Oldest first; the last is open while the leg lives."""
        current = self._open.get(leg)
        return (*self._closed.get(leg, ()), *(() if current is None else (current,)))

    def latest(self, leg: str) -> Interval | None:
        """The last of its intervals."""
        closed = self._closed.get(leg)
        return self._open.get(leg) or (closed[-1] if closed else None)

    def hears_now(self, leg: str, other: str) -> bool:
        current = self._open.get(leg)
        return current is not None and other in current.legs

    def hear_each_other(self, one: str, other: str) -> bool:
        return self.hears_now(one, other) and self.hears_now(other, one)

    def seconds_heard(self, leg: str, other: str) -> float:
        """How long `leg` heard `other`, in all, in seconds."""
        return self._sum(item for item in self.intervals(leg) if other in item.legs)

    def silence_seconds(self, leg: str) -> float:
        return self._sum(i for i in self.intervals(leg) if i.hearing is Hearing.SILENCE)

    def longest_silence_seconds(self, leg: str) -> float:
        silences = (i for i in self.intervals(leg) if i.hearing is Hearing.SILENCE)
        return max((self._length(item).total_seconds() for item in silences), default=0.0)

    def _length(self, item: Interval) -> timedelta:
        return (item.until or self._clock.now()) - item.since

    def _sum(self, items: Iterable[Interval]) -> float:
        return sum(self._length(item).total_seconds() for item in items)
