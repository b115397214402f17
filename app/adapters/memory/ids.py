"""Ids that count, so that every run is the same."""

from itertools import count


class MemoryIds:
    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._count = count(1)

    def new(self) -> str:
        return f"{self._prefix}{next(self._count):06d}"
