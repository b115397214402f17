"""The promises of Expiring and Tagged, in memory and in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest

from app.adapters.dynamodb import tables
from app.adapters.dynamodb.connections import DynamoTagged
from app.adapters.dynamodb.expiring import DynamoExpiring
from app.adapters.memory import MemoryClock, MemoryExpiring, MemoryTagged
from app.ports import Expiring, Tagged
from tests.support.ministack import Cloud

T = TypeVar("T")
SOON = timedelta(seconds=60)


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()


@pytest.fixture(params=["memory", "dynamodb"])
def expiring(request: pytest.FixtureRequest, clock: MemoryClock) -> Expiring:
    if request.param == "memory":
        return MemoryExpiring(clock.now)
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoExpiring(cloud.client("dynamodb"), cloud.table(tables.SWITCH), clock)


def test_a_value_is_readable_until_it_expires(expiring: Expiring, clock: MemoryClock) -> None:
    expiring.put("word", "anna", clock.now() + SOON)

    assert expiring.get("word") == "anna"
    clock.advance(60)
    assert expiring.get("word") is None
    assert expiring.take("word") is None


def test_a_deleted_value_is_none(expiring: Expiring, clock: MemoryClock) -> None:
    expiring.put("word", "anna", clock.now() + SOON)

    expiring.forget("word")

    assert expiring.get("word") is None


def test_a_group_is_forgotten_together_and_nothing_else_is(
    expiring: Expiring, clock: MemoryClock
) -> None:
    until = clock.now() + SOON
    expiring.put("tab", "anna", until, group="anna's")
    expiring.put("mobile", "anna", until, group="anna's")
    expiring.put("other", "ben", until, group="ben's")
    expiring.put("alone", "anna", until)

    forgotten = expiring.forget_group("anna's")

    assert sorted(forgotten) == ["mobile", "tab"]
    assert [expiring.get(key) for key in ("tab", "mobile")] == [None, None]
    assert [expiring.get(key) for key in ("other", "alone")] == ["ben", "anna"]
    assert expiring.forget_group("anna's") == ()


def test_what_is_put_again_after_its_group_was_forgotten_is_of_the_group_again(
    expiring: Expiring, clock: MemoryClock
) -> None:
    until = clock.now() + SOON
    expiring.put("tab", "anna", until, group="anna's")
    expiring.forget_group("anna's")

    expiring.put("tab", "anna", until, group="anna's")

    assert expiring.get("tab") == "anna"
    assert expiring.forget_group("anna's") == ("tab",)


def test_exactly_one_of_many_takes_a_ticket(expiring: Expiring, clock: MemoryClock) -> None:
    expiring.put("word", "ticket", clock.now() + SOON)

    taken = _sixteen_times(lambda: expiring.take("word"))

    assert sorted(taken, key=str) == [None] * 15 + ["ticket"]


def test_parallel_counts_are_all_added(expiring: Expiring, clock: MemoryClock) -> None:
    until = clock.now() + SOON

    counted = _sixteen_times(lambda: expiring.count("word", until))

    assert sorted(counted) == list(range(1, 17))
    assert expiring.get("word") == "16"


def test_the_first_of_a_count_sets_its_end(expiring: Expiring, clock: MemoryClock) -> None:
    expiring.count("word", clock.now() + SOON)
    clock.advance(59)

    assert expiring.count("word", clock.now() + SOON) == 2
    clock.advance(1)
    assert expiring.count("word", clock.now() + SOON) == 1


@pytest.mark.parametrize("store", ["memory", "dynamodb"])
def test_texts_are_found_by_their_tags_until_removed(
    request: pytest.FixtureRequest, clock: MemoryClock, store: str
) -> None:
    tagged: Tagged = MemoryTagged()
    if store == "dynamodb":
        cloud: Cloud = request.getfixturevalue("cloud")
        tagged = DynamoTagged(cloud.client("dynamodb"), cloud.table(tables.SWITCH), clock)
    tagged.put("c1", "anna's tab", ("agent:anna", "board"))
    tagged.put("c2", "ben's tab", ("agent:ben", "board"))

    assert tagged.tagged("agent:anna") == ("anna's tab",)
    assert sorted(tagged.tagged("board")) == ["anna's tab", "ben's tab"]
    tagged.remove("c1")
    tagged.remove("c1")
    assert tagged.tagged("agent:anna") == ()
    assert tagged.tagged("board") == ("ben's tab",)


def _sixteen_times(ask: Callable[[], T]) -> list[T]:
    with ThreadPoolExecutor(16) as pool:
        return [answer.result() for answer in [pool.submit(ask) for _ in range(16)]]
