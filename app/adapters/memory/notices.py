"""Pokes, in the order in which they came."""


class MemoryNotices:
    def __init__(self) -> None:
        self.topics: list[str] = []

    def poke(self, topic: str) -> None:
        self.topics.append(topic)
