"""Notices: the topics that were notified or sent, in order."""

from app.domain.overview import OverviewChange


class MemoryNotices:
    def __init__(self) -> None:
        self.topics: list[str] = []

    def notify(self, *topics: str) -> None:
        self.topics.extend(topics)

    def send(self, topic: str, version: int, change: OverviewChange | None = None) -> None:
        self.topics.append(topic)
