"""Nothing is done in vain: a save changes something, a command is needed (W7, W9).

Whether a command is needed is asked without faults only: after one, it may be asked for again.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.states import State
from app.ports import WriteSet
from infra.local.exchange.journal import ConferenceChanged, Entry, RestCalled
from tests.simulation.deployment import Deployment
from tests.simulation.tasks import current

IN_VAIN = "a save changes something"
NEEDLESS = "without faults a command changes something"
COUNTERS = ("rev", "updated", "claim_until", "facts")  # of a call: they move with each save
_KEPT = attrgetter(*(field.name for field in fields(Call) if field.name not in COUNTERS))
_AGENTS = attrgetter(*(field.name for field in fields(Agent) if field.name != "rev"))


class EconomyChecks:
    def __init__(self, deployment: Deployment) -> None:
        self.is_faultless = True
        self._deployment = deployment
        self._world = deployment.world
        self._calls: dict[str, Call] = {}
        self._agents: dict[str, Agent] = {}
        self._told: dict[
            tuple[str, str], Any
        ] = {}  # by leg and kind of command, what was told last
        deployment.on_saved.append(self._on_saved)
        deployment.exchange.observe(self._on_entry)

    # --- saves ------------------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        call = write_set.call
        before = self._calls.get(call.id) if call is not None else None
        changed = [agent for agent in write_set.agents if self._is_changed(agent)]
        if call is not None:
            self._calls[call.id] = call
        if changed or write_set.put_ready:  # a row that was lost is put again (S10)
            return
        if call is None:
            self._violate(IN_VAIN, f"{[agent.id for agent in write_set.agents]}: {_task()}")
        elif before is not None and _KEPT(before) == _KEPT(call):
            is_claimed = before.claim_until != call.claim_until  # what another one left undone (W6)
            if not is_claimed:
                what = write_set.applied and type(write_set.applied.event).__name__
                name = self._deployment.names.of(call.id)
                self._violate(IN_VAIN, f"{name} rev {call.rev}: {what}, by {_task()}")

    def _is_changed(self, agent: Agent) -> bool:
        before = self._agents.get(agent.id)
        self._agents[agent.id] = agent
        return before is None or _AGENTS(before) != _AGENTS(agent)

    # --- commands ---------------------------------------------------------------------------

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case ConferenceChanged(event="participant-leave", leg=str(leg)):
                self._told.pop((leg, "hold"), None)
            case RestCalled(method="POST", path=path, pairs=pairs, status=status) if status < 300:
                what = dict(pairs)
                where = path.rpartition("/")[2].partition(".")[0]
                if "Hold" in what:
                    self._check_needed(where, "hold", what["Hold"])
                elif "/Recordings/" in path and "Status" in what:
                    self._check_needed(where, "recording", what["Status"])
                elif what.get("Status") == "completed":
                    self._check_needed(where, "end", "completed")
                elif "Url" in what and where.startswith("CA"):
                    self._check_needed(where, "refresh", self._state_of(urlsplit(what["Url"]).path))
            case _:
                pass

    def _state_of(self, path: str) -> State | None:
        """Of the call whose leg is sent to that address: it does not hear the same state twice."""
        words = path.split("/")
        call = next((self._calls[word] for word in words if word in self._calls), None)
        return call.state if call is not None else None

    def _check_needed(self, where: str, kind: str, told: object) -> None:
        known = self._told.get((where, kind))
        self._told[where, kind] = told
        if self.is_faultless and told is not None and known == told:
            name = self._deployment.names.of(where)
            self._violate(NEEDLESS, f"{kind} {told} of {name} once more, by {_task()}")

    def _violate(self, name: str, detail: str) -> None:
        self._world.violate(name, detail)


def _task() -> str:
    task = current()
    return task.name if task is not None else "the world"
