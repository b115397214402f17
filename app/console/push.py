"""Push: connect, disconnect, deliver. The same functions behind a local socket and an API gateway.

A message is a notice (`{topic, version}`: fetch what changed) or carries the region (`body`).
Nothing leans on it: pages fetch their versions on every reconnect and each minute, so a push that
is lost, late or repeated does no harm. Who may hear a topic is asked at connect and at each send.
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.topics import BOARD, agent_topic
from app.ports import Expiring

TICKET_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Connection:
    id: str
    sid: str
    account: str
    topics: tuple[str, ...]


class Gone(Exception):
    """There is nobody at the other end of this connection any more (410)."""


class Connections(Protocol):
    """Who is connected and hears what; stored, for the next request may be another process's."""

    def add(self, connection: Connection) -> None: ...

    def remove(self, connection_id: str) -> None: ...

    def hearing(self, topic: str) -> Iterable[Connection]: ...

    def of_session(self, sid: str) -> Iterable[Connection]: ...


class Sockets(Protocol):
    """The carrier of messages: raises `Gone` for a connection that is no more."""

    def post(self, connection_id: str, text: str) -> None: ...

    def close(self, connection_id: str) -> None: ...


class Push:
    def __init__(
        self,
        expiring: Expiring,
        connections: Connections,
        sockets: Sockets,
        now: Callable[[], datetime],
        new_secret: Callable[[], str],
        allowed_origins: Collection[str],
        may_hear: Callable[[str, str], bool],
    ) -> None:
        """`may_hear`: whether that account may listen to that topic."""
        self._expiring = expiring
        self._connections = connections
        self._sockets = sockets
        self._now = now
        self._new_secret = new_secret
        self._allowed_origins = allowed_origins
        self._may_hear = may_hear

    def address_instead_of(self, origin: str) -> str | None:
        """Where to open the page, when `connect` would refuse one of this origin."""
        if not origin or origin in self._allowed_origins:
            return None
        return next(iter(self._allowed_origins), None)

    def ticket(self, sid: str, account: str) -> str:
        """A word that opens one connection, once, within a minute, for this session."""
        ticket = self._new_secret()
        until = self._now() + timedelta(seconds=TICKET_SECONDS)
        self._expiring.put(f"ticket:{ticket}", f"{sid} {account}", until)
        return ticket

    def connect(self, connection_id: str, ticket: str, origin: str) -> bool:
        """Whether it may: our origin, an unused ticket, its session open, something to hear."""
        if origin not in self._allowed_origins:
            return False
        kept = self._expiring.take(f"ticket:{ticket}")
        if kept is None:
            return False
        sid, _, account = kept.partition(" ")
        if not self._is_open(sid, account):
            return False
        topics = tuple(t for t in (agent_topic(account), BOARD) if self._may_hear(account, t))
        if not topics:
            return False
        self._connections.add(Connection(connection_id, sid, account, topics))
        return True

    def disconnect(self, connection_id: str) -> None:
        self._connections.remove(connection_id)

    def deliver(self, topic: str, version: str, body: str | None = None) -> int:
        """Send to whoever hears the topic; answer how many were reached."""
        message = {"topic": topic, "version": version}
        text = json.dumps(message if body is None else {**message, "body": body})
        reached = 0
        for connection in tuple(self._connections.hearing(topic)):
            if not self._is_open(connection.sid, connection.account):
                self._drop(connection)
                continue
            if not self._may_hear(connection.account, topic):
                continue
            try:
                self._sockets.post(connection.id, text)
                reached += 1
            except Gone:
                self._connections.remove(connection.id)
        return reached

    def close_session(self, sid: str) -> None:
        """Signed out: nothing of this session hears anything more."""
        for connection in tuple(self._connections.of_session(sid)):
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self._connections.remove(connection.id)
        self._sockets.close(connection.id)

    def _is_open(self, sid: str, account: str) -> bool:
        return self._expiring.get(f"session:{sid}") == account
