"""The private bucket as a dict; its links name what they would open."""

import hashlib


class MemoryRecordings:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}

    def put(self, key: str, body: bytes, content_type: str, sha256: str) -> None:
        """ValueError: the body is not what the checksum says."""
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ValueError(f"{key} is not what its checksum says")
        self.kept[key] = (content_type, body)

    def link(self, key: str, seconds: int) -> str:
        return f"memory:///{key}?seconds={seconds}"
