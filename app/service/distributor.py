"""Pairs waiting callers with ready agents, after each commit that moves the board.

No wake-up is lost: a function that makes a caller wait or an agent ready, or that takes one away,
first commits, then reads the board and commits the pairs that its change affects (D2, D3). When a
pair turns out to be stale, the stale row is dropped and the board is matched again, until the
deadline; then a job repeats it (D4). A call or an agent that cannot be read, or not be offered,
hinders nobody else.

Of those who wait the first are read, and the others only if these do not decide who gets whom:
a look at the board costs the same, however many wait. Who is ready is read whole (ADR 9).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from app.domain.agent import Agent, AgentEvent, DeskLost, Ready, WentOffline, change
from app.domain.board import POOL, ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.matching import Matching, Moved, Pair, is_decided, match_callers
from app.domain.states import Waiting
from app.ports import (
    Agents,
    Board,
    Calls,
    Clock,
    Directory,
    Ids,
    Notices,
    PoolJob,
    Report,
    Stale,
    Timers,
    Unavailable,
    Unreadable,
    unreported,
)
from app.service.commit import BACKUP_DELAY, commit_agent
from app.service.saving import save

MATCHING_SECONDS = 2.0
REMATCH_SECONDS = 1
FIRST_CALLERS = 25  # read at first: the most urgent, and of these who has waited longest

_log = logging.getLogger(__name__)
Offer: TypeAlias = Callable[[Pair, Call | None, Agent | None], bool]


@dataclass(frozen=True, slots=True)
class _Look:
    """The rows that were read, without who is passed over, and who gets whom of them."""

    ready: Sequence[ReadyRow]
    waiting: Sequence[WaitingRow]
    matching: Matching


class Distributor:
    def __init__(
        self,
        *,
        board: Board,
        calls: Calls,
        agents: Agents,
        directory: Directory,
        timers: Timers,
        notices: Notices,
        clock: Clock,
        ids: Ids,
        report: Report = unreported,
    ) -> None:
        self._report = report
        self._board = board
        self._calls = calls
        self._agents = agents
        self._directory = directory
        self._timers = timers
        self._notices = notices
        self._clock = clock
        self._ids = ids
        self._offer: Offer | None = None

    def set_offer(self, offer: Offer) -> None:
        """Set the function that commits a pair: the switchboard's, which needs the distributor."""
        self._offer = offer

    def distribute(self, *, call: Call | None = None, agents: Sequence[Agent] = ()) -> None:
        """Commit the pairs of this call or these agents; all pairs if none of them is free."""
        deadline = self._clock.now() + timedelta(seconds=MATCHING_SECONDS)
        waiting = call if call and isinstance(call.state, Waiting) else None
        ready = {agent.id: agent for agent in agents if isinstance(agent.presence, Ready)}
        moved = Moved((waiting.id,) if waiting else (), tuple(ready))
        is_everybody = moved.is_nobody
        first, failures = True, _Failures()
        while look := self._look(moved, failures.passed_over):
            matching = look.matching
            affected = [p for p in matching.pairs if moved.concerns(p)]
            for pair in affected:
                known_call = waiting if first and waiting and pair.call == waiting.id else None
                known_agent = ready.get(pair.agent) if first else None
                left = self._who_is_left(pair, known_call, known_agent, failures, look)
                if left is not None:
                    break
            else:
                self._schedule_next_match(matching)
                return
            if not is_everybody:
                moved = moved.instead_of(pair, left)
                if moved.is_nobody:
                    return  # whoever took them, or took them away, has looked after that
            first = False
            if self._clock.now() >= deadline:
                self._retry_later()
                return

    def _who_is_left(
        self,
        pair: Pair,
        call: Call | None,
        agent: Agent | None,
        failures: "_Failures",
        look: _Look,
    ) -> Moved | None:
        """Commit the pair; None: it is. What fails with this pair alone hinders no other one."""
        try:
            return self._commit(pair, call, agent, look)
        except Unavailable:
            raise
        except Unreadable as unreadable:
            is_party = unreadable.kind in ("call", "agent")
            failures.passed_over.add(unreadable.item if is_party else pair.call)  # or its plan
            self._drop_rows_of(unreadable, look)
        except Exception as error:  # noqa: BLE001 - logged, counted and kept for a person
            _log.exception("a call cannot be offered")
            self._report(Unreadable("call", pair.call, f"it cannot be offered: {error!r}"))
            failures.add(pair)
        passed_over = failures.passed_over
        return Moved(
            () if pair.call in passed_over else (pair.call,),
            () if pair.agent in passed_over else (pair.agent,),
        )

    def _look(self, moved: Moved, passed_over: set[str]) -> _Look | None:
        """Who gets whom; None when a side of the board is empty. That side is read first (S5)."""
        now = self._clock.now()
        limit: int | None = FIRST_CALLERS
        if not moved.agents:
            ready = self._live_rows(self._board.ready(POOL))
            waiting = self._board.waiting(POOL, limit) if ready else ()
        else:
            waiting = self._board.waiting(POOL, limit)
            ready = self._live_rows(self._board.ready(POOL)) if waiting else []
        ready = [row for row in ready if row.agent not in passed_over]
        while ready and waiting:
            callers = [row for row in waiting if row.call not in passed_over]
            matching = match_callers(ready, callers, now)
            is_all = limit is None or len(waiting) < limit
            if is_all or is_decided(matching, moved, ready, callers):
                return _Look(ready, callers, matching)
            limit, waiting = None, self._board.waiting(POOL)
        return None

    def _live_rows(self, rows: Sequence[ReadyRow]) -> list[ReadyRow]:
        """Rows of agents who can be offered a call.

        Who is not in the plan any more is set offline; whose page is gone, away (F20).
        """
        now = self._clock.now()
        members = {member.id for member in self._directory.head().members}
        live = []
        for row in rows:
            if row.agent not in members:
                self._take_off(row, WentOffline())
            elif not row.is_reachable(now):
                self._take_off(row, DeskLost())
            else:
                live.append(row)
        return live

    def _take_off(self, row: ReadyRow, event: AgentEvent) -> None:
        try:
            agent = self._agents.get(row.agent)
        except Unreadable:
            self._board.drop(POOL, row)
            return
        now = self._clock.now()
        after = change(agent, event, now)
        if after == agent:
            self._board.drop(POOL, row)
            return
        try:
            lost = commit_agent(agent, after, self._ids.new(), now)
            save(
                self._calls, self._clock, lost.write_set, now + timedelta(seconds=MATCHING_SECONDS)
            )
        except Stale:
            return  # another function has just changed this agent, and read the board after that
        for topic in lost.topics:
            self._notices.notify(topic)

    def _commit(
        self, pair: Pair, call: Call | None, agent: Agent | None, look: _Look
    ) -> Moved | None:
        if self._offer is None:
            raise RuntimeError("set_offer was not called")
        if self._offer(pair, call, agent):
            return None
        return self._drop_stale_rows(pair, look)

    def _drop_rows_of(self, unreadable: Unreadable, look: _Look) -> None:
        """The version that can read it puts its row again (`app.service.unreadable`)."""
        match unreadable.kind:
            case "call":
                for row in look.waiting:
                    if row.call == unreadable.item:
                        self._board.drop(POOL, row)
            case "agent":
                for free in look.ready:
                    if free.agent == unreadable.item:
                        self._board.drop(POOL, free)
            case _:
                pass  # no party of a pair

    def _drop_stale_rows(self, pair: Pair, look: _Look) -> Moved:
        """Who is left of the pair.

        The rows were read before the call and the agent: else a new one might seem stale.
        """
        waiting = [row for row in look.waiting if row.call == pair.call]
        ready = [row for row in look.ready if row.agent == pair.agent]
        loaded = self._calls.get(pair.call)
        is_waiting = loaded is not None and isinstance(loaded.call.state, Waiting)
        if not is_waiting:
            for row in waiting:
                self._board.drop(POOL, row)
        is_free = isinstance(self._agents.get(pair.agent).presence, Ready)
        if not is_free:
            for free in ready:
                self._board.drop(POOL, free)
        return Moved((pair.call,) if is_waiting else (), (pair.agent,) if is_free else ())

    def _schedule_next_match(self, matching: Matching) -> None:
        """Schedule a match for the next instant at which time alone changes the pairs (D1).

        Each matching schedules it: the caller may have joined while no agent was ready. Of all that
        are scheduled for one instant, one is done.
        """
        if matching.wake_at:
            times = (matching.wake_at, matching.wake_at + BACKUP_DELAY)
            self._timers.schedule([(when, PoolJob(POOL, when)) for when in times])

    def _retry_later(self) -> None:
        self._timers.at(self._clock.now() + timedelta(seconds=REMATCH_SECONDS), PoolJob(POOL))


class _Failures:
    """Whom to pass over in one match: a call that failed; or the agent, if it fails with two."""

    def __init__(self) -> None:
        self.passed_over: set[str] = set()
        self._agents: set[str] = set()

    def add(self, pair: Pair) -> None:
        self.passed_over.add(pair.agent if pair.agent in self._agents else pair.call)
        self._agents.add(pair.agent)
