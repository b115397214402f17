"""Who is owed an offer gets it, in the order that the rules say (H2).

Places, idle times and cool-downs are the checker's own record of the saves that it saw: when each
landed, and when the function began that made it. An order is only judged where it is certain: where
two clocks (W12) could not have turned it round, and nobody else moved while the function ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain import events as e
from app.domain.agent import Agent, OnCall, Presence, Ready, Reserved
from app.domain.call import Call
from app.domain.nodes.base import WaitPoint
from app.domain.states import (
    AtNode,
    Ended,
    Offered,
    State,
    Waiting,
)
from app.ports import WriteSet
from tests.simulation import reference
from tests.simulation.cloud import SKEW_SECONDS
from tests.simulation.deployment import Deployment
from tests.simulation.reference import COOL_DOWN_SECONDS, Disagreement
from tests.simulation.tasks import current

CLOCKS = timedelta(seconds=2 * SKEW_SECONDS)
COOL_DOWN = timedelta(seconds=COOL_DOWN_SECONDS)
AGE = "a place keeps its age"
CALLERS = "the caller who is first is offered first"
AGENTS = "a queue's strategy says which free agent is asked"
LEFT_OUT = "who declined or missed a call is left out for the cool-down"
OWED = "no caller waits beside an agent who may take the call"


@dataclass(frozen=True, slots=True)
class Instant:
    """Something was read from a clock between these two."""

    earliest: datetime
    latest: datetime

    def is_before(self, other: Instant) -> bool:
        """Whatever the clocks were."""
        return self.latest + CLOCKS < other.earliest


@dataclass(slots=True)
class Place:
    """One caller in one line. `waits_since`: without an offer; `out`: who declined or missed.

    Who is transferred takes along the age of the place before, and what is more urgent (T1).
    """

    call: Call
    node: str
    line: WaitPoint
    taken: Instant
    priority: int
    waits_since: datetime | None = None
    waited_until: datetime | None = None
    out: dict[str, Instant] = field(default_factory=dict)
    before: Place | None = None  # of a caller who may come back to it from a person (T2)

    def is_left_out(self, agent: str, now: datetime) -> bool:
        """Perhaps; who is not is surely free for this caller."""
        out = self.out.get(agent)
        return out is not None and now <= out.latest + COOL_DOWN + CLOCKS

    def waits_at(self, began: datetime) -> bool:
        """Now, and all the time since then."""
        return self.waits_since is not None and self.waits_since < began

    def waited_since(self, began: datetime) -> bool:
        """Now, or at some time since then."""
        is_over = self.waited_until is None or self.waited_until < began
        return self.waits_since is not None or not is_over


@dataclass(slots=True)
class Idler:
    """One agent. `ready_since`: on the board; `idle`: free, but for offers in vain."""

    agent: Agent
    ready_since: datetime | None = None
    ready_until: datetime | None = None
    idle: Instant | None = None
    came: Instant | None = None  # became available by hand
    offered: Instant | None = None
    talks: int = 0

    def is_ready_at(self, began: datetime) -> bool:
        return self.ready_since is not None and self.ready_since < began

    def was_ready_since(self, began: datetime) -> bool:
        is_over = self.ready_until is None or self.ready_until < began
        return self.ready_since is not None or not is_over


class OrderChecks:
    def __init__(self, deployment: Deployment, is_alive: Callable[[str, datetime], bool]) -> None:
        """`is_alive`: whether the agent's page has surely a lease then."""
        self._deployment = deployment
        self._world = deployment.world
        self._is_alive = is_alive
        self._states: dict[str, State] = {}
        self._places: dict[str, Place] = {}
        self._idlers: dict[str, Idler] = {}
        self._beside: dict[tuple[str, str], datetime] = {}
        deployment.on_saved.append(self._on_saved)

    # --- what happens -----------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        task, now = current(), self._world.now()
        at = Instant(task.began if task else now, now)
        call, applied = write_set.call, write_set.applied
        if call is not None and applied is not None:
            match applied.event:
                case e.OfferMade(who) if isinstance(call.state, Offered):
                    self._check_offer(call, who, at)
                case _:
                    pass
            self._follow(call, applied.event, at)
        is_by_hand = call is None and task is not None and not task.name.startswith("job/")
        for agent in write_set.agents:
            self._follow_agent(agent, at, is_by_hand=is_by_hand)

    def _follow(self, call: Call, event: e.Event, at: Instant) -> None:
        before, state = self._states.get(call.id), call.state
        if before is state:
            return
        self._states[call.id] = state
        position = call.position
        if position is None:
            self._places.pop(call.id, None)
            return
        place = self._places[call.id] = self._place(call, position.node, before, event, at)
        place.call = call
        self._check_age(place, position.since)
        if isinstance(state, Waiting):
            place.waits_since = place.waits_since or at.latest
        elif place.waits_since is not None:
            place.waits_since, place.waited_until = None, at.latest
        out = reference.leaves_out(before, event, state) if before is not None else None
        if out is not None:
            place.out[out] = at

    def _place(
        self, call: Call, node: str, state: State | None, event: e.Event, at: Instant
    ) -> Place:
        place, line = self._places.get(call.id), self._line(call, node)
        if isinstance(event, e.TransferRequested) and place is not None:
            priority = min(place.priority, line.priority)
            is_persons = getattr(line, "agent", None) is not None
            sent = Place(call, node, line, place.taken, priority)
            return replace(sent, before=place if is_persons else None)
        if place is None or state is None or isinstance(state, AtNode | Ended):
            return Place(call, node, line, at, line.priority)
        if place.node == node:
            return place
        if place.before is not None and place.before.node == node:
            return replace(place.before, waits_since=None, waited_until=None)
        return Place(call, node, line, at, line.priority)

    def _line(self, call: Call, node: str) -> WaitPoint:
        return self._deployment.directory.plan(call.plan).wait_point(node)

    def _follow_agent(self, agent: Agent, at: Instant, *, is_by_hand: bool) -> None:
        idler = self._idlers.get(agent.id)
        if idler is None:
            idler = self._idlers[agent.id] = Idler(agent)
        before, idler.agent = idler.agent.presence, agent
        if isinstance(agent.presence, Ready):
            if idler.ready_since is None:
                idler.ready_since = at.latest
                idler.came = at if is_by_hand else idler.came
            idler.idle = idler.idle or at
            return
        if idler.ready_since is not None:
            idler.ready_since, idler.ready_until = None, at.latest
        match agent.presence, before:
            case Reserved(leg=leg), Reserved(leg=earlier) if leg == earlier:
                pass
            case Reserved(), _:
                idler.offered = at  # each device of an agent is an offer
                idler.idle = idler.idle or at  # the work before is over, as of who takes back
            case _:
                idler.idle = None
        idler.talks += _has_begun(agent.presence) and not _has_begun(before)

    def _check_age(self, place: Place, since: datetime) -> None:
        skew = timedelta(seconds=SKEW_SECONDS + 0.001)
        if not place.taken.earliest - skew <= since <= place.taken.latest + skew:
            self._violate(
                AGE,
                "H2",
                f"the place of {self._name(place.call)}",
                f"counts its age from {since:%H:%M:%S.%f}",
                f"from when it was taken, {place.taken.latest:%H:%M:%S.%f}",
            )

    # --- each offer -------------------------------------------------------------------------

    def _check_offer(self, call: Call, agent_id: str, at: Instant) -> None:
        """Before the save is followed: `call` waits, and the agent is free."""
        place, idler = self._places.get(call.id), self._idlers.get(agent_id)
        if place is None or idler is None:
            return
        spared = self._deployment.versions.spared() | self._deployment.dismissed
        self._check_nobody_was_first(place, idler, at, spared)
        free = [one for one in self._surely_free(place, at, spared) if one is not idler]
        self._check_left_out(place, idler, at, free)
        for other in free:
            reason = _is_preferred(other, idler, place.line)
            if reason:
                self._violate(
                    AGENTS,
                    "H2",
                    f"the offer of {self._name(call)}",
                    f"is to {agent_id}",
                    f"{place.line.chooses_by!r} asks {other.agent.id}, {reason}",
                )

    def _check_nobody_was_first(
        self, place: Place, idler: Idler, at: Instant, spared: frozenset[str] | set[str]
    ) -> None:
        for other in self._places.values():
            is_spared = not spared.isdisjoint((other.call.id, other.call.plan))
            if other is place or is_spared or not other.waits_at(at.earliest):
                continue
            if not _is_ahead(other, place) or other.is_left_out(idler.agent.id, at.latest):
                continue
            if not reference.may_take(idler.agent, other.line, other.node):
                continue
            might = (
                one
                for one in self._idlers.values()
                if one is not idler
                and one.was_ready_since(at.earliest)
                and reference.may_take(one.agent, other.line, other.node)
            )
            if next(might, None) is None:
                self._violate(
                    CALLERS,
                    "H2",
                    f"the offer to {idler.agent.id}",
                    f"is of {self._name(place.call)}",
                    f"offers {self._name(other.call)} first",
                )

    def _surely_free(
        self, place: Place, at: Instant, spared: frozenset[str] | set[str]
    ) -> Iterator[Idler]:
        """Free all the time, for this caller and for no other."""
        for one in self._idlers.values():
            who = one.agent
            if who.id in spared or not one.is_ready_at(at.earliest):
                continue
            if not reference.may_take(who, place.line, place.node):
                continue
            if place.is_left_out(who.id, at.latest) or not self._is_alive(who.id, at.latest):
                continue
            others = (
                other
                for other in self._places.values()
                if other is not place
                and other.waited_since(at.earliest)
                and reference.may_take(who, other.line, other.node)
            )
            if next(others, None) is None:
                yield one

    def _check_left_out(self, place: Place, idler: Idler, at: Instant, free: list[Idler]) -> None:
        out = place.out.get(idler.agent.id)
        if out is None or at.latest + CLOCKS >= out.earliest + COOL_DOWN:
            return
        came_back = idler.came is not None and not idler.came.is_before(out)
        if not came_back or free:
            seconds = (at.latest - out.earliest).total_seconds()
            others = f" while {free[0].agent.id} is free" if came_back else ""
            self._violate(
                LEFT_OUT,
                "H2",
                f"{idler.agent.id}, who did not take {self._name(place.call)}",
                f"is asked again after {seconds:.1f} s{others}",
                f"leaves out for {COOL_DOWN_SECONDS} s",
            )

    # --- once a second ----------------------------------------------------------------------

    def check(self, live: Iterable[Call], agents: Iterable[Agent], tolerance: float) -> None:
        """A caller and an agent who may take the call do not stay beside each other."""
        now, before = self._world.now(), self._beside
        self._beside = {}
        free = [one for one in agents if isinstance(one.presence, Ready)]
        if not free:
            return
        for call in live:
            place = self._places.get(call.id)
            if place is None or place.waits_since is None:
                continue
            for agent in free:
                may = reference.may_take(agent, place.line, place.node)
                if not may or place.is_left_out(agent.id, now):
                    continue
                key = (call.id, agent.id)
                since = self._beside[key] = before.get(key, now)
                if (now - since).total_seconds() > tolerance:
                    self._violate(
                        OWED,
                        "F15",
                        f"{self._name(call)} and {agent.id}",
                        f"leaves them beside each other since {since:%H:%M:%S}",
                        "offers the call",
                    )

    def _name(self, call: Call) -> str:
        return self._deployment.names.of(call.id)

    def _violate(self, name: str, rule: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement(rule, what, product, says)))


def _has_begun(presence: Presence) -> bool:
    """A conversation: not yet where the agent calls out, and nobody has answered."""
    return isinstance(presence, OnCall) and presence.has_begun


def _is_ahead(one: Place, other: Place) -> bool:
    """Surely: more urgent, or as urgent and longer there."""
    if one.priority != other.priority:
        return one.priority < other.priority
    return one.taken.is_before(other.taken)


def _is_preferred(one: Idler, chosen: Idler, line: WaitPoint) -> str:
    """Why the strategy of that line prefers `one`, surely; empty: it may not."""
    match line.chooses_by:
        case "longest idle" if one.idle and chosen.idle and one.idle.is_before(chosen.idle):
            return "who has been idle longer"
        case "round robin" if chosen.offered and one.offered is None:
            return "who was offered none yet"
        case "round robin" if (
            chosen.offered and one.offered and one.offered.is_before(chosen.offered)
        ):
            return "whose last offer was longer ago"
        case "fewest calls today" if one.talks < chosen.talks:
            return f"who has {one.talks} calls today, and not {chosen.talks}"
        case _:
            return ""
