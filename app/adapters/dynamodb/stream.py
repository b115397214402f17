"""A record of the `switch` table's stream, in the shape that Lambda gets, as a saved call.

The table streams new and old images. Agents, rows of the board and expired items are not saves of
a call.
"""

from collections.abc import Mapping
from typing import Any

from app.adapters.dynamodb.layout import applied_in, call_in
from app.service.register import Saved


def saved_in(record: Mapping[str, Any]) -> Saved | None:
    """None for a record that is not a save of a call with its event."""
    images = record["dynamodb"]
    keys, after = images["Keys"], images.get("NewImage", {})
    if keys["sk"]["S"] != "C" or "call" not in after or "applied" not in after:
        return None
    before = images.get("OldImage", {})
    if before.get("rev") == after["rev"]:
        return None  # the call itself did not change: its event was delivered before
    old = call_in(before) if "call" in before else None
    return Saved(old, call_in(after), applied_in(after))
