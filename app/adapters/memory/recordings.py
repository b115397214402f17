"""The private bucket as a dict; its links name what they would open."""

import hashlib
from collections.abc import Iterable


class MemoryRecordings:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> str:
        body = b"".join(chunks)
        self.kept[key] = (content_type, body)
        return hashlib.sha256(body).hexdigest()

    def link(self, key: str, seconds: int) -> str:
        return f"memory:///{key}?seconds={seconds}"
