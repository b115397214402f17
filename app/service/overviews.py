"""Makes the overview, once for all pages; each page reads it with one get, at any number of desks.

While somebody wants it, each change of the board makes the next one. Who reads it late in its time
prolongs that; when nobody has for a while, none is made.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.access import Person, Subject, may
from app.domain.board import POOL
from app.domain.dialplan import Plan
from app.domain.mailboxes import agents_of
from app.domain.overview import Overview, OverviewChange, change_of, overview, reserved_for
from app.domain.pickup import may_take
from app.domain.topics import BOARD
from app.domain.value import replace, value
from app.ports import (
    Agents,
    Board,
    Calls,
    Clock,
    Directory,
    Notices,
    Overviews,
    Register,
    SharedTopics,
)

WANTED = timedelta(minutes=10)  # by a page that looks; it looks again each minute
RENEWED = timedelta(minutes=5)  # before the end

_MILLISECONDS = 1000


@value
class Made:
    """What to send, if pages do not show all of it already; when time alone changes it, if new.

    `is_first`: nobody wanted it until now, and who changes something may not know yet.
    """

    change: OverviewChange | None
    late_at: datetime | None
    is_first: bool


class OverviewMaker:
    """In the worker: agents and the calls that ring in requests of a hundred each, two queries of
    the board, one of the messages, one of the day's figures.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        calls: Calls,
        board: Board,
        register: Register,
        directory: Directory,
        overviews: Overviews,
        clock: Clock,
    ) -> None:
        self._agents = agents
        self._calls = calls
        self._board = board
        self._register = register
        self._directory = directory
        self._overviews = overviews
        self._clock = clock

    def make(self, wanted_until: datetime) -> Made | None:
        """What is true now, put and compared. None: somebody else has put a later one."""
        plan, before = self._directory.head(), self._overviews.get()
        after = self._look(plan, before, wanted_until)
        is_same = before is not None and after.same_as(before)
        if before is not None and is_same:
            after = replace(after, version=before.version)
        if not self._overviews.put(after):
            return None
        late_at = after.late_at if before is None or after.late_at != before.late_at else None
        is_first = before is None or before.kept_until <= self._clock.now()
        return Made(None if is_same else _with_own_parts(plan, before, after), late_at, is_first)

    def _look(self, plan: Plan, before: Overview | None, wanted_until: datetime) -> Overview:
        now = self._clock.now()
        version = int(now.timestamp() * _MILLISECONDS)
        agents = self._agents.get_all([member.id for member in plan.members])
        rung = reserved_for(agents)
        day = now.astimezone(ZoneInfo(plan.zone)).date().isoformat()
        return overview(
            max(version, before.version + 1) if before else version,
            wanted_until,
            agents,
            self._board.waiting(POOL),
            self._register.open_messages(),
            now,
            self._calls.read_all(rung) if rung else (),
            self._board.parked(POOL),
            day,
            self._register.figures_of(day),
        )


class OverviewReader:
    """For a page."""

    def __init__(
        self, overviews: Overviews, topics: SharedTopics, notices: Notices, clock: Clock
    ) -> None:
        self._overviews = overviews
        self._topics = topics
        self._notices = notices
        self._clock = clock

    def read(self) -> Overview | None:
        """One read. None: nobody wanted it of late, so it is being made."""
        now = self._clock.now()
        found = self._overviews.get()
        if found is None or found.kept_until < now + RENEWED:
            self._topics.want(BOARD, now + WANTED)
            self._notices.notify(BOARD)
        return found if found is not None and found.kept_until > now else None


def _with_own_parts(plan: Plan, before: Overview | None, after: Overview) -> OverviewChange:
    """With those whose messages changed, and those whose list of calls to pick up did."""
    change = change_of(before, after)
    readers = _readers_of_changed(plan, before, after)
    concerned = {*change.concerned, *readers, *_takers_of_changed(plan, before, after)}
    return replace(change, concerned=tuple(sorted(concerned)))


def _readers_of_changed(plan: Plan, before: Overview | None, after: Overview) -> Iterator[str]:
    was, now = dict(before.open_messages if before else ()), dict(after.open_messages)
    for mailbox in sorted({*was, *now}):
        if was.get(mailbox) == now.get(mailbox):
            continue
        subject = Subject(agents_of(plan, mailbox))
        for member in plan.members:
            person = Person(member.id, member.name, member.role)
            if may(person, "work on a mailbox", subject):
                yield member.id


def _takers_of_changed(plan: Plan, before: Overview | None, after: Overview) -> Iterator[str]:
    was, now = set(before.to_take if before else ()), set(after.to_take)
    kinds = {(one.node, one.slot) for one in was ^ now}
    for member in plan.members if kinds else ():
        person = Person(member.id, member.name, member.role)
        if any(may_take(plan, person, *kind) for kind in kinds):
            yield member.id
