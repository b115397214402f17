"""Each strategy rings whom its sentence says: one law an entry of the table, over any agents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import agent as a
from app.domain.agent import Today
from app.domain.board import ReadyRow, WaitingRow
from app.domain.matching import match_callers, ready_row
from app.domain.strategies import LONGEST_IDLE, STRATEGIES, named, names
from tests.domain.strategies_page import PAGE, page

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
FAR = NOW + timedelta(hours=1)
TODAY, DAYS = "2026-11-20", ("", "2026-11-18", "2026-11-19", "2026-11-20")

# What no free agent has less of than whoever is rung.
MEASURES: dict[str, Callable[[ReadyRow], float]] = {
    "longest idle": lambda row: row.since.timestamp(),
    "fewest calls today": lambda row: row.today.calls if row.today.day == TODAY else 0,
    "round robin": lambda row: row.offered_at.timestamp() if row.offered_at else 0,
}

instants = st.integers(0, 900).map(lambda seconds: NOW - timedelta(seconds=seconds))
agents = st.builds(
    ReadyRow,
    agent=st.text("abcd", min_size=1, max_size=3),
    since=instants,
    queues=st.just(("sales",)),
    alive_until=st.just(FAR),
    available_at=st.none() | instants,
    offered_at=st.none() | instants,
    today=st.builds(Today, st.sampled_from(DAYS), st.integers(0, 9), st.integers(0, 9000)),
)
crowds = st.lists(agents, min_size=1, max_size=5, unique_by=lambda row: row.agent)


def rung(strategy: str, ready: list[ReadyRow]) -> ReadyRow:
    """Who gets the next caller of a queue with that strategy."""
    matching = match_callers(ready, [WaitingRow("c", "sales", 5, NOW, strategy=strategy)], NOW)
    return next(row for row in ready if row.agent == matching.pairs[0].agent)


def test_each_strategy_has_a_law() -> None:
    assert set(MEASURES) == set(STRATEGIES)


@pytest.mark.parametrize("strategy", MEASURES)
@given(ready=crowds)
def test_whoever_is_rung_is_who_the_sentence_says(strategy: str, ready: list[ReadyRow]) -> None:
    measure = MEASURES[strategy]

    chosen = rung(strategy, ready)

    assert measure(chosen) == min(measure(row) for row in ready)


@pytest.mark.parametrize("strategy", MEASURES)
@given(ready=crowds)
def test_of_equals_the_one_idle_longest_is_rung(strategy: str, ready: list[ReadyRow]) -> None:
    key = STRATEGIES[strategy].key

    chosen = rung(strategy, ready)

    equals = [row for row in ready if key(row, "sales") == key(chosen, "sales")]
    assert chosen.since == min(row.since for row in equals)


@given(ready=crowds, name=st.text(max_size=12))
def test_a_name_that_this_version_does_not_know_is_served_as_the_default(
    ready: list[ReadyRow], name: str
) -> None:
    known = name in STRATEGIES

    assert rung(name, ready) == rung(name if known else LONGEST_IDLE, ready)


def test_a_plan_may_say_each_name_and_the_default_is_the_first() -> None:
    assert names()[0] == LONGEST_IDLE
    assert [named(name).name for name in names()] == list(names())


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"


# --- Over a day ---------------------------------------------------------------------------------


def a_day(strategy: str, calls: list[bool]) -> list[str]:
    """Who was rung for each call, taken (True) or declined, one a minute; nobody wraps up."""
    people = {name: a.Agent(name, queues=("sales",)) for name in ("anna", "ben", "cleo")}
    order = []
    for name, agent in people.items():
        people[name] = a.change(agent, a.WentReady(("sales",)), NOW)
    for minute, taken in enumerate(calls):
        now = NOW + timedelta(minutes=minute)
        rows = [ready_row(agent, now + timedelta(hours=1)) for agent in people.values()]
        chosen = rung(strategy, [row for row in rows if row is not None]).agent
        agent = a.reserved(people[chosen], "c", "2", now, now)
        if taken:
            agent = a.wraps_up(a.talks(agent, "c", TODAY, now), "c", 0, now + timedelta(seconds=9))
        else:
            agent = a.freed(agent, now)
        people[chosen] = agent
        order.append(chosen)
    return order


@given(calls=st.lists(st.booleans(), max_size=20))
def test_round_robin_rings_everybody_once_before_anybody_twice(calls: list[bool]) -> None:
    order = a_day("round robin", calls)

    assert order == [order[at % 3] for at in range(len(order))]
    assert len(set(order[:3])) == len(order[:3])


@given(calls=st.integers(0, 20))
def test_fewest_calls_today_shares_them_out(calls: int) -> None:
    order = a_day("fewest calls today", [True] * calls)

    shares = [order.count(name) for name in ("anna", "ben", "cleo")]
    assert max(shares) - min(shares) <= 1
