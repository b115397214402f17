"""Which accident may befall a call in which state, and what brings a call there.

A pair for each that the product has an answer of its own for (docs/states.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.simulation.fault_profiles import Accident


class Where(StrEnum):
    """The states that are waited for; `SENT_…`: of a caller whom an agent has sent on."""

    MAILBOX = "in a mailbox"
    WAITING = "waiting"
    OFFERED = "offered"
    OFFERED_LAST = "offered, and the wait is nearly over"
    CONNECTING = "connecting"
    TALKING = "talking"
    ON_HOLD = "on hold"
    HOLD_RINGS = "on hold, which rings"
    AWAY = "without the agent's headset"
    SENT_WAITING = "waiting for a colleague"
    SENT_OFFERED = "offered to a colleague"
    SENT_CONNECTING = "connecting to a colleague"
    SENT_TALKING = "talking to the colleague"
    CALLING_OUT = "calling out, and nobody is dialled yet"
    CONSULTING = "on hold, while the agent consults"
    SWAPPED = "with the agent, and who is consulted on hold"
    ALL_THREE = "with the agent and who is consulted"
    HANDED_OVER = "with whom the agent consulted"
    PARKED = "parked"
    THREE_ON_HOLD = "on hold, as is a guest"
    THREE_HOLD_RINGS = "on hold, as is a guest, and it rings"
    THREE_AWAY = "with a guest, without the agent's headset"
    FOURTH_CONSULTED = "on hold, as is a guest, while the agent consults"
    FOURTH_SWAPPED = "with the agent and a guest, and who is consulted on hold"


A, W = Accident, Where
STRIKES: dict[Where, tuple[Accident, ...]] = {
    W.MAILBOX: (A.SILENCE, A.NOTHING_SAID),
    W.WAITING: (A.LOSES_PLACE, A.UNHEARD),
    W.OFFERED: (A.LOSES_PLACE, A.DISMISSED),
    W.OFFERED_LAST: (A.PAGE_CRASHES,),
    W.CONNECTING: (A.LOSES_PLACE, A.DISMISSED, A.HEADSET_DIES, A.LEAVES_FIRST, A.HEADSET_SHUT_OUT),
    W.TALKING: (
        A.LEAVES_FIRST,
        A.HEADSET_SHUT_OUT,
        A.CALLER_SHUT_OUT,
        A.REJOINS,
        A.ROOM_ENDS,
    ),
    W.ON_HOLD: (
        A.HEADSET_DIES,
        A.LEAVES_FIRST,
        A.HEADSET_SHUT_OUT,
        A.CALLER_SHUT_OUT,
        A.PAGE_CLOSES,
        A.REJOINS,
        A.DISMISSED,
        A.ROOM_ENDS,
        A.UNREADABLE,
    ),
    W.HOLD_RINGS: (
        A.HEADSET_DIES,
        A.LEAVES_FIRST,
        A.HEADSET_SHUT_OUT,
        A.CALLER_SHUT_OUT,
        A.PAGE_CLOSES,
        A.REJOINS,
        A.DISMISSED,
        A.RETRIEVES,
        A.ENDS,
        A.SENDS,
        A.SENDS_AWAY,
    ),
    W.AWAY: (A.DISMISSED, A.CALLER_SHUT_OUT, A.CALLER_SHUT_OUT),
    W.SENT_WAITING: (A.LOSES_PLACE, A.NOBODY_COMES, A.UNHEARD, A.UNHEARD),
    W.SENT_OFFERED: (A.LOSES_PLACE, A.PAGE_CRASHES),
    W.SENT_CONNECTING: (
        A.LOSES_PLACE,
        A.DISMISSED,
        A.HEADSET_DIES,
        A.LEAVES_FIRST,
        A.HEADSET_SHUT_OUT,
        A.PAGE_CLOSES,
        A.ENDS,
    ),
    W.SENT_TALKING: (A.CALLER_SHUT_OUT,),
}
LEADS: dict[Where, Accident] = {
    W.ON_HOLD: A.HOLDS,
    W.HOLD_RINGS: A.HOLDS,
    W.AWAY: A.HEADSET_DIES,
    W.PARKED: A.PARKS,
    W.SENT_WAITING: A.SENDS,
    W.SENT_OFFERED: A.SENDS,
    W.SENT_CONNECTING: A.SENDS,
    W.SENT_TALKING: A.SENDS,
}
TWICE = (  # what shows only by the order of two requests is tried more often
    (W.SENT_CONNECTING, A.LEAVES_FIRST),
    (W.OFFERED_LAST, A.PAGE_CRASHES),
)
CALLING_OUT = tuple(  # only in a world whose agents call out; there they come after all others
    (W.CALLING_OUT, what)
    for what in (
        A.HEADSET_DIES,
        A.HEADSET_SHUT_OUT,
        A.PAGE_CLOSES,
        A.DISMISSED,
        A.ENDS,
        *(4 * (A.LEAVES_FIRST,)),  # shows only by the order of two requests, too
    )
)
CONSULTED: dict[Where, tuple[Accident, ...]] = {
    W.CONSULTING: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.HEADSET_SHUT_OUT, A.CALLER_SHUT_OUT),
        *(A.PAGE_CLOSES, A.REJOINS, A.DISMISSED, A.ROOM_ENDS, A.UNREADABLE),
    ),
    W.SWAPPED: (A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.PAGE_CLOSES, A.CALLER_SHUT_OUT),
    W.ALL_THREE: (A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.REJOINS, A.ENDS, A.ROOM_ENDS),
    W.HANDED_OVER: (A.CALLER_SHUT_OUT, A.ROOM_ENDS, A.UNREADABLE),
}
CONFERRED: dict[Where, tuple[Accident, ...]] = {  # only where agents consult several, one by one
    W.THREE_ON_HOLD: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES, A.DISMISSED, A.ROOM_ENDS),
        *(3 * (A.FORGETS,)),
    ),
    W.THREE_HOLD_RINGS: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES, A.DISMISSED, A.RETRIEVES, A.FORGETS),
    ),
    W.THREE_AWAY: (A.DISMISSED, A.DISMISSED),
    W.FOURTH_CONSULTED: (A.HEADSET_DIES, A.LEAVES_FIRST, A.CANCELS, A.DISMISSED, A.FORGETS),
    W.FOURTH_SWAPPED: (A.HEADSET_DIES, A.LEAVES_FIRST, A.CANCELS, A.ENDS),
    W.ALL_THREE: (A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES),
}
PARKED = tuple(
    (W.PARKED, what) for what in (A.NOBODY_COMES, A.NOBODY_COMES, A.UNHEARD, A.LOSES_PLACE)
)
ALL = (
    *((where, what) for where, strikes in STRIKES.items() for what in strikes),
    *TWICE,
    *((where, what) for where, strikes in CONSULTED.items() for what in strikes),
    *((where, what) for where, strikes in CONFERRED.items() for what in strikes),
    *PARKED,
)
TELEPHONES: dict[tuple[Where, Accident], float] = {  # how likely it is kept for a telephone
    (W.CONNECTING, A.HEADSET_DIES): 1.0,  # of a browser that is not there yet nobody tells
    (W.SENT_CONNECTING, A.HEADSET_DIES): 1.0,
    (W.ON_HOLD, A.LEAVES_FIRST): 0.5,
    (W.HOLD_RINGS, A.HEADSET_DIES): 0.5,
    (W.HOLD_RINGS, A.LEAVES_FIRST): 0.5,
    (W.SENT_TALKING, A.CALLER_SHUT_OUT): 0.5,
    (W.CONSULTING, A.LEAVES_FIRST): 0.5,
    (W.SWAPPED, A.LEAVES_FIRST): 0.5,
    (W.ALL_THREE, A.LEAVES_FIRST): 0.5,
    **{
        (where, what): 0.8
        for where in (W.THREE_ON_HOLD, W.THREE_HOLD_RINGS, W.FOURTH_CONSULTED, W.FOURTH_SWAPPED)
        for what in (A.HEADSET_DIES, A.LEAVES_FIRST)
    },
}


@dataclass(slots=True)
class Aim:
    """One accident. `call`: the one that it has brought on its way, or strikes; empty: none yet."""

    name: str
    where: Where
    what: Accident
    call: str = ""
    led_until: datetime | None = None  # the call is on its way to the state
    tries: int = 0
    is_telephones: bool = False  # of an agent who talks on a telephone or an app

    @property
    def is_lead(self) -> bool:
        """It is still to be brought on its way."""
        return self.where in LEADS and self.led_until is None
