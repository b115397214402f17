"""A deployment goes on: some instances run newer code, and older ones read what it wrote.

Newer code writes a field that the older does not know; a save of the older keeps it. An item may
also have a class that the older does not know, whatever is stored. Until everybody is newer, only
newer instances read it, and everybody else is served all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

from app.domain import codec
from app.domain.call import Call
from app.ports.unreadable import ItemKind, UnreadableItem
from tests.simulation.tasks import current
from tests.simulation.world import World

FIELD = "mood"  # of newer code
CHANCE = 0.3  # that an instance runs it, while there are two versions
LATE = timedelta(seconds=2)  # two clocks differ so much at most (W12)
SPARED_AFTER = timedelta(seconds=90)  # then the sweep has repaired what could not be read
SWEPT_AGAIN = timedelta(seconds=60)  # after a sweep that failed (ADR 10)

_NOBODY: frozenset[str] = frozenset()

KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
PARTIES: tuple[ItemKind, ...] = (
    "call",
    "agent",
    "waiting row",
    "parked row",
    "ready row",
    "plan",
)


class Versions:
    def __init__(self, world: World) -> None:
        self._world = world
        self.sweeps_struck: list[datetime] = []  # by faults
        self._until: dict[tuple[ItemKind, str], datetime] = {}
        self.are_two = False

    def plant(self, kind: ItemKind, item_id: str, until: datetime) -> None:
        """Only newer instances read this item before that."""
        self._until[kind, item_id] = until

    def is_newer(self, instance: str) -> bool:
        """Whether that instance, by its name, runs newer code."""
        return self.are_two and self._world.choices.draw(f"newer/{instance}") < CHANCE

    def spared(self) -> frozenset[str]:
        """The parties that could not be read, by id: nothing is asked of them until repaired."""
        if not self._until:
            return _NOBODY
        now, untils = self._world.now(), self._until.items()
        return frozenset(
            item
            for (kind, item), until in untils
            if kind in PARTIES and now < until + SPARED_AFTER + self._swept_later(until)
        )

    def _swept_later(self, until: datetime) -> timedelta:
        """A sweep that was about to repair it has failed: another one does."""
        return SWEPT_AGAIN * sum(at >= until for at in self.sweeps_struck)

    def was_unreadable(self, *item_ids: str) -> bool:
        """One of them, at any time: its call has another story than its caller tells."""
        return any((kind, item_id) in self._until for kind in PARTIES for item_id in item_ids)

    def is_met_again(self, item: UnreadableItem) -> bool:
        """Whether somebody could not read it though it can be read again."""
        until = self._until.get((item.kind, item.item))
        return until is None or item.last_at > until + LATE

    def written(self, call: Call) -> Call:
        """As the present instance writes it."""
        if not runs_newer_code():
            return call
        newer: Call = codec.value_of(codec.fields(call) | {FIELD: "calm"})
        return newer


def has_field(call: Call) -> bool:
    return FIELD in getattr(call, "unknown", {})


def runs_newer_code() -> bool:
    """Whether an instance of it runs now; what reads beside all instances is the world."""
    task = current()
    return task is None or getattr(task.owner, "is_newer", False)
