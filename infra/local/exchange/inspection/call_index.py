"""Which journal entries belong to which call.

A call begins with a leg from the street; a browser's leg or one made over REST belongs to it when
its request or its documents name the call's id, or when it meets it in a conference. No more is
known here of how the customer works. Entries are indexed as they come, because sound runs on the
same thread: looking all of them up again for each page would be heard.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, assert_never

from infra.local.exchange.journal import (
    Captioned,
    ConferenceChanged,
    Entry,
    Journal,
    KeyPressed,
    LegChanged,
    QueueChanged,
    RecordingChanged,
    RestCalled,
    Warned,
    WebhookAnswered,
    WebhookSent,
)
from infra.local.exchange.leg import FINAL, Direction

MOST_CALLS: Final = 200
_ID: Final = re.compile(r"(?<![0-9a-f])(?<!AC)[0-9a-f]{32}(?![0-9a-f])")  # not the account's


@dataclass(slots=True)
class LegSeen:
    """A leg as the journal tells of it."""

    sid: str
    caller: str
    called: str
    direction: str
    since: datetime
    status: str
    conferences: set[str] = field(default_factory=set)
    recordings: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)  # the ids that its own requests name

    @property
    def from_the_street(self) -> bool:
        return self.direction == Direction.INBOUND and not self.caller.startswith("client:")

    @property
    def over(self) -> bool:
        return self.status in FINAL


class CallIndex:
    """`catch_up` before each question."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seen = -1
        self._legs: dict[str, LegSeen] = {}
        self._by_id: dict[str, list[Entry]] = {}
        self._by_delivery: dict[int, frozenset[str]] = {}

    def catch_up(self) -> None:
        for entry in self._journal.entries(after=self._seen):
            self._seen = entry.sequence
            self._add(entry)
        self._forget_old_calls()

    def calls(self) -> tuple[LegSeen, ...]:
        """The leg that each call began with, newest first."""
        belonging = {leg.sid for call in self._streets() for leg in self.legs_of(call.sid)[1:]}
        return tuple(leg for leg in reversed(self._legs.values()) if leg.sid not in belonging)

    def knows(self, call: str) -> bool:
        return call in self._legs

    def legs(self) -> tuple[LegSeen, ...]:
        """Of all calls, oldest first."""
        return tuple(self._legs.values())

    def call_of(self, leg: str) -> str:
        """The leg that its call began with; itself when it belongs to none, or to no one call."""
        found = [one.sid for one in self._streets() if _belongs(self._legs[leg], one)]
        return found[-1] if found else leg

    def legs_of(self, call: str) -> tuple[LegSeen, ...]:
        """The leg that it began with, then the others, oldest first. Raises KeyError."""
        first = self._legs[call]
        others = (leg for leg in self._legs.values() if leg is not first)
        return (first, *(leg for leg in others if _belongs(leg, first)))

    def entries_of(self, call: str) -> tuple[Entry, ...]:
        """Oldest first. Raises KeyError."""
        legs = self.legs_of(call)
        conferences = {sid for leg in legs for sid in leg.conferences}
        recordings = {sid for leg in legs for sid in leg.recordings}
        sids = {leg.sid for leg in legs} | conferences | recordings
        found = {e.sequence: e for sid in sids for e in self._by_id.get(sid[2:], ())}
        return tuple(found[sequence] for sequence in sorted(found))

    def _streets(self) -> Iterator[LegSeen]:
        return (leg for leg in self._legs.values() if leg.from_the_street)

    def _add(self, entry: Entry) -> None:
        news = entry.news
        ids = frozenset(_ids(entry))
        match news:
            case LegChanged(leg=sid):
                known = self._legs.setdefault(
                    sid,
                    LegSeen(sid, news.caller, news.called, news.direction, entry.at, news.status),
                )
                known.status = news.status
            case WebhookSent(leg=str(sid), delivery=delivery):
                self._by_delivery[delivery] = ids
                self._note_names(sid, ids)
            case WebhookSent(delivery=delivery):
                self._by_delivery[delivery] = ids
            case WebhookAnswered(delivery=delivery):
                ids = self._by_delivery.get(delivery, frozenset())
            case ConferenceChanged(leg=str(sid), conference=conference) if sid in self._legs:
                self._legs[sid].conferences.add(conference)
            case RecordingChanged(leg=str(sid), recording=recording) if sid in self._legs:
                self._legs[sid].recordings.add(recording)
            case RestCalled(status=201) if made := _leg_made(news):
                self._note_names(made, ids)
            case _:
                pass
        for one in ids:
            self._by_id.setdefault(one, []).append(entry)

    def _note_names(self, leg: str, ids: frozenset[str]) -> None:
        if leg in self._legs:
            self._legs[leg].named |= ids

    def _forget_old_calls(self) -> None:
        """The oldest legs that are over go, with what is known of them."""
        for leg in [*self._legs.values()][: max(0, len(self._legs) - MOST_CALLS)]:
            if not leg.over:
                continue
            del self._legs[leg.sid]
            for sid in (leg.sid, *leg.conferences, *leg.recordings):
                for entry in self._by_id.pop(sid[2:], ()):
                    if isinstance(entry.news, WebhookSent):
                        self._by_delivery.pop(entry.news.delivery, None)


def _belongs(leg: LegSeen, first: LegSeen) -> bool:
    if leg.from_the_street:
        return False
    return first.sid[2:] in leg.named or bool(first.conferences & leg.conferences)


def _ids(entry: Entry) -> Iterator[str]:
    """The ids, without their two letters, that the entry tells of or whose request names them."""
    news = entry.news
    match news:
        case WebhookSent():
            yield from _ID.findall(news.url)
            for _, value in news.pairs:
                yield from _ID.findall(str(value))
            if news.leg:
                yield news.leg[2:]
        case RestCalled():
            yield from _ID.findall(news.path)
            for _, value in news.pairs:
                yield from _ID.findall(str(value))
            if news.status == 201 and (made := _leg_made(news)):
                yield made[2:]
        case ConferenceChanged():
            yield news.conference[2:]
        case RecordingChanged():
            yield news.recording[2:]
            yield from [news.leg[2:]] if news.leg else []
        case LegChanged() | Captioned() | KeyPressed() | QueueChanged():
            yield news.leg[2:]
        case Warned():
            yield from [news.leg[2:]] if news.leg else []
        case WebhookAnswered():
            return
        case _:
            assert_never(news)


def _leg_made(news: RestCalled) -> str | None:
    """The sid of the leg that this request made; an answer may be cut short by a fault."""
    try:
        made = json.loads(news.body)
    except ValueError:
        return None
    sids = [made.get(key) for key in ("call_sid", "sid")] if isinstance(made, dict) else []
    return next((sid for sid in sids if isinstance(sid, str) and sid.startswith("CA")), None)
