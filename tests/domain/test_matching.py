"""Who gets whom: laws over any board, then the examples that people ask about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import CoolDown
from app.domain.matching import Pair, ReadyRow, WaitingRow, match_callers

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
QUEUES = ("sales", "claims", "anna")
NAMES = ("anna", "ben", "cleo", "dan")


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


agents = st.builds(
    ReadyRow,
    agent=st.sampled_from(NAMES),
    since=st.integers(0, 900).map(ago),
    queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
    alive_until=st.sampled_from((LATER, ago(1))),
)
callers = st.builds(
    WaitingRow,
    call=st.text("abc", min_size=1, max_size=3),
    node=st.sampled_from(QUEUES),
    priority=st.integers(1, 9),
    since=st.integers(0, 900).map(ago),
    cool_downs=st.lists(
        st.builds(CoolDown, st.sampled_from(NAMES), st.sampled_from((LATER, ago(1)))), max_size=3
    ).map(tuple),
    only=st.sampled_from((None, None, "anna")),
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
    until = first.wake_at or LATER

    just_before = until - timedelta(milliseconds=1)
    assert match_callers(ready, waiting, just_before).pairs == first.pairs


def free(agent: str, idle_seconds: int, *queues: str) -> ReadyRow:
    return ReadyRow(agent, ago(idle_seconds), queues, LATER)


def test_the_agent_who_has_been_idle_longest_gets_the_call() -> None:
    board = [free("anna", 10, "sales"), free("ben", 50, "sales"), free("cleo", 90, "claims")]

    assert match_callers(board, [WaitingRow("c", "sales", 5, NOW)], NOW).pairs == (
        Pair("c", "ben"),
    )


def test_priority_comes_before_age_and_age_before_everything_else() -> None:
    old, urgent = WaitingRow("old", "sales", 5, ago(300)), WaitingRow("urgent", "sales", 1, NOW)

    assert match_callers([free("anna", 9, "sales")], [old, urgent], NOW).pairs == (
        Pair("urgent", "anna"),
    )


def test_an_extension_rings_its_owner_and_nobody_else() -> None:
    call = WaitingRow("c", "anna-direct", 3, NOW, only="anna")

    assert match_callers([free("ben", 99, "sales")], [call], NOW).pairs == ()
    assert match_callers([free("anna", 1, "sales")], [call], NOW).pairs == (Pair("c", "anna"),)
