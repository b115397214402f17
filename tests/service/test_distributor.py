"""What the distributor does beside pairing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.memory import (
    MemoryDirectory,
    MemoryIds,
    MemoryNotices,
    MemorySwitch,
    MemoryTimers,
)
from app.adapters.memory.clock import MemoryClock
from app.domain.agent import Agent, Away, Ready
from app.domain.board import ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.dialplan import Plan
from app.domain.matching import Moved, Pair, match_callers
from app.domain.states import CoolDown, Ended
from app.ports import Report, Unavailable, Unreadable, WriteSet, unreported
from app.ports.unreadable import ItemKind
from app.service.commit import ALIVE_SECONDS, commit_agent
from app.service.distributor import FIRST_CALLERS, Distributor
from tests.adapters.contract.switch_stores import NOW, call
from tests.stories.company import PLAN

T = TypeVar("T")
NAMES = tuple(member.id for member in PLAN.members)
QUEUES = ("sales", "claims")


def _distributor(
    switch: MemorySwitch,
    clock: MemoryClock,
    notices: MemoryNotices,
    report: Report = unreported,
    plan: Plan = PLAN,
) -> Distributor:
    directory = MemoryDirectory()
    directory.publish(plan, previous=None)
    return Distributor(
        board=switch.board,
        calls=switch.calls,
        agents=switch.agents,
        directory=directory,
        timers=MemoryTimers(),
        notices=notices,
        clock=clock,
        ids=MemoryIds(),
        report=report,
    )


def test_a_lost_desk_is_set_away_and_its_pages_are_notified() -> None:
    """F20: else the agent's page, if it lives, and the colleagues' show “ready” until they ask."""
    switch, clock, ids, notices = MemorySwitch(), MemoryClock(), MemoryIds(), MemoryNotices()
    distributor = _distributor(switch, clock, notices)
    ready = Agent("anna", presence=Ready(clock.now()), queues=("sales",))
    switch.calls.save(commit_agent(Agent("anna"), ready, ids.new(), clock.now()).write_set)

    clock.advance(ALIVE_SECONDS + 1)
    distributor.distribute()

    assert isinstance(switch.agents.get("anna").presence, Away)
    assert notices.topics == ["agent:anna", "board"]


def _two_callers_and_two_agents() -> tuple[MemorySwitch, MemoryClock, Distributor]:
    switch, clock = MemorySwitch(), MemoryClock()
    now = clock.now()
    for agent_id in ("anna", "ben"):
        ready = Agent(agent_id, presence=Ready(now), queues=("sales",))
        switch.calls.save(commit_agent(Agent(agent_id), ready, agent_id, now).write_set)
    for call_id in ("c1", "c2"):
        row = WaitingRow(call_id, "sales", 5, now)
        switch.calls.save(WriteSet(call_id, call=call(1, call_id), put_waiting=row))
    return switch, clock, _distributor(switch, clock, MemoryNotices())


@pytest.mark.parametrize(("kind", "item"), [("call", "c1"), ("agent", "anna")])
def test_what_cannot_be_read_is_dropped_from_the_board_and_hinders_nobody_else(
    kind: ItemKind, item: str
) -> None:
    """A call or an agent of a newer version: its row goes, and the others are paired."""
    switch, _, distributor = _two_callers_and_two_agents()
    switch.spoil(kind, item)
    offered = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        switch.calls.get(pair.call)
        switch.agents.get(pair.agent)
        offered.append(pair)
        return True

    distributor.set_offer(offer)
    distributor.distribute()

    (pair,) = offered
    assert item not in (pair.call, pair.agent)
    left = {row.call for row in switch.waiting()} | {row.agent for row in switch.ready()}
    assert left == {"c1", "c2", "anna", "ben"} - {item}


def test_a_caller_whose_plan_cannot_be_read_hinders_nobody_else() -> None:
    """The row stays: the version that can read the plan pairs it."""
    switch, _, distributor = _two_callers_and_two_agents()
    offered = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        if pair.call == "c1":
            raise Unreadable("plan", "sha", "a newer version published it")
        offered.append(pair.call)
        return True

    distributor.set_offer(offer)
    distributor.distribute()

    assert offered == ["c2"]
    assert {row.call for row in switch.waiting()} == {"c1", "c2"}


@pytest.mark.parametrize("bad", ["c1", "anna"])
def test_what_cannot_be_offered_hinders_nobody_else(bad: str) -> None:
    """It can be read, but deciding fails, whyever: one call is left out, or one agent."""
    switch, clock, _ = _two_callers_and_two_agents()
    reported: list[Unreadable] = []
    distributor = _distributor(switch, clock, MemoryNotices(), reported.append)
    offered = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        if bad in (pair.call, pair.agent):
            raise KeyError(bad)
        offered.append(pair)
        return True

    distributor.set_offer(offer)
    distributor.distribute()

    assert bad not in {name for pair in offered for name in (pair.call, pair.agent)}
    assert len(offered) >= (1 if bad == "c1" else 0)
    assert [error.kind for error in reported] == ["call"] * len(reported)
    assert reported


def test_an_agent_with_whom_two_calls_fail_is_the_one_left_out() -> None:
    switch, clock, _ = _two_callers_and_two_agents()
    row = WaitingRow("c3", "sales", 5, clock.now())
    switch.calls.save(WriteSet("c3", call=call(1, "c3"), put_waiting=row))
    distributor = _distributor(switch, clock, MemoryNotices())
    offered = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        if pair.agent == "anna":
            raise KeyError(pair.agent)
        offered.append(pair)
        return True

    distributor.set_offer(offer)
    distributor.distribute()

    assert {pair.agent for pair in offered} == {"ben"}


def test_a_store_that_does_not_answer_is_no_fault_of_the_call() -> None:
    switch, clock, _ = _two_callers_and_two_agents()
    reported: list[Unreadable] = []
    distributor = _distributor(switch, clock, MemoryNotices(), reported.append)

    def offer(_pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        raise Unavailable("no answer")

    distributor.set_offer(offer)
    with pytest.raises(Unavailable):
        distributor.distribute()

    assert reported == []


def test_who_is_left_of_a_pair_that_was_stale_is_paired_by_whoever_found_it() -> None:
    """So a caller who leaves need not look for a pair: whoever was pairing them does (D2)."""
    switch, clock = MemorySwitch(), MemoryClock()
    distributor = _distributor(switch, clock, MemoryNotices())
    now = clock.now()
    ready = Agent("anna", presence=Ready(now), queues=("sales",))
    switch.calls.save(commit_agent(Agent("anna"), ready, "a1", now).write_set)
    for n, call_id in enumerate(("c1", "c2")):
        row = WaitingRow(call_id, "sales", 5, now + timedelta(seconds=n))
        switch.calls.save(WriteSet(call_id, call=call(1, call_id), put_waiting=row))
    offered: list[Pair] = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        if pair.call == "c2":
            offered.append(pair)
            return True
        over = replace(call(2, "c1"), state=Ended("abandoned", now))
        first = WaitingRow("c1", "sales", 5, now)
        switch.calls.save(WriteSet("w2", call=over, drop_waiting=first))
        return False

    distributor.set_offer(offer)
    distributor.distribute(call=call(1, "c1"))

    assert [(pair.call, pair.agent) for pair in offered] == [("c2", "anna")]


class _Rows:
    """A board of these rows that counts what is read of it."""

    def __init__(self, ready: list[ReadyRow], waiting: list[WaitingRow]) -> None:
        self._ready = ready
        self._waiting = sorted(waiting, key=lambda row: row.order)
        self.looks: list[int] = []

    def ready(self, pool: str, limit: int | None = None) -> list[ReadyRow]:
        return self._read(self._ready[:limit])

    def waiting(self, pool: str, limit: int | None = None) -> list[WaitingRow]:
        return self._read(self._waiting[:limit])

    def _read(self, rows: list[T]) -> list[T]:
        self.looks.append(len(rows))
        return rows

    def drop(self, pool: str, row: WaitingRow) -> None:
        self._waiting.remove(row)


def _offered(board: _Rows, moved: Moved) -> list[Pair]:
    """The pairs that a distributor commits, at an instant."""
    clock = MemoryClock(NOW)
    switch = MemorySwitch()
    switch.board = board  # type: ignore[assignment]
    distributor = _distributor(switch, clock, MemoryNotices())
    offered: list[Pair] = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        offered.append(pair)
        return True

    distributor.set_offer(offer)
    agents = [Agent(name, presence=Ready(NOW)) for name in moved.agents]
    distributor.distribute(call=call(1, moved.calls[0]) if moved.calls else None, agents=agents)
    return offered


_agents = st.builds(
    ReadyRow,
    agent=st.sampled_from(NAMES),
    since=st.integers(0, 900).map(lambda n: NOW - timedelta(seconds=n)),
    queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
    alive_until=st.just(NOW + timedelta(seconds=ALIVE_SECONDS)),
    available_at=st.none() | st.integers(0, 90).map(lambda n: NOW - timedelta(seconds=n)),
)
_callers = st.builds(
    WaitingRow,
    call=st.integers(0, 20).map(lambda n: f"c{n}"),
    node=st.sampled_from(QUEUES),
    priority=st.integers(1, 3),
    since=st.integers(0, 900).map(lambda n: NOW - timedelta(seconds=n)),
    cool_downs=st.lists(
        st.builds(CoolDown, st.sampled_from(NAMES), st.just(NOW + timedelta(seconds=30))),
        max_size=2,
    ).map(tuple),
)


@given(
    st.lists(_agents, unique_by=lambda row: row.agent, max_size=5),
    st.lists(_callers, unique_by=lambda row: row.call, max_size=8),
    st.sampled_from(("nobody", "caller", "agents")),
    st.integers(1, 4),
    st.data(),
)
def test_who_gets_whom_does_not_depend_on_how_many_callers_are_read_first(
    ready: list[ReadyRow], waiting: list[WaitingRow], who: str, limit: int, data: Any
) -> None:
    moved = Moved()
    if who == "caller" and waiting:
        moved = Moved((data.draw(st.sampled_from(waiting)).call,))
    if who == "agents" and ready:
        moved = Moved(agents=(data.draw(st.sampled_from(ready)).agent,))

    with patch("app.service.distributor.FIRST_CALLERS", limit):
        offered = _offered(_Rows(ready, waiting), moved)

    whole = match_callers(ready, waiting, NOW).pairs
    assert offered == [pair for pair in whole if moved.concerns(pair)]


@pytest.mark.parametrize("callers", [3, 300])
def test_an_agent_who_is_free_reads_no_more_callers_than_the_first(callers: int) -> None:
    free = ReadyRow(NAMES[0], NOW, ("sales",), NOW + timedelta(seconds=ALIVE_SECONDS))
    rows = [WaitingRow(f"c{n:03d}", "sales", 5, NOW + timedelta(seconds=n)) for n in range(callers)]
    board = _Rows([free], rows)

    offered = _offered(board, Moved(agents=(free.agent,)))

    assert offered == [Pair("c000", free.agent, "sales")]
    assert board.looks == [min(callers, FIRST_CALLERS), 1]


@pytest.mark.parametrize("callers", [3, 300])
def test_after_a_pair_that_was_stale_no_more_callers_are_read_either(callers: int) -> None:
    free = ReadyRow(NAMES[0], NOW, ("sales",), NOW + timedelta(seconds=ALIVE_SECONDS))
    rows = [WaitingRow(f"c{n:03d}", "sales", 5, NOW + timedelta(seconds=n)) for n in range(callers)]
    board, switch = _Rows([free], rows), MemorySwitch()
    ready = Agent(free.agent, presence=Ready(NOW), queues=("sales",))
    switch.calls.save(commit_agent(Agent(free.agent), ready, "a1", NOW).write_set)
    switch.board = board  # type: ignore[assignment]
    distributor = _distributor(switch, MemoryClock(NOW), MemoryNotices())
    offered: list[str] = []

    def offer(pair: Pair, _call: Call | None, _agent: Agent | None) -> bool:
        offered.append(pair.call)
        return pair.call != "c000"  # it is over, and its row was not dropped yet

    distributor.set_offer(offer)
    distributor.distribute(agents=[ready])

    assert offered == ["c000", "c001"]
    assert board.looks == [min(callers, FIRST_CALLERS), 1, min(callers - 1, FIRST_CALLERS), 1]


def test_all_callers_are_read_where_the_first_leave_an_agent_free() -> None:
    free = ReadyRow(NAMES[0], NOW, ("claims",), NOW + timedelta(seconds=ALIVE_SECONDS))
    rows = [WaitingRow(f"c{n:03d}", "sales", 5, NOW + timedelta(seconds=n)) for n in range(300)]
    mine = WaitingRow("mine", "claims", 5, NOW + timedelta(seconds=300))
    board = _Rows([free], [*rows, mine])

    offered = _offered(board, Moved(agents=(free.agent,)))

    assert offered == [Pair("mine", free.agent, "claims")]
    assert board.looks == [FIRST_CALLERS, 1, 301]
