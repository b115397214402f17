"""The overview: who is here and who waits, as all pages of a company show it.

It is made once for all of them, from agents and rows as they are, and never from an earlier one.
Who is offline is left out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from app.domain.agent import Agent, Away, Holding, Offline, OnCall, Ready, Reserved, WrapUp
from app.domain.board import ParkedRow, WaitingRow
from app.domain.call import Call
from app.domain.figures import QueueDay
from app.domain.matching import held_back
from app.domain.pickup import CallToTake, calls_to_take
from app.domain.value import value

PersonKind: TypeAlias = Literal["offline", "ready", "reserved", "on-call", "wrap-up", "away"]

LATE = timedelta(seconds=120)  # a caller who waits so long is shown as late


@value
class PersonNow:
    agent: str
    kind: PersonKind = "offline"
    since: datetime | None = None  # of a reservation it is not known here
    reason: str = ""  # to be away
    call: str = ""  # that this person has, and does not only listen to


@value
class QueueNow:
    node: str
    waiting: int = 0
    longest_since: datetime | None = None
    late: bool = False


@value
class HeldNow:
    """A caller waits in `node` whose call this ready agent did not take: not offered until then."""

    agent: str
    node: str
    until: datetime


@value
class Overview:
    """`version` grows with each change. It is not kept up to date beyond `kept_until`."""

    version: int
    kept_until: datetime
    people: tuple[PersonNow, ...] = ()
    queues: tuple[QueueNow, ...] = ()  # those in which somebody waits
    held_back: tuple[HeldNow, ...] = ()
    open_messages: tuple[tuple[str, int], ...] = ()  # of each mailbox that has some
    to_take: tuple[CallToTake, ...] = ()  # who waits, rings or is parked, as far as it is listed
    day: str = ""  # whose figures these are, in the company's zone
    figures: tuple[QueueDay, ...] = ()  # of the queues that have some

    def person(self, agent: str) -> PersonNow:
        return next((one for one in self.people if one.agent == agent), PersonNow(agent))

    def queue(self, node: str) -> QueueNow:
        return next((one for one in self.queues if one.node == node), QueueNow(node))

    def figures_on(self, day: str, node: str) -> QueueDay:
        """On another day than the overview's, nothing has been counted yet."""
        found = (one for one in self.figures if one.node == node and self.day == day)
        return next(found, QueueDay(node))

    @property
    def late_at(self) -> datetime | None:
        """The next instant at which a queue is late by time alone."""
        coming = (one.longest_since for one in self.queues if not one.late)
        return min((since + LATE for since in coming if since is not None), default=None)

    def same_as(self, other: "Overview") -> bool:
        """Whether both show the same, whenever they were made."""
        return _shown(self) == _shown(other)


@value
class OverviewChange:
    """What another version shows in another way. Whoever has the one `before` needs no more.

    Of `concerned` accounts the own part changed, too, which is not in here.
    """

    before: int  # 0: there was none
    version: int
    people: tuple[PersonNow, ...]
    queues: tuple[QueueNow, ...]
    concerned: tuple[str, ...]


def overview(
    version: int,
    kept_until: datetime,
    agents: Iterable[Agent],
    waiting: Iterable[WaitingRow],
    open_messages: Mapping[str, int],
    now: datetime,
    rung: Iterable[Call] = (),
    parked: Iterable[ParkedRow] = (),
    day: str = "",
    figures: Iterable[QueueDay] = (),
) -> Overview:
    """`rung`: the calls for which agents are reserved, read of late."""
    by_id = {agent.id: agent for agent in agents}
    rows = tuple(waiting)
    people = (_person(by_id[agent]) for agent in sorted(by_id))
    return Overview(
        version,
        kept_until,
        tuple(person for person in people if person.kind != "offline"),
        _queues(rows, now),
        _held_back(by_id, rows, now),
        tuple((box, count) for box, count in sorted(open_messages.items()) if count),
        calls_to_take(rows, rung, parked),
        day,
        tuple(figures),
    )


def reserved_for(agents: Iterable[Agent]) -> tuple[str, ...]:
    """The calls that ring at these agents, or to which they are being connected."""
    presences = (agent.presence for agent in agents)
    return tuple(sorted({one.call for one in presences if isinstance(one, Reserved)}))


def change_of(before: Overview | None, after: Overview) -> OverviewChange:
    """`concerned` are those who are held back, or no more; whose messages changed, says access."""
    old = before or Overview(0, after.kept_until)
    were, are = ({one.agent: one for one in found.people} for found in (old, after))
    queued, queues = ({one.node: one for one in found.queues} for found in (old, after))
    was_held, is_held = _by_agent(old), _by_agent(after)
    return OverviewChange(
        old.version,
        after.version,
        tuple(are.get(a) or PersonNow(a) for a in _changed(were, are)),
        tuple(queues.get(node) or QueueNow(node) for node in _changed(queued, queues)),
        tuple(a for a in sorted({*was_held, *is_held}) if was_held.get(a) != is_held.get(a)),
    )


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _person(agent: Agent) -> PersonNow:
    match agent.presence:
        case Offline():
            return PersonNow(agent.id)
        case Ready(since):
            return PersonNow(agent.id, "ready", since)
        case Reserved():
            return PersonNow(agent.id, "reserved")
        case OnCall(call, since, supervises=False):
            return PersonNow(agent.id, "on-call", since, call=call)
        case OnCall(since=since):
            return PersonNow(agent.id, "on-call", since)
        case Holding(since=since):
            return PersonNow(agent.id, "on-call", since)
        case WrapUp(since=since):
            return PersonNow(agent.id, "wrap-up", since)
        case Away(reason, since):
            return PersonNow(agent.id, "away", since, reason)
        case _:
            assert_never(agent.presence)


def _queues(rows: tuple[WaitingRow, ...], now: datetime) -> tuple[QueueNow, ...]:
    since: dict[str, list[datetime]] = {}
    for row in rows:
        since.setdefault(row.node, []).append(row.waiting_since or row.since)
    return tuple(
        QueueNow(node, len(found), min(found), now - min(found) >= LATE)
        for node, found in sorted(since.items())
    )


def _held_back(
    agents: Mapping[str, Agent], rows: tuple[WaitingRow, ...], now: datetime
) -> tuple[HeldNow, ...]:
    cooling = sorted({one.agent for row in rows for one in row.cool_downs if one.until > now})
    return tuple(
        HeldNow(agent, held.node, held.until)
        for agent in cooling
        if agent in agents
        for held in held_back(agents[agent], rows, now)
    )


def _by_agent(found: Overview) -> dict[str, list[HeldNow]]:
    held: dict[str, list[HeldNow]] = {}
    for one in found.held_back:
        held.setdefault(one.agent, []).append(one)
    return held


def _shown(found: Overview) -> tuple[object, ...]:
    shared = found.people, found.queues, found.held_back, found.open_messages
    return (*shared, found.to_take, found.day, found.figures)
