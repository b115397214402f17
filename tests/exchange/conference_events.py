"""What a test asks about conferences: their events, and who hears whom."""

from __future__ import annotations

from infra.local.exchange.interfaces import Voices
from infra.local.exchange.journal import ConferenceChanged
from tests.exchange.harness import Harness

OTHER, THIRD = "+15005550011", "+15005550012"


def conference_events(harness: Harness) -> list[str]:
    entries = harness.network.exchange.journal.entries()
    return [e.news.event for e in entries if isinstance(e.news, ConferenceChanged)]


def conference_sid(harness: Harness, **filters: str) -> str:
    return str(harness.client.conferences.list(**filters)[0].sid)


def hears(harness: Harness, leg: str) -> set[str]:
    heard = harness.network.exchange.hears(leg)
    return set(heard.legs) if isinstance(heard, Voices) else set()
