"""A deployment goes on: some instances run newer code, and older ones read what it wrote.

Newer code writes a field that the older does not know; a save of the older keeps it. An item may
also have a class that the older does not know: a call, an agent, or its row on the board. Until
everybody is newer, only newer instances read it, and everybody else is served all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain import codec
from app.domain.call import Call
from app.ports import Unreadable
from tests.simulation.tasks import current
from tests.simulation.world import World

FIELD = "mood"  # of newer code
CHANCE = 0.3  # that an instance runs it, while there are two versions
SPARED_AFTER = timedelta(seconds=90)  # then the sweep has repaired what could not be read


class Kind(StrEnum):
    """What is stored, and read item by item."""

    CALL = "call"
    AGENT = "agent"
    WAITING_ROW = "waiting row"
    READY_ROW = "ready row"


class Versions:
    def __init__(self, world: World) -> None:
        self._world = world
        self._until: dict[tuple[Kind, str], datetime] = {}
        self.are_two = False

    def plant(self, kind: Kind, item_id: str, until: datetime) -> None:
        """From now on only newer instances read this item."""
        self._until[kind, item_id] = until

    def is_newer(self, instance: str) -> bool:
        """Whether that instance, by its name, runs newer code."""
        return self.are_two and self._world.choices.draw(f"newer/{instance}") < CHANCE

    def check(self, kind: Kind, item_id: str) -> None:
        """Raises Unreadable."""
        if not self.can_read(kind, item_id):
            raise Unreadable(item_id, "this version knows no Parked")

    def can_read(self, kind: Kind, item_id: str) -> bool:
        until = self._until.get((kind, item_id))
        return until is None or self._world.now() >= until or _is_newer_task()

    def is_spared(self, item_id: str) -> bool:
        """Of what could not be read nothing is asked, until it was repaired."""
        untils = (self._until.get((kind, item_id)) for kind in Kind)
        now = self._world.now()
        return any(until is not None and now < until + SPARED_AFTER for until in untils)

    def was_unreadable(self, *item_ids: str) -> bool:
        """One of them, at any time: its call has another story than its caller tells."""
        return any((kind, item_id) in self._until for kind in Kind for item_id in item_ids)

    def written(self, call: Call) -> Call:
        """As the present instance writes it."""
        if not _is_newer_task():
            return call
        newer: Call = codec.value_of(codec.fields(call) | {FIELD: "calm"})
        return newer


def has_field(call: Call) -> bool:
    return FIELD in getattr(call, "unknown", {})


def _is_newer_task() -> bool:
    task = current()
    return task is not None and getattr(task.owner, "is_newer", False)
