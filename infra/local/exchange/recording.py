"""A recording: its states and its length. Sans-IO; the samples are the sound port's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from infra.local.exchange.wire import Endpoint


class RecordingState(StrEnum):
    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ABSENT = "absent"
    DELETED = "deleted"


RUNNING = frozenset({RecordingState.IN_PROGRESS, RecordingState.PAUSED})


@dataclass(frozen=True, slots=True)
class RecordingCallback:
    """The URL, and which of `in-progress completed absent` it is sent."""

    endpoint: Endpoint
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Recording:
    sid: str
    source: str  # RecordingSource (A10)
    channels: int
    track: str
    started_at: datetime
    updated_at: datetime
    callback: RecordingCallback | None
    call_sid: str | None = None
    conference_sid: str | None = None
    state: RecordingState = RecordingState.IN_PROGRESS
    media: bytes = b""
    fetched: bool = False  # its sound has been downloaded at least once
    _since: datetime | None = field(default=None)  # None while time is skipped
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        self._since = self.started_at

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def duration_seconds(self) -> int:
        """Whole seconds; what was paused with `skip` does not count, with `silence` it does."""
        return int(self._seconds + 0.5)

    def pause(self, now: datetime, *, skip: bool) -> None:
        self.state = RecordingState.PAUSED
        self.updated_at = now
        if skip:
            self._count(now)

    def resume(self, now: datetime) -> None:
        self.state = RecordingState.IN_PROGRESS
        self.updated_at = now
        self._since = self._since or now

    def stop(self, now: datetime) -> None:
        self._count(now)
        self.state = RecordingState.PROCESSING
        self.updated_at = now

    def empty(self) -> None:
        """What was counted was silence."""
        self._seconds = 0.0

    def finish(self, media: bytes, now: datetime) -> None:
        """C6: `absent` when there was nothing to keep."""
        self.media = media
        self.state = RecordingState.COMPLETED if self._seconds > 0 else RecordingState.ABSENT
        self.updated_at = now

    def _count(self, now: datetime) -> None:
        if self._since is not None:
            self._seconds += (now - self._since).total_seconds()
        self._since = None
