"""Stores besides the live state of which an item cannot be read by older code, for a while.

They do as the real adapters do (tests/adapters/contract/test_unreadable.py): the item is reported,
and whoever asked goes on without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.adapters.memory import MemoryDirectory, MemoryLeases, MemoryOverviews, MemoryRegister
from app.domain.dialplan import Contact, Plan
from app.domain.numbering import line_of
from app.domain.overview import Overview
from app.ports import CallUpdate, Page, Report, Unreadable, WholeCall
from app.ports.unreadable import ItemKind
from tests.simulation.versions import runs_newer_code

OVERVIEW = "O"


class Spoilt:
    """What older code cannot read now."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._items: set[tuple[ItemKind, str]] = set()

    def add(self, kind: ItemKind, item: str) -> None:
        self._items.add((kind, item))

    def discard(self, kind: ItemKind, item: str) -> None:
        """It can be read again, or another has taken its place."""
        self._items.discard((kind, item))

    def check(self, kind: ItemKind, item: str) -> None:
        """Raises Unreadable, once it is reported."""
        if self._items and (kind, item) in self._items and not runs_newer_code():
            error = Unreadable(kind, item, "this version cannot read it", f"{kind} {item}")
            self._report(error)
            raise error

    def has(self, kind: ItemKind, item: str) -> bool:
        try:
            self.check(kind, item)
        except Unreadable:
            return True
        return False


class SpoiltDirectory(MemoryDirectory):
    """A head that cannot be read is passed over for the one before."""

    def __init__(self, spoilt: Spoilt) -> None:
        super().__init__()
        self._spoilt = spoilt
        self._published: list[Plan] = []

    def publish(self, plan: Plan, *, previous: str | None) -> None:
        super().publish(plan, previous=previous)
        self._published.append(plan)

    def head(self, *, fresh: bool = False) -> Plan:
        head = super().head(fresh=fresh)
        if not self._spoilt.has("plan", head.sha):
            return head
        return next(p for p in reversed(self._published) if not self._spoilt.has("plan", p.sha))

    def plan(self, sha: str) -> Plan:
        self._spoilt.check("plan", sha)
        return super().plan(sha)

    def contact(self, phone: str) -> Contact | None:
        found = super().contact(phone)
        return None if self._spoilt.has("contact", line_of(phone)) else found


class SpoiltOverviews(MemoryOverviews):
    def __init__(self, spoilt: Spoilt) -> None:
        super().__init__()
        self._spoilt = spoilt

    def get(self) -> Overview | None:
        return None if self._spoilt.has("overview", OVERVIEW) else super().get()

    def put(self, overview: Overview) -> bool:
        is_put = super().put(overview)
        if is_put:
            self._spoilt.discard("overview", OVERVIEW)
        return is_put


class SpoiltLeases(MemoryLeases):
    """One that cannot be read is nobody's."""

    def __init__(self, spoilt: Spoilt, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type] # as its own
        self._spoilt = spoilt

    def take(self, name: str, holder: str, until: datetime, *, held_by: str = "") -> bool:
        if self._spoilt.has("lease", name):
            self._spoilt.discard("lease", name)
            self._held.pop(name, None)
        return super().take(name, holder, until, held_by=held_by)


class SpoiltRegister(MemoryRegister):
    """Of a call the head, or the message; what older code writes there can be read."""

    def __init__(self, spoilt: Spoilt) -> None:
        super().__init__()
        self._spoilt = spoilt

    def put_updates(self, updates: Sequence[CallUpdate]) -> None:
        super().put_updates(updates)
        for update in updates:
            if update.head is not None:
                self._spoilt.discard("register row", f"CALL#{update.call} H")

    def get(self, call_id: str) -> WholeCall | None:
        whole = super().get(call_id)
        if whole is None or self._spoilt.has("register row", f"CALL#{call_id} H"):
            return None
        is_lost = whole.message is not None and self._spoilt.has(
            "register row", f"CALL#{call_id} M"
        )
        return replace(whole, message=None) if is_lost else whole

    def newest(self, *, agent: str | None, limit: int, older: str | None = None) -> Page:
        page = super().newest(agent=agent, limit=limit, older=older)
        heads = (c for c in page.calls if not self._spoilt.has("register row", f"CALL#{c.id} H"))
        return replace(page, calls=tuple(heads))
