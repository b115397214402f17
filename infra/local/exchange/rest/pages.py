"""Lists (C1): newest first, in pages; a token leads to the next, with the same filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from infra.local.exchange.rest.messages import Json, RestRequest, RestResponse, answer, refuse

T = TypeVar("T")
PAGING = frozenset({"PageSize", "Page", "PageToken"})


def page(
    request: RestRequest,
    key: str,
    items: Sequence[T],
    sid_of: Callable[[T], str],
    render: Callable[[T], Json],
) -> RestResponse:
    """`items` newest first. A PageToken is PA and the sid of the item before this page."""
    size = _size(request)
    token, asked = request.asked("PageToken"), request.asked("Page") or "0"
    number = int(asked) if asked.isascii() and asked.isdecimal() else 0
    start = number * size
    if token is not None:
        after = next((i for i, item in enumerate(items) if sid_of(item) == token[2:]), -1)
        start = after + 1
    shown = items[start : start + size]
    more = start + size < len(items)
    following = f"PA{sid_of(shown[-1])}" if shown and more else None
    body: dict[str, Json] = {
        key: [render(item) for item in shown],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "uri": _uri(request, size, number, token),
        "first_page_uri": _uri(request, size, 0, None),
        "next_page_uri": None if following is None else _uri(request, size, number + 1, following),
        "previous_page_uri": None,
    }
    if number > 0:
        first = sid_of(items[start]) if start < len(items) else ""
        body["previous_page_uri"] = _uri(request, size, number - 1, f"PB{first}")
    if token is not None and token.startswith("PB"):
        return _previous(request, key, items, sid_of, render)
    return answer(body)


def _previous(
    request: RestRequest,
    key: str,
    items: Sequence[T],
    sid_of: Callable[[T], str],
    render: Callable[[T], Json],
) -> RestResponse:
    """PB: the page that ends before the named item; numbers alone say the same here."""
    query = tuple(pair for pair in request.query if pair[0] != "PageToken")
    plain = RestRequest(request.method, request.path, query)
    return page(plain, key, items, sid_of, render)


def _size(request: RestRequest) -> int:
    asked = request.asked("PageSize")
    if asked is None:
        return 50
    if not (asked.isascii() and asked.isdecimal()) or not 1 <= int(asked) <= 1000:
        raise refuse(20007, "Page size must be from 1 to 1000")
    return int(asked)


def _uri(request: RestRequest, size: int, number: int, token: str | None) -> str:
    kept = [pair for pair in request.query if pair[0] not in PAGING]
    paging = [("PageSize", str(size)), ("Page", str(number))]
    if token is not None:
        paging.append(("PageToken", token))
    return f"{request.path}?{urlencode([*kept, *paging])}"


def in_range(request: RestRequest, name: str, moment: datetime | None) -> bool:
    """`StartTime`, `StartTime<`, `StartTime>`: a day, up to, from (C1)."""
    for suffix in ("", "<", ">"):
        asked = request.asked(name + suffix)
        if asked is None:
            continue
        if moment is None or not _compare(suffix, moment, asked):
            return False
    return True


def _compare(suffix: str, moment: datetime, asked: str) -> bool:
    """A day is all of it; an instant is its second."""
    try:
        low = datetime.fromisoformat(asked)
    except ValueError:
        raise refuse(20001, f"{asked!r} is no date") from None
    low = low if low.tzinfo else low.replace(tzinfo=UTC)
    high = low + (timedelta(seconds=1) if "T" in asked else timedelta(days=1))
    if suffix == "<":
        return moment < high
    if suffix == ">":
        return moment >= low
    return low <= moment < high
