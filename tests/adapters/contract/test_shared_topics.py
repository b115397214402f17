"""The promise of SharedTopics: at most one send a second a topic, and no change is left untold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.adapters.dynamodb import DynamoSharedTopics, tables
from app.adapters.memory import MemoryClock, MemorySharedTopics
from app.ports import SEND_LOST, SharedTopics
from app.service.sharing import RememberedTopics
from tests.support.ministack import Cloud

NOW = MemoryClock().now()
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", "remembered", "dynamodb"])
def topics(request: pytest.FixtureRequest) -> SharedTopics:
    if request.param == "memory":
        return MemorySharedTopics()
    if request.param == "remembered":
        return RememberedTopics(MemorySharedTopics())
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoSharedTopics(cloud.client("dynamodb"), cloud.table(tables.SWITCH))


@pytest.fixture
def wanted(topics: SharedTopics) -> SharedTopics:
    """Somebody listens to the board for a minute."""
    topics.want("board", NOW + 60 * SECOND)
    return topics


def test_a_topic_that_nobody_wants_is_not_planned(topics: SharedTopics) -> None:
    assert topics.plan(["board", "calls"], NOW) == {"board": None, "calls": None}


def test_a_topic_that_somebody_begins_to_want_is_planned(topics: SharedTopics) -> None:
    topics.plan(["board"], NOW)
    topics.want("board", NOW + 60 * SECOND)

    assert topics.plan(["board"], NOW) == {"board": NOW}


def test_a_topic_is_wanted_until_the_latest_that_anybody_said(wanted: SharedTopics) -> None:
    wanted.want("board", NOW + 5 * SECOND)

    assert wanted.plan(["board"], NOW + 59 * SECOND) == {"board": NOW + 59 * SECOND}
    assert wanted.plan(["board"], NOW + 60 * SECOND) == {"board": None}


def test_the_first_change_is_sent_at_once_and_further_ones_with_it(wanted: SharedTopics) -> None:
    first = wanted.plan(["board"], NOW)
    second = wanted.plan(["board"], NOW + SECOND / 10)

    assert (first, second) == ({"board": NOW}, {})


def test_a_change_within_the_pause_is_sent_after_it(wanted: SharedTopics) -> None:
    wanted.plan(["board"], NOW)
    wanted.take("board", NOW)

    planned = wanted.plan(["board"], NOW + SECOND / 4)

    assert planned == {"board": NOW + SECOND}
    assert wanted.plan(["board"], NOW + SECOND / 2) == {}
    assert not wanted.take("board", NOW + SECOND / 2)
    assert wanted.take("board", NOW + SECOND) == NOW + 60 * SECOND


def test_a_change_after_the_take_is_planned_again(wanted: SharedTopics) -> None:
    """Else what changed between the read and the send would never be told."""
    wanted.plan(["board"], NOW)
    wanted.take("board", NOW)

    assert wanted.plan(["board"], NOW) == {"board": NOW + SECOND}


def test_a_repeated_job_sends_nothing(wanted: SharedTopics) -> None:
    wanted.plan(["board"], NOW)

    taken = [wanted.take("board", NOW), wanted.take("board", NOW)]

    assert taken == [NOW + 60 * SECOND, None]


def test_a_planned_send_that_is_lost_is_planned_again(wanted: SharedTopics) -> None:
    wanted.plan(["board"], NOW)
    late = NOW + SEND_LOST + SECOND

    assert wanted.plan(["board"], late) == {"board": late}


def test_each_topic_has_its_own_pause(wanted: SharedTopics) -> None:
    wanted.want("calls", NOW + 60 * SECOND)
    wanted.plan(["board"], NOW)

    assert wanted.plan(["calls"], NOW) == {"calls": NOW}


def test_topics_are_planned_together_each_as_it_is(wanted: SharedTopics) -> None:
    wanted.want("calls", NOW + 60 * SECOND)
    wanted.plan(["board"], NOW)
    wanted.take("board", NOW)

    planned = wanted.plan(["board", "calls", "unheard"], NOW + SECOND / 4)

    assert planned == {"board": NOW + SECOND, "calls": NOW + SECOND / 4, "unheard": None}


def test_many_changes_at_once_plan_one_send(wanted: SharedTopics) -> None:
    def plan(_: int) -> list[str]:
        return [*wanted.plan(["board"], NOW)]

    with ThreadPoolExecutor(16) as pool:
        planned = list(pool.map(plan, range(16)))

    assert sorted(planned) == [*[[]] * 15, ["board"]]
