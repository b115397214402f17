"""A change of the board costs a caller the same at three and at three hundred desks."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryDirectory,
    MemoryExpiring,
    MemoryIds,
    MemoryOverviews,
    MemoryRegister,
    MemorySharedTopics,
    MemorySwitch,
    MemoryTagged,
    MemoryTimers,
    MemoryTokens,
)
from app.adapters.numbers import MetadataNumbers
from app.console.interfaces import Account
from app.console.pages import REGIONS
from app.console.parallel import Parallel
from app.console.presenters.desk import DeskPresenter
from app.console.push import HANGING_SECONDS, LOST, PERSONAL_SECONDS, Connection, Push
from app.console.pushing import PushNotices, StoredConnections
from app.console.rows import LARGEST_BYTES, OverviewRows
from app.domain.access import Person
from app.domain.agent import Away
from app.domain.dialplan import Member, Plan
from app.domain.topics import BOARD, agent_topic
from app.ports import SharedChangeJob, SharedJob, WriteSet
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.live import Conversations
from app.service.outgoing import Outgoing
from app.service.overviews import OverviewMaker, OverviewReader
from app.service.pickup import Pickup
from app.service.sharing import ChangePlanner, Sharing
from app.service.staff import Staff
from app.service.switchboard import Switchboard
from tests.adapters.operations import SilentCarrier
from tests.stories import environments
from tests.stories.company import PLAN, SALES

DESKS = (3, 300)
HOUR = timedelta(hours=1)
ANNA = Account(Person("a1", "Anna", "agent"), "a1@kestrel.example")


def plan_of(desks: int) -> Plan:
    members = tuple(
        Member(f"a{desk}", f"Agent {desk}", f"a{desk}@kestrel.example", "agent", ("sales",))
        for desk in range(desks)
    )
    return replace(PLAN, members=members)


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
        self.texts: list[str] = []
        self._post = post

    def post(self, connection_id: str, text: str) -> None:
        self.posted.append(connection_id)
        self.texts.append(text)
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
        topics = MemorySharedTopics()
        connections = StoredConnections(MemoryTagged(), self.clock.now)
        self.switch, self.register = MemorySwitch(), MemoryRegister()
        self.directory = MemoryDirectory()
        self.directory.publish(plan_of(desks), previous=None)
        self.push = Push(
            self.expiring, connections, self.gateway, self.clock.now, lambda: "word", ("o",),
            lambda *_: True, topics, lambda metric: self.counted.update([metric]),
        )  # fmt: skip
        self._connections = connections
        for desk in range(desks):
            self.has_a_page(f"a{desk}", f"c{desk}", f"s{desk}")
        topics.want(BOARD, self.clock.now() + HOUR)
        self.notices = PushNotices(
            self.push,
            self.clock.now,
            ChangePlanner(topics, self.timers, self.clock).plan,
            OverviewRows(self.directory, self.clock.now).fields,
        )
        self.overviews = overviews = MemoryOverviews()
        self.reader = OverviewReader(overviews, topics, self.notices, self.clock)
        maker = OverviewMaker(
            agents=self.switch.agents,
            calls=self.switch.calls,
            board=self.switch.board,
            register=self.register,
            directory=self.directory,
            overviews=overviews,
            clock=self.clock,
        )
        self._sharing = Sharing(
            topics=topics,
            maker=maker,
            timers=self.timers,
            notices=self.notices,
            clock=self.clock,
        )

    def has_a_page(self, agent: str, connection: str, sid: str) -> None:
        until, topics = self.clock.now() + HOUR, (agent_topic(agent), BOARD)
        self.expiring.put(f"session:{sid}", agent, until)
        self._connections.add(Connection(connection, sid, agent, until, topics))

    def moves(self, agent: str = "a1") -> None:
        """Something of the board changes: that agent is on the way, or back."""
        before = self.switch.agents.get(agent)
        after = replace(before, rev=before.rev + 1, presence=Away("lunch", self.clock.now()))
        self.switch.save(WriteSet(f"{agent} {after.rev}", agents=(after,)))
        self.notices.notify(BOARD)

    def works(self) -> None:
        """The worker does the jobs that are due."""
        for job in self.timers.due(self.clock.now()):
            if isinstance(job, SharedChangeJob):
                self._sharing.tell(job.topic)
                continue
            assert isinstance(job, SharedJob)
            before = len(self.gateway.posted)
            self._sharing.send(job.topic)
            self.sends += len(self.gateway.posted) > before

    def opens(self) -> DeskPresenter:
        """A page's desk."""
        ports, clock = self.switch, self.clock
        timers, ids = self.timers, MemoryIds()
        distributor = Distributor(
            board=ports.board, calls=ports.calls, agents=ports.agents, timers=timers,
            notices=self.notices, directory=self.directory, clock=clock, ids=ids,
        )  # fmt: skip
        switchboard = Switchboard(
            calls=ports.calls, agents=ports.agents, carrier=SilentCarrier(), timers=timers,
            notices=self.notices, directory=self.directory, clock=clock, ids=ids,
            distributor=distributor,
        )  # fmt: skip
        desk = Desk(
            switchboard=switchboard, distributor=distributor, calls=ports.calls,
            agents=ports.agents, board=ports.board, directory=self.directory, timers=timers,
            notices=self.notices, clock=clock, ids=ids,
        )  # fmt: skip
        staff = Staff(
            desk=desk, agents=ports.agents, directory=self.directory, notices=self.notices
        )
        outgoing = Outgoing(
            switchboard=switchboard, desk=desk, agents=ports.agents, directory=self.directory,
            numbers=MetadataNumbers(), clock=clock, ids=ids,
        )  # fmt: skip
        pickup = Pickup(
            switchboard=switchboard, desk=desk, agents=ports.agents, directory=self.directory,
            overviews=self.overviews, clock=clock, ids=ids,
        )  # fmt: skip
        return DeskPresenter(
            desk_service=desk, staff=staff, outgoing=outgoing, pickup=pickup, agents=ports.agents,
            conversations=Conversations(ports.calls),
            overviews=self.reader, directory=self.directory, register=self.register,
            tokens=MemoryTokens(), clock=clock,
        )  # fmt: skip


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
def test_a_whole_call_posts_to_the_agent_who_is_rung_and_to_nobody_else(desks: int) -> None:
    """What all share waits for the worker, which does nothing here."""
    floor = Floor(desks)
    floor.has_a_page("anna", "anna's page", "s")
    with environments.in_memory(notices=floor.notices) as office:
        caller, anna = office.caller(), office.agent("anna")
        anna.is_ready()
        caller.dials(SALES)
        anna.answers()
        office.passes(5)
        caller.hangs_up()
        office.closes()

    assert set(floor.gateway.posted) == {"anna's page"}
    assert floor.expiring.reads == 0


