"""Notices: the notified topics, in order."""


class MemoryNotices:
    def __init__(self) -> None:
        self.topics: list[str] = []

    def notify(self, topic: str) -> None:
        self.topics.append(topic)
