"""The promise of SharedTopics: at most one send a second a topic, and no change is left untold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from app.adapters.dynamodb import DynamoSharedTopics, tables
from app.adapters.memory import MemoryClock, MemorySharedTopics
from app.ports import SEND_LOST, SharedTopics
from tests.support.ministack import Cloud

NOW = MemoryClock().now()
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", "dynamodb"])
def topics(request: pytest.FixtureRequest) -> SharedTopics:
    if request.param == "memory":
        return MemorySharedTopics()
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoSharedTopics(cloud.client("dynamodb"), cloud.table(tables.SWITCH))


@pytest.fixture
def wanted(topics: SharedTopics) -> SharedTopics:
    """Somebody listens to the board for a minute."""
    topics.want("board", NOW + 60 * SECOND)
    return topics


def test_a_topic_that_nobody_wants_is_not_planned(topics: SharedTopics) -> None:
    assert topics.plan("board", NOW) is None


def test_a_topic_is_wanted_until_the_latest_that_anybody_said(wanted: SharedTopics) -> None:
    wanted.want("board", NOW + 5 * SECOND)

    assert wanted.plan("board", NOW + 59 * SECOND) == NOW + 59 * SECOND
    assert wanted.plan("board", NOW + 60 * SECOND) is None


def test_of_many_topics_those_are_to_be_planned_that_are_wanted_and_not_planned(
    wanted: SharedTopics,
) -> None:
    wanted.want("calls", NOW + 60 * SECOND)
    wanted.plan("calls", NOW)

    found = [
        tuple(wanted.to_plan(("board", "calls", "nobody's"), NOW + seconds * SECOND))
        for seconds in (0, 6, 61)
    ]

    assert found == [("board",), ("board", "calls"), ()]


def test_the_first_change_is_sent_at_once_and_further_ones_with_it(wanted: SharedTopics) -> None:
    first = wanted.plan("board", NOW)
    second = wanted.plan("board", NOW + SECOND / 10)

    assert (first, second) == (NOW, None)


def test_a_change_within_the_pause_is_sent_after_it(wanted: SharedTopics) -> None:
    wanted.plan("board", NOW)
    wanted.take("board", NOW)

    planned = wanted.plan("board", NOW + SECOND / 4)

    assert planned == NOW + SECOND
    assert wanted.plan("board", NOW + SECOND / 2) is None
    assert not wanted.take("board", NOW + SECOND / 2)
    assert wanted.take("board", NOW + SECOND) == NOW + 60 * SECOND


def test_a_change_after_the_take_is_planned_again(wanted: SharedTopics) -> None:
    """Else what changed between the read and the send would never be told."""
    wanted.plan("board", NOW)
    wanted.take("board", NOW)

    assert wanted.plan("board", NOW) == NOW + SECOND


def test_a_repeated_job_sends_nothing(wanted: SharedTopics) -> None:
    wanted.plan("board", NOW)

    taken = [wanted.take("board", NOW), wanted.take("board", NOW)]

    assert taken == [NOW + 60 * SECOND, None]


def test_a_planned_send_that_is_lost_is_planned_again(wanted: SharedTopics) -> None:
    wanted.plan("board", NOW)
    late = NOW + SEND_LOST + SECOND

    assert wanted.plan("board", late) == late


def test_each_topic_has_its_own_pause(wanted: SharedTopics) -> None:
    wanted.want("calls", NOW + 60 * SECOND)
    wanted.plan("board", NOW)

    assert wanted.plan("calls", NOW) == NOW


def test_many_changes_at_once_plan_one_send(wanted: SharedTopics) -> None:
    def plan(_: int) -> datetime | None:
        return wanted.plan("board", NOW)

    with ThreadPoolExecutor(16) as pool:
        planned = list(pool.map(plan, range(16)))

    assert sorted(planned, key=str) == [NOW, *[None] * 15]
