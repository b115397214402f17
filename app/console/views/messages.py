"""The messages that callers left in mailboxes."""

from dataclasses import dataclass
from datetime import datetime

from app.console.views.register import Recording
from app.console.views.shared import Party


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`name`: of its node, empty for messages that were left while we could not be reached."""

    name: str
    label: str
    open_count: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """`did_label`: what the company calls the number that was dialled."""

    call: str
    at: datetime
    party: Party
    mailbox: str
    did: str
    did_label: str
    recording: Recording
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages of the chosen mailbox, open or `done`. `older`, `newer` as in `CallPage`."""

    boxes: tuple[Mailbox, ...]
    chosen: Mailbox | None
    done: bool
    rows: tuple[MessageRow, ...] = ()
    older: str | None = None
    newer: str | None = None
