"""A call as `reconcile` sees it: each leg is a party, with what is wanted and observed of it."""

from app.domain.call import Call, Leg, Observed
from app.domain.reconcile import Parties, Party, Tape
from app.domain.states import InConversation


def parties_of(call: Call) -> Parties:
    return tuple(_party(call, leg) for leg in call.legs)


def _party(call: Call, leg: Leg) -> Party:
    room = call.room.name
    return Party(
        leg.id,
        leg.role,
        leg.wanted,
        _observed(leg),
        room,
        room if leg.in_room else "",
        leg.ring,
        bool(leg.sid) or leg.ring is not None,
        leg.in_doubt,
        _tape(call) if leg.role == "customer" else None,
        is_ours=leg.is_added and not leg.is_outside,
        is_muted=leg.muted,
        mute_wanted=_is_mute_wanted(call, leg),
    )


def _is_mute_wanted(call: Call, leg: Leg) -> bool:
    """By the agent, of a guest. Who is left with the caller is heard."""
    guests = call.state.guests if isinstance(call.state, InConversation) else ()
    return any(guest.muted for guest in guests if guest.leg == leg.id)


def _observed(leg: Leg) -> Observed:
    """Nobody relies on a hold that is not sure: it is commanded again."""
    match leg:
        case Leg(in_doubt=True, observed="hold", wanted="hold"):
            return "talk"
        case _:
            return leg.observed


def _tape(call: Call) -> Tape:
    """A conversation is recorded as policy and hand want it, while an agent of ours has it."""
    wish = call.recording_wish
    is_wanted = wish.is_wanted and isinstance(call.state, InConversation)
    is_paused_by_hand = wish.pause is not None
    return Tape(is_wanted, call.recording or "", call.recording_paused, is_paused_by_hand)
