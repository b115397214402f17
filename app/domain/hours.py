"""Business hours: is the company open now? In IANA zones, so that summer time is right (F57)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.value import value


@value
class Span:
    """Open from `opens` until just before `closes`, on the weekdays given (0 is Monday)."""

    days: tuple[int, ...]
    opens: time
    closes: time


@value
class Schedule:
    zone: str
    spans: tuple[Span, ...]
    holidays: tuple[date, ...] = ()

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone))
        if local.date() in self.holidays:
            return False
        wall = local.time().replace(tzinfo=None)
        return any(
            local.weekday() in span.days and span.opens <= wall < span.closes for span in self.spans
        )
