"""An agent consults: who is dialled, what becomes of the two, and of the agent (R11, T3, T4).

Whether somebody rings, answered, is in a room or is over is asked from the exchange; what the agent
wants is the agent's clicks (`consultations.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from app.domain import events as e
from app.domain.agent import WrapUp
from app.domain.call import CALLER, Call
from app.domain.states import Ended, HandedOver, InConversation, Offered, State, Waiting
from app.ports import WriteSet
from infra.local.exchange.journal import Entry, RestCalled
from tests.simulation.consultations import Consultation, Consultations
from tests.simulation.customers import DIALLED, room_of
from tests.simulation.deployment import Deployment
from tests.simulation.duration_checks import CLOCKS_SECONDS
from tests.simulation.reference import Disagreement

LISTENS = "nobody is called to be consulted before the caller's hold is accepted"
EACH_CLICK = "who is consulted is dialled once at most for each click"
ENDLESS = "who is consulted is dialled once the caller is on hold, and rings as long as promised"
WANTED = "an agent who consults speaks with whom the agent wants"
TOGETHER = "who is left with the one consulted hears them, and no agent"
BACK = "who was left with somebody and has heard nobody comes back"
OVER = "a call that was handed over ends with either of the two"
RELEASED = "an agent who leaves the two has no call any more"
ON_HOLD = "no click ends a call while somebody is on hold"
OUTLIVES = "whoever was consulted does not outlive it"

RING_SECONDS = 30.0
CARRIERS_SECONDS = 5.0  # which it may add to that (contract F1)
SOON_SECONDS = 4.0  # from the wish: one or two requests, one after the other, and their effect
HEARD_SECONDS = 4.0  # without the agent: whoever hangs up sooner may have heard nothing
TOLD_SECONDS = 1.5  # after its end a hang-up is told, without a fault
UNSURE_SECONDS = CLOCKS_SECONDS + TOLD_SECONDS  # of what the ledger has, and what is told


class ConsultChecks:
    def __init__(self, deployment: Deployment, consultations: Consultations) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._consultations = consultations
        self._states: dict[str, State] = {}
        self._since: dict[tuple[str, str], datetime] = {}  # by call and law: so it is, unlike both
        deployment.on_saved.append(self._on_saved)
        deployment.exchange.observe(self._on_entry)

    # --- saves ------------------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is None or applied is None:
            return
        before, self._states[call.id] = self._states.get(call.id), call.state
        several = self._consultations.of_call(call.id)
        if not several:
            return
        one = several[-1]
        if isinstance(applied.event, e.AgentHungUp) and isinstance(call.state, Ended):
            self._check_ended(one, call)
        if isinstance(call.state, HandedOver) and not isinstance(before, HandedOver):
            self._check_released(before, call, write_set, applied.event)
        is_left = isinstance(call.state, HandedOver | InConversation)
        if isinstance(before, InConversation) and not is_left:
            self._check_lost(one, call, before, applied.event)
        if isinstance(before, HandedOver) and not isinstance(call.state, HandedOver):
            self._check_what_follows(one, call, before, applied.event)

    def _check_ended(self, one: Consultation, call: Call) -> None:
        """T4, of the click's save: it ends the consultation, too, if there still is one."""
        is_over = one.over is not None and one.over < self._world.now()
        if not is_over and one.is_alone and not one.is_unsure:
            self._violate(ON_HOLD, "T4", self._name(call), "ends it by a click", "refuses that")

    def _check_lost(
        self, one: Consultation, call: Call, before: InConversation, event: e.Event
    ) -> None:
        """T3: whoever joined the two, and is lost or hangs up a telephone, leaves them together."""
        match event:
            case e.TimePassed() if before.away is not None:
                pass
            case e.HungUp(leg) | e.LeftRoom(leg) if leg == before.headset:
                pass
            case _:
                return
        is_over = one.over is not None and one.over < self._world.now()
        if is_over or not one.is_guest or self._deployment.exchange.leg(one.leg).over:
            return
        said = f"has {type(call.state).__name__}"
        self._violate(TOGETHER, "T3", self._name(call), said, f"leaves it with {one.number}")

    def _check_released(
        self, before: State | None, call: Call, write_set: WriteSet, event: e.Event
    ) -> None:
        """T3: who completes, or leaves the others, writes it up."""
        is_asked = isinstance(event, e.ConsultCompleteRequested | e.LeaveRequested)
        if not is_asked or not isinstance(before, InConversation):
            return
        plan = self._deployment.directory.plan(call.plan)
        line = plan.wait_point(call.position.node) if call.position else None
        agent = next((who for who in write_set.agents if who.id == before.agent), None)
        is_due = line is not None and line.wrap_up_seconds > 0
        if agent is None or (is_due and not isinstance(agent.presence, WrapUp)):
            said = f"makes {before.agent} {agent and type(agent.presence).__name__}"
            self._violate(RELEASED, "T3", self._name(call), said, "says WrapUp")

    def _check_what_follows(
        self, one: Consultation, call: Call, before: HandedOver, event: e.Event
    ) -> None:
        """Whoever was consulted hangs up: back with a caller who had not heard them, or the end."""
        if not isinstance(event, e.HungUp) or event.leg == CALLER:
            return
        several = self._consultations.of_call(call.id)
        one = next((each for each in several if each.label == event.leg), one)
        seconds, is_late = self._heard_seconds(one), self._is_told_late(one)
        match call.state:
            case Ended() if seconds == 0.0 and not is_late:
                said = f"{one.number} hangs up, who has not heard the caller"
                self._violate(BACK, "T3", self._name(call), "ends it", said)
            case Ended():
                pass
            case Waiting(place) | Offered(place, agent=one.agent) if (
                place.node == before.position.node and seconds <= HEARD_SECONDS + UNSURE_SECONDS
            ):
                pass
            case state:
                is_over = seconds > HEARD_SECONDS
                self._violate(
                    OVER if is_over else BACK,
                    "T3",
                    f"{self._name(call)}, who heard {one.number} for {seconds:.1f} s",
                    f"has {type(state).__name__}",
                    "ends it" if is_over else f"rings at {one.agent}, or waits there",
                )

    def _heard_seconds(self, one: Consultation) -> float:
        """For how long the caller has heard who was consulted, since the agent left the two."""
        leg, since = self._deployment.customers.leg_of(one.call), one.handed_over
        heard = self._deployment.exchange.ledger.intervals(leg)
        others = {each.leg for each in self._consultations.of_call(one.call) if each.leg}
        assert since is not None
        return sum(
            max(0.0, ((item.until or self._world.now()) - max(item.since, since)).total_seconds())
            for item in heard
            if others & set(item.legs)
        )

    def _is_told_late(self, one: Consultation) -> bool:
        """By a fault: nobody could know it when the two were together, as far as was told."""
        ended = self._deployment.exchange.leg(one.leg).ended_at
        return ended is not None and self._seconds(ended) > TOLD_SECONDS

    # --- requests ---------------------------------------------------------------------------

    def _on_entry(self, entry: Entry) -> None:
        """`Consultations` has seen it before."""
        match entry.news:
            case RestCalled(method="POST", path=path, pairs=pairs, status=201) if path.endswith(
                DIALLED
            ):
                call_id = self._deployment.customers.call_in(room_of(path))
                number = dict(pairs)["To"]
                if not self._deployment.customers.is_customers(call_id, number):
                    self._check_dialled(call_id, number, entry.at)
            case _:
                pass

    def _check_dialled(self, call_id: str, number: str, at: datetime) -> None:
        name = self._deployment.names.of(call_id)
        asked = [one for one in self._consultations.of_call(call_id) if one.dialled == at]
        if not [one for one in asked if one.number == number]:
            self._violate(EACH_CLICK, "W8", name, f"dials {number}", "dials what was clicked")
        leg = self._deployment.customers.leg_of(call_id)
        guests = [one.leg for one in self._consultations.guests(call_id)]
        rooms = self._deployment.exchange.conferences.participants
        listening = [one for one in (leg, *guests) if one in rooms]
        if any(self._consultations.held_since(one) is None for one in listening):
            self._violate(LISTENS, "R11", name, f"dials {number}", "has the holds accepted before")

    # --- once a second ----------------------------------------------------------------------

    def check(self, live: Iterable[Call], tolerance: float) -> None:
        """`live`: the calls that have not ended."""
        still: dict[tuple[str, str], datetime] = {}
        for call in live:
            one = self._consultations.present(call.id)
            if one is None:
                continue
            if not one.colleague:
                self._check_dialling(call, one, tolerance)
            for law, since in self._wrong(call, one):
                key, now = (call.id, law), self._world.now()
                begun = still[key] = self._since.get(key, now)
                if self._seconds(max(begun, since)) > SOON_SECONDS + tolerance:
                    said = f"the agent speaks with {one.speaks_with!r}, and {self._there(one)}"
                    self._violate(law, "R11", self._name(call), said, "does what was clicked")
        self._since = still
        self._check_outlives(tolerance)

    def _check_dialling(self, call: Call, one: Consultation, tolerance: float) -> None:
        held = self._consultations.held_since(self._deployment.customers.leg_of(call.id))
        if one.dialled is None:
            guests = [g.leg for g in self._consultations.guests(call.id)]
            are_held = all(self._consultations.held_since(leg) for leg in guests)
            if held is None or one.is_unsure or not self._has_headset(one) or not are_held:
                return
            since, most = max(one.asked, held), SOON_SECONDS + tolerance
            says = f"dials within {SOON_SECONDS:.0f} s"
        else:
            leg = self._deployment.exchange.leg(one.leg)
            if one.answered is not None or leg.over or leg.started_at is not None:
                return
            since, most = one.dialled, RING_SECONDS + CARRIERS_SECONDS + CLOCKS_SECONDS
            says = f"lets it ring for {RING_SECONDS:.0f} s"
        seconds = self._seconds(since)
        if seconds > most:
            said = f"{'lets it ring' if one.dialled else 'dials nobody'} for {seconds:.1f} s"
            self._violate(ENDLESS, "H1", f"{self._name(call)} and {one.number}", said, says)

    def _wrong(self, call: Call, one: Consultation) -> Iterable[tuple[str, datetime]]:
        """Each law that does not hold now, and since when it should, at least."""
        if one.answered is None or not self._are_there(one):
            return
        caller = self._deployment.customers.leg_of(call.id)
        if one.handed_over is not None:
            agents = self._agents_there(one)
            if agents or not self._hear_each_other(caller, one.leg):
                yield TOGETHER, max(one.handed_over, one.answered)
            return
        agents = self._agents_there(one)
        if one.is_unsure or len(agents) != 1:
            return
        rooms = self._deployment.exchange.conferences.participants
        guests = [g.leg for g in self._consultations.guests(call.id) if g.leg in rooms]
        wanted: dict[str, list[str]] = {
            "consulted": [one.leg],
            "caller": [caller, *guests],
            "all": [caller, *guests, agents[0]],
            "nobody": [],
        }
        pairs = pairwise((agents[0], *wanted[one.speaks_with]))
        if not all(self._hear_each_other(*pair) for pair in pairs):
            yield WANTED, max(one.wished, one.answered)

    def _check_outlives(self, tolerance: float) -> None:
        spared = self._deployment.versions.spared()
        for one in self._consultations.all():
            if one.over is None or one.given or not one.leg or one.call in spared:
                continue
            if self._deployment.exchange.leg(one.leg).over:
                continue
            seconds = self._seconds(max(one.over, one.dialled or one.over))
            if seconds > SOON_SECONDS + tolerance:
                what = f"{one.number}, consulted in {self._deployment.names.of(one.call)}"
                said = f"keeps that leg for {seconds:.1f} s"
                self._violate(OUTLIVES, "T4", what, said, "hangs it up")

    # --- the room ---------------------------------------------------------------------------

    def _are_there(self, one: Consultation) -> bool:
        rooms = self._deployment.exchange.conferences.participants
        caller = self._deployment.customers.leg_of(one.call)
        return one.leg in rooms and caller in rooms

    def _agents_there(self, one: Consultation) -> list[str]:
        rooms = self._deployment.exchange.conferences.participants
        there = rooms.get(one.leg) or rooms.get(self._deployment.customers.leg_of(one.call))
        if there is None:
            return []
        customers = self._deployment.customers
        others = {each.leg for each in self._consultations.of_call(one.call)}
        others.add(customers.leg_of(one.call))
        legs = there.conference.participants
        return [leg for leg in legs if leg not in others and not customers.is_supervisor(leg)]

    def _has_headset(self, one: Consultation) -> bool:
        return bool(self._agents_there(one))

    def _there(self, one: Consultation) -> str:
        names = [self._deployment.names.of(leg) for leg in self._agents_there(one)]
        return f"{names} are there, and {self._deployment.names.of(one.leg)}"

    def _hear_each_other(self, one: str, other: str) -> bool:
        return self._deployment.exchange.ledger.hear_each_other(one, other)

    def _seconds(self, since: datetime) -> float:
        return (self._world.now() - since).total_seconds()

    def _name(self, call: Call) -> str:
        return self._deployment.names.of(call.id)

    def _violate(self, name: str, rule: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement(rule, what, product, says)))
