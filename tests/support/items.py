"""How large a saved call lies in its table (S1).

At most 4 kB, and 0.4 kB more for each guest and for whoever is consulted, 1.1 kB for a supervisor,
who is an agent beside the call; 2 kB for each of these who is a colleague, and for the agent who
leaves the call to one, until their leg is gone: an agent beside it, too, with the calls that they
missed; 0.1 kB for each agent who is left out of it, beyond two.
"""

from __future__ import annotations

from typing import Any

from app.adapters.dynamodb.layout import slot, writes_of
from app.domain.call import Call, Leg
from app.domain.verb import consult_of, guests_of
from app.ports import WRITE_IDS_KEPT, WriteSet

LARGEST_CALL_BYTES = 4096
GUEST_BYTES = 400
SUPERVISOR_BYTES = 1100
COLLEAGUE_BYTES = 2000
LEFT_OUT_BYTES = 100
LEFT_OUT = 2


def bytes_without_others(write_set: WriteSet) -> int:
    """Less what each guest, who is consulted or supervises, and who is left out may take."""
    call = write_set.call
    if call is None:
        return call_item_bytes(write_set)
    others = len(guests_of(call)) + (consult_of(call) is not None) - len(call.colleagues)
    legs = {leg.agent for leg in call.legs if leg.agent is not None and _is_beside(call, leg)}
    colleagues = len(legs | set(call.colleagues))
    supervisors = sum(leg.role == "supervisor" for leg in call.legs) or call.supervision is not None
    back_to = call.transfer.back_to if call.transfer else None
    places = (place for place in (call.position, back_to) if place is not None)
    left_out = max(0, sum(len(place.cool_downs) for place in places) - LEFT_OUT)
    agents = SUPERVISOR_BYTES * supervisors + COLLEAGUE_BYTES * colleagues
    more = GUEST_BYTES * others + agents + LEFT_OUT_BYTES * left_out
    return call_item_bytes(write_set) - more


def _is_beside(call: Call, leg: Leg) -> bool:
    """A colleague whom the agent asked, or the agent who has left the call to another."""
    has_left = leg.role == "agent" and call.agent not in (None, leg.agent)
    return leg.is_added or has_left


def call_item_bytes(write_set: WriteSet) -> int:
    """As DynamoDB counts: names and contents in UTF-8; with all the ids of saves that it keeps.

    ValueError: the change saves no call.
    """
    if write_set.call is None:
        raise ValueError("no call is saved")
    request = writes_of("switch", write_set)[0].request
    item: dict[str, Any] = dict(request["Key"])
    for placeholder, content in request["ExpressionAttributeValues"].items():
        if placeholder != ":before":
            item[placeholder.removeprefix(":")] = content
    write_ids = {slot(rev): {"S": write_set.write_id} for rev in range(WRITE_IDS_KEPT)}
    return sum(len(name) + _bytes(content) for name, content in (write_ids | item).items())


def _bytes(content: dict[str, str]) -> int:
    """A number takes a byte for two digits, and one more; a text takes its bytes."""
    kind, text = next(iter(content.items()))
    return len(text) // 2 + 2 if kind == "N" else len(text.encode())
