"""How large a saved call lies in its table (S1: at most 4 kB, over all stories)."""

from __future__ import annotations

from typing import Any

from app.adapters.dynamodb.layout import slot, writes_of
from app.ports import WIDS_KEPT, Change

LARGEST_CALL_BYTES = 4096


def call_item_bytes(change: Change) -> int:
    """As DynamoDB counts: names and contents in UTF-8; with all the ids of saves that it keeps.

    ValueError: the change saves no call.
    """
    if change.call is None:
        raise ValueError("no call is saved")
    request = writes_of("switch", change)[0].request
    item: dict[str, Any] = dict(request["Key"])
    for placeholder, content in request["ExpressionAttributeValues"].items():
        if placeholder != ":before":
            item[placeholder.removeprefix(":")] = content
    wids = {slot(rev): {"S": change.wid} for rev in range(WIDS_KEPT)}
    return sum(len(name) + _bytes(content) for name, content in (wids | item).items())


def _bytes(content: dict[str, str]) -> int:
    """A number takes a byte for two digits, and one more; a text takes its bytes."""
    kind, text = next(iter(content.items()))
    return len(text) // 2 + 2 if kind == "N" else len(text.encode())
