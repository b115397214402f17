"""A clock that stands still until it is set; waiting is what moves it in a single thread."""

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
        """Kept in whole milliseconds, as the port promises."""
        self._now += timedelta(milliseconds=round(seconds * 1000))

    def set(self, now: datetime) -> None:
        """Raises ValueError: time does not run backwards."""
        if now < self._now:
            raise ValueError(f"it is {self._now} already")
        self._now = now
