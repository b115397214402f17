"""A parked call is at a slot of its own, rings at nobody, and comes back in time (T6, D15).

Where a call is parked, and by whom, is the checker's own record of the clicks; whether that agent
is free, of the saves.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import events as e
from app.domain.call import Call
from app.domain.states import Connecting, Ended, Offered, Parked, State, Waiting
from app.ports import WriteSet
from tests.simulation.deployment import Deployment
from tests.simulation.free_agents import FreeAgents
from tests.simulation.reference import Disagreement

ALONE = "a slot has one parked call at a time"
ENDS = "a parked call is taken, comes back, or is over"
LISTED = "a parked call is at its slot on the board"


@dataclass(frozen=True, slots=True)
class Place:
    slot: int
    by: str
    node: str


class ParkChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._parked: dict[str, Place] = {}  # by call
        self._free = FreeAgents(deployment)
        deployment.on_saved.append(self._on_saved)

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is not None and applied is not None:
            place = self._parked.pop(call.id, None)
            if place is not None and not isinstance(call.state, Parked):
                self._check_end(call, place, applied.event)
            if isinstance(call.state, Parked):
                self._check_alone(call, applied.event, place)
        self._free.follow(write_set)

    def _check_alone(self, call: Call, event: e.Event, place: Place | None) -> None:
        if place is None and isinstance(event, e.ParkRequested) and call.position is not None:
            place = Place(event.slot, event.agent, call.position.node)
        others = [other for other in self._parked.values() if place and other.slot == place.slot]
        if place is None or others:
            self._deployment.world.violate(ALONE, f"{self._name(call)}: {place}, {others}")
            return
        self._parked[call.id] = place
        rows = self._deployment.switch.all_parked
        is_new = isinstance(event, e.ParkRequested)  # later its row may be one that nobody can read
        if is_new and place not in [Place(row.slot, row.by, row.node) for row in rows]:
            self._deployment.world.violate(LISTED, f"{self._name(call)}: {place}")

    def _check_end(self, call: Call, place: Place, event: e.Event) -> None:
        rows = self._deployment.switch.all_parked
        if any(row.call == call.id for row in rows):
            self._deployment.world.violate(LISTED, f"{self._name(call)} is not parked any more")
        if not self._is_right(call.state, place, event, call):
            said = Disagreement(
                "T6",
                f"{self._name(call)}, parked by {place.by} at {place.slot}, {type(event).__name__}",
                f"has {type(call.state).__name__} {call.agent} {call.node}",
                f"rings at {place.by}, or waits in {place.node} if that agent is not free",
            )
            self._deployment.world.violate(ENDS, str(said))

    def _is_right(self, state: State, place: Place, event: e.Event, call: Call) -> bool:
        match event, state:
            case e.HungUp(), Ended():
                return True
            case e.PickupRequested(who), Connecting(agent=taker):
                return who == taker
            case e.QueueRefused(), _:
                return call.node != place.node
            case e.TimePassed() | e.AskedWhileWaiting(), Offered(agent=who):
                return (who, call.node) == (place.by, place.node)
            case e.TimePassed() | e.AskedWhileWaiting(), Waiting(position):
                return position.node == place.node and not self._free.is_free(place.by, call)
            case _:
                return False

    def _name(self, call: Call) -> str:
        return self._deployment.names.of(call.id)
