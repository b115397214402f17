"""How numbers, times and durations look to people: filters of the pages.

Numbers are E.164 inside and grouped per country outside, with no-break spaces; times are aware
UTC inside and the company's zone outside; durations are `m:ss`, then `34 h 10 min`.
"""

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
_TICKING = re.compile(r"(<time data-(?:since|until)[^>]*>)[^<]*")


@lru_cache(maxsize=4096)
def number(e164: str | None) -> str:
    """`+44 20 7946 0142`; "Withheld number" for None, as it is when it is no possible number."""
    import phonenumbers  # the numbering metadata is large: only pages that show a number load it

    if not e164:
        return "Withheld number"
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    if not phonenumbers.is_possible_number(parsed):
        return e164
    shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return shown.replace(" ", NO_BREAK).replace("-", NO_BREAK)


def span(seconds: float | None) -> str:
    """`0:09`, `12:50`, `34 h 10 min`; a dash when there is none."""
    if seconds is None:
        return "—"
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}{NO_BREAK}h {whole % 3600 // 60}{NO_BREAK}min"


def clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def clock_seconds(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"


def day(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`today`, `yesterday`, `13 Nov`; with the year when it is not this one."""
    then, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    match (today - then).days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
        case _ if then.year == today.year:
            return f"{then.day}{NO_BREAK}{then:%b}"
        case _:
            return f"{then.day}{NO_BREAK}{then:%b}{NO_BREAK}{then.year}"


def initials(name: str) -> str:
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def version(html: str) -> str:
    """What a region shows, as a short word. Running times do not count: they tick by themselves."""
    return hashlib.sha256(_TICKING.sub(r"\1", html).encode()).hexdigest()[:12]
