"""Texts found by their tags, in a dict, for one process."""

import threading


class MemoryTagged:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, tuple[str, ...]]] = {}

    def put(self, name: str, body: str, tags: tuple[str, ...]) -> None:
        with self._lock:
            self._kept[name] = (body, tags)

    def remove(self, name: str) -> None:
        with self._lock:
            self._kept.pop(name, None)

    def tagged(self, tag: str) -> tuple[str, ...]:
        with self._lock:
            return tuple(body for body, tags in self._kept.values() if tag in tags)