@pytest.mark.parametrize("desks", DESKS)
def test_the_worker_posts_once_to_each_desk_and_reads_no_session(desks: int) -> None:
    floor = Floor(desks)

    floor.moves()
    floor.works()

    assert sorted(floor.gateway.posted) == sorted(f"c{desk}" for desk in range(desks))
    assert floor.expiring.reads == 0


def test_what_all_share_is_sent_at_most_once_a_second_and_the_last_change_always() -> None:
    floor = Floor(3)

    for _ in range(100):  # ten seconds of ten changes each
        floor.moves()
        floor.works()
        floor.clock.advance(0.1)
    during = floor.sends
    floor.clock.advance(1)
    floor.works()

    assert (during, floor.sends) == (10, 11)
    seen = floor.reader.read()
    assert seen is not None
    assert seen.person("a1").since == floor.clock.now() - timedelta(seconds=1.1)


def test_a_change_that_no_page_would_show_posts_nothing() -> None:
    floor = Floor(3)
    floor.moves()
    floor.works()
    floor.clock.advance(1)

    floor.notices.notify(BOARD)
    floor.works()

    assert floor.sends == 1


@pytest.mark.parametrize("desks", DESKS)
def test_a_refresh_of_a_page_reads_the_same_at_any_number_of_desks(desks: int) -> None:
    floor = Floor(desks)
    floor.moves()
    floor.works()
    page = floor.opens()
    floor.switch.operations.take()

    shown = page.desk(ANNA, REGIONS)

    assert len(shown.colleagues) == desks - 1
    assert floor.switch.operations.take() == ("R",)  # the agent's own; the overview is one more


def test_the_worker_reads_agents_in_requests_of_a_hundred() -> None:
    floor = Floor(300)
    floor.switch.operations.take()

    floor.notices.notify(BOARD)
    floor.works()

    assert floor.switch.operations.take() == ("R", "R", "R", "Q", "Q")


def test_a_push_says_what_changed_since_which_version() -> None:
    floor = Floor(3)
    floor.moves("a0")
    floor.works()
    floor.clock.advance(1)

    floor.moves("a2")
    floor.works()

    first, second = (json.loads(text) for text in dict.fromkeys(floor.gateway.texts))
    assert set(first) == {"topic", "version"}  # there was none before: pages fetch
    assert second["after"] == first["version"]
    assert (set(second["people"]), second["queues"]) == ({"a2"}, {})
    assert "Lunch" in second["people"]["a2"]
    assert second["language"] == "en"


@pytest.mark.parametrize("desks", [300, 1000])
def test_a_change_of_everything_at_once_is_fetched_for_it_is_more_than_a_message_holds(
    desks: int,
) -> None:
    floor = Floor(desks)
    floor.moves()
    floor.works()
    floor.clock.advance(1)

    for desk in range(desks):
        floor.moves(f"a{desk}")
    floor.works()

    assert len(floor.gateway.texts[-1]) < 100
    assert max(len(text.encode()) for text in floor.gateway.texts) <= LARGEST_BYTES


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


def test_a_gateway_that_hangs_is_waited_for_once_however_often_one_webhook_pushes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of each push the time that it may take is looked at, not the time that this machine took."""
    hanging, waited_seconds, run = Event(), list[float](), Parallel.run

    def hangs() -> None:
        hanging.wait(5)

    def runs(
        parallel: Parallel, requests: Sequence[Callable[[], None]], within_seconds: float
    ) -> tuple[Exception | None, ...]:
        if requests:  # else there is nothing to wait for
            waited_seconds.append(within_seconds)
        return run(parallel, requests, within_seconds)

    monkeypatch.setattr(Parallel, "run", runs)
    floor = Floor(3, Gateway(hangs))

    for _ in range(10):
        floor.notices.notify(agent_topic("a1"), agent_topic("a2"))
    hanging.set()

    assert waited_seconds == [PERSONAL_SECONDS, *(19 * [HANGING_SECONDS])]
    assert sum(waited_seconds) < PERSONAL_SECONDS + 0.8
    assert floor.counted == {LOST: 20}


def test_a_gateway_that_raises_fails_nobody_and_is_counted() -> None:
    def broken() -> None:
        raise ConnectionError("no gateway")

    floor = Floor(3, Gateway(broken))

    floor.notices.notify(agent_topic("a1"))
    floor.moves()
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
