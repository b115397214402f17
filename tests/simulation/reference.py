"""A second reading of docs/rules.md, section H: small, slow and obvious.

What the product did is compared with what stands here. So nothing here is asked of the product: of
`app.domain` only its values are known, and each number is written again, from the rules. Where the
two disagree, `Disagreement` shows both readings and the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import CALLER, Call
from app.domain.commands import Dial
from app.domain.dialplan import Plan
from app.domain.nodes.base import WaitPoint
from app.domain.states import (
    Connecting,
    Consult,
    ConsultOffer,
    HeadsetAway,
    InConversation,
    Offered,
    OnOtherLine,
    Parked,
    State,
    Waiting,
)

Kind: TypeAlias = Literal[
    "offer",
    "unshown offer",
    "connecting",
    "grace",
    "reminder of a hold",
    "hold",
    "longest wait",
    "parked",
    "holds before a colleague rings",
    "ring of a colleague",
    "unshown ring of a colleague",
    "connecting of a colleague",
]

Wish: TypeAlias = Literal["ready", "away", "offline"]  # of an agent, for after the call

SETUP_SECONDS: Final = 12
SHOW_SECONDS: Final = 2
CONNECT_SECONDS: Final = 8
GRACE_SECONDS: Final = 20
HOLD_RING_SECONDS: Final = 30
COOL_DOWN_SECONDS: Final = 60
ALIVE_SECONDS: Final = 75
DIAL_SECONDS: Final = 45
ASKED_SECONDS: Final = 30  # at each device of a colleague who is consulted (R19)

TIME: Final = (e.TimePassed, e.AskedWhileWaiting)

# What else ends each of them, by the rules; the caller's hang-up and a queue or a room that refuses
# end whatever there is.
_ANY_TIME: Final = (e.HungUp, e.QueueRefused, e.RoomRefused, e.AgentDismissed)
ENDED_BY: Final[dict[Kind, tuple[type, ...]]] = {
    "offer": (
        *_ANY_TIME,
        e.OfferAccepted,
        e.OfferDeclined,
        e.LegAnswered,
        e.Pressed,
        e.LegRang,
        e.TelephoneRequested,
        e.CommandRefused,
        e.PickupRequested,
    ),
    "unshown offer": (e.OfferShown,),
    "connecting": (
        *_ANY_TIME,
        e.JoinedRoom,
        e.HeadsetLost,
        e.LeftRoom,
        e.Rejoined,
        e.AgentHungUp,
    ),
    # A supervisor rescues the caller (R14).
    "grace": (*_ANY_TIME, e.JoinedRoom, e.Rejoined, e.AgentHungUp, e.TakeOverRequested),
    "hold": (
        *_ANY_TIME,
        e.RetrieveRequested,
        e.LineTaken,
        e.TransferRequested,
        e.ParkRequested,
        e.CommandRefused,
        e.AgentHungUp,
        e.LeftRoom,
        e.SwapToCallerRequested,
        e.ConsultJoinRequested,
        e.ConsultCompleteRequested,
        e.ConsultCancelRequested,
        e.LeaveRequested,
    ),
    # A caller who was sent to a person goes back when that person does not take the call (T2).
    "longest wait": (
        *_ANY_TIME,
        e.LeftRoom,
        e.AgentHungUp,
        e.TransferRequested,
        e.ParkRequested,
        e.ConsultCompleteRequested,
        e.LeaveRequested,
        e.OfferDeclined,
        e.HeadsetLost,
        e.CommandRefused,
    ),
    "parked": (*_ANY_TIME, e.PickupRequested),
}
# Whatever ends the consultation, or the agent's part in the conversation (R19).
_NOT_ASKED: Final = (
    *_ANY_TIME,
    e.CommandRefused,
    e.LeftRoom,
    e.ConsultCancelRequested,
)
# Those on hold hear nobody, and the agent, who may have been away, is in the room: it rings.
ENDED_BY["holds before a colleague rings"] = (*_NOT_ASKED, e.CommandDone, e.JoinedRoom)
ENDED_BY["ring of a colleague"] = (
    *_NOT_ASKED,
    e.OfferAccepted,
    e.OfferDeclined,
    e.LegAnswered,
    e.Pressed,
    e.LegRang,
)
ENDED_BY["unshown ring of a colleague"] = (*ENDED_BY["ring of a colleague"], e.OfferShown)
ENDED_BY["connecting of a colleague"] = (
    *_NOT_ASKED,
    e.JoinedRoom,
    e.HeadsetLost,
    e.ColleagueLeft,
)
ENDED_BY["unshown offer"] = (*ENDED_BY["offer"], e.OfferShown)
ENDED_BY["reminder of a hold"] = ENDED_BY["hold"]


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that time ends. One of another `key` is another one of its kind."""

    kind: Kind
    key: str
    seconds: float


