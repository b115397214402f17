"""Who gets whom: a pure function from the board to the pairs, and when time alone would change it.

The board's rows are hints (S3): calls and agents themselves are the truth, and the transaction that
commits a pair conditions on both. The matching is whole and deterministic, so that simultaneous
triggers commit disjoint pairs (D3): callers by priority, then age (a kept place keeps its age),
then id; each gets the agent who has been idle longest among those who may take it.
"""

from collections.abc import Iterable
from datetime import datetime

from app.domain.agent import Agent, Ready
from app.domain.call import Call, CoolDown, Waiting
from app.domain.dialplan import Plan
from app.domain.value import value


@value
class WaitingRow:
    """A caller on the board."""

    call: str
    node: str
    priority: int
    since: datetime
    cool_downs: tuple[CoolDown, ...] = ()
    only: str | None = None  # an extension: this agent and nobody else

    @property
    def order(self) -> tuple[int, datetime, str]:
        return (self.priority, self.since, self.call)


@value
class ReadyRow:
    """An agent on the board; one row, however many queues (S2)."""

    agent: str
    since: datetime
    queues: tuple[str, ...]
    alive_until: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.since, self.agent)


@value
class Pair:
    call: str
    agent: str


@value
class Matching:
    pairs: tuple[Pair, ...]
    wake_at: datetime | None  # the first instant at which time alone changes the result (D1)


def waiting_row(plan: Plan, call: Call) -> WaitingRow | None:
    """The row of a call on the board, if it should be there."""
    match call.state:
        case Waiting(position):
            line = plan.wait_point(position.node)
            return WaitingRow(
                call.id,
                position.node,
                line.priority,
                position.since,
                position.cool_downs,
                line.only_agent,
            )
        case _:
            return None


def ready_row(agent: Agent, alive_until: datetime) -> ReadyRow | None:
    match agent.presence:
        case Ready(since):
            return ReadyRow(agent.id, since, agent.queues, alive_until)
        case _:
            return None


def match_callers(
    ready: Iterable[ReadyRow], waiting: Iterable[WaitingRow], now: datetime
) -> Matching:
    free = sorted((row for row in ready if row.alive_until > now), key=lambda row: row.order)
    pairs: list[Pair] = []
    wake_times: list[datetime] = []
    for caller in sorted(waiting, key=lambda row: row.order):
        chosen = next((agent for agent in free if _may(agent, caller, now)), None)
        if chosen is not None:
            free.remove(chosen)
            pairs.append(Pair(caller.call, chosen.agent))
        else:
            wake_times += [c.until for c in caller.cool_downs if c.until > now]
    return Matching(tuple(pairs), min(wake_times, default=None))


def _may(agent: ReadyRow, caller: WaitingRow, now: datetime) -> bool:
    if any(c.agent == agent.agent and c.until > now for c in caller.cool_downs):
        return False
    return caller.only == agent.agent if caller.only else caller.node in agent.queues
