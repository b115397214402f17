"""Push in the cloud: connections that another process finds, and notices that never fail a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryExpiring,
    MemorySharedTopics,
    MemoryTagged,
)
from app.console.push import Connection, Push, Sockets
from app.console.pushing import GatewaySockets, NoSockets, PushNotices, StoredConnections

ORIGIN = "https://pbx.example"


class Gateway:
    def __init__(self, answer: Callable[[], bool]) -> None:
        self.posted: list[tuple[str, str]] = []
        self._answer = answer

    def post(self, connection_id: str, text: str) -> bool:
        self.posted.append((connection_id, text))
        return self._answer()

    def close(self, connection_id: str) -> None:
        pass


def _anybody(account: str, topic: str) -> bool:
    return True


def _connected(sockets: Sockets, tags: MemoryTagged) -> Push:
    """Anna's browser is connected as c1, by a process that is gone."""
    clock = MemoryClock()
    expiring = MemoryExpiring(clock.now)
    expiring.put("session:s1", "anna", clock.now() + timedelta(hours=1))
    connections = StoredConnections(tags, clock.now)

    def push() -> Push:
        return Push(
            expiring,
            connections,
            sockets,
            clock.now,
            lambda: "secret",
            (ORIGIN,),
            may_hear=_anybody,
            wanted=MemorySharedTopics(),
            count=lambda metric: None,
        )

    ticket = push().ticket("s1", "anna", clock.now() + timedelta(hours=1))
    assert push().connect("c1", ticket, ORIGIN)
    return push()


def _notices(push: Push) -> PushNotices:
    return PushNotices(push, MemoryClock().now, lambda topics: None, lambda change: {})


def test_a_connection_is_found_by_another_process() -> None:
    now = MemoryClock().now
    connections = StoredConnections(tags := MemoryTagged(), now)
    anna = Connection("c1", "s1", "anna", MemoryClock().now(), ("agent:anna", "board"))

    connections.add(anna)

    assert StoredConnections(tags, now).hearing("board") == (anna,)
    assert StoredConnections(tags, now).of_session("s1") == (anna,)
    assert StoredConnections(tags, now).hearing("agent:ben") == ()


def test_who_hears_a_topic_is_remembered_for_a_second_and_never_for_a_new_connection_here() -> None:
    clock = MemoryClock()
    connections = StoredConnections(tags := MemoryTagged(), clock.now)
    elsewhere = StoredConnections(tags, clock.now)
    anna = Connection("c1", "s1", "anna", clock.now(), ("board",))
    ben = Connection("c2", "s2", "ben", clock.now(), ("board",))

    elsewhere.add(anna)
    first = connections.hearing("board")
    elsewhere.add(ben)
    remembered = connections.hearing("board")
    clock.advance(1)
    later = connections.hearing("board")
    connections.remove("c1")

    assert (first, remembered, later) == ((anna,), (anna,), (anna, ben))
    assert connections.hearing("board") == (ben,)


def test_a_connection_that_cannot_be_read_is_counted_and_the_others_are_found() -> None:
    counted: list[str] = []
    connections = StoredConnections(tags := MemoryTagged(), MemoryClock().now, counted.append)
    anna = Connection("c1", "s1", "anna", MemoryClock().now(), ("board",))
    tags.put("c0", '["c0", {"newer": true}]', ("board",))
    connections.add(anna)

    assert connections.hearing("board") == (anna,)
    assert counted == ["connection.unreadable"]


def test_a_notice_reaches_each_connection_with_the_topic() -> None:
    gateway, tags = Gateway(lambda: True), MemoryTagged()
    push = _connected(GatewaySockets(gateway), tags)

    _notices(push).notify("agent:anna")
    _notices(push).notify("agent:ben")

    assert [name for name, _ in gateway.posted] == ["c1"]
    assert '"topic": "agent:anna"' in gateway.posted[0][1]


@pytest.mark.parametrize("sockets", [GatewaySockets(Gateway(lambda: False)), NoSockets()])
def test_a_connection_that_is_gone_is_forgotten(sockets: Sockets) -> None:
    tags = MemoryTagged()

    _notices(_connected(sockets, tags)).notify("agent:anna")

    assert tags.tagged("person:anna") == ()


def test_a_gateway_that_fails_fails_no_telephone_call() -> None:
    def broken() -> bool:
        raise ConnectionError("no gateway")

    gateway, tags = Gateway(broken), MemoryTagged()

    _notices(_connected(GatewaySockets(gateway), tags)).notify("agent:anna")

    assert len(gateway.posted) == 1
    assert len(tags.tagged("person:anna")) == 1
