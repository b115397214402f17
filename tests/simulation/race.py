"""Real races on a real database API: 64 threads in 4 processes, and exactly one of them wins.

Each round is one agent and 64 callers, or one caller and 64 agents; all commit their pair at the
same instant, through the product's own services. Simulated worlds prove the logic; this proves that
the store's conditions hold under threads.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

from app.adapters import aws
from app.adapters.dynamodb import DynamoAgents, DynamoCalls, tables
from app.adapters.system import SystemClock
from app.domain.agent import Agent, Ready
from app.domain.decide import begin, decide
from app.domain.events import Arrived, OfferMade
from app.domain.states import Offered
from app.ports import CallSnapshot, Stale
from app.service.commit import commit_agent, commit_call
from tests.stories.company import PLAN, SALES
from tests.support import ministack

PROCESSES = 4
THREADS = 16  # in each
ROUNDS = 200
SECONDS = 60  # a round that hangs fails

_NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pairing:
    """What one thread tries: this caller with this agent."""

    call: str
    agent: str


class Stores:
    def __init__(self, endpoint: aws.AwsEndpoint, table: str) -> None:
        client = aws.client("dynamodb", endpoint)
        self.calls = DynamoCalls(client, table, SystemClock())
        self.agents = DynamoAgents(client, table)

    def waits(self, call_id: str) -> None:
        number = PLAN.number(SALES)
        assert number is not None
        begun = begin(PLAN, number, call_id, f"CA{call_id}", "+447700900361", "", _NOW)
        self.calls.save(commit_call(PLAN, None, begun, Arrived(), f"w{call_id}", _NOW).write_set)

    def is_ready(self, agent_id: str) -> None:
        ready = Agent(agent_id, presence=Ready(_NOW), queues=("sales",))
        self.calls.save(commit_agent(Agent(agent_id), ready, f"w{agent_id}", _NOW).write_set)

    def prepares(self, pairing: Pairing) -> Any:
        """The change that this thread saves: all have read the same."""
        loaded = self.calls.get(pairing.call)
        agent = self.agents.get(pairing.agent)
        assert loaded is not None
        now = _NOW + timedelta(seconds=1)
        event = OfferMade(pairing.agent)
        decision = decide(PLAN, loaded.call, {agent.id: agent}, event, now)
        known = CallSnapshot(loaded.call, (agent,))
        write_id = f"p{pairing.call}{pairing.agent}"
        return commit_call(PLAN, known, decision, event, write_id, now).write_set


def _process(
    endpoint: aws.AwsEndpoint,
    table: str,
    rounds: Sequence[Sequence[Pairing]],
    gate: Any,
    won: Any,
) -> None:
    """In each round: everybody reads, everybody waits for all the others, everybody saves."""
    stores = Stores(endpoint, table)
    with ThreadPoolExecutor(THREADS) as pool:
        for pairings in rounds:
            inner = Barrier(len(pairings) + 1)

            def tries(pairing: Pairing, inner: Barrier = inner) -> int:
                write_set = stores.prepares(pairing)
                inner.wait(SECONDS)
                inner.wait(SECONDS)
                try:
                    stores.calls.save(write_set)
                except Stale:
                    return 0
                return 1

            results = [pool.submit(tries, pairing) for pairing in pairings]
            inner.wait(SECONDS)  # all of this process have read
            gate.wait(SECONDS)  # all processes have
            inner.wait(SECONDS)
            won.put(sum(result.result(SECONDS) for result in results))
            gate.wait(SECONDS)


def race(cloud: ministack.Cloud, rounds: int) -> list[int]:
    """How many won, in each round: odd rounds are for one caller, even ones for one agent."""
    table = cloud.table(tables.SWITCH)
    stores = Stores(cloud.endpoint, table)
    plans = [_round(number) for number in range(rounds)]
    for pairings in plans:
        for call_id in sorted({pairing.call for pairing in pairings}):
            stores.waits(call_id)
        for agent_id in sorted({pairing.agent for pairing in pairings}):
            stores.is_ready(agent_id)
    context = multiprocessing.get_context("spawn")
    gate, won = context.Barrier(PROCESSES), context.Queue()
    parts = [
        [pairings[part * THREADS : (part + 1) * THREADS] for pairings in plans]
        for part in range(PROCESSES)
    ]
    workers = [
        context.Process(target=_process, args=(cloud.endpoint, table, part, gate, won), daemon=True)
        for part in parts
    ]
    for worker in workers:
        worker.start()
    winners = [sum(won.get(timeout=SECONDS) for _ in workers) for _ in plans]
    for worker in workers:
        worker.join(SECONDS)
    for pairings in plans:
        _exactly_one(stores, pairings)
    return winners


def _exactly_one(stores: Stores, pairings: Sequence[Pairing]) -> None:
    """What is stored says so too: one offer, one reserved agent, and they are each other's."""
    found = [stores.calls.get(call_id) for call_id in sorted({p.call for p in pairings})]
    offered = [x.call for x in found if x is not None and isinstance(x.call.state, Offered)]
    assert len(offered) == 1, offered
    agents = [stores.agents.get(agent_id) for agent_id in sorted({p.agent for p in pairings})]
    reserved = [agent.id for agent in agents if not isinstance(agent.presence, Ready)]
    assert reserved == [offered[0].agent], reserved


def _round(number: int) -> list[Pairing]:
    many = range(PROCESSES * THREADS)
    if number % 2:
        return [Pairing(f"r{number}", f"r{number}a{n:02d}") for n in many]
    return [Pairing(f"r{number}c{n:02d}", f"r{number}") for n in many]


def main() -> int:
    began = time.monotonic()
    os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
    with tempfile.TemporaryDirectory() as folder, ministack.running(Path(folder)) as cloud:
        winners = race(cloud, 2 * ROUNDS)
    wrong = [number for number, won in enumerate(winners) if won != 1]
    seconds = time.monotonic() - began
    print(
        f"{ROUNDS} rounds for one agent, {ROUNDS} for one caller, {seconds:.0f} s; wrong: {wrong}"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
