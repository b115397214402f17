"""What an agent asked for comes true when the call lets go, or when the wrap-up ends (F18, F19).

What was asked for is known from the clicks and their answers. One without an answer may have had
its effect or not, and may have it late: until the next answer nothing is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.agent import Away, Holding, Offline, OnCall, Presence, Reserved, WrapUp
from app.domain.call import Call
from app.domain.events import CalledOut, PickupRequested
from app.ports import AppliedEvent, WriteSet
from tests.simulation import reference
from tests.simulation.deployment import Deployment
from tests.simulation.reference import Disagreement, Wish
from tests.simulation.tasks import current

HONOURED = "what an agent asked for comes true when the call lets go"
UNANSWERED = timedelta(seconds=30)  # a request without an answer may still have an effect
WISHES: dict[str, Wish] = {"ready": "ready", "away": "away", "offline": "offline"}


@dataclass(slots=True)
class Clicks:
    """The last wish of an agent; `sure_since` its answer; `doubt_until`: of earlier ones."""

    wish: Wish = "ready"
    sure_since: datetime | None = None
    doubt_until: datetime | None = None


class WishChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._clicks: dict[str, Clicks] = {}
        self._presences: dict[str, Presence] = {}
        self._calls: dict[str, Call] = {}
        deployment.on_saved.append(self._on_saved)
        deployment.on_asked.append(self._on_asked)

    def _on_asked(self, agent: str, what: str, *, is_answered: bool | None) -> None:
        """`is_answered` is None when the request begins."""
        if what not in WISHES:
            return
        clicks, now = self._clicks.setdefault(agent, Clicks()), self._world.now()
        match is_answered:
            case None:
                clicks.wish, clicks.sure_since = WISHES[what], None
            case True:
                clicks.sure_since = now
            case False:
                clicks.doubt_until = now + UNANSWERED

    def _on_saved(self, write_set: WriteSet) -> None:
        call = write_set.call
        before = self._calls.get(call.id) if call is not None else None
        for agent in write_set.agents:
            was = self._presences.get(agent.id)
            self._presences[agent.id] = agent.presence
            took = CalledOut | PickupRequested
            if write_set.applied and isinstance(write_set.applied.event, took):
                self._keep(agent.id, was)
            if isinstance(agent.presence, Reserved | OnCall | Holding | WrapUp):
                continue
            was_in_call = isinstance(was, Reserved | OnCall | Holding)
            if was_in_call and write_set.applied and before is not None:
                self._check_release(agent.id, agent.presence, before, write_set.applied)
            elif isinstance(was, WrapUp) and call is None and _is_job():
                self._check_wish(agent.id, agent.presence, is_set_aside=False)
        if call is not None:
            self._calls[call.id] = call

    def _keep(self, agent: str, was: Presence | None) -> None:
        """Who calls out, or takes a parked call, is back after it: on a break, or offline."""
        clicks = self._clicks.setdefault(agent, Clicks())
        match was:
            case Away():
                clicks.wish = "away"
            case None | Offline():
                clicks.wish = "offline"
            case _:
                pass

    def _check_release(
        self, agent: str, presence: Presence, before: Call, applied: AppliedEvent
    ) -> None:
        is_set_aside = reference.is_set_aside(before, applied.event)
        if agent in before.colleagues:
            is_set_aside = False  # the call of another: who was asked into it is as before (R19)
        if is_set_aside is not None:
            self._check_wish(agent, presence, is_set_aside=is_set_aside)

    def _check_wish(self, agent: str, presence: Presence, *, is_set_aside: bool) -> None:
        task, clicks = current(), self._clicks.get(agent)
        if task is None or clicks is None or agent in self._deployment.dismissed:
            return
        if clicks.sure_since is None or clicks.sure_since >= task.began:
            return
        if clicks.doubt_until is not None and task.began <= clicks.doubt_until:
            return
        due = reference.after_release(clicks.wish, is_set_aside=is_set_aside)
        said = _said(presence)
        if said != due:
            detail = Disagreement(
                "F18",
                f"{agent}, who asked for {clicks.wish!r}",
                f"makes the agent {said}",
                f"makes the agent {due}",
            )
            self._world.violate(HONOURED, str(detail))


def _said(presence: Presence) -> str:
    match presence:
        case Away(automatic=True):
            return "set aside"
        case _:
            return type(presence).__name__.lower()


def _is_job() -> bool:
    task = current()
    return task is not None and task.name.startswith("job/")
