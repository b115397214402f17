"""The register as dicts, by the same keys as the table.

A late write never reopens an ended call or leg: a head is not replaced by an older one, and the
legs are what the timeline tells of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from app.domain.figures import CountedCall, QueueDay
from app.domain.value import replace
from app.ports import (
    CallRecord,
    CallUpdate,
    Entry,
    Listening,
    MailboxMessage,
    MessagePage,
    Note,
    Page,
    RecordingRecord,
    Stale,
    WholeCall,
    legs_of,
)

LARGEST_BYTES = 390_000  # of the table's 400 kB, keys and names aside

K = TypeVar("K", int, str, tuple[datetime, str])
V = TypeVar("V")


@dataclass
class _Rows:
    head: CallRecord | None = None
    rev: int = 0  # the save that the head is of
    timeline: dict[int, Entry] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    recordings: dict[str, RecordingRecord] = field(default_factory=dict)
    listenings: dict[tuple[datetime, str], Listening] = field(default_factory=dict)
    message: MailboxMessage | None = None


class MemoryRegister:
    def __init__(self) -> None:
        self._calls: dict[str, _Rows] = {}
        self._counted: set[str] = set()
        self._sums: dict[tuple[str, str], QueueDay] = {}  # by day and node

    def put_updates(self, updates: Sequence[CallUpdate]) -> None:
        """ValueError: a head is longer than a row of the table can be."""
        if any(len(u.head.name.encode()) > LARGEST_BYTES for u in updates if u.head):
            raise ValueError("this is too long to be kept in the register")
        for update in updates:
            rows, rev = self._rows(update.call), update.entry.rev
            rows.timeline[rev] = update.entry
            if update.head is not None and rev > rows.rev:
                rows.head, rows.rev = update.head, rev
            if update.counted is not None:
                self._count(update.counted)

    def put_head(self, head: CallRecord) -> None:
        rows = self._rows(head.id)
        if rows.head is None or rows.head.ended is None or head.ended is not None:
            rows.head = head

    def put_note(self, call_id: str, note: Note, replaces: str) -> None:
        """ValueError: longer than a row of the table can be."""
        if len(note.text.encode()) > LARGEST_BYTES:
            raise ValueError("this is too long to be kept in the register")
        notes = self._rows(call_id).notes
        known = notes.get(note.author)
        if (known.version if known else "") not in (replaces, note.version):
            raise Stale
        notes[note.author] = note

    def note(self, call_id: str, author: str) -> Note | None:
        rows = self._calls.get(call_id)
        return rows.notes.get(author) if rows else None

    def put_recording(self, call_id: str, recording: RecordingRecord) -> None:
        kept = self._rows(call_id).recordings
        if recording.status != "failed" or recording.sid not in kept:
            kept[recording.sid] = recording

    def put_listening(self, call_id: str, listening: Listening) -> None:
        rows = self._rows(call_id).listenings
        rows[(listening.at, listening.person)] = listening

    def get(self, call_id: str) -> WholeCall | None:
        """None while there is no head, whatever else came before it."""
        rows = self._calls.get(call_id)
        if rows is None or rows.head is None:
            return None
        return WholeCall(
            rows.head,
            legs_of(_by_key(rows.timeline)),
            _by_key(rows.timeline),
            _by_key(rows.notes),
            _by_key(rows.recordings),
            _by_key(rows.listenings),
            rows.message,
        )

    def newest(self, *, agent: str | None, limit: int, older: str | None = None) -> Page:
        heads = [rows.head for rows in self._calls.values() if rows.head]
        mine = [head for head in heads if agent is None or agent in head.agents]
        keyed = sorted(((_key(head), head) for head in mine), key=lambda k: k[0], reverse=True)
        left = [(key, head) for key, head in keyed if older is None or key < older]
        page = left[:limit]
        more = page[-1][0] if len(left) > limit else None
        return Page(tuple(head for _, head in page), more)

    # --- mailboxes --------------------------------------------------------------------------

    def put_message(self, message: MailboxMessage) -> bool:
        rows = self._rows(message.call)
        if rows.message is not None:
            return False
        rows.message = message
        return True

    def settle_message(self, call_id: str, by: str, at: datetime | None) -> MailboxMessage | None:
        rows = self._rows(call_id)
        if rows.message is not None and bool(rows.message.done_by) != bool(by):
            rows.message = replace(rows.message, done_by=by, done_at=at)
        return rows.message

    def messages(
        self, mailbox: str, *, done: bool, limit: int, older: str | None = None
    ) -> MessagePage:
        every = (rows.message for rows in self._calls.values() if rows.message)
        mine = [m for m in every if m.mailbox == mailbox and bool(m.done_by) == done]
        keyed = sorted(((_message_key(m), m) for m in mine), key=lambda k: k[0], reverse=True)
        left = [(key, message) for key, message in keyed if older is None or key < older]
        page = left[:limit]
        more = page[-1][0] if len(left) > limit else None
        return MessagePage(tuple(message for _, message in page), more)

    def open_messages(self) -> dict[str, int]:
        kept = [rows.message for rows in self._calls.values() if rows.message]
        counts = dict.fromkeys((message.mailbox for message in kept), 0)
        for message in kept:
            counts[message.mailbox] += not message.done_by
        return counts

    # --- figures ----------------------------------------------------------------------------

    def _count(self, one: CountedCall) -> None:
        if one.call not in self._counted:
            self._counted.add(one.call)
            key = one.day, one.node
            self._sums[key] = self._sums.get(key, QueueDay(one.node)).with_call(one)

    def figures_of(self, day: str) -> tuple[QueueDay, ...]:
        return tuple(self._sums[key] for key in sorted(self._sums) if key[0] == day)

    def _rows(self, call_id: str) -> _Rows:
        return self._calls.setdefault(call_id, _Rows())


def _key(head: CallRecord) -> str:
    return f"{head.started.isoformat(timespec='milliseconds')}#{head.id}"


def _message_key(message: MailboxMessage) -> str:
    return f"{message.at.isoformat(timespec='milliseconds')}#{message.call}"


def _by_key(rows: dict[K, V]) -> tuple[V, ...]:
    return tuple(rows[key] for key in sorted(rows))
