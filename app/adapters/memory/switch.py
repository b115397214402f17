"""The live state in dicts: calls, agents and the board of one company, saved atomically.

`spoil` makes one thing unreadable, as if a newer version had written it, until `mend`.
`drain` returns what the real table's stream does: each saved call before and after, with its event.
"""

import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

from app.adapters.memory.operations import Operations
from app.domain.agent import Agent
from app.domain.board import PARKED_ROW_KEPT, POOL, ParkedRow, ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.value import replace
from app.ports import (
    WRITE_IDS_KEPT,
    CallSnapshot,
    Report,
    SlotTaken,
    Stale,
    Unreadable,
    WriteSet,
    unreported,
)
from app.ports.unreadable import ItemKind
from app.service.register import Saved

BATCH = 100  # items that one request of the real store reads

R = TypeVar("R", WaitingRow, ReadyRow)
_Order: TypeAlias = tuple[int, datetime, str]


class MemorySwitch:
    """Hands out one facade a port: `calls`, `agents`, `board`. Safe to share among threads."""

    def __init__(self, operations: Operations | None = None, report: Report = unreported) -> None:
        self.report = report
        self._spoilt: set[tuple[str, str]] = set()
        self.operations = operations or Operations()
        self._lock = threading.RLock()
        self._calls: dict[str, CallSnapshot] = {}
        self._agents: dict[str, Agent] = {}
        self._write_ids: dict[str, deque[tuple[int, str]]] = {}
        self._waiting: dict[_Order, WaitingRow] = {}
        self._parked: dict[int, ParkedRow] = {}  # by slot
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

    @property
    def all_agents(self) -> tuple[Agent, ...]:
        """Every agent ever saved, by id: what laws are checked on."""
        with self._lock:
            return tuple(self._agents[key] for key in sorted(self._agents))

    @property
    def all_parked(self) -> tuple[ParkedRow, ...]:
        """The rows of all slots: what laws are checked on."""
        with self._lock:
            return tuple(self._parked[number] for number in sorted(self._parked))

    # --- what cannot be read ----------------------------------------------------------------

    def spoil(self, kind: ItemKind, item: str) -> None:
        """A call, an agent, or the row of one on the board."""
        self._spoilt.add((kind, item))

    def mend(self, kind: ItemKind, item: str) -> None:
        self._spoilt.discard((kind, item))

    def _readable(self, kind: ItemKind, rows: list[R], limit: int | None) -> tuple[R, ...]:
        """So many that can be read; those met that cannot are reported and dropped."""
        if not self._spoilt:
            return tuple(rows[:limit])
        kept: list[R] = []
        for row in rows:
            if len(kept) == limit:
                break
            if self._is_readable(kind, _party(row)):
                kept.append(row)
            else:
                self.drop(row)
        return tuple(kept)

    def _check_readable(self, kind: ItemKind, item: str) -> None:
        if (kind, item) in self._spoilt:
            error = Unreadable(kind, item, "this version cannot read it", f"{kind} {item}")
            self.report(error)
            raise error

    def _is_readable(self, kind: ItemKind, item: str) -> bool:
        try:
            self._check_readable(kind, item)
        except Unreadable:
            return False
        return True

    # --- reading ----------------------------------------------------------------------------

    def loaded(self, call_id: str, *, fresh: bool) -> CallSnapshot | None:
        self.operations.count_read()
        self._check_readable("call", call_id)
        with self._lock:
            loaded = self._calls.get(call_id)
            if loaded is None or not fresh or not loaded.agents:
                return loaded
            self.operations.count_read()
            for agent in loaded.agents:
                self._check_readable("agent", agent.id)
            now = tuple(self._agents.get(agent.id, Agent(agent.id)) for agent in loaded.agents)
            return replace(loaded, agents=now)

    def live(self) -> tuple[str, ...]:
        self.operations.count_query()
        return tuple(call.id for call in self.all_calls if call.is_live)

    def read_all(self, call_ids: Sequence[str]) -> tuple[Call, ...]:
        for _ in range(0, len(call_ids), BATCH):
            self.operations.count_read()
        with self._lock:
            known = [self._calls[key].call for key in call_ids if key in self._calls]
        return tuple(call for call in known if self._is_readable("call", call.id))

    def agent(self, agent_id: str) -> Agent:
        self.operations.count_read()
        self._check_readable("agent", agent_id)
        with self._lock:
            return self._agents.get(agent_id) or Agent(agent_id)

    def agents_of(self, agent_ids: Sequence[str]) -> tuple[Agent, ...]:
        for _ in range(0, len(agent_ids), BATCH):
            self.operations.count_read()
        with self._lock:
            known = [self._agents.get(agent_id, Agent(agent_id)) for agent_id in agent_ids]
        return tuple(agent for agent in known if self._is_readable("agent", agent.id))

    # --- saving -----------------------------------------------------------------------------

    def save(self, write_set: WriteSet) -> None:
        self.operations.count_write(_items(write_set))
        with self._lock:
            if self._has_landed(write_set):
                return
            self._check(write_set)
            self._check_slot(write_set.put_parked)
            if write_set.call is not None:
                self._put_call(write_set, write_set.call)
            for agent in write_set.agents:
                self._agents[agent.id] = agent
                self._remember_write_id(f"agent {agent.id}", agent.rev, write_set.write_id)
            self._move_rows(write_set)

    def _has_landed(self, write_set: WriteSet) -> bool:
        """W3: this very save was made before, though its answer may have been lost."""
        if write_set.call is not None:
            key, rev = f"call {write_set.call.id}", write_set.call.rev
        elif write_set.agents:
            key, rev = f"agent {write_set.agents[0].id}", write_set.agents[0].rev
        else:
            raise ValueError("a save of nothing")
        return (rev, write_set.write_id) in self._write_ids.get(key, ())

    def _check(self, write_set: WriteSet) -> None:
        if write_set.call is not None:
            stored = self._calls.get(write_set.call.id)
            if (stored.call.rev if stored else 0) != write_set.call.rev - 1:
                raise Stale(f"call {write_set.call.id}", stored)
        for agent in write_set.agents:
            if self._agents.get(agent.id, Agent(agent.id)).rev != agent.rev - 1:
                raise Stale(f"agent {agent.id}")

    def _check_slot(self, row: ParkedRow | None) -> None:
        there = self._parked.get(row.slot) if row is not None else None
        if row is not None and there is not None and not _is_left_behind(there, row.since):
            raise SlotTaken(f"slot {row.slot} has {there.call}")

    def _put_call(self, write_set: WriteSet, call: Call) -> None:
        before = self._calls.get(call.id)
        self._calls[call.id] = CallSnapshot(call, write_set.named)
        self._remember_write_id(f"call {call.id}", call.rev, write_set.write_id)
        if write_set.applied is not None:
            self._stream.append(Saved(before.call if before else None, call, write_set.applied))

    def _remember_write_id(self, key: str, rev: int, write_id: str) -> None:
        self._write_ids.setdefault(key, deque(maxlen=WRITE_IDS_KEPT)).append((rev, write_id))

    def _move_rows(self, write_set: WriteSet) -> None:
        if write_set.drop_waiting is not None:
            self._waiting.pop(write_set.drop_waiting.order, None)
        if write_set.put_waiting is not None:
            self._waiting[write_set.put_waiting.order] = write_set.put_waiting
        if write_set.drop_parked is not None:
            self._parked.pop(write_set.drop_parked.slot, None)
        if write_set.put_parked is not None:
            self._parked[write_set.put_parked.slot] = write_set.put_parked
        for agent_id in write_set.drop_ready:
            self._ready.pop(agent_id, None)
        for row in write_set.put_ready:
            self._ready[row.agent] = row

    # --- the board --------------------------------------------------------------------------

    def ready(self, limit: int | None = None) -> tuple[ReadyRow, ...]:
        self.operations.count_query()
        with self._lock:
            rows = [self._ready[agent] for agent in sorted(self._ready)]
        return self._readable("ready row", rows, limit)

    def waiting(self, limit: int | None = None) -> tuple[WaitingRow, ...]:
        self.operations.count_query()
        with self._lock:
            rows = [self._waiting[order] for order in sorted(self._waiting)]
        return self._readable("waiting row", rows, limit)

    def parked(self) -> tuple[ParkedRow, ...]:
        self.operations.count_query()
        with self._lock:
            rows = [self._parked[number] for number in sorted(self._parked)]
        return tuple(row for row in rows if self._is_readable("parked row", row.call))

    def put(self, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        self.operations.count_write()
        with self._lock:
            match row:
                case ParkedRow(slot=number):
                    there = self._parked.get(number)
                    if there is None or _is_left_behind(there, row.since):
                        self._parked[number] = row
                case WaitingRow():
                    self._waiting[row.order] = row
                case ReadyRow():
                    self._ready[row.agent] = row

    def beat(self, agent_id: str, alive_until: datetime) -> bool:
        self.operations.count_write()
        with self._lock:
            row = self._ready.get(agent_id)
            if row is None:
                return False
            self._ready[agent_id] = replace(row, alive_until=alive_until)
            return True

    def drop(self, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        self.operations.count_write()
        with self._lock:
            match row:
                case ParkedRow(slot=number) if self._parked.get(number) == row:
                    del self._parked[number]
                case WaitingRow() if self._waiting.get(row.order) == row:
                    del self._waiting[row.order]
                case ReadyRow(agent=agent) if self._ready.get(agent) == row:
                    del self._ready[agent]
                case _:
                    pass  # another row stands there by now: it is not ours to remove


def _party(row: WaitingRow | ParkedRow | ReadyRow) -> str:
    return row.agent if isinstance(row, ReadyRow) else row.call


def _is_left_behind(row: ParkedRow, now: datetime) -> bool:
    return row.until + PARKED_ROW_KEPT < now


def _items(write_set: WriteSet) -> int:
    rows = (
        write_set.put_waiting,
        write_set.drop_waiting,
        write_set.put_parked,
        write_set.drop_parked,
    )
    return (
        (write_set.call is not None)
        + len(write_set.agents)
        + sum(row is not None for row in rows)
        + len(write_set.put_ready)
        + len(write_set.drop_ready)
    )


class MemoryCalls:
    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        return self._switch.loaded(call_id, fresh=fresh)

    def save(self, write_set: WriteSet) -> None:
        self._switch.save(write_set)

    def live(self) -> tuple[str, ...]:
        return self._switch.live()

    def read_all(self, call_ids: Sequence[str]) -> tuple[Call, ...]:
        return self._switch.read_all(call_ids)


class MemoryAgents:
    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def get(self, agent_id: str) -> Agent:
        return self._switch.agent(agent_id)

    def get_all(self, agent_ids: Sequence[str]) -> tuple[Agent, ...]:
        return self._switch.agents_of(agent_ids)


class MemoryBoard:
    """One pool (S2): the rows of every other are empty."""

    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch

    def ready(self, pool: str, limit: int | None = None) -> tuple[ReadyRow, ...]:
        return self._switch.ready(limit) if pool == POOL else ()

    def waiting(self, pool: str, limit: int | None = None) -> tuple[WaitingRow, ...]:
        return self._switch.waiting(limit) if pool == POOL else ()

    def parked(self, pool: str) -> tuple[ParkedRow, ...]:
        return self._switch.parked() if pool == POOL else ()

    def beat(self, pool: str, agent_id: str, alive_until: datetime) -> bool:
        return pool == POOL and self._switch.beat(agent_id, alive_until)

    def drop(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        if pool == POOL:
            self._switch.drop(row)

    def put(self, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> None:
        if pool == POOL:
            self._switch.put(row)
