"""A call as `reconcile` sees it: each leg is a party, with what is wanted and observed of it."""

from app.domain.call import Call, Leg
from app.domain.dialplan import Plan
from app.domain.reconcile import Parties, Party, Tape
from app.domain.states import HandedOver


def parties_of(plan: Plan, call: Call) -> Parties:
    return tuple(_party(plan, call, leg) for leg in call.legs)


def _party(plan: Plan, call: Call, leg: Leg) -> Party:
    room = call.room.name
    return Party(
        leg.id,
        leg.role,
        leg.wanted,
        leg.observed,
        room,
        room if leg.in_room else "",
        leg.ring,
        bool(leg.sid) or leg.ring is not None,
        _tape(plan, call) if leg.role == "customer" else None,
    )


def _tape(plan: Plan, call: Call) -> Tape:
    """A conversation of a queue that records is recorded, while an agent of ours has it."""
    position = call.position
    is_wanted = position is not None and plan.wait_point(position.node).record
    is_wanted = is_wanted and not isinstance(call.state, HandedOver)
    return Tape(is_wanted, call.recording or "", call.recording_paused)
