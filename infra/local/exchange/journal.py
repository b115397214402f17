"""The journal: everything that happened, as plain frozen entries in one order, bounded.

The inspector page and the tests read it; the exchange itself does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from infra.local.exchange.interfaces import Clock
from infra.local.exchange.wire import Pairs


@dataclass(frozen=True, slots=True)
class LegChanged:
    leg: str
    status: str  # as at the carrier: queued, ringing, in-progress, completed, busy ...
    caller: str
    called: str
    direction: str


@dataclass(frozen=True, slots=True)
class Captioned:
    """Something is played or said to a leg; `keys`, if it is the tones of keys.

    `passed_on`: it hears what is played to another leg.
    """

    leg: str
    caption: str
    seconds: float
    keys: str = ""
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """`relayed`: it was pressed on another leg, and heard at this one's far end."""

    leg: str
    digit: str
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class WebhookSent:
    """One attempt, with its X-Twilio-Signature and I-Twilio-Idempotency-Token.

    `purpose`: document, callback, media.
    """

    delivery: int
    purpose: str
    method: str
    url: str
    pairs: Pairs
    signature: str
    token: str
    leg: str | None


@dataclass(frozen=True, slots=True)
class WebhookAnswered:
    """`status` is 0 when there was no answer; then `body` says why."""

    delivery: int
    status: int
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class RestCalled:
    method: str
    path: str
    pairs: Pairs
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class ConferenceChanged:
    """`event` is the StatusCallbackEvent, whether anybody subscribed to it or not."""

    conference: str
    name: str
    event: str
    leg: str | None


@dataclass(frozen=True, slots=True)
class QueueChanged:
    queue: str
    name: str
    leg: str
    event: str  # entered, or a QueueResult


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """`fetched`: its sound has been had, so that deleting it loses nothing."""

    recording: str
    leg: str | None
    status: str
    fetched: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """What the carrier's debugger would show."""

    code: int
    message: str
    leg: str | None


News: TypeAlias = (
    LegChanged
    | Captioned
    | KeyPressed
    | WebhookSent
    | WebhookAnswered
    | RestCalled
    | ConferenceChanged
    | QueueChanged
    | RecordingChanged
    | Warned
)


@dataclass(frozen=True, slots=True)
class Entry:
    sequence: int
    at: datetime
    news: News


class Journal:
    """Keeps the last `limit` entries; observers are told of each as it is written."""

    def __init__(self, clock: Clock, limit: int = 20_000) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._observers: list[Callable[[Entry], None]] = []
        self._written = 0

    def write(self, news: News) -> None:
        entry = Entry(self._written, self._clock.now(), news)
        self._written += 1
        self._entries.append(entry)
        for observer in tuple(self._observers):
            observer(entry)

    def entries(self, after: int = -1) -> tuple[Entry, ...]:
        """Entries with a sequence number above `after`, oldest first."""
        return tuple(entry for entry in self._entries if entry.sequence > after)

    def observe(self, observer: Callable[[Entry], None]) -> Callable[[], None]:
        """Returns the function that ends the observing."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)
