"""A colleague is consulted: asked when nobody listens, let go as before, given the call (R19).

Whose hold was accepted, and who is in the room, is asked from the exchange; who is presented with
the call, and what the colleague is after it, are the saves themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain import events as e
from app.domain.agent import WrapUp
from app.domain.call import Call
from app.domain.states import HandedOver, InConversation
from app.ports import WriteSet
from tests.simulation.consult_checks import ENDLESS, LISTENS, SOON_SECONDS
from tests.simulation.consultations import Consultation, Consultations
from tests.simulation.deployment import Deployment
from tests.simulation.reference import Disagreement

THEIRS = "a call that is left with a colleague is theirs, and the agent is out"
AS_BEFORE = "a colleague who was asked into a call that is not theirs is as before it"
HEARD_SECONDS = 2.0  # two requests, one after the other, and their effect
TURNS_SECONDS = 3.0  # where other tasks may run first: two functions, 1.5 s each
OTHER_WISHES = (e.HoldRequested, e.ConsultRequested, e.CommandRefused)  # who is apart by them


class ColleagueChecks:
    def __init__(self, deployment: Deployment, consultations: Consultations) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._consultations = consultations
        self._since: dict[str, datetime] = {}  # by call: nothing is in the way of the ring
        self._given: dict[str, Consultation] = {}  # by call, until there is another wish
        self._apart: dict[
            str, datetime
        ] = {}  # by call: colleague and caller do not hear each other
        deployment.on_saved.append(self._on_saved)

    # --- saves ------------------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        """`Consultations` has seen it before."""
        call, now = write_set.call, self._world.now()
        if call is None:
            return
        if write_set.applied is not None and isinstance(write_set.applied.event, OTHER_WISHES):
            self._given.pop(call.id, None)
        for one in self._consultations.of_call(call.id):
            if not one.colleague:
                continue
            if one.given == now:
                self._given[call.id] = one
            if one.rang == now:
                self._check_nobody_listens(call, one)
            if one.over == now and one.given is None:
                self._check_as_before(call, one, write_set)
            if isinstance(call.state, HandedOver) and one.is_guest and one.over in (None, now):
                said = f"leaves it without an agent, beside {one.colleague}"
                self._violate(THEIRS, self._name(call), said, "gives it to the colleague")

    def _check_nobody_listens(self, call: Call, one: Consultation) -> None:
        if not self._are_held(call):
            says = "has the holds accepted before"
            self._violate(LISTENS, self._name(call), f"rings at {one.colleague}", says)

    def _check_as_before(self, call: Call, one: Consultation, write_set: WriteSet) -> None:
        for agent in write_set.agents:
            if agent.id == one.colleague and isinstance(agent.presence, WrapUp):
                what = f"{agent.id}, asked into {self._name(call)}"
                self._violate(AS_BEFORE, what, "has a wrap-up", "has none")

    # --- once a second ----------------------------------------------------------------------

    def check(self, live: Iterable[Call], tolerance: float, *, is_faultless: bool) -> None:
        """`live`: the calls that have not ended."""
        turns = 0.0 if self._deployment.cloud.is_in_turn else TURNS_SECONDS
        late = turns if is_faultless else tolerance
        still: dict[str, datetime] = {}
        apart, self._apart = self._apart, {}
        for call in live:
            if call.id in self._given and self._are_apart(call, self._given[call.id]):
                self._apart[call.id] = apart.get(call.id, self._world.now())
                self._check_heard(call, self._apart[call.id], late)
            one = self._consultations.present(call.id)
            if one is not None and self._is_to_ring(call, one):
                still[call.id] = self._since.get(call.id, self._world.now())
                self._check_rings(call, one, still[call.id], tolerance)
            self._check_agent_is_out(call, tolerance)
        self._since = still

    def _is_to_ring(self, call: Call, one: Consultation) -> bool:
        is_asked = bool(one.colleague) and one.rang is None and not one.is_unsure
        return is_asked and self._are_held(call) and self._is_agent_there(call, one)

    def _check_rings(
        self, call: Call, one: Consultation, since: datetime, tolerance: float
    ) -> None:
        seconds = self._seconds(since)
        if seconds > SOON_SECONDS + tolerance:
            what = f"{self._name(call)} and {one.colleague}"
            said = f"does not ring for {seconds:.1f} s"
            self._violate(ENDLESS, what, said, f"rings within {SOON_SECONDS:.0f} s")

    def _are_apart(self, call: Call, one: Consultation) -> bool:
        """The colleague has the call, and both are in its room, and do not hear each other."""
        exchange, caller = self._deployment.exchange, self._deployment.customers.leg_of(call.id)
        rooms = exchange.conferences.participants
        is_theirs = isinstance(call.state, InConversation) and call.state.agent == one.colleague
        if not is_theirs or caller not in rooms or one.leg not in rooms:
            return False
        return not exchange.ledger.hear_each_other(caller, one.leg)

    def _check_heard(self, call: Call, since: datetime, late: float) -> None:
        seconds = self._seconds(since)
        if seconds > HEARD_SECONDS + late:
            said = f"lets them hear nothing of each other for {seconds:.1f} s"
            self._violate(THEIRS, self._name(call), said, "lets caller and colleague talk")

    def _check_agent_is_out(self, call: Call, tolerance: float) -> None:
        """Whoever left the call to the colleague leaves once the colleague is heard."""
        for leg, (call_id, since) in self._consultations.left.items():
            seconds = self._seconds(since)
            is_there = call_id == call.id and not self._deployment.exchange.leg(leg).over
            if is_there and seconds > SOON_SECONDS + tolerance:
                said = f"keeps {self._deployment.names.of(leg)} there for {seconds:.1f} s"
                self._violate(THEIRS, self._name(call), said, "hangs that leg up")

    # --- the room ---------------------------------------------------------------------------

    def _are_held(self, call: Call) -> bool:
        """The caller and the guests, as far as they are in the room."""
        rooms = self._deployment.exchange.conferences.participants
        caller = self._deployment.customers.leg_of(call.id)
        legs = [caller, *(guest.leg for guest in self._consultations.guests(call.id))]
        return all(self._consultations.held_since(leg) for leg in legs if leg in rooms)

    def _is_agent_there(self, call: Call, one: Consultation) -> bool:
        rooms = self._deployment.exchange.conferences.participants
        caller = rooms.get(self._deployment.customers.leg_of(call.id))
        there = caller.conference.participants if caller is not None else ()
        return any(self._deployment.owner_of(leg) == one.agent for leg in there)

    def _seconds(self, since: datetime) -> float:
        return (self._world.now() - since).total_seconds()

    def _name(self, call: Call) -> str:
        return self._deployment.names.of(call.id)

    def _violate(self, name: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement("R19", what, product, says)))
