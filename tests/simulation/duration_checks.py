"""What time ends lasts as long as the rules say, neither longer nor shorter (H1).

When each began and ended is the checker's own record: the world's time while the function ran whose
save showed it. A deadline that the product stores is never looked at. Two clocks differ by 2 s
(W12), so that much less is no breach, and nothing else is; more is allowed as a repair takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain import events as e
from app.domain.agent import Agent, Away, Ready, WrapUp
from app.domain.call import Call
from app.domain.states import (
    Connecting,
    HeadsetAway,
    InConversation,
    Offered,
    State,
    Waiting,
)
from app.ports import WriteSet
from tests.simulation import reference
from tests.simulation.cloud import SKEW_SECONDS
from tests.simulation.deployment import Deployment
from tests.simulation.reference import ALIVE_SECONDS, TIME, Disagreement, Limit
from tests.simulation.tasks import current

CLOCKS_SECONDS = 2 * SKEW_SECONDS
DOCUMENT_SECONDS = 20  # the longest document of a waiting caller, who is the clock (D5)
SHORTER = "what time ends lasts as long as the rules say"
LONGER = "what time ends is over in time"
OF_A_COLLEAGUE = (
    "holds before a colleague rings",
    "ring of a colleague",
    "unshown ring of a colleague",
    "connecting of a colleague",
)
OTHERWISE = "what time ends is ended early only by what the rules name"


@dataclass(frozen=True, slots=True)
class Stretch:
    """It began between these two instants: the function began, and its save landed."""

    limit: Limit
    earliest: datetime
    latest: datetime


@dataclass(slots=True)
class Course:
    """What goes on in one call. `changed`: when its state changed; `rang`: legs that rang."""

    state: State
    changed: datetime
    rang: set[str] = field(default_factory=set)
    stretches: tuple[Stretch, ...] = ()
    line: str = ""  # the node where it waited last
    talked_at: str = ""  # the node of the conversation that ends, if one does
    sent_to: str = ""  # the node where an agent sent the caller last
    is_back: bool = False  # in the queue, from an offer: what it hears may end later than the wait


class DurationChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._courses: dict[str, Course] = {}
        self._agents: dict[str, Agent] = {}
        self._wrap_ups: dict[str, tuple[str, float, datetime, datetime]] = {}  # by agent
        self._signs: dict[str, tuple[datetime, datetime]] = {}  # of life, by agent: the last one
        deployment.on_saved.append(self._on_saved)
        deployment.on_sign_of_life.append(self._on_sign_of_life)

    # --- what happens -----------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        task, now = current(), self._world.now()
        began = task.began if task else now
        for agent in write_set.agents:
            self._agents[agent.id] = agent
        call = write_set.call
        if call is not None and write_set.applied is not None:
            self._follow(call, write_set.applied.event, began, now)
        for agent in write_set.agents:
            self._follow_agent(agent, call, began, now)
        for row in write_set.put_ready:
            self._signs[row.agent] = (began, now)

    def _on_sign_of_life(self, agent: str) -> None:
        task, now = current(), self._world.now()
        self._signs[agent] = (task.began if task else now, now)

    def _follow(self, call: Call, event: e.Event, began: datetime, now: datetime) -> None:
        course, state = self._courses.get(call.id), call.state
        if course is None:
            course = self._courses[call.id] = Course(state, now)
            before: State | None = None
        else:
            before = course.state
        just_rang = False
        match event:
            case e.LegRang(leg) if leg not in course.rang:
                course.rang.add(leg)
                just_rang = call.offered_to is not None and call.offered_to[1] == leg
            case e.OfferMade(agent):
                self._check_alive(agent, began)
            case _:
                pass
        if before is not None and not just_rang and (before is state or before == state):
            return
        course.is_back = isinstance(state, Waiting) and before is not None
        course.state, course.changed = state, now
        after = self._stretches(call, course, event, before, just_rang, began, now)
        before_it, course.stretches = course.stretches, after
        course.talked_at = course.line
        if isinstance(event, e.TransferRequested):
            course.sent_to = event.target
        is_passed_on = call.offered_to is not None and any(
            stretch.limit.kind.startswith("unshown") for stretch in before_it
        )
        for stretch in before_it:
            is_ring = stretch.limit.kind in ("offer", "ring of a colleague")
            if stretch not in after and not (is_passed_on and is_ring):
                self._check_end(call, stretch, event, before, now)
        course.line = call.position.node if call.position else course.line

    def _stretches(
        self,
        call: Call,
        course: Course,
        event: e.Event,
        before: State | None,
        just_rang: bool,
        began: datetime,
        now: datetime,
    ) -> tuple[Stretch, ...]:
        state, plan = call.state, self._deployment.directory.plan(call.plan)
        offered_to, presented = call.offered_to or ("", "")
        rang = presented in course.rang
        devices = len(self._agents[offered_to].devices) if offered_to else 0
        found = []
        is_dialled = reference.is_before_the_answer(call)
        limits = reference.limits(plan, state, rang=rang, devices=devices, is_dialled=is_dialled)
        for limit in limits:
            known = next((s for s in course.stretches if s.limit == limit), None)
            if known is not None and before is not None:
                again = reference.begins_again(limit.kind, event, before, state, rang=just_rang)
                known = None if again else known
            found.append(known or Stretch(limit, began, now))
        return tuple(found)

    # --- calls ------------------------------------------------------------------------------

    def _check_end(
        self, call: Call, stretch: Stretch, event: e.Event, before: State | None, now: datetime
    ) -> None:
        kind, what = stretch.limit.kind, type(event)
        if issubclass(what, reference.ENDED_BY[kind]) or reference.is_of_no_dial(event):
            return
        is_hold = kind in ("hold", "reminder of a hold")
        if is_hold and reference.is_gone(event, before):
            return
        name = f"{kind} of {self._deployment.names.of(call.id)}"
        if not issubclass(what, TIME):
            said = Disagreement("H1", name, f"ended it by {what.__name__}", "does not name that")
            self._world.violate(OTHERWISE, str(said))
            return
        if self._has_its_own_time(call, kind, before):
            return
        if _is_away(before) and kind in ("hold", "reminder of a hold", "longest wait"):
            return  # the loss ended it, and that has its own time
        if kind == "longest wait" and isinstance(before, InConversation):
            return
        is_sent = stretch.limit.key == self._courses[call.id].sent_to
        if kind == "longest wait" and is_sent and isinstance(before, Offered | Connecting):
            return  # the person to whom the caller was sent did not take the call (T2)
        self._check_length(name, stretch.limit.seconds, stretch.earliest, now)

    def _has_its_own_time(self, call: Call, kind: str, before: State | None) -> bool:
        """What else time has ended with that: the agent's part, of whoever was asked into it; and
        holds that were in vain before a colleague could ring, of the hold (R19)."""
        if not isinstance(before, InConversation):
            return False
        after = call.state
        if not isinstance(after, InConversation) or after.agent != before.agent:
            return kind in OF_A_COLLEAGUE
        offer = before.consult.offer if before.consult else None
        is_in_vain = offer is not None and not offer.begun and after.consult is None
        return is_in_vain and kind in ("hold", "reminder of a hold")

    def _check_length(self, name: str, least: float, earliest: datetime, now: datetime) -> None:
        seconds = (now - earliest).total_seconds()
        if seconds < least - CLOCKS_SECONDS:
            said = Disagreement(
                "H1", name, f"ended it after {seconds:.1f} s at most", f"says {least:.0f} s"
            )
            self._world.violate(SHORTER, str(said))

    def check(self, live: Iterable[Call], agents: Iterable[Agent], tolerance: float) -> None:
        """Once a second. `live`: the calls that have not ended; `tolerance`: of repairs, in s."""
        now, late = self._world.now(), timedelta(seconds=CLOCKS_SECONDS + tolerance)
        for call in live:
            course = self._courses.get(call.id)
            if course is None:
                continue
            for stretch in course.stretches:
                over = stretch.latest + timedelta(seconds=stretch.limit.seconds)
                if now > over + late and self._is_overdue(course, stretch, over, now - late):
                    self._violate_longer(
                        f"{stretch.limit.kind} of {self._deployment.names.of(call.id)}",
                        stretch.limit.seconds,
                        (now - stretch.latest).total_seconds(),
                    )
        for agent in agents:
            if agent.id in self._wrap_ups:
                _, seconds, _, since = self._wrap_ups[agent.id]
                lasted = (now - since).total_seconds()
                resent = self._deployment.queues.resent_seconds(agent.id, since)
                if lasted > seconds + CLOCKS_SECONDS + tolerance + resent:
                    self._violate_longer(f"wrap-up of {agent.id}", seconds, lasted)

    def _is_overdue(
        self, course: Course, stretch: Stretch, over: datetime, patience: datetime
    ) -> bool:
        """What is looked at only in a state that was there for long enough."""
        match stretch.limit.kind:
            case "longest wait":
                wait = timedelta(seconds=DOCUMENT_SECONDS if course.is_back else 0)
                return isinstance(course.state, Waiting) and course.changed + wait < patience
            case "hold" | "reminder of a hold":
                return not _is_away(course.state) and course.changed < patience
            case _:
                return over < patience

    def _violate_longer(self, name: str, most: float, lasted: float) -> None:
        said = Disagreement("H1", name, f"lets it go on for {lasted:.1f} s", f"says {most:.0f} s")
        self._world.violate(LONGER, str(said))

    # --- agents -----------------------------------------------------------------------------

    def _follow_agent(
        self, agent: Agent, call: Call | None, began: datetime, now: datetime
    ) -> None:
        known = self._wrap_ups.get(agent.id)
        match agent.presence:
            case WrapUp(call=call_id):
                if known is None or known[0] != call_id:
                    seconds = self._wrap_up_seconds(call) if call is not None else 0.0
                    self._wrap_ups[agent.id] = (call_id, seconds, began, now)
                return
            case Away(reason="desk lost") if call is None:
                self._check_lost_desk(agent.id, now)
            case _:
                pass
        if known is not None:
            del self._wrap_ups[agent.id]
            task = current()
            if task is not None and task.name.startswith("job/") and call is None:
                self._check_length(f"wrap-up of {agent.id}", known[1], known[2], now)
            elif isinstance(agent.presence, Ready) and call is not None:
                said = Disagreement("H1", f"wrap-up of {agent.id}", "let a call end it", "does not")
                self._world.violate(OTHERWISE, str(said))

    def _wrap_up_seconds(self, call: Call) -> float:
        plan = self._deployment.directory.plan(call.plan)
        return float(plan.wait_point(self._courses[call.id].talked_at).wrap_up_seconds)

    def _check_lost_desk(self, agent: str, now: datetime) -> None:
        """S11: away for a page that is gone, though its lease is not over."""
        if agent in self._signs:
            earliest = self._signs[agent][0]
            self._check_length(f"sign of life of {agent}", ALIVE_SECONDS, earliest, now)

    def is_alive(self, agent_id: str, now: datetime) -> bool:
        """Whether that agent, with a page alone or not, can surely be offered a call then."""
        agent, sign = self._agents.get(agent_id), self._signs.get(agent_id)
        needs_page = agent is None or all(device.kind == "desk" for device in agent.devices)
        lease = timedelta(seconds=ALIVE_SECONDS - CLOCKS_SECONDS)
        return not needs_page or (sign is not None and now < sign[0] + lease)

    def _check_alive(self, agent_id: str, began: datetime) -> None:
        """F20: who has a browser alone, and gave no sign of life, is offered no call.

        The signs of an agent who cannot be read are lost; the row that comes back is taken for one.
        """
        if agent_id in self._deployment.versions.spared():
            return
        agent, sign = self._agents.get(agent_id), self._signs.get(agent_id)
        if agent is None or sign is None or any(d.kind != "desk" for d in agent.devices):
            return
        seconds = (began - sign[1]).total_seconds()
        if seconds > ALIVE_SECONDS + CLOCKS_SECONDS:
            self._violate_longer(f"sign of life of {agent_id}", ALIVE_SECONDS, seconds)


def _is_away(state: State | None) -> bool:
    """The headset is lost, which has its own time."""
    return isinstance(state, InConversation) and isinstance(state.away, HeadsetAway)
