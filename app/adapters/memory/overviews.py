"""The last overview, for one process."""

import threading

from app.domain.overview import Overview


class MemoryOverviews:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Overview | None = None

    def get(self) -> Overview | None:
        return self._kept

    def put(self, overview: Overview) -> bool:
        with self._lock:
            if self._kept is not None and self._kept.version > overview.version:
                return False
            self._kept = overview
            return True