def limits(
    plan: Plan, state: State, *, rang: bool, devices: int, is_dialled: bool = False
) -> Iterator[Limit]:
    """What time will end of a call in that state.

    `rang`: the device of the offer rings, by the carrier's word; `devices`: how many the agent has
    to whom it is presented.
    `is_dialled`: an agent calls out, and nobody has answered, so that nobody waits.
    """
    match state:
        case (
            Waiting(place)
            | Parked(place)
            | Offered(place)
            | Connecting(place)
            | InConversation(place)
        ):
            line = plan.nodes[place.node]
            assert isinstance(line, WaitPoint)
        case _:
            return
    if isinstance(state, Parked):
        yield Limit("parked", "", line.park_seconds)
        return
    if not is_dialled:
        yield Limit("longest wait", place.node, line.max_wait_seconds)
    match state:
        case Offered(leg=leg, agent=agent, device=device):
            is_dialled = leg.startswith(f"{agent}.")
            setup = SETUP_SECONDS if is_dialled and not rang else 0
            yield Limit("offer", leg, line.ring_seconds + setup)
            if not is_dialled and device + 1 < devices and not state.known:
                yield Limit("unshown offer", leg, SHOW_SECONDS)
        case Connecting(headset=headset):
            yield Limit("connecting", headset, CONNECT_SECONDS)
        case InConversation(hold=hold, away=away, consult=consult):
            if consult is not None and consult.offer is not None:
                yield from _limits_of_asking(consult, consult.offer, rang=rang, devices=devices)
            if isinstance(away, HeadsetAway):
                yield Limit("grace", "", GRACE_SECONDS)
            if hold is not None:
                yield Limit("hold", "", line.max_hold_seconds + HOLD_RING_SECONDS)
                if not hold.is_ringing:
                    yield Limit("reminder of a hold", "", line.max_hold_seconds)
        case _:
            return


def _limits_of_asking(
    consult: Consult, offer: ConsultOffer, *, rang: bool, devices: int
) -> Iterator[Limit]:
    """Until a colleague is in the room: the holds, the ring at each device, and the way there."""
    is_dialled = offer.leg.startswith(f"{consult.agent}.")
    if offer.accepted:
        yield Limit("connecting of a colleague", consult.leg, CONNECT_SECONDS)
    elif offer.begun:
        setup = SETUP_SECONDS if is_dialled and not rang else 0
        yield Limit("ring of a colleague", offer.leg, ASKED_SECONDS + setup)
        if not is_dialled and offer.device + 1 < devices and not offer.known:
            yield Limit("unshown ring of a colleague", offer.leg, SHOW_SECONDS)
    else:
        yield Limit("holds before a colleague rings", offer.leg, ASKED_SECONDS)


def is_of_no_dial(event: e.Event) -> bool:
    """A number that the carrier does not dial for an agent who calls out ends whatever there is."""
    match event:
        case e.CommandRefused(command=Dial(leg=leg)):
            return leg == CALLER
        case _:
            return False


