"""A leg: one connection between the carrier and one party, as a small state machine.

The states are those of the carrier's REST API; `NEXT` is the whole table. `initiated`
exists in callbacks only (A12). The leg knows nothing of documents, conferences or sound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from infra.local.exchange.interfaces import FarEnd, Said
from infra.local.exchange.wire import Endpoint, Pairs


class Status(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"


UNANSWERED_ENDS = frozenset({Status.BUSY, Status.FAILED, Status.NO_ANSWER, Status.CANCELED})
FINAL = UNANSWERED_ENDS | {Status.COMPLETED}

NEXT: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.RINGING}) | UNANSWERED_ENDS,
    Status.RINGING: frozenset({Status.IN_PROGRESS}) | FINAL,
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.FAILED}),
    **{status: frozenset[Status]() for status in FINAL},
}

BUSY_HERE, DECLINED, NOT_FOUND = "486", "603", "404"  # SIP codes of calls that are not taken
SIP_CODES = {
    Status.COMPLETED: "200",
    Status.BUSY: BUSY_HERE,
    Status.FAILED: NOT_FOUND,
    Status.NO_ANSWER: "487",
    Status.CANCELED: "487",
}


class IllegalTransition(Exception):
    """A defect of the exchange itself, never the customer's."""


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where a leg's progress is told, and which of `initiated ringing answered completed`."""

    endpoint: Endpoint
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Leg:
    sid: str
    direction: Direction
    caller: str
    called: str
    created_at: datetime
    status: Status
    phones: tuple[FarEnd, ...] = ()  # several until one has answered
    started_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    number_sid: str | None = None
    application_sid: str | None = None
    call_token: str | None = None
    fallback: Endpoint | None = None
    callback: StatusCallback | None = None
    queue_seconds: float = 0.0  # how long a call made by REST waits for its turn (calls a second)
    refusal: str | None = None  # the SIP code with which its phone did not take the call
    says: Said | None = None  # by its far end, when no person is there
    first_parameters: Pairs = ()  # a client's own, for the first request only
    silent: bool = False  # its far end says nothing
    _quick_documents: int = field(default=0)
    _document_at: datetime | None = field(default=None)
    _told: int = field(default=0)
    _history: list[tuple[datetime, Status]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._history.append((self.created_at, self.status))

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def answered(self) -> bool:
        return self.status is Status.IN_PROGRESS

    @property
    def seconds(self) -> int:
        """Whole seconds from the answer to the end (or 0)."""
        if self.started_at is None or self.ended_at is None:
            return 0
        return int((self.ended_at - self.started_at).total_seconds() + 0.5)

    @property
    def sip_code(self) -> str:
        """Of a leg that is over."""
        return self.refusal or SIP_CODES[self.status]

    def become(self, status: Status, now: datetime) -> None:
        if status not in NEXT[self.status]:
            raise IllegalTransition(f"{self.sid}: {self.status} -> {status}")
        self.status = status
        self._history.append((now, status))
        self.updated_at = now
        if status is Status.IN_PROGRESS:
            self.started_at = now
        if status in FINAL:
            self.ended_at = now

    def status_at(self, moment: datetime) -> Status:
        """The status at that moment; before the beginning, the first one."""
        for since, status in reversed(self._history):
            if since <= moment:
                return status
        return self._history[0][1]

    def note_document(self, now: datetime) -> int:
        """One more document is requested; returns how many in a row came within a second each."""
        before, self._document_at = self._document_at, now
        quick = before is not None and (now - before).total_seconds() < 1
        self._quick_documents = self._quick_documents + 1 if quick else 1
        return self._quick_documents

    def next_sequence(self) -> int:
        """SequenceNumber of this leg's next progress event, from 0 (A12)."""
        self._told += 1
        return self._told - 1


EndCall: TypeAlias = Callable[[Leg, Status], None]  # what has no final status yet gets this one
