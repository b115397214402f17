"""What could not be read, in a dict."""

import threading
from datetime import datetime

from app.domain.value import replace
from app.ports import Unreadable, UnreadableItem


class MemoryUnreadableItems:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[tuple[str, str], UnreadableItem] = {}

    def keep(self, found: Unreadable, at: datetime) -> None:
        key = (found.kind, found.item)
        new = UnreadableItem(found.kind, found.item, found.reason, found.stored, at, at)
        with self._lock:
            before = self._items.get(key)
            if before is not None:
                new = replace(new, first_at=before.first_at, times=before.times + 1)
            self._items[key] = new

    def all(self) -> tuple[UnreadableItem, ...]:
        with self._lock:
            return tuple(self._items[key] for key in sorted(self._items))

    def forget(self, item: UnreadableItem) -> None:
        with self._lock:
            self._items.pop((item.kind, item.item), None)
