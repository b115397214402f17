"""The promise of Notices: who hears a topic is told to look again; and a notice never raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryExpiring,
    MemoryNotices,
    MemorySharedTopics,
    MemoryTagged,
)
from app.console.push import Connection, Push
from app.console.pushing import PushNotices, StoredConnections
from app.domain.topics import BOARD, CALLS, agent_topic
from app.ports import Notices, Unavailable

ANNA, BEN = agent_topic("anna"), agent_topic("ben")


class Sockets:
    """What was sent, or a gateway that is down."""

    def __init__(self, *, is_down: bool = False) -> None:
        self.sent: list[str] = []
        self._is_down = is_down

    def post(self, connection_id: str, text: str) -> None:
        if self._is_down:
            raise Unavailable("the gateway does not answer")
        self.sent.append(json.loads(text)["topic"])

    def close(self, connection_id: str) -> None:
        """Nothing is open."""


@dataclass
class Told:
    """Notices, and the topics of which somebody was told to look again."""

    notices: Notices
    topics: Callable[[], list[str]]


def _on_push(sockets: Sockets, clock: MemoryClock | None = None) -> PushNotices:
    """One page is open, which hears of everything that is poked here."""
    clock = clock or MemoryClock()
    connections = StoredConnections(MemoryTagged(), clock.now)
    expiring = MemoryExpiring(clock.now)
    expiring.put("session:s1", "anna", clock.now() + timedelta(hours=1))
    push = Push(
        expiring,
        connections,
        sockets,
        clock.now,
        lambda: "word",
        (),
        lambda *_: True,
        MemorySharedTopics(),
        lambda metric: None,
    )
    until = clock.now() + timedelta(hours=1)
    connections.add(Connection("c1", "s1", "anna", until, (ANNA, BEN, BOARD)))
    return PushNotices(
        push, clock.now, lambda topics: sockets.sent.append(f"later {topics}"), lambda change: {}
    )


@pytest.fixture(params=["memory", "push"])
def told(request: pytest.FixtureRequest) -> Told:
    if request.param == "memory":
        notices = MemoryNotices((ANNA, BEN).__contains__)
        return Told(notices, lambda: notices.topics)
    sockets = Sockets()
    return Told(_on_push(sockets), lambda: sockets.sent)


def test_who_hears_a_topic_is_told_in_the_order_of_the_notices(told: Told) -> None:
    for topic in (ANNA, BEN, ANNA):
        told.notices.notify(topic)
    told.notices.send(BOARD, 7)

    assert told.topics() == [ANNA, BEN, ANNA, BOARD]


def test_a_topic_that_nobody_hears_does_no_harm(told: Told) -> None:
    told.notices.notify(agent_topic("nobody"))

    assert set(told.topics()) <= {agent_topic("nobody")}


def test_a_page_that_is_open_hears_of_its_own_topics_alone(told: Told) -> None:
    assert told.notices.is_heard(ANNA)
    assert not told.notices.is_heard(agent_topic("nobody"))
    assert told.topics() == []


def test_a_page_of_a_session_that_is_over_hears_nothing() -> None:
    """Signed out, or its time is up: its connection may be there a moment longer."""
    clock, sockets = MemoryClock(), Sockets()
    notices = _on_push(sockets, clock)

    clock.advance(7200)

    assert not notices.is_heard(ANNA)


def test_a_push_that_fails_is_lost_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    notices = _on_push(Sockets(is_down=True))

    notices.notify(ANNA)
    notices.send(BOARD, 7)

    assert caplog.text.count("a push was lost") == 2


def test_a_shared_topic_is_left_to_the_worker() -> None:
    sockets = Sockets()

    _on_push(sockets).notify(BOARD, ANNA, CALLS)

    assert sockets.sent == [ANNA, "later ('board', 'calls')"]
