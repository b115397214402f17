"""Small facts that end by themselves, in a dict, for one process."""

import threading
from collections.abc import Callable
from datetime import datetime


class MemoryExpiring:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, datetime]] = {}
        self._groups: dict[str, set[str]] = {}

    def put(self, key: str, value: str, until: datetime, *, group: str = "") -> None:
        with self._lock:
            self._kept = {k: v for k, v in self._kept.items() if v[1] > self._now()}
            self._kept[key] = (value, until)
            if group:
                self._groups.setdefault(group, set()).add(key)

    def get(self, key: str) -> str | None:
        with self._lock:
            return self._alive(key)

    def take(self, key: str) -> str | None:
        with self._lock:
            value = self._alive(key)
            self._kept.pop(key, None)
            return value

    def count(self, key: str, until: datetime) -> int:
        with self._lock:
            before = self._alive(key)
            end = until if before is None else self._kept[key][1]
            total = 1 if before is None else int(before) + 1
            self._kept[key] = (str(total), end)
            return total

    def forget(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def forget_group(self, group: str) -> tuple[str, ...]:
        with self._lock:
            keys = tuple(sorted(self._groups.pop(group, ())))
            for key in keys:
                self._kept.pop(key, None)
            return keys

    def _alive(self, key: str) -> str | None:
        kept = self._kept.get(key)
        return kept[0] if kept is not None and kept[1] > self._now() else None
