"""What this version cannot read: one stored thing alone, that it may stop nobody else.

A newer version wrote it, or it is damaged. Whoever meets it reports it, and goes on with the
others; it is kept as it is, for a person, and for the version that can read it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from app.domain.value import value

ItemKind: TypeAlias = Literal[
    "call",
    "agent",
    "waiting row",
    "parked row",
    "ready row",
    "contact",
    "plan",
    "register row",
    "job",
    "overview",
    "lease",
]


class Unreadable(Exception):
    """This one thing cannot be read. `item` is its id, `stored` the text that stands there."""

    def __init__(self, kind: ItemKind, item: str, reason: str, stored: str = "") -> None:
        super().__init__(f"{kind} {item}: {reason}")
        self.kind = kind
        self.item = item
        self.reason = reason
        self.stored = stored


Report: TypeAlias = Callable[[Unreadable], None]


def unreported(_: Unreadable) -> None:
    """For a program that has nobody to tell: a command that only reads."""


@value
class UnreadableItem:
    """One that was met, `times` times, the last time `last_at`."""

    kind: ItemKind
    item: str
    reason: str
    stored: str
    first_at: datetime
    last_at: datetime
    times: int = 1


class UnreadableItems(Protocol):
    """Suite: test_unreadable. Kept for `KEPT_DAYS` after the last time."""

    def keep(self, found: Unreadable, at: datetime) -> None:
        """Under its kind and id: met again, it is one more time, with what stands there now."""

    def all(self) -> Sequence[UnreadableItem]:
        """By kind and id: one query."""

    def forget(self, item: UnreadableItem) -> None:
        """It can be read again. One that is not there is forgotten."""


KEPT_DAYS = 30
