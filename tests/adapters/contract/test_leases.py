"""The promise of Leases: one holder at a time; in memory and in DynamoDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.adapters import aws
from app.adapters.dynamodb import DynamoLeases, tables
from app.adapters.memory import MemoryClock, MemoryLeases
from app.ports import Leases, Unreadable
from tests.adapters.contract.switch_stores import LosingAnswers

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

SOON = timedelta(seconds=30)


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()


@pytest.fixture(params=["memory", "dynamodb"])
def leases(request: pytest.FixtureRequest, clock: MemoryClock) -> Leases:
    if request.param == "memory":
        return MemoryLeases(clock.now)
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoLeases(cloud.client("dynamodb"), cloud.table(tables.SWITCH), clock)


def test_a_lease_that_is_held_is_not_taken(leases: Leases, clock: MemoryClock) -> None:
    until = clock.now() + SOON

    assert leases.take("sweep", "a", until)
    assert not leases.take("sweep", "b", until)
    assert not leases.take("sweep", "b", until, held_by="c")


def test_a_lease_that_is_over_is_taken(leases: Leases, clock: MemoryClock) -> None:
    leases.take("sweep", "a", clock.now() + SOON)

    clock.advance(29.999)
    early = leases.take("sweep", "b", clock.now() + SOON)
    clock.advance(0.001)
    late = leases.take("sweep", "c", clock.now() + SOON)

    assert (early, late) == (False, True)


def test_a_lease_is_handed_on_once(leases: Leases, clock: MemoryClock) -> None:
    until = clock.now() + SOON
    leases.take("sweep", "a", until)

    assert leases.take("sweep", "b", until, held_by="a")
    assert not leases.take("sweep", "c", until, held_by="a")


def test_the_same_holder_takes_it_again(leases: Leases, clock: MemoryClock) -> None:
    until = clock.now() + SOON

    assert leases.take("sweep", "a", until)
    assert leases.take("sweep", "a", until)


def test_leases_of_other_names_are_others(leases: Leases, clock: MemoryClock) -> None:
    leases.take("sweep", "a", clock.now() + SOON)

    assert leases.take("another", "b", clock.now() + SOON)


def test_of_many_who_take_it_at_once_one_gets_it(leases: Leases, clock: MemoryClock) -> None:
    until = clock.now() + SOON
    leases.take("sweep", "a", until)

    def take(n: int) -> bool:
        return leases.take("sweep", f"b{n}", until, held_by="a")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))

    assert taken.count(True) == 1


def test_whoever_loses_the_answer_has_the_lease(cloud: Cloud, clock: MemoryClock) -> None:  # W3
    client = aws.client.__wrapped__("dynamodb", cloud.endpoint)
    leases = DynamoLeases(client, cloud.table(tables.SWITCH), clock)
    wire = LosingAnswers(client)

    wire.lose(1)

    assert leases.take("sweep", "a", clock.now() + SOON)
    assert wire.requests == 2


def test_a_lease_without_an_end_is_nobodys_and_is_reported(
    cloud: Cloud, clock: MemoryClock
) -> None:
    """Else what it guards, the repair of all calls, would never be done again."""
    client, table = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
    reported: list[Unreadable] = []
    leases = DynamoLeases(client, table, clock, reported.append)
    leases.take("sweep", "a", clock.now() + SOON)
    key = {"pk": {"S": "LEASE#sweep"}, "sk": {"S": "L"}}
    client.put_item(TableName=table, Item={**key, "until": {"S": "noon"}})

    taken = leases.take("sweep", "b", clock.now() + SOON)
    again = leases.take("sweep", "c", clock.now() + SOON)

    assert (taken, again) == (True, False)
    assert [(error.kind, error.item) for error in reported] == [("lease", "sweep")]
