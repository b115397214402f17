"""Push in the cloud: connections stored, messages through a gateway; and the services' notices."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol

from app.console.push import Connection, Gone, Push
from app.domain.overview import OverviewChange
from app.domain.topics import is_personal, person_of
from app.ports import LISTENERS_REMEMBERED, Directory, Tagged
from app.web import Count, uncounted

if TYPE_CHECKING:
    from app.console.rows import OverviewRows

log = logging.getLogger(__name__)
UNREADABLE = "connection.unreadable"  # the metric
MOST_REMEMBERED = 512  # tags; then all are forgotten, which costs a query each
_MICROSECONDS = 1_000_000


class Gateway(Protocol):
    """Another system's sockets; False from `post`: nobody is there."""

    def post(self, connection_id: str, text: str) -> bool: ...

    def close(self, connection_id: str) -> None: ...


class StoredConnections:
    """Connections that the next request's process finds too.

    Each is tagged with the shared topics and with the person: a person's own topics are found by
    one query. Who was found is remembered for `LISTENERS_REMEMBERED`, for one call is told of
    several times a second. A page that connects meanwhile misses nothing: it fetches once more
    after that time.
    """

    def __init__(
        self, tagged: Tagged, now: Callable[[], datetime], count: Count = uncounted
    ) -> None:
        self._tagged = tagged
        self._now = now
        self._count = count
        self._known: dict[str, tuple[datetime, tuple[Connection, ...]]] = {}  # by tag

    def add(self, connection: Connection) -> None:
        body = json.dumps(
            [
                connection.id,
                connection.sid,
                connection.account,
                connection.until.isoformat(),
                list(connection.topics),
            ]
        )
        tags = dict.fromkeys(map(_tag, connection.topics))
        self._tagged.put(connection.id, body, (*tags, _session(connection.sid)))
        self._known = {}

    def remove(self, connection_id: str) -> None:
        self._tagged.remove(connection_id)
        self._known = {}

    def hearing(self, topic: str) -> tuple[Connection, ...]:
        tag, now = _tag(topic), self._now()
        at, found = self._known.get(tag, (now - LISTENERS_REMEMBERED, ()))
        if now - at >= LISTENERS_REMEMBERED:
            found = self._tagged_as(tag)
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {}
            self._known[tag] = now, found
        return tuple(connection for connection in found if topic in connection.topics)

    def _tagged_as(self, tag: str) -> tuple[Connection, ...]:
        found = (self._readable(body) for body in self._tagged.tagged(tag))
        return tuple(connection for connection in found if connection is not None)

    def _readable(self, body: str) -> Connection | None:
        """None for one that another version wrote: the others are told all the same."""
        try:
            return _connection(body)
        except (ValueError, TypeError):
            self._count(UNREADABLE)
            log.exception("a connection was passed over")
            return None

    def of_session(self, sid: str) -> tuple[Connection, ...]:
        return self._tagged_as(_session(sid))


class GatewaySockets:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def post(self, connection_id: str, text: str) -> None:
        if not self._gateway.post(connection_id, text):
            raise Gone

    def close(self, connection_id: str) -> None:
        self._gateway.close(connection_id)


class NoSockets:
    """Where there is no gateway: pages fetch by themselves, each minute."""

    def post(self, connection_id: str, text: str) -> None:
        raise Gone

    def close(self, connection_id: str) -> None:
        """Nothing is open."""


class PushNotices:
    """The services' notices: whoever hears the topic is told to look again.

    `plan`: sees to it that shared topics are sent by the worker (ChangePlanner has it).
    `fields_of`: a change as pages show it (OverviewRows has it).
    """

    def __init__(
        self,
        push: Push,
        now: Callable[[], datetime],
        plan: Callable[[Sequence[str]], None],
        fields_of: Callable[[OverviewChange], Mapping[str, object]],
    ) -> None:
        self._push = push
        self._now = now
        self._plan = plan
        self._fields_of = fields_of

    def is_heard(self, topic: str) -> bool:
        return self._push.is_heard(topic)

    def notify(self, *topics: str) -> None:
        for topic in filter(is_personal, topics):
            with _losing(topic):
                version = str(int(self._now().timestamp() * _MICROSECONDS))
                self._push.deliver(topic, version)
        shared = tuple(topic for topic in topics if not is_personal(topic))
        if shared:
            with _losing(*shared):
                self._plan(shared)

    def send(self, topic: str, version: int, change: OverviewChange | None = None) -> None:
        with _losing(topic):
            more = self._fields_of(change) if change is not None else {}
            self._push.deliver(topic, str(version), more)


@contextmanager
def _losing(*topics: str) -> Iterator[None]:
    """A lost push does no harm, for pages look again; and no telephone call may fail for one."""
    try:
        yield
    except Exception:
        log.warning("a push was lost", exc_info=True, extra={"topics": topics})


def lazy_fields(
    directory: Directory, now: Callable[[], datetime]
) -> Callable[[OverviewChange], Mapping[str, object]]:
    """OverviewRows, loaded with the first change: the voice function never sends one."""

    @cache
    def rows() -> "OverviewRows":
        from app.console.rows import OverviewRows

        return OverviewRows(directory, now)

    return lambda change: rows().fields(change)


def _tag(topic: str) -> str:
    """A shared topic is its own tag; the tag of a personal one is the person."""
    return f"person:{person_of(topic)}" if is_personal(topic) else topic


def _session(sid: str) -> str:
    return f"session:{sid}"


def _connection(body: str) -> Connection:
    name, sid, account, until, topics = json.loads(body)
    return Connection(name, sid, account, datetime.fromisoformat(until), tuple(topics))
