"""Pairs waiting callers with ready agents, after each commit that moves the board.

No lost wake-ups: whoever makes a caller wait, an agent ready, or leaves, first commits, then reads
the board and commits the pair it is in (D2, D3). Whoever finds that a pair was not what the board
said removes the stale row and looks again, until the deadline; then it asks to be called (D4).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from app.domain.agent import Agent, DeskLost, Ready, change
from app.domain.board import POOL, ReadyRow
from app.domain.call import Call, Waiting
from app.domain.matching import Matching, Pair, match_callers
from app.ports import (
    Agents,
    Board,
    Calls,
    Clock,
    Ids,
    Notices,
    PoolJob,
    Stale,
    Timers,
    Unreadable,
)
from app.service.commit import SECOND_LOOK, commit_agent
from app.service.saving import save

LOOK_SECONDS = 2.0
NUDGE_SECONDS = 1

Offer: TypeAlias = Callable[[Pair, Call | None, Agent | None], bool]


class Distributor:
    def __init__(
        self,
        *,
        board: Board,
        calls: Calls,
        agents: Agents,
        timers: Timers,
        notices: Notices,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._board = board
        self._calls = calls
        self._agents = agents
        self._timers = timers
        self._notices = notices
        self._clock = clock
        self._ids = ids
        self._offer: Offer | None = None

    def offers_with(self, offer: Offer) -> None:
        """Whoever commits pairs: the switchboard, which in turn looks at the board through us."""
        self._offer = offer

    def look(self, *, call: Call | None = None, agents: Sequence[Agent] = ()) -> None:
        """Commit the pair that this call or these agents are in; all pairs when they only left."""
        deadline = self._clock.now() + timedelta(seconds=LOOK_SECONDS)
        waiting = call if call and isinstance(call.state, Waiting) else None
        ready = {agent.id: agent for agent in agents if isinstance(agent.presence, Ready)}
        first = True
        passed_over: set[str] = set()
        while matching := self._match(passed_over, agents_first=not ready):
            mine = [pair for pair in matching.pairs if _is_mine(pair, waiting, ready)]
            for pair in mine:
                known_call = waiting if first and waiting and pair.call == waiting.id else None
                known_agent = ready.get(pair.agent) if first else None
                try:
                    committed = self._commit(pair, known_call, known_agent)
                except Unreadable as unreadable:  # the others are served all the same
                    passed_over.add(unreadable.item)
                    break
                if not committed:
                    break
            else:
                self._arm(matching)
                return
            first = False
            if self._clock.now() >= deadline:
                self._nudge()
                return

    def _match(self, passed_over: set[str], *, agents_first: bool) -> Matching | None:
        """The matching of the board; None when a side is empty (S5: that one is read first)."""
        now = self._clock.now()
        if agents_first:
            ready = self._living(self._board.ready(POOL))
            waiting = self._board.waiting(POOL) if ready else ()
        else:
            waiting = self._board.waiting(POOL)
            ready = self._living(self._board.ready(POOL)) if waiting else []
        ready = [row for row in ready if row.agent not in passed_over]
        waiting = [row for row in waiting if row.call not in passed_over]
        return match_callers(ready, waiting, now) if ready and waiting else None

    def _living(self, rows: Sequence[ReadyRow]) -> list[ReadyRow]:
        """Agents whose desk shows life; the others are set away, with the reason (F20)."""
        now = self._clock.now()
        for row in rows:
            if row.alive_until <= now:
                self._lost(row)
        return [row for row in rows if row.alive_until > now]

    def _lost(self, row: ReadyRow) -> None:
        try:
            agent = self._agents.get(row.agent)
        except Unreadable:
            return  # the version that can read the agent sets it away
        now = self._clock.now()
        after = change(agent, DeskLost(), now)
        if after == agent:
            self._board.drop(POOL, row)
            return
        try:
            lost = commit_agent(agent, after, self._ids.new(), now)
            save(self._calls, self._clock, lost.write_set, now + timedelta(seconds=LOOK_SECONDS))
        except Stale:
            return  # somebody else has just changed this agent: their look is the newer one
        for topic in lost.topics:
            self._notices.poke(topic)

    def _commit(self, pair: Pair, call: Call | None, agent: Agent | None) -> bool:
        if self._offer is None:
            raise RuntimeError("nobody commits pairs")
        if self._offer(pair, call, agent):
            return True
        self._drop_if_stale(pair)
        return False

    def _drop_if_stale(self, pair: Pair) -> None:
        """The rows are read before what they stand for, so that no fresh row is taken for stale."""
        waiting = [row for row in self._board.waiting(POOL) if row.call == pair.call]
        ready = [row for row in self._board.ready(POOL) if row.agent == pair.agent]
        loaded = self._calls.get(pair.call)
        if loaded is None or not isinstance(loaded.call.state, Waiting):
            for row in waiting:
                self._board.drop(POOL, row)
        if not isinstance(self._agents.get(pair.agent).presence, Ready):
            for free in ready:
                self._board.drop(POOL, free)

    def _arm(self, matching: Matching) -> None:
        """Time alone will change the answer: have somebody look then (D1), whoever looked now.

        A caller may have joined while nobody was ready: then it is the agent's look that sees this.
        """
        if matching.wake_at:
            for when in (matching.wake_at, matching.wake_at + SECOND_LOOK):
                self._timers.at(when, PoolJob(POOL))

    def _nudge(self) -> None:
        self._timers.at(self._clock.now() + timedelta(seconds=NUDGE_SECONDS), PoolJob(POOL))


def _is_mine(pair: Pair, waiting: Call | None, ready: dict[str, Agent]) -> bool:
    if waiting is None and not ready:
        return True
    return pair.agent in ready or (waiting is not None and pair.call == waiting.id)
