"""Notices: the topics that were notified or sent, in order."""

from collections.abc import Callable

from app.domain.overview import OverviewChange


class MemoryNotices:
    def __init__(self, is_open: Callable[[str], bool] = lambda topic: False) -> None:
        """`is_open`: whether a page is open that hears of that topic."""
        self.topics: list[str] = []
        self.is_open = is_open

    def is_heard(self, topic: str) -> bool:
        return self.is_open(topic)

    def notify(self, *topics: str) -> None:
        self.topics.extend(topics)

    def send(self, topic: str, version: int, change: OverviewChange | None = None) -> None:
        self.topics.append(topic)
