"""Who is sent to a person is with that person, on the way there, or comes back (T2).

Who sent whom where is the checker's own record of the saves; a person's extension is told by the
plan, and whether the sender is free by the last save of that agent.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.nodes.extension import Extension
from app.domain.states import (
    AtNode,
    Connecting,
    Ended,
    HandedOver,
    InConversation,
    Offered,
    State,
    Waiting,
)
from app.ports import WriteSet
from tests.simulation.deployment import Deployment
from tests.simulation.free_agents import FreeAgents
from tests.simulation.reference import Disagreement

BACK = "who is sent to a person who does not take the call comes back"


@dataclass(frozen=True, slots=True)
class Sent:
    """To that person's extension, from that place, by that agent."""

    by: str
    node: str
    person: str
    place: str


class TransferChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._sent: dict[str, Sent] = {}
        self._states: dict[str, State] = {}
        self._free = FreeAgents(deployment)
        deployment.on_saved.append(self._on_saved)

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied = write_set.call, write_set.applied
        if call is not None and applied is not None:
            before, self._states[call.id] = self._states.get(call.id), call.state
            self._follow(call, before, applied.event)
        self._free.follow(write_set)

    def _follow(self, call: Call, before: State | None, event: e.Event) -> None:
        sent = self._sent.pop(call.id, None)
        if isinstance(event, e.TransferRequested) and isinstance(before, InConversation):
            node = self._deployment.directory.plan(call.plan).nodes.get(event.target)
            if isinstance(node, Extension) and isinstance(call.state, Waiting):
                place = before.position.node
                self._sent[call.id] = Sent(event.agent, event.target, node.agent, place)
            return
        if sent is None:
            return
        has_tried = isinstance(before, Offered | Connecting | InConversation)
        match call.state:
            case Ended() | InConversation(talked=True) | HandedOver():
                return  # handed over, the caller is with somebody, and comes back as T3 says
            case AtNode() if _is_let_in_nowhere(before, event):
                return  # they can talk with nobody, and go where the plan says (V9)
            case Waiting(position) if position.node == sent.node and not has_tried:
                self._sent[call.id] = sent
            case Offered(position) | Connecting(position) | InConversation(position) if (
                position.node == sent.node
            ):
                self._sent[call.id] = sent
            case Offered(position, agent=who) if (position.node, who) == (sent.place, sent.by):
                return
            case Waiting(position) if position.node == sent.place and not self._free.is_free(
                sent.by, call
            ):
                return
            case state:
                where = getattr(state, "position", state)
                said = Disagreement(
                    "T2",
                    f"{self._deployment.names.of(call.id)}, sent to {sent.person} by {sent.by}",
                    f"has {type(state).__name__} {getattr(where, 'node', where)}",
                    f"rings at {sent.by}, or waits in {sent.place} if that agent is not free",
                )
                self._deployment.world.violate(BACK, str(said))


def _is_let_in_nowhere(before: State | None, event: e.Event) -> bool:
    """The carrier lets the caller into no room; or, of an agent's conversation, on hold nowhere."""
    match event:
        case e.RoomRefused(leg):
            return leg == CALLER
        case e.QueueRefused(leg):
            return leg == CALLER and isinstance(before, InConversation)
        case _:
            return False
