"""Notices: the topics that were notified or sent, in order."""


class MemoryNotices:
    def __init__(self) -> None:
        self.topics: list[str] = []

    def notify(self, topic: str) -> None:
        self.topics.append(topic)

    def send(self, topic: str, version: str) -> None:
        self.topics.append(topic)
