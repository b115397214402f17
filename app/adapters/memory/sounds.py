"""Prompts and music by content hash, as a dict."""


class MemorySounds:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, bytes]] = {}

    def put(self, sha: str, body: bytes, content_type: str) -> None:
        self._kept[sha] = (content_type, body)

    def get(self, sha: str) -> tuple[str, bytes] | None:
        return self._kept.get(sha)
