"""RFC 4733: keys received as telephone-event packets.

A key press is a run of packets (repeated for safety) that share one RTP timestamp: the timestamp,
not the packet, is the key.
"""

from __future__ import annotations

from typing import Final

_EVENTS: Final = "0123456789*#ABCD"


class KeyReceiver:
    def __init__(self) -> None:
        self._last_timestamp: int | None = None

    def key(self, rtp_timestamp: int, payload: bytes) -> str | None:
        """The key, once for each press; None for a repeat, a malformed packet or another event."""
        if len(payload) < 4 or rtp_timestamp == self._last_timestamp:
            return None
        self._last_timestamp = rtp_timestamp
        return _EVENTS[payload[0]] if payload[0] < len(_EVENTS) else None
