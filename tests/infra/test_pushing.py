"""Push in the cloud: connections that another process finds, and pokes that never fail a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.adapters.memory import MemoryClock
from app.console.expiring import MemoryExpiring
from app.console.push import Connection, Push, Sockets
from app.console.pushing import GatewaySockets, NoSockets, Pokes, StoredConnections

ORIGIN = "https://pbx.example"


class Tags:
    """The table of connections, in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, tuple[str, ...]]] = {}

    def put(self, name: str, body: str, tags: tuple[str, ...]) -> None:
        self.kept[name] = (body, tags)

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)

    def tagged(self, tag: str) -> tuple[str, ...]:
        return tuple(body for body, tags in self.kept.values() if tag in tags)


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


def _connected(sockets: Sockets, tags: Tags) -> Push:
    """Anna's browser is connected as c1, by a process that is gone."""
    clock = MemoryClock()
    expiring = MemoryExpiring(clock.now)
    expiring.put("session:s1", "anna", clock.now() + timedelta(hours=1))
    connections = StoredConnections(tags)

    def push() -> Push:
        return Push(
            expiring,
            connections,
            sockets,
            clock.now,
            lambda: "secret",
            (ORIGIN,),
            may_hear=_anybody,
        )

    assert push().connect("c1", push().ticket("s1", "anna"), ORIGIN)
    return push()


def test_a_connection_is_found_by_another_process() -> None:
    connections = StoredConnections(tags := Tags())
    anna = Connection("c1", "s1", "anna", ("agent:anna", "board"))

    connections.add(anna)

    assert StoredConnections(tags).hearing("board") == (anna,)
    assert StoredConnections(tags).of_session("s1") == (anna,)
    assert StoredConnections(tags).hearing("agent:ben") == ()


def test_a_poke_reaches_every_subscriber_of_the_topic() -> None:
    gateway, tags = Gateway(lambda: True), Tags()
    push = _connected(GatewaySockets(gateway), tags)

    Pokes(push, MemoryClock().now).poke("agent:anna")
    Pokes(push, MemoryClock().now).poke("agent:ben")

    assert [name for name, _ in gateway.posted] == ["c1"]
    assert '"topic": "agent:anna"' in gateway.posted[0][1]


@pytest.mark.parametrize("sockets", [GatewaySockets(Gateway(lambda: False)), NoSockets()])
def test_a_connection_that_is_gone_is_forgotten(sockets: Sockets) -> None:
    tags = Tags()

    Pokes(_connected(sockets, tags), MemoryClock().now).poke("agent:anna")

    assert tags.kept == {}


def test_a_gateway_that_fails_fails_no_telephone_call() -> None:
    def broken() -> bool:
        raise ConnectionError("no gateway")

    gateway, tags = Gateway(broken), Tags()

    Pokes(_connected(GatewaySockets(gateway), tags), MemoryClock().now).poke("agent:anna")

    assert len(gateway.posted) == 1
    assert "c1" in tags.kept
