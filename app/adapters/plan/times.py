"""Opening hours as people write them: `mon-fri: 08:00-18:00`."""

import re
from datetime import time
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator

from app.adapters.plan.scalars import OneOrMany, Word, matching, said
from app.domain.hours import Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = f"({'|'.join(DAYS)})"
_SPAN = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")
_END_OF_DAY = "24:00"

Times = tuple[time, time]


def _times(text: str) -> str:
    _between(text)
    return text


def _between(text: str) -> Times:
    found = _SPAN.fullmatch(text)
    opens, closes = (_time(word) for word in found.groups()) if found else (None, None)
    if opens is None or closes is None or opens >= closes:
        raise said(f"{text} is no span of time: write it as 08:00-18:00, within one day.")
    return opens, closes


def _time(word: str) -> time | None:
    if word == _END_OF_DAY:
        return time.max
    try:
        return time.fromisoformat(word)
    except ValueError:
        return None


def _spans(written: dict[str, tuple[str, ...]]) -> tuple[Span, ...]:
    """Each day stands once: `fri` beside `mon-fri` would add to it, and not replace it."""
    if not written:
        raise said("it is never open: write open: {mon-fri: 08:00-18:00}")
    seen: dict[int, str] = {}
    for words, texts in written.items():
        for day in _days(words):
            if day in seen:
                said_of = f"{DAYS[day]} is in {seen[day]} and in {words}"
                raise said(f"{said_of}: write each day once, as in mon-thu and fri.")
            seen[day] = words
        _refuse_overlap(words, texts)
    return tuple(
        Span(_days(days), *_between(text)) for days, texts in written.items() for text in texts
    )


def _refuse_overlap(words: str, texts: tuple[str, ...]) -> None:
    times = sorted(_between(text) for text in texts)
    if any(later[0] < earlier[1] for earlier, later in pairwise(times)):
        raise said(f"times of {words} overlap: write each hour once.")


def _days(words: str) -> tuple[int, ...]:
    first, _, last = words.partition("-")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    count = (end - begin) % len(DAYS) + 1
    return tuple(sorted((begin + k) % len(DAYS) for k in range(count)))


_Days: Any = matching(
    f"{_DAY}(-{_DAY})?", f"are no days: write mon-fri, or one of {', '.join(DAYS)}"
)
_Texts = Annotated[tuple[Annotated[Word, AfterValidator(_times)], ...], OneOrMany]
OpeningHours = Annotated[dict[_Days, _Texts], AfterValidator(_spans)]
