"""Picking up a call that waits, or that rings at a colleague: a named one, or the longest there is.

What is listed comes from the overview that all pages share, so it may be a moment old. What is
picked up is decided on the call and the agents themselves, in one save: of two who pick up at once,
or who accept meanwhile, one has the call, and the other reads why not.
"""

from app.domain.access import Person, Refused
from app.domain.agent import Agent, Offline, may_pick_up
from app.domain.call import Call
from app.domain.events import PickupRequested
from app.domain.overview import Overview
from app.domain.pickup import CallToTake, longest_first, may_take
from app.domain.states import (
    Connecting,
    HandedOver,
    InConversation,
    Offered,
    Parked,
    Waiting,
)
from app.ports import Agents, CallSnapshot, Clock, Directory, Ids, Overviews
from app.service.desk import Desk, Grant, handle_request
from app.service.switchboard import Switchboard

TRIES = 3  # calls that "any" tries, each gone meanwhile

GONE = "This call is gone: the caller hung up, or went on."
NOBODY = "Nobody whose call you may pick up is waiting now."


class _HasACall(Refused):
    """The call is there to take; but who asks has another."""


class Pickup:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        desk: Desk,
        agents: Agents,
        directory: Directory,
        overviews: Overviews,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._switchboard = switchboard
        self._desk = desk
        self._agents = agents
        self._directory = directory
        self._overviews = overviews
        self._clock = clock
        self._ids = ids

    def listed(self, person: Person, seen: Overview) -> tuple[CallToTake, ...]:
        """What this person may pick up: who has waited longest comes first."""
        plan = self._directory.head()
        may: dict[tuple[str, bool], bool] = {}
        for one in seen.to_take:
            may.setdefault(_kind(one), may_take(plan, person, one.node, one.slot))
        mine = (one for one in seen.to_take if may[_kind(one)] and one.rings_at != person.id)
        return tuple(longest_first(mine))

    def pick_up(self, person: Person, call_id: str, tab: str) -> Grant:
        """What lets the browser call in. Raises Refused. Both clicks of a double click succeed.

        The conversation that this person has is put on hold for it; not for a call that is gone.
        """
        try:
            return self._pick_up(person, call_id, tab)
        except _HasACall:
            self._desk.leave_line(self._agents.get(person.id))
            return self._pick_up(person, call_id, tab)

    def _pick_up(self, person: Person, call_id: str, tab: str) -> Grant:
        event = PickupRequested(person.id, self._ids.new(), tab)

        def check(before: CallSnapshot) -> None:
            if _grant(before.call, person) is None:
                self._check(person, before.call)

        call = handle_request(self._switchboard, call_id, event, check).call
        grant = _grant(call, person)
        if grant is None:
            self._check(person, call)
            raise Refused("The call changed just now. Try again.")
        return grant

    def pick_up_any(self, person: Person, tab: str) -> Grant:
        """The listed call whose caller has waited longest, of those that are still there.

        Who is parked waits for somebody in particular.
        """
        seen = self._overviews.get()
        is_known = seen is not None and seen.kept_until > self._clock.now()
        listed = self.listed(person, seen) if seen is not None and is_known else ()
        refused = Refused(NOBODY)
        for one in [one for one in listed if not one.slot][:TRIES]:
            try:
                return self.pick_up(person, one.call, tab)
            except Refused as reason:
                refused = reason
        raise refused

    def _check(self, person: Person, call: Call) -> None:
        """Raises Refused, where this person cannot pick up that call as it is."""
        plan, agent = self._directory.head(), self._agents.get(person.id)
        match call.state:
            case Waiting(position) | Offered(position) | Parked(position):
                slot = call.state.slot if isinstance(call.state, Parked) else 0
                if not may_take(plan, person, position.node, slot):
                    raise Refused("You may not pick up this call.")
            case Connecting() | InConversation() | HandedOver():
                taker = plan.member(call.agent or "")
                raise Refused(f"{taker.name if taker else 'Somebody else'} has taken this call.")
            case _:
                raise Refused(GONE)
        if call.agent == person.id:
            raise Refused("This call rings for you: accept it.")
        if not may_pick_up(agent):
            raise _HasACall(_why_not_free(agent))


def _kind(one: CallToTake) -> tuple[str, bool]:
    return one.node, bool(one.slot)


def _why_not_free(agent: Agent) -> str:
    if isinstance(agent.presence, Offline):
        return "You are offline. Be available, or take a break, and pick it up then."
    return "You have a call already: end it first."


def _grant(call: Call, person: Person) -> Grant | None:
    match call.state:
        case Connecting(agent=who, headset=headset, nonce=str(nonce)) if who == person.id and nonce:
            return Grant(call.id, headset, nonce)
        case _:
            return None
