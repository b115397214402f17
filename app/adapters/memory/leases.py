"""Leases in a dict, for one process."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from app.adapters.memory.operations import Operations

Held: TypeAlias = dict[str, tuple[str, datetime]]  # holder and end, by the lease's name


class MemoryLeases:
    """`held` is shared by the instances of a simulation, each with a clock of its own."""

    def __init__(
        self,
        now: Callable[[], datetime],
        held: Held | None = None,
        operations: Operations | None = None,
    ) -> None:
        self._now = now
        self._held = {} if held is None else held
        self._operations = operations or Operations()
        self._lock = threading.Lock()

    def take(self, name: str, holder: str, until: datetime, *, held_by: str = "") -> bool:
        self._operations.count_write()
        with self._lock:
            now_held, end = self._held.get(name, ("", self._now()))
            if end > self._now() and now_held not in (held_by, holder):
                return False
            self._held[name] = (holder, until)
            return True
