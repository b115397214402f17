"""A clock that moves only when it is set, advanced or waited for."""

from datetime import UTC, datetime, timedelta

_START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday


class MemoryClock:
    def __init__(self, now: datetime = _START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """The time stays in whole milliseconds, as the port says."""
        self._now += timedelta(milliseconds=round(seconds * 1000))

    def set(self, now: datetime) -> None:
        """Raises ValueError: time does not run backwards."""
        if now < self._now:
            raise ValueError(f"it is {self._now} already")
        self._now = now
