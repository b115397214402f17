"""Push: connect, disconnect, deliver. The same functions behind a local socket and an API gateway.

A message is a notice (`{topic, version}`: fetch what changed) or says what changed, too.
Nothing leans on it: pages fetch their versions on every reconnect and each minute, so a push that
is lost, late or repeated does no harm. Who may hear a topic is asked at connect and at each send,
of what stands with the connection: a send reads no session, and who signs out is disconnected.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Protocol

from app.console.parallel import Parallel, Unanswered
from app.domain.ids import NONCE, is_id
from app.domain.topics import BOARD, CALLS, agent_topic, calls_topic, is_personal
from app.ports import Expiring

log = logging.getLogger(__name__)

TICKET_SECONDS = 60
LONGEST = timedelta(hours=2, minutes=5)  # API Gateway ends a WebSocket after two hours
PERSONAL_SECONDS = 0.2  # a caller may be waiting while an agent's page is told
HANGING = timedelta(seconds=5)
HANGING_SECONDS = 0.01  # for each push, until HANGING is over
SHARED_SECONDS = 10.0
AT_A_TIME = 32
NOTHING: Mapping[str, object] = MappingProxyType({})
LOST = "push.lost"  # the metric: a message that the gateway did not take in time


@dataclass(frozen=True, slots=True)
class Connection:
    """Of a session that is open until `until` at least: later it must be read again."""

    id: str
    sid: str
    account: str
    until: datetime
    topics: tuple[str, ...]


class Gone(Exception):
    """There is nobody at the other end of this connection any more (410)."""


class Connections(Protocol):
    """Who is connected and hears what; stored, for the next request may be another process's."""

    def add(self, connection: Connection) -> None: ...

    def remove(self, connection_id: str) -> None: ...

    def hearing(self, topic: str) -> Iterable[Connection]: ...

    def of_session(self, sid: str) -> Iterable[Connection]: ...


class Wanted(Protocol):
    """Told which shared topics are worth sending, and until when (SharedTopics has it)."""

    def want(self, topic: str, until: datetime) -> None: ...


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
        wanted: Wanted,
        count: Callable[[str], None],
    ) -> None:
        """`may_hear`: whether that account may listen to that topic. `count`: adds to a metric."""
        self._expiring = expiring
        self._connections = connections
        self._sockets = sockets
        self._now = now
        self._new_secret = new_secret
        self._allowed_origins = allowed_origins
        self._may_hear = may_hear
        self._wanted = wanted
        self._count = count
        # Apart, for a gateway that hangs over what all share must not delay an offer.
        self._personal, self._shared = Parallel(AT_A_TIME), Parallel(AT_A_TIME)
        self._hung: datetime | None = None  # when the gateway last kept a personal push waiting

    def address_instead_of(self, origin: str) -> str | None:
        """Where to open the page, when `connect` would refuse one of this origin."""
        if not origin or origin in self._allowed_origins:
            return None
        return next(iter(self._allowed_origins), None)

    def ticket(self, sid: str, account: str, session_until: datetime) -> str:
        """A word that opens one connection, once, within a minute, for this session."""
        ticket = self._new_secret()
        until = self._now() + timedelta(seconds=TICKET_SECONDS)
        text = json.dumps([sid, account, session_until.isoformat()])
        self._expiring.put(f"ticket:{ticket}", text, until)
        return ticket

    def connect(self, connection_id: str, ticket: str, origin: str) -> bool:
        """Whether it may: our origin, an unused ticket, its session open, something to hear."""
        if origin not in self._allowed_origins or not is_id(NONCE, ticket):
            return False
        kept = self._expiring.take(f"ticket:{ticket}")
        if kept is None:
            return False
        sid, account, session_until = json.loads(kept)
        topics = self._topics(account)
        if not topics:
            return False
        until = datetime.fromisoformat(session_until)
        self._connections.add(Connection(connection_id, sid, account, until, topics))
        if not self._is_open(sid, account):  # asked after that: who ends it finds the connection
            self._connections.remove(connection_id)
            return False
        for topic in topics:
            if not is_personal(topic):
                self._wanted.want(topic, self._now() + LONGEST)
        return True

    def disconnect(self, connection_id: str) -> None:
        self._connections.remove(connection_id)

    def deliver(self, topic: str, version: str, more: Mapping[str, object] = NOTHING) -> int:
        """Send to whoever hears the topic; answer how many were reached.

        A gateway that hangs is waited for no longer than the topic's limit, for all together.
        """
        text = json.dumps({"topic": topic, "version": version, **more})
        allowed, over = [], []
        for connection in self._connections.hearing(topic):
            if not self._is_of_open_session(connection):
                over.append(connection)
            elif self._may_hear(connection.account, topic):
                allowed.append(connection)
        reached = self._post(topic, allowed, text)
        self._drop(over)
        return reached

    def is_heard(self, topic: str) -> bool:
        """Whether somebody may hear the topic and is connected, as far as the gateway has told."""
        return any(
            self._may_hear(one.account, topic) and self._is_of_open_session(one)
            for one in self._connections.hearing(topic)
        )

    def _post(self, topic: str, connections: Sequence[Connection], text: str) -> int:
        posts = [partial(self._sockets.post, one.id, text) for one in connections]
        if is_personal(topic):
            patience = self._patience_seconds()
            outcomes = self._personal.run(posts, patience)
            if patience == PERSONAL_SECONDS and any(isinstance(o, Unanswered) for o in outcomes):
                self._hung = self._now()
        else:
            outcomes = self._shared.run(posts, SHARED_SECONDS)
        lost = [error for error in outcomes if error is not None and not isinstance(error, Gone)]
        for connection, error in zip(connections, outcomes, strict=True):
            if isinstance(error, Gone):
                self._connections.remove(connection.id)
        for _ in lost:
            self._count(LOST)
        if lost:
            log.warning(
                "a push was lost", exc_info=lost[0], extra={"topic": topic, "lost": len(lost)}
            )
        return outcomes.count(None)

    def _patience_seconds(self) -> float:
        """A webhook may push several times: a gateway that hangs is waited for once."""
        is_hanging = self._hung is not None and self._now() < self._hung + HANGING
        return HANGING_SECONDS if is_hanging else PERSONAL_SECONDS

    def close_session(self, sid: str) -> None:
        """Signed out: nothing of this session hears anything more."""
        self._drop(tuple(self._connections.of_session(sid)))

    def _topics(self, account: str) -> tuple[str, ...]:
        """Whoever hears of all calls is not told of the own ones a second time."""
        calls = CALLS if self._may_hear(account, CALLS) else calls_topic(account)
        wanted = (agent_topic(account), BOARD, calls)
        return tuple(topic for topic in wanted if self._may_hear(account, topic))

    def _drop(self, connections: Sequence[Connection]) -> None:
        for connection in connections:
            self._connections.remove(connection.id)
        closings = [partial(self._sockets.close, one.id) for one in connections]
        for error in self._personal.run(closings, PERSONAL_SECONDS):
            if error is not None:
                log.warning("a connection was not closed", exc_info=error)

    def _is_of_open_session(self, connection: Connection) -> bool:
        """Without a read while the session's hours last; a call may prolong them."""
        if self._now() < connection.until:
            return True
        return self._is_open(connection.sid, connection.account)

    def _is_open(self, sid: str, account: str) -> bool:
        return self._expiring.get(f"session:{sid}") == account
