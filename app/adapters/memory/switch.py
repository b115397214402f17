"""The live state in dicts: calls, agents and the board of one company, saved atomically.

`drain` gives what the real table's stream gives: each saved call before and after, with its news.
"""

import threading
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from app.adapters.memory.operations import Operations
from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.queueing import ReadyRow, WaitingRow
from app.ports import WIDS_KEPT, Change, Loaded, Stale
from app.service.distributor import POOL
from app.service.register import Saved

_Order: TypeAlias = tuple[int, datetime, str]


class MemorySwitch:
    """Hands out one facade a port: `calls`, `agents`, `board`. Safe to share among threads."""

    def __init__(self, operations: Operations | None = None) -> None:
        self.operations = operations or Operations()
        self._lock = threading.RLock()
        self._calls: dict[str, Loaded] = {}
        self._agents: dict[str, Agent] = {}
        self._wids: dict[str, deque[tuple[int, str]]] = {}
        self._waiting: dict[_Order, WaitingRow] = {}
        self._ready: dict[str, ReadyRow] = {}
        self._stream: list[Saved] = []
        self.calls = MemoryCalls(self)
        self.agents = MemoryAgents(self)
        self.board = MemoryBoard(self)

    def drain(self) -> tuple[Saved, ...]:
        """The stream since the last time, in the order of the saves."""
        with self._lock:
            saved = tuple(self._stream)
            self._stream.clear()
            return saved

    @property
    def all_calls(self) -> tuple[Call, ...]:
        """Every call ever saved, by id: what laws are checked on."""
        with self._lock:
            return tuple(self._calls[key].call for key in sorted(self._calls))

    # --- reading ----------------------------------------------------------------------------

    def loaded(self, call_id: str, *, fresh: bool) -> Loaded | None:
        self.operations.reads()
        with self._lock:
            loaded = self._calls.get(call_id)
            if loaded is None or not fresh or not loaded.agents:
                return loaded
            self.operations.reads()
            now = tuple(self._agents.get(agent.id, Agent(agent.id)) for agent in loaded.agents)
            return replace(loaded, agents=now)

    def agent(self, agent_id: str) -> Agent:
        self.operations.reads()
        with self._lock:
            return self._agents.get(agent_id) or Agent(agent_id)

    # --- saving -----------------------------------------------------------------------------

    def save(self, change: Change) -> None:
        self.operations.writes(_items(change))
        with self._lock:
            if self._has_landed(change):
                return
            self._check(change)
            if change.call is not None:
                self._put_call(change, change.call)
            for agent in change.agents:
                self._agents[agent.id] = agent
                self._knows(f"agent {agent.id}", agent.rev, change.wid)
            self._move_rows(change)

    def _has_landed(self, change: Change) -> bool:
        """W3: this very save was made before, though its answer may have been lost."""
        if change.call is not None:
            key, rev = f"call {change.call.id}", change.call.rev
        elif change.agents:
            key, rev = f"agent {change.agents[0].id}", change.agents[0].rev
        else:
            raise ValueError("a save of nothing")
        return (rev, change.wid) in self._wids.get(key, ())

    def _check(self, change: Change) -> None:
        if change.call is not None:
            stored = self._calls.get(change.call.id)
            if (stored.call.rev if stored else 0) != change.call.rev - 1:
                raise Stale(f"call {change.call.id}")
        for agent in change.agents:
            if self._agents.get(agent.id, Agent(agent.id)).rev != agent.rev - 1:
                raise Stale(f"agent {agent.id}")

    def _put_call(self, change: Change, call: Call) -> None:
        before = self._calls.get(call.id)
        self._calls[call.id] = Loaded(call, change.named)
        self._knows(f"call {call.id}", call.rev, change.wid)
        if change.news is not None:
            self._stream.append(Saved(before.call if before else None, call, change.news))

    def _knows(self, key: str, rev: int, wid: str) -> None:
        self._wids.setdefault(key, deque(maxlen=WIDS_KEPT)).append((rev, wid))

    def _move_rows(self, change: Change) -> None:
        if change.drop_waiting is not None:
            self._waiting.pop(change.drop_waiting.order, None)
        if change.put_waiting is not None:
            self._waiting[change.put_waiting.order] = change.put_waiting
        for agent_id in change.drop_ready:
            self._ready.pop(agent_id, None)
        for row in change.put_ready:
            self._ready[row.agent] = row

    # --- the board --------------------------------------------------------------------------

    def ready(self) -> tuple[ReadyRow, ...]:
        self.operations.queries()
        with self._lock:
            return tuple(self._ready[agent] for agent in sorted(self._ready))

    def waiting(self) -> tuple[WaitingRow, ...]:
        self.operations.queries()
        with self._lock:
            return tuple(self._waiting[order] for order in sorted(self._waiting))

    def beat(self, agent_id: str, alive_until: datetime) -> bool:
        self.operations.writes()
        with self._lock:
            row = self._ready.get(agent_id)
            if row is None:
                return False
            self._ready[agent_id] = replace(row, alive_until=alive_until)
            return True

    def drop(self, row: WaitingRow | ReadyRow) -> None:
        self.operations.writes()
        with self._lock:
            match row:
                case WaitingRow() if self._waiting.get(row.order) == row:
                    del self._waiting[row.order]
                case ReadyRow(agent=agent) if self._ready.get(agent) == row:
                    del self._ready[agent]
                case _:
                    pass  # another row stands there by now: it is not ours to remove


def _items(change: Change) -> int:
    rows = (change.put_waiting, change.drop_waiting)
    return (
        (change.call is not None)
        + len(change.agents)
        + sum(row is not None for row in rows)
        + len(change.put_ready)
        + len(change.drop_ready)
    )


class MemoryCalls:
    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def get(self, call_id: str, *, fresh: bool = False) -> Loaded | None:
        return self._switch.loaded(call_id, fresh=fresh)

    def save(self, change: Change) -> None:
        self._switch.save(change)

    def live(self) -> tuple[str, ...]:
        calls = self._switch.all_calls
        return tuple(call.id for call in calls if call.is_live)


class MemoryAgents:
    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def get(self, agent_id: str) -> Agent:
        return self._switch.agent(agent_id)


class MemoryBoard:
    """One pool (S2): the rows of every other are empty."""

    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def ready(self, pool: str) -> tuple[ReadyRow, ...]:
        return self._switch.ready() if pool == POOL else ()

    def waiting(self, pool: str) -> tuple[WaitingRow, ...]:
        return self._switch.waiting() if pool == POOL else ()

    def beat(self, pool: str, agent_id: str, alive_until: datetime) -> bool:
        return pool == POOL and self._switch.beat(agent_id, alive_until)

    def drop(self, pool: str, row: WaitingRow | ReadyRow) -> None:
        if pool == POOL:
            self._switch.drop(row)
