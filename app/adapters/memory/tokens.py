"""Tokens that say in plain text what they are for."""


class MemoryTokens:
    def voice(self, identity: str, ttl_seconds: int) -> str:
        return f"voice:{identity}:{ttl_seconds}"