def is_gone(event: e.Event, before: State | None) -> bool:
    """The colleague who was consulted, of themselves. Whom the carrier did not hold for a swap, and
    who is out of the way now, gives the agent the caller back: no hold goes on (R11).
    """
    match before, event:
        case InConversation(consult=Consult(leg=leg)), e.HeadsetLost(gone):
            return gone == leg
        case InConversation(consult=Consult()), e.ColleagueLeft():
            return True
        case _:
            return False


def begins_again(kind: Kind, event: e.Event, before: State, after: State, *, rang: bool) -> bool:
    """Whether what goes on by its key begins anew with that event. `rang`: just now."""
    match kind:
        case "offer" | "ring of a colleague":
            return rang
        case "grace":
            return isinstance(event, e.Rejoined)
        case "longest wait" if isinstance(after, Waiting):
            is_refused = isinstance(before, Connecting) and isinstance(event, e.RoomRefused)
            return isinstance(before, InConversation) or is_refused
        case _:
            return False


def leaves_out(before: State, event: e.Event, after: State) -> str | None:
    """The agent who is left out of the call from now on, for the cool-down.

    The caller waits then, or rings at whoever sent the caller (T2). Not one on whose telephone the
    caller on hold was: there the caller rings back. Nor one whom the caller's queue sent the caller
    away from: that was no doing of the agent's.
    """
    if isinstance(event, e.QueueRefused):
        return None
    match before:
        case InConversation(hold=hold, away=OnOtherLine() | None) if hold is not None:
            is_hung_up = isinstance(event, e.HungUp) and event.leg != CALLER
            rings_back = is_hung_up or (isinstance(event, e.LeftRoom) and event.hung_up)
            had = None if rings_back else before.agent
        case Offered(agent=agent) | Connecting(agent=agent) | InConversation(agent=agent):
            had = agent
        case _:
            return None
    match after:
        case Waiting():
            return had
        case Offered(agent=asked) if asked != before.agent:
            return had
        case _:
            return None


def is_before_the_answer(call: Call) -> bool:
    """An agent calls out, and we were not told yet that somebody has answered (O1)."""
    called = call.leg(CALLER) if call.direction == "out" else None
    return called is not None and called.observed in ("away", "ringing")


def is_set_aside(call: Call, event: e.Event) -> bool | None:
    """Whether the agent whom `call` holds, and that event releases, is set aside (F14).

    Who declined, hung up or was left by the caller is as before (F18). None: it depends on more.
    """
    before = call.state
    if is_before_the_answer(call):  # called off, but for a headset that does not come back (O2)
        return isinstance(before, InConversation) and isinstance(event, e.TimePassed)
    match event:
        case e.TimePassed() | e.AskedWhileWaiting() | e.HeadsetLost():
            return True
        case e.OfferDeclined() | e.QueueRefused() | e.AgentHungUp() | e.TransferRequested():
            return False
        case e.ParkRequested() | e.PickupRequested():
            return False
        case e.HungUp(leg) if leg == CALLER:
            return False
        case e.HungUp(_, reason) if isinstance(before, Offered):
            return reason in ("no-answer", "failed")
        case e.HungUp() | e.LeftRoom() if isinstance(before, Connecting):
            return True
        case e.CommandRefused() if isinstance(before, Offered):
            return not event.is_ours
        case e.RoomRefused(leg):
            return leg != CALLER
        case _:
            return None


def after_release(wish: Wish, *, is_set_aside: bool) -> str:
    """What becomes of an agent. Who is set aside stays so, but for who wants to go home."""
    if is_set_aside and wish != "offline":
        return "set aside"
    return wish


def may_take(agent: Agent, line: WaitPoint, node: str) -> bool:
    """Whether calls of that line are this agent's at all."""
    only = getattr(line, "agent", None)  # of an extension
    return only == agent.id if only else node in agent.queues


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Both readings of one rule, side by side."""

    rule: str
    what: str
    product: str
    reference: str

    def __str__(self) -> str:
        return f"{self.what}: the product {self.product}; the rule ({self.rule}) {self.reference}"
