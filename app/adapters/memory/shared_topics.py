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


class MemorySharedTopics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, _Topic] = {}

    def want(self, topic: str, until: datetime) -> None:
        with self._lock:
            known = self._topics.setdefault(topic, _Topic(until))
            known.wanted_until = max(known.wanted_until, until)

    def plan(self, topics: Sequence[str], now: datetime) -> dict[str, datetime | None]:
        planned: dict[str, datetime | None] = {}
        with self._lock:
            for topic in topics:
                known = self._topics.get(topic)
                if known is None or known.wanted_until <= now:
                    planned[topic] = None
                elif known.due is None or known.due < now - SEND_LOST:
                    known.due = max(now, known.sent + SHARED_PAUSE) if known.sent else now
                    planned[topic] = known.due
        return planned

    def take(self, topic: str, now: datetime) -> datetime | None:
        with self._lock:
            known = self._topics.get(topic)
            if known is None or known.due is None or known.due > now:
                return None
            known.sent, known.due = now, None
            return known.wanted_until
