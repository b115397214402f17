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
    ASKED = "on hold, while a colleague is asked"
    COMING = "on hold, while a colleague comes"
    COLLEAGUE = "on hold, while the agent speaks with a colleague"
    COLLEAGUE_SWAPPED = "with the agent, and a colleague on hold"
    WITH_COLLEAGUE = "with the agent and a colleague"
    COLLEAGUE_AWAY = "with a colleague, without the agent's headset"
    HELD_AWAY = "on hold, without the agent's headset"
    SUPERVISED = "talking, while a supervisor listens"
    SUPERVISED_HOLD = "on hold, while a supervisor listens"
    SUPERVISED_AWAY = "on hold, without the agent's headset, while a supervisor listens"


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
WAYS: dict[Where, tuple[Where, Accident]] = {  # from where, and what leads from there
    W.ON_HOLD: (W.TALKING, A.HOLDS),
    W.HOLD_RINGS: (W.TALKING, A.HOLDS),
    W.AWAY: (W.TALKING, A.HEADSET_DIES),
    W.PARKED: (W.TALKING, A.PARKS),
    W.SENT_WAITING: (W.TALKING, A.SENDS),
    W.SENT_OFFERED: (W.TALKING, A.SENDS),
    W.SENT_CONNECTING: (W.TALKING, A.SENDS),
    W.SENT_TALKING: (W.TALKING, A.SENDS),
    W.HELD_AWAY: (W.ON_HOLD, A.HEADSET_DIES),
    W.SUPERVISED: (W.TALKING, A.SUPERVISES),
    W.SUPERVISED_HOLD: (W.SUPERVISED, A.HOLDS),
    W.SUPERVISED_AWAY: (W.SUPERVISED_HOLD, A.HEADSET_DIES),
    W.CONSULTING: (W.TALKING, A.CONSULTS),
    W.SWAPPED: (W.CONSULTING, A.SWAPS),
    W.ALL_THREE: (W.CONSULTING, A.JOINS),
    W.HANDED_OVER: (W.CONSULTING, A.COMPLETES),
    W.THREE_ON_HOLD: (W.ALL_THREE, A.CONSULTS_IN_VAIN),
    W.THREE_HOLD_RINGS: (W.ALL_THREE, A.CONSULTS_IN_VAIN),
    W.THREE_AWAY: (W.ALL_THREE, A.HEADSET_DIES),
    W.FOURTH_CONSULTED: (W.ALL_THREE, A.CONSULTS),
    W.FOURTH_SWAPPED: (W.FOURTH_CONSULTED, A.SWAPS),
    W.ASKED: (W.TALKING, A.ASKS_COLLEAGUE),
    W.COMING: (W.TALKING, A.ASKS_COLLEAGUE),
    W.COLLEAGUE: (W.TALKING, A.ASKS_COLLEAGUE),
    W.COLLEAGUE_SWAPPED: (W.COLLEAGUE, A.SWAPS),
    W.WITH_COLLEAGUE: (W.COLLEAGUE, A.JOINS),
    W.COLLEAGUE_AWAY: (W.WITH_COLLEAGUE, A.HEADSET_DIES),
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
CONSULTED: dict[Where, tuple[Accident, ...]] = {  # only in a world whose agents consult
    W.CONSULTING: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.HEADSET_SHUT_OUT, A.CALLER_SHUT_OUT),
        *(A.PAGE_CLOSES, A.REJOINS, A.DISMISSED, A.ROOM_ENDS, A.UNREADABLE),
    ),
    W.SWAPPED: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.PAGE_CLOSES, A.CALLER_SHUT_OUT),
        *(A.CONSULTED_LEAVES, A.CALLER_LEAVES, A.CANCELS, A.CANCELS),
    ),
    W.ALL_THREE: (
        *(2 * (A.HEADSET_DIES,)),
        *(3 * (A.LEAVES_FIRST,)),
        *(A.REJOINS, A.ENDS, A.ROOM_ENDS, A.LEAVES, A.REMOVES, A.REMOVES),
        *(2 * (A.PAGE_CLOSES,)),
    ),
    W.HANDED_OVER: (A.CALLER_SHUT_OUT, A.ROOM_ENDS, A.UNREADABLE, *(3 * (A.GUEST_LEAVES,))),
    W.THREE_ON_HOLD: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.LEAVES, A.DISMISSED, A.ROOM_ENDS),
        *(A.UNREADABLE, A.UNREADABLE, *(3 * (A.FORGETS,))),
    ),
    W.THREE_HOLD_RINGS: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.LEAVES, A.DISMISSED, A.RETRIEVES),
        *(A.HEADSET_DIES, A.HEADSET_DIES, A.FORGETS),
    ),
    W.THREE_AWAY: (A.DISMISSED, A.DISMISSED),
    W.FOURTH_CONSULTED: (
        *(A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.CANCELS, A.DISMISSED, A.FORGETS),
    ),
    W.FOURTH_SWAPPED: (
        *(A.HEADSET_DIES, A.HEADSET_DIES, A.LEAVES_FIRST, A.LEAVES_FIRST, A.CANCELS, A.ENDS),
        A.CONSULTED_LEAVES,
    ),
    W.TALKING: (A.NOT_DIALLED, A.NOT_DIALLED),
    W.HOLD_RINGS: 3 * (A.CONSULTS_REFUSED,),
}
_OF_A_COLLEAGUE = (
    *(A.COLLEAGUE_LEAVES, A.COLLEAGUE_CLOSES, A.COLLEAGUE_LEAVES_FIRST, A.COLLEAGUE_SHUT_OUT),
    *(A.COLLEAGUE_DISMISSED, A.HEADSET_DIES),
)
WITH_COLLEAGUES: dict[Where, tuple[Accident, ...]] = {  # … a colleague, too
    W.ASKED: (
        *(3 * (A.COLLEAGUE_CRASHES,)),
        *(A.COLLEAGUE_DISMISSED, A.HEADSET_DIES, A.CALLER_LEAVES, A.ROOM_ENDS),
    ),
    W.COMING: (*_OF_A_COLLEAGUE, A.CALLER_SHUT_OUT),
    W.COLLEAGUE: (*_OF_A_COLLEAGUE, A.COLLEAGUE_LEAVES_FIRST, A.COMPLETES, A.ROOM_ENDS),
    W.COLLEAGUE_SWAPPED: (
        *_OF_A_COLLEAGUE,
        *(2 * (A.COLLEAGUE_CLOSES, A.COMPLETES)),
        *(4 * (A.COLLEAGUE_LEAVES_FIRST,)),
        A.CALLER_LEAVES,
    ),
    W.WITH_COLLEAGUE: (
        *_OF_A_COLLEAGUE,
        *(2 * (A.COLLEAGUE_LEAVES_FIRST, A.COLLEAGUE_CLOSES)),
        A.LEAVES,
        A.CALLER_SHUT_OUT,
        A.ROOM_ENDS,
    ),
    W.COLLEAGUE_AWAY: (A.DISMISSED, *(3 * (A.STAYS_AWAY,))),
    W.TALKING: (A.ASKS_IN_VAIN, A.ASKS_IN_VAIN),
    W.SWAPPED: 3 * (A.COMPLETES,),
}
PARKED = tuple(
    (W.PARKED, what) for what in (A.NOBODY_COMES, A.NOBODY_COMES, A.UNHEARD, A.LOSES_PLACE)
)
RARE = (  # what needs a way of its own
    (W.ON_HOLD, A.LOST_TWICE),
    (W.HOLD_RINGS, A.LOST_TWICE),
    (W.HELD_AWAY, A.LOST_TWICE),
    (W.SUPERVISED_AWAY, A.TAKES_OVER),
    (W.SUPERVISED_AWAY, A.TAKES_OVER),
    (W.TALKING, A.HOLD_REFUSED),
)
ALL = (
    *((where, what) for where, strikes in STRIKES.items() for what in strikes),
    *TWICE,
    *PARKED,
    *RARE,
)
CONSULTING = tuple((where, what) for where, strikes in CONSULTED.items() for what in strikes)
COLLEAGUES = tuple((where, what) for where, kinds in WITH_COLLEAGUES.items() for what in kinds)
# Agents bring a call there by themselves, too.
BY_CHANCE = frozenset({*CONSULTED, *WITH_COLLEAGUES}) - {W.TALKING, W.HOLD_RINGS}
# There is no way back for a telephone.
PAGES = frozenset({W.AWAY, W.HELD_AWAY, W.SUPERVISED_AWAY, W.THREE_AWAY, W.COLLEAGUE_AWAY})
TELEPHONES: dict[tuple[Where, Accident], float] = {  # how likely it is kept for a telephone
    (W.CONNECTING, A.HEADSET_DIES): 1.0,  # of a browser that is not there yet nobody tells
    (W.SENT_CONNECTING, A.HEADSET_DIES): 1.0,
    (W.ON_HOLD, A.LEAVES_FIRST): 0.5,
    (W.HOLD_RINGS, A.HEADSET_DIES): 0.5,
    (W.HOLD_RINGS, A.LEAVES_FIRST): 0.5,
    (W.SENT_TALKING, A.CALLER_SHUT_OUT): 0.5,
    (W.CONSULTING, A.LEAVES_FIRST): 0.5,
    (W.SWAPPED, A.LEAVES_FIRST): 0.5,
    (W.ALL_THREE, A.HEADSET_DIES): 0.5,
    (W.ALL_THREE, A.LEAVES_FIRST): 0.5,
    **{
        (where, what): 0.8
        for where in (W.THREE_ON_HOLD, W.THREE_HOLD_RINGS, W.FOURTH_CONSULTED, W.FOURTH_SWAPPED)
        for what in (A.HEADSET_DIES, A.LEAVES_FIRST)
    },
}


def way_to(where: Where, what: Accident) -> tuple[tuple[Where, Accident], ...]:
    """The places that lead there, each with what is done at it; the accident comes last."""
    steps = [(where, what)]
    while (before := WAYS.get(steps[0][0])) is not None:
        steps.insert(0, before)
    return tuple(steps)


@dataclass(slots=True)
class Aim:
    """One accident. `call`: the one that it has brought on its way, or strikes; empty: none yet."""

    name: str
    steps: tuple[tuple[Where, Accident], ...]
    call: str = ""
    done: int = 0  # steps
    led_until: datetime | None = None  # the call is on its way to the next place
    tries: int = 0
    is_telephones: bool = False  # of an agent who talks on a telephone or an app

    @property
    def where(self) -> Where:
        return self.steps[-1][0]

    @property
    def what(self) -> Accident:
        return self.steps[-1][1]

    def forgets(self) -> None:
        """It waits for another call."""
        self.call, self.done, self.led_until = "", 0, None
