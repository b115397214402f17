"""Which agents are free for a call that they handed on: the checkers' own record of the saves."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.agent import Agent, Ready, WrapUp
from app.domain.call import Call
from app.ports import WriteSet
from tests.simulation.deployment import Deployment

DECIDED_WITHIN = timedelta(seconds=4)  # from the read of the agent to the save, at most (W4)


class FreeAgents:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._agents: dict[str, Agent] = {}
        self._changed: dict[str, datetime] = {}

    def follow(self, write_set: WriteSet) -> None:
        for agent in write_set.agents:
            self._agents[agent.id] = agent
            self._changed[agent.id] = self._deployment.world.now()

    def is_free(self, agent: str, call: Call) -> bool:
        """Surely: who became free while it was decided may have been read before that."""
        changed = self._changed.get(agent, call.started)
        if changed + DECIDED_WITHIN > self._deployment.world.now():
            return False
        match self._agents.get(agent):
            case Agent(presence=Ready()):
                return agent not in self._deployment.versions.spared()
            case Agent(presence=WrapUp(call=wrapped)):
                return wrapped == call.id and agent not in self._deployment.versions.spared()
            case _:
                return False
