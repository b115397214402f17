"""Opening hours as people write them: `mon-fri: 08:00-18:00`."""

import re
from datetime import date, time
from zoneinfo import available_timezones

from app.adapters.plan.fields import Fields
from app.adapters.plan.marks import List, Part, Text
from app.adapters.plan.problems import did_you_mean
from app.domain.hours import Schedule, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_END_OF_DAY = "24:00"
_EXAMPLE = "{mon-fri: 08:00-18:00}"


def zone_of(fields: Fields, otherwise: str | None = None) -> str:
    if otherwise is not None and not fields.has("zone"):
        return otherwise
    zone = fields.text("zone", "Europe/London")
    if zone and zone not in available_timezones():
        hint = did_you_mean(zone, available_timezones()) if "/" in zone else ""
        fields.wrong("zone", f"{zone} is no time zone: write one such as Europe/London.{hint[:60]}")
        return "UTC"
    return zone or "UTC"


def schedule_of(fields: Fields, company_zone: str) -> Schedule:
    """`open`, `holidays` and `zone` of an hours node."""
    zone = zone_of(fields, company_zone)
    table = fields.table("open", _EXAMPLE)
    spans: list[Span] = []
    for days, part in table.fields.items() if table else ():
        line = table.lines[days] if table else fields.line
        for text in _texts(part):
            span = _span(fields, line, days, text)
            if span is not None:
                spans.append(span)
    return Schedule(zone, tuple(spans), tuple(_holidays(fields)))


def _texts(part: Part) -> list[str]:
    items = part.items if isinstance(part, List) else (part,)
    return [item.text if isinstance(item, Text) else "" for item in items]


def _span(fields: Fields, line: int, days: str, text: str) -> Span | None:
    first, _, last = days.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        said = f"{days} are no days: write mon-fri, or one of {', '.join(DAYS)}."
        fields.problems.add(line, said)
        return None
    found = _SPAN.fullmatch(text.strip())
    opens, closes = (_time(word) for word in found.groups()) if found else (None, None)
    if opens is None or closes is None or opens >= closes:
        said = f"{text or 'this'} is no span of time: write it as 08:00-18:00, within one day."
        fields.problems.add(line, said)
        return None
    begin, end = DAYS.index(first), DAYS.index(last or first)
    count = (end - begin) % len(DAYS) + 1
    return Span(tuple(sorted((begin + k) % len(DAYS) for k in range(count))), opens, closes)


def _time(word: str) -> time | None:
    if word == _END_OF_DAY:
        return time.max
    try:
        return time.fromisoformat(word)
    except ValueError:
        return None


def _holidays(fields: Fields) -> list[date]:
    days: list[date] = []
    for line, word in fields.words("holidays"):
        try:
            days.append(date.fromisoformat(word))
        except ValueError:
            fields.problems.add(line, f"{word} is no day: write it as 2026-12-25.")
    return days
