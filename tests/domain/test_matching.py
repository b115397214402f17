"""Who gets whom: laws over any board, then the examples that people ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.agent import Agent, Away, Ready, Today
from app.domain.board import ReadyRow, WaitingRow
from app.domain.matching import (
    HeldBack,
    Matching,
    Moved,
    Pair,
    held_back,
    is_decided,
    match_callers,
)
from app.domain.states import COOLDOWN_SECONDS, CoolDown
from app.domain.strategies import names

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SOON = NOW + timedelta(seconds=30)  # of a cool-down that began 30 seconds ago
QUEUES = ("sales", "claims", "anna")
NAMES = ("anna", "ben", "cleo", "dan")
DAYS = ("", "2026-11-19", "2026-11-20")


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


agents = st.builds(
    ReadyRow,
    agent=st.sampled_from(NAMES),
    since=st.integers(0, 900).map(ago),
    queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
    alive_until=st.sampled_from((LATER, ago(1))),
    available_at=st.none() | st.integers(0, 90).map(ago),
    offered_at=st.none() | st.integers(0, 900).map(ago),
    today=st.builds(Today, st.sampled_from(DAYS), st.integers(0, 3), st.integers(0, 900)),
    needs_page=st.booleans(),
)
callers = st.builds(
    WaitingRow,
    call=st.text("abc", min_size=1, max_size=3),
    node=st.sampled_from(QUEUES),
    priority=st.integers(1, 9),
    since=st.integers(0, 900).map(ago),
    cool_downs=st.lists(
        st.builds(CoolDown, st.sampled_from(NAMES), st.sampled_from((SOON, ago(1)))), max_size=3
    ).map(tuple),
    only=st.sampled_from((None, None, "anna")),
    strategy=st.sampled_from(("", *names())),
)
boards = st.tuples(
    st.lists(agents, unique_by=lambda row: row.agent, max_size=4),
    st.lists(callers, unique_by=lambda row: row.call, max_size=6),
)


@given(boards)
def test_nobody_is_paired_twice(board: tuple[list[ReadyRow], list[WaitingRow]]) -> None:
    """F1, F2."""
    pairs = match_callers(*board, NOW).pairs

    assert len({pair.call for pair in pairs}) == len(pairs)
    assert len({pair.agent for pair in pairs}) == len(pairs)


@given(boards)
def test_no_caller_waits_while_somebody_free_may_take_the_call(
    board: tuple[list[ReadyRow], list[WaitingRow]],
) -> None:
    """F15: liveness of the matching itself."""
    ready, waiting = board
    pairs = match_callers(ready, waiting, NOW).pairs

    taken = {pair.agent for pair in pairs}
    served = {pair.call for pair in pairs}
    for caller in waiting:
        for agent in ready:
            if caller.call not in served and agent.agent not in taken:
                assert match_callers([agent], [caller], NOW).pairs == ()


@given(boards)
def test_the_matching_does_not_depend_on_the_order_in_which_the_board_was_read(
    board: tuple[list[ReadyRow], list[WaitingRow]],
) -> None:
    """D3: so that simultaneous triggers commit disjoint pairs."""
    ready, waiting = board

    assert match_callers(ready, waiting, NOW) == match_callers(ready[::-1], waiting[::-1], NOW)


@given(boards)
def test_time_alone_changes_nothing_before_wake_at(
    board: tuple[list[ReadyRow], list[WaitingRow]],
) -> None:
    """D1."""
    ready, waiting = board
    first = match_callers(ready, waiting, NOW)
    until = first.wake_at or SOON

    just_before = until - timedelta(milliseconds=1)
    assert match_callers(ready, waiting, just_before).pairs == first.pairs


@given(boards, st.lists(st.integers(-70, 70), min_size=3, max_size=3), st.integers(0, 100))
def test_who_is_left_waits_until_wake_at_for_time_to_make_a_pair(
    board: tuple[list[ReadyRow], list[WaitingRow]], ends: list[int], seconds: int
) -> None:
    """D1: once the pairs are committed, whatever instants the cool-downs end at."""
    ready = board[0]
    waiting = [_cooling_until(row, ends) for row in board[1]]
    first = match_callers(ready, waiting, NOW)
    taken = {pair.agent for pair in first.pairs} | {pair.call for pair in first.pairs}
    left = [row for row in ready if row.agent not in taken and row.is_reachable(LATER)]
    still = [row for row in waiting if row.call not in taken]

    then = NOW + timedelta(seconds=seconds)
    later = match_callers(left, still, then)

    if first.wake_at is None or then < first.wake_at:
        assert later.pairs == ()
    assert first.wake_at is None or first.wake_at > NOW


def _cooling_until(row: WaitingRow, ends: list[int]) -> WaitingRow:
    pairs = zip(row.cool_downs, ends, strict=False)
    return replace(
        row, cool_downs=tuple(replace(one, until=ago(-seconds)) for one, seconds in pairs)
    )


moves = st.builds(
    Moved,
    st.lists(st.integers(0, 5).map(str), max_size=2).map(tuple),
    st.lists(st.sampled_from(NAMES)).map(tuple),
)


@given(boards, moves, st.integers(0, 6))
def test_whom_the_first_callers_decide_the_whole_board_decides_in_the_same_way(
    board: tuple[list[ReadyRow], list[WaitingRow]], moved: Moved, count: int
) -> None:
    """D3: whoever reads the first callers only commits the pairs that all others leave to them."""
    ready = [row for row in board[0] if row.is_reachable(NOW)]
    waiting = sorted(board[1], key=lambda row: row.order)
    moved = replace(moved, calls=_calls_at(waiting, moved.calls))
    first = waiting[:count]

    few, whole = match_callers(ready, first, NOW), match_callers(ready, waiting, NOW)

    if is_decided(few, moved, ready, first):
        assert _concerned(few, moved) == _concerned(whole, moved)
    assert is_decided(whole, moved, ready, waiting) or _is_left(whole, moved, ready)


def _calls_at(waiting: list[WaitingRow], places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(waiting[int(place) % len(waiting)].call for place in places if waiting)


def _concerned(matching: Matching, moved: Moved) -> list[Pair]:
    return [pair for pair in matching.pairs if moved.concerns(pair)]


def _is_left(matching: Matching, moved: Moved, ready: list[ReadyRow]) -> bool:
    paired = {pair.agent for pair in matching.pairs}
    return any(moved.concerns_agent(row.agent) and row.agent not in paired for row in ready)


def test_a_free_agent_is_decided_by_the_first_caller_whose_call_they_may_take() -> None:
    ready = [free("anna", 9, "sales"), free("ben", 5, "claims")]
    waiting = [WaitingRow(f"c{n}", "sales", 5, ago(500 - n)) for n in range(300)]

    first = match_callers(ready, waiting[:1], NOW)

    assert first.pairs == (Pair("c0", "anna", "sales"),)
    assert is_decided(first, Moved((), ("anna",)), ready, waiting[:1])
    assert is_decided(first, Moved(("c0",)), ready, waiting[:1])
    assert not is_decided(first, Moved((), ("ben",)), ready, waiting[:1])
    assert not is_decided(first, Moved(("c9",)), ready, waiting[:1])
    assert not is_decided(first, Moved(), ready, waiting[:1])


@given(boards)
def test_who_declined_or_missed_is_left_out_but_for_who_came_back_where_nobody_else_is_free(
    board: tuple[list[ReadyRow], list[WaitingRow]],
) -> None:
    """F13, F15."""
    ready, waiting = board
    pairs = match_callers(ready, waiting, NOW).pairs
    chosen = {pair.call: pair.agent for pair in pairs}
    rows = {row.agent: row for row in ready}

    free = [row for row in ready if row.is_reachable(NOW)]
    for caller in sorted(waiting, key=lambda row: row.order):
        agent = chosen.get(caller.call)
        cool_down = caller.cool_down(agent, NOW) if agent else None
        if agent and cool_down:
            came_back = rows[agent].available_at
            others = [row for row in free if row.may_take(caller)]
            assert came_back is not None
            assert came_back > cool_down.since
            assert all(caller.cool_down(row.agent, NOW) for row in others)
        free = [row for row in free if row.agent != agent]


def free(agent: str, idle_seconds: int, *queues: str) -> ReadyRow:
    return ReadyRow(agent, ago(idle_seconds), queues, LATER)


def test_the_agent_who_has_been_idle_longest_gets_the_call() -> None:
    board = [free("anna", 10, "sales"), free("ben", 50, "sales"), free("cleo", 90, "claims")]

    assert match_callers(board, [WaitingRow("c", "sales", 5, NOW)], NOW).pairs == (
        Pair("c", "ben", "sales"),
    )


def test_each_caller_gets_an_agent_by_the_strategy_of_its_own_queue() -> None:
    busy = replace(free("anna", 90, "sales", "claims"), today=Today("2026-11-20", 9))
    fresh = replace(free("ben", 10, "sales", "claims"), today=Today("2026-11-20", 1))
    by_idle = WaitingRow("i", "sales", 5, NOW, strategy="longest idle")
    by_calls = WaitingRow("c", "claims", 5, NOW, strategy="fewest calls today")

    assert match_callers([busy, fresh], [by_idle], NOW).pairs == (Pair("i", "anna", "sales"),)
    assert match_callers([busy, fresh], [by_calls], NOW).pairs == (Pair("c", "ben", "claims"),)


def test_who_came_back_by_hand_waits_for_the_end_of_a_cool_down_that_began_after_that() -> None:
    cool_down = CoolDown("anna", NOW + timedelta(seconds=COOLDOWN_SECONDS - 10))
    caller = WaitingRow("c", "sales", 5, ago(99), (cool_down,))
    before = replace(free("anna", 20, "sales"), available_at=ago(20))
    after = replace(free("anna", 5, "sales"), available_at=ago(5))

    assert match_callers([before], [caller], NOW).wake_at == cool_down.until
    assert match_callers([after], [caller], NOW).pairs == (Pair("c", "anna", "sales"),)
    assert match_callers([after, free("ben", 1, "sales")], [caller], NOW).pairs == (
        Pair("c", "ben", "sales"),
    )


def test_a_ready_agent_is_held_back_from_callers_of_their_own_queues_only() -> None:
    cool_down = (CoolDown("anna", LATER),)
    mine, other = (
        WaitingRow("c1", "sales", 5, NOW, cool_down),
        WaitingRow("c2", "claims", 5, NOW, cool_down),
    )
    anna = Agent("anna", presence=Ready(NOW), queues=("sales",))
    away = replace(anna, presence=Away("lunch", NOW))

    assert held_back(anna, [mine, other], NOW) == (HeldBack("sales", LATER),)
    assert held_back(anna, [mine, other], LATER) == ()
    assert held_back(away, [mine, other], NOW) == ()


def test_priority_comes_before_age_and_age_before_everything_else() -> None:
    old, urgent = WaitingRow("old", "sales", 5, ago(300)), WaitingRow("urgent", "sales", 1, NOW)

    assert match_callers([free("anna", 9, "sales")], [old, urgent], NOW).pairs == (
        Pair("urgent", "anna", "sales"),
    )


def test_an_extension_rings_its_owner_and_nobody_else() -> None:
    call = WaitingRow("c", "anna-direct", 3, NOW, only="anna")

    assert match_callers([free("ben", 99, "sales")], [call], NOW).pairs == ()
    assert match_callers([free("anna", 1, "sales")], [call], NOW).pairs == (
        Pair("c", "anna", "anna-direct"),
    )
