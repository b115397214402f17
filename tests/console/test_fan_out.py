"""A change of the board costs a caller the same at three and at three hundred desks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryExpiring,
    MemorySharedTopics,
    MemoryTagged,
    MemoryTimers,
)
from app.console.push import LOST, PERSONAL_SECONDS, Connection, Push
from app.console.pushing import PushNotices, StoredConnections
from app.domain.topics import BOARD, agent_topic
from app.ports import SharedJob
from app.service.sharing import ChangePlanner, Sharing

DESKS = (3, 300)
HOUR = timedelta(hours=1)


class CountedExpiring(MemoryExpiring):
    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.reads = 0

    def get(self, key: str) -> str | None:
        self.reads += 1
        return super().get(key)


class Gateway:
    """Takes what is posted; or waits, or raises, as `post` says."""

    def __init__(self, post: Callable[[], None] = lambda: None) -> None:
        self.posted: list[str] = []
        self._post = post

    def post(self, connection_id: str, text: str) -> None:
        self.posted.append(connection_id)
        self._post()

    def close(self, connection_id: str) -> None:
        self.posted.append(f"close {connection_id}")
        self._post()


class Floor:
    """So many desks with open pages, one push, and the worker that sends what they share."""

    def __init__(self, desks: int, gateway: Gateway | None = None) -> None:
        self.clock, self.timers = MemoryClock(), MemoryTimers()
        self.gateway = gateway or Gateway()
        self.expiring = CountedExpiring(self.clock.now)
        self.counted: Counter[str] = Counter()
        self.sends = 0
        topics, connections = MemorySharedTopics(), StoredConnections(MemoryTagged())
        self.push = Push(
            self.expiring, connections, self.gateway, self.clock.now, lambda: "word", ("o",),
            lambda *_: True, topics, lambda metric: self.counted.update([metric]),
        )  # fmt: skip
        for desk in range(desks):
            until, agent = self.clock.now() + HOUR, f"a{desk}"
            self.expiring.put(f"session:s{desk}", agent, until)
            tags = (agent_topic(agent), BOARD)
            connections.add(Connection(f"c{desk}", f"s{desk}", agent, until, tags))
        topics.want(BOARD, self.clock.now() + HOUR)
        self.notices = PushNotices(
            self.push, self.clock.now, ChangePlanner(topics, self.timers, self.clock).plan
        )
        self._sharing = Sharing(topics, self.notices, self.clock)

    def works(self) -> None:
        """The worker does the jobs that are due."""
        for job in self.timers.due(self.clock.now()):
            assert isinstance(job, SharedJob)
            before = len(self.gateway.posted)
            self._sharing.send(job.topic)
            self.sends += len(self.gateway.posted) > before


@pytest.mark.parametrize("desks", DESKS)
def test_a_change_of_the_board_posts_nothing_and_reads_no_session(desks: int) -> None:
    floor = Floor(desks)

    floor.notices.notify(BOARD)

    assert (floor.gateway.posted, floor.expiring.reads) == ([], 0)


@pytest.mark.parametrize("desks", DESKS)
def test_an_offer_posts_to_its_agent_alone_and_reads_no_session(desks: int) -> None:
    floor = Floor(desks)

    floor.notices.notify(agent_topic("a1"))

    assert (floor.gateway.posted, floor.expiring.reads) == (["c1"], 0)


@pytest.mark.parametrize("desks", DESKS)
def test_the_worker_posts_once_to_each_desk_and_reads_no_session(desks: int) -> None:
    floor = Floor(desks)

    floor.notices.notify(BOARD)
    floor.works()

    assert sorted(floor.gateway.posted) == sorted(f"c{desk}" for desk in range(desks))
    assert floor.expiring.reads == 0


def test_what_all_share_is_sent_at_most_once_a_second_and_the_last_change_always() -> None:
    floor = Floor(3)

    for _ in range(100):  # ten seconds of ten changes each
        floor.notices.notify(BOARD)
        floor.works()
        floor.clock.advance(0.1)
    floor.clock.advance(1)
    before = floor.sends
    floor.works()

    assert before == 10
    assert floor.sends == 11


def test_nothing_is_planned_for_pages_that_are_closed() -> None:
    floor = Floor(3)
    floor.clock.advance(3600)

    floor.notices.notify(BOARD)

    assert floor.timers.next_at is None


def test_a_gateway_that_hangs_costs_a_caller_no_more_than_the_limit() -> None:
    hanging = Event()

    def hangs() -> None:
        hanging.wait(5)

    floor = Floor(3, Gateway(hangs))

    began = time.monotonic()
    floor.notices.notify(agent_topic("a1"))
    took = time.monotonic() - began
    hanging.set()

    assert PERSONAL_SECONDS <= took < PERSONAL_SECONDS + 0.5
    assert floor.counted == {LOST: 1}


def test_a_gateway_that_raises_fails_nobody_and_is_counted() -> None:
    def broken() -> None:
        raise ConnectionError("no gateway")

    floor = Floor(3, Gateway(broken))

    floor.notices.notify(agent_topic("a1"))
    floor.notices.notify(BOARD)
    floor.works()

    assert floor.counted == {LOST: 4}


def test_a_session_that_ended_is_closed_even_when_the_gateway_hangs() -> None:
    hanging = Event()

    def hangs() -> None:
        hanging.wait(5)

    floor = Floor(3, Gateway(hangs))
    floor.clock.advance(3601)

    began = time.monotonic()
    floor.notices.notify(agent_topic("a1"))
    took = time.monotonic() - began
    hanging.set()

    assert took < PERSONAL_SECONDS + 0.5
    assert floor.gateway.posted == ["close c1"]


def test_a_session_that_a_call_prolongs_is_heard_beyond_its_hours() -> None:
    floor = Floor(3)
    floor.clock.advance(3601)
    floor.expiring.put("session:s1", "a1", floor.clock.now() + HOUR)

    floor.notices.notify(agent_topic("a1"))

    assert floor.gateway.posted == ["c1"]
