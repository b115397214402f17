"""The register: the list of calls, and one call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.console.views.shared import Direction, Happening, Party
from app.domain.agent import DeviceKind
from app.domain.facts import TimeKind

Spent: TypeAlias = Literal["", "waited", "talked", "held", "handed over"]  # what time was spent on


@dataclass(frozen=True, slots=True)
class CallRow:
    """`ticks`: which of the four goes on now; as if it had begun at `ticks_since`.

    `counts_as`: what goes on now, while the outcome is not known.
    """

    id: str
    started: datetime
    direction: Direction
    party: Party
    queue: str
    agent: str
    waited_seconds: int | None
    talked_seconds: int | None
    outcome: str
    held_seconds: int | None = None
    handed_over_seconds: int | None = None
    ticks: Spent = ""
    ticks_since: datetime | None = None
    mailbox: str = ""  # where the caller left a message
    counts_as: TimeKind = "over"


@dataclass(frozen=True, slots=True)
class CallPage:
    """`older`, `newer`: opaque cursors, None at the end."""

    rows: tuple[CallRow, ...]
    older: str | None = None
    newer: str | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    name: str
    device: DeviceKind
    started: datetime
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Recording:
    id: str
    seconds: int
    ready: bool = True
    kind: Literal["conversation", "message"] = "conversation"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A short signed link to a recording, for the listening that began at `since`."""

    url: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Note:
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CallDetail:
    row: CallRow
    did: str
    rung: str = ""
    legs: tuple[Leg, ...] = ()
    timeline: tuple[Happening, ...] = ()
    recordings: tuple[Recording, ...] = ()
    notes: tuple[Note, ...] = ()
    my_note: str = ""
    my_note_version: str = ""
