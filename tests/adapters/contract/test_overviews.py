"""The promise of Overviews: whole, the latest, and never more than one item."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.adapters.dynamodb import DynamoOverviews, tables
from app.adapters.dynamodb.overviews import LARGEST_BYTES
from app.adapters.memory import MemoryClock, MemoryOverviews
from app.domain.overview import HeldNow, Overview, PersonNow, QueueNow
from app.ports import Overviews, Unreadable
from tests.support.ministack import Cloud

NOW = MemoryClock().now()
OVERVIEW = Overview(
    7,
    NOW + timedelta(minutes=10),
    (PersonNow("anna", "away", NOW, "lunch"), PersonNow("ben", "reserved")),
    (QueueNow("sales", 2, NOW, late=True),),
    (HeldNow("ben", "sales", NOW),),
    (("box", 3),),
)


@pytest.fixture(params=["memory", "dynamodb"])
def overviews(request: pytest.FixtureRequest) -> Overviews:
    if request.param == "memory":
        return MemoryOverviews()
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoOverviews(cloud.client("dynamodb"), cloud.table(tables.SWITCH))


def test_at_first_there_is_none(overviews: Overviews) -> None:
    assert overviews.get() is None


def test_an_overview_is_read_as_it_was_put(overviews: Overviews) -> None:
    assert overviews.put(OVERVIEW)

    assert overviews.get() == OVERVIEW


def test_an_earlier_version_never_replaces_a_later_one(overviews: Overviews) -> None:
    overviews.put(OVERVIEW)

    assert not overviews.put(replace(OVERVIEW, version=6, people=()))
    assert overviews.get() == OVERVIEW


def test_the_same_version_may_be_kept_for_longer(overviews: Overviews) -> None:
    longer = replace(OVERVIEW, kept_until=NOW + timedelta(hours=1))
    overviews.put(OVERVIEW)

    assert overviews.put(longer)
    assert overviews.get() == longer


def _office(desks: int, callers: int = 0) -> Overview:
    """All of its people are somewhere, and each caller was declined by one of them."""
    people = tuple(PersonNow(f"somebody{n:04}", "away", NOW, "training") for n in range(desks))
    queues = tuple(QueueNow(f"queue-{n:03}", n, NOW) for n in range(50))
    held = tuple(HeldNow(f"somebody{n % desks:04}", "queue-001", NOW) for n in range(callers))
    return Overview(1, NOW, people, queues, held)


@pytest.mark.parametrize(
    ("desks", "callers", "times"), [(300, 0, 10), (300, 500, 4), (1000, 0, 3), (1000, 1000, 2)]
)
def test_a_large_office_fits_an_item_several_times(
    cloud: Cloud, desks: int, callers: int, times: int
) -> None:
    client, table = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
    office = _office(desks, callers)

    is_put = DynamoOverviews(client, table).put(office)

    (item,) = client.scan(TableName=table)["Items"]
    assert is_put
    assert len(item["body"]["S"]) * times < LARGEST_BYTES
    assert DynamoOverviews(client, table).get() == office


def test_what_no_item_holds_is_refused_before_it_is_sent(cloud: Cloud) -> None:
    overviews = DynamoOverviews(cloud.client("dynamodb"), cloud.table(tables.SWITCH))

    with pytest.raises(ValueError, match="more than one item holds"):
        overviews.put(_office(10_000))


@pytest.mark.parametrize("change", ["body = :bad", "body = :bad, version = :bad", "body = :map"])
def test_an_overview_that_cannot_be_read_is_reported_and_the_next_takes_its_place(
    cloud: Cloud, change: str
) -> None:
    client, table = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
    reported: list[Unreadable] = []
    overviews = DynamoOverviews(client, table, reported.append)
    overviews.put(OVERVIEW)
    texts = {":bad": {"S": '{"_":"Mood"}'}, ":map": {"S": '{"people":1}'}}
    client.update_item(
        TableName=table,
        Key={"pk": {"S": "OVERVIEW"}, "sk": {"S": "O"}},
        UpdateExpression=f"SET {change}",
        ExpressionAttributeValues={name: text for name, text in texts.items() if name in change},
    )

    assert overviews.get() is None
    assert [error.kind for error in reported] == ["overview"]
    assert overviews.put(replace(OVERVIEW, version=8))
    assert overviews.get() == replace(OVERVIEW, version=8)
