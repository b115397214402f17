"""Who gets whom: a pure function from the board to the pairs, and when time alone would change it.

The transaction that commits a pair conditions on call and agent (S3). The matching is whole and
deterministic, so that simultaneous triggers commit disjoint pairs (D3): callers by priority, then
age (a kept place keeps its age), then id; each gets one of the free agents who may take the call,
by the strategy of its queue. An agent in a cool-down is left out, but for one case: who has become
available by hand since then is asked again where nobody else is free to take the call (F13, F15).

Who comes later takes nobody from a caller who came before. So whoever moved finds the pair of the
whole matching among the first callers, nearly always, however many wait behind them (`is_decided`).
"""

from collections.abc import Iterable
from datetime import datetime

from app.domain.agent import Agent, Ready
from app.domain.board import ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.dialplan import Plan
from app.domain.states import Waiting
from app.domain.strategies import named
from app.domain.value import value


@value
class Pair:
    """`node`: where the call waits for that agent; elsewhere it is another's turn."""

    call: str
    agent: str
    node: str


@value
class Matching:
    pairs: tuple[Pair, ...]
    wake_at: datetime | None  # the first instant at which time alone makes a further pair (D1)


@value
class Moved:
    """Whose pairs are looked for: these callers' and agents'; everybody's, if nobody moved."""

    calls: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()

    def concerns_agent(self, agent: str) -> bool:
        return agent in self.agents or self.is_nobody

    def concerns(self, pair: Pair) -> bool:
        return self.concerns_agent(pair.agent) or pair.call in self.calls

    @property
    def is_nobody(self) -> bool:
        return not self.calls and not self.agents

    def instead_of(self, pair: Pair, who_is_left: "Moved") -> "Moved":
        """After that pair came to nothing: who is left of it is ours to pair, whoever moved."""
        return Moved(
            (*(call for call in self.calls if call != pair.call), *who_is_left.calls),
            (*(agent for agent in self.agents if agent != pair.agent), *who_is_left.agents),
        )


@value
class HeldBack:
    """A caller whom an agent, though ready, is not offered before `until`."""

    node: str
    until: datetime


def waiting_row(plan: Plan, call: Call) -> WaitingRow | None:
    """The row of a call on the board, if it should be there."""
    match call.state:
        case Waiting(position):
            line = plan.wait_point(position.node)
            return WaitingRow(
                call.id,
                position.node,
                position.priority or line.priority,
                position.since,
                position.cool_downs,
                line.only_agent,
                line.chooses_by,
                None if call.waiting_since == position.since else call.waiting_since,
                call.caller,
                call.name,
            )
        case _:
            return None


def ready_row(agent: Agent, alive_until: datetime) -> ReadyRow | None:
    match agent.presence:
        case Ready(since):
            return ReadyRow(
                agent.id,
                since,
                agent.queues,
                alive_until,
                agent.available_at,
                agent.offered_at,
                agent.today,
                agent.needs_page,
            )
        case _:
            return None


def match_callers(
    ready: Iterable[ReadyRow], waiting: Iterable[WaitingRow], now: datetime
) -> Matching:
    free = _FreeAgents(row for row in ready if row.is_reachable(now))
    pairs: list[Pair] = []
    wake_times: list[datetime] = []
    for caller in sorted(waiting, key=lambda row: row.order):
        chosen = free.take(caller, now)
        if chosen is not None:
            pairs.append(Pair(caller.call, chosen.agent, caller.node))
        else:
            wake_times += [one.until for one in caller.cool_downs if one.until > now]
    return Matching(tuple(pairs), min(wake_times, default=None))


def is_decided(
    matching: Matching, moved: Moved, ready: Iterable[ReadyRow], first: Iterable[WaitingRow]
) -> bool:
    """Whether the matching with only the `first` callers has the pairs of who moved.

    `ready`: all agents who can be offered a call. An agent who is left may suit a caller behind
    the first ones, or have to wait until the end of a cool-down of theirs.
    """
    paired = {pair.agent for pair in matching.pairs}
    read = {row.call for row in first}
    are_read = all(call in read for call in moved.calls)
    return are_read and all(row.agent in paired for row in ready if moved.concerns_agent(row.agent))


def held_back(agent: Agent, waiting: Iterable[WaitingRow], now: datetime) -> tuple[HeldBack, ...]:
    """Why a ready agent is not offered callers who wait: to be explained at the desk."""
    row = ready_row(agent, now)
    if row is None:
        return ()
    cool_downs = (
        (caller.node, caller.cool_down(agent.id, now)) for caller in waiting if row.may_take(caller)
    )
    return tuple(HeldBack(node, one.until) for node, one in cool_downs if one is not None)


class _FreeAgents:
    """Sorted once for each queue, however many callers wait in it."""

    def __init__(self, ready: Iterable[ReadyRow]) -> None:
        self._free = {row.agent: row for row in ready}
        self._sorted: dict[tuple[str, str, str | None], dict[str, ReadyRow]] = {}

    def take(self, caller: WaitingRow, now: datetime) -> ReadyRow | None:
        """Whoever is chosen is free no more."""
        may = self._in_order(caller).values()
        chosen = next((row for row in may if not _cools(row, caller, now)), None)
        if chosen is None and caller.cool_downs:
            chosen = next((row for row in may if _came_back(row, caller, now)), None)
        if chosen is not None:
            for rows in (self._free, *self._sorted.values()):
                rows.pop(chosen.agent, None)
        return chosen

    def _in_order(self, caller: WaitingRow) -> dict[str, ReadyRow]:
        """Those who may take the call, as the queue's strategy prefers them."""
        key = (caller.node, caller.strategy, caller.only)
        if key not in self._sorted:
            strategy = named(caller.strategy)
            rows = sorted(
                (row for row in self._free.values() if row.may_take(caller)),
                key=lambda row: (strategy.key(row, caller.node), row.since, row.agent),
            )
            self._sorted[key] = {row.agent: row for row in rows}
        return self._sorted[key]


def _cools(agent: ReadyRow, caller: WaitingRow, now: datetime) -> bool:
    return caller.cool_down(agent.agent, now) is not None


def _came_back(agent: ReadyRow, caller: WaitingRow, now: datetime) -> bool:
    cool_down = caller.cool_down(agent.agent, now)
    return (
        cool_down is not None
        and agent.available_at is not None
        and cool_down.since < agent.available_at
    )
