"""Rooms as a test looks at them: what was told of them, and who hears what."""

from __future__ import annotations

from infra.local.exchange.journal import RoomChanged
from infra.local.exchange.seam import Voices
from tests.exchange.line import Line

OTHER, THIRD = "+15005550011", "+15005550012"


def room_events(line: Line) -> list[str]:
    entries = line.network.exchange.journal.entries()
    return [e.news.event for e in entries if isinstance(e.news, RoomChanged)]


def conference(line: Line, **filters: str) -> str:
    return str(line.client.conferences.list(**filters)[0].sid)


def hears(line: Line, leg: str) -> set[str]:
    heard = line.network.exchange.hears(leg)
    return set(heard.legs) if isinstance(heard, Voices) else set()
