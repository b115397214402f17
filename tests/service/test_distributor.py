"""What the distributor does beside pairing."""

from __future__ import annotations

from app.adapters.memory import MemoryIds, MemoryNotices, MemorySwitch, MemoryTimers
from app.adapters.memory.clock import MemoryClock
from app.domain.agent import Agent, Away, Ready
from app.service.commit import ALIVE_SECONDS, commit_agent
from app.service.distributor import Distributor


def test_a_lost_desk_is_set_away_and_its_pages_are_notified() -> None:
    """F20: else the agent's page, if it lives, and the colleagues' show “ready” until they ask."""
    switch, clock, ids, notices = MemorySwitch(), MemoryClock(), MemoryIds(), MemoryNotices()
    distributor = Distributor(
        board=switch.board,
        calls=switch.calls,
        agents=switch.agents,
        timers=MemoryTimers(),
        notices=notices,
        clock=clock,
        ids=ids,
    )
    ready = Agent("anna", presence=Ready(clock.now()), queues=("sales",))
    switch.calls.save(commit_agent(Agent("anna"), ready, ids.new(), clock.now()).write_set)

    clock.advance(ALIVE_SECONDS + 1)
    distributor.distribute()

    assert isinstance(switch.agents.get("anna").presence, Away)
    assert notices.topics == ["agent:anna", "board"]
