"""When each shared topic is sent, in a dict, for one process."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.ports import SEND_LOST, SHARED_PAUSE


@dataclass
class _Topic:
    wanted_until: datetime
    sent: datetime | None = None
    due: datetime | None = None

    def is_to_plan(self, now: datetime) -> bool:
        is_planned = self.due is not None and self.due >= now - SEND_LOST
        return self.wanted_until > now and not is_planned


class MemorySharedTopics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, _Topic] = {}

    def want(self, topic: str, until: datetime) -> None:
        with self._lock:
            known = self._topics.setdefault(topic, _Topic(until))
            known.wanted_until = max(known.wanted_until, until)

    def plan(self, topic: str, now: datetime) -> datetime | None:
        with self._lock:
            known = self._topics.get(topic)
            if known is None or not known.is_to_plan(now):
                return None
            known.due = max(now, known.sent + SHARED_PAUSE) if known.sent else now
            return known.due

    def to_plan(self, topics: Sequence[str], now: datetime) -> tuple[str, ...]:
        with self._lock:
            rows = ((topic, self._topics.get(topic)) for topic in topics)
            return tuple(topic for topic, row in rows if row is not None and row.is_to_plan(now))

    def take(self, topic: str, now: datetime) -> datetime | None:
        with self._lock:
            known = self._topics.get(topic)
            if known is None or known.due is None or known.due > now:
                return None
            known.sent, known.due = now, None
            return known.wanted_until
