"""One simulated company: exchange, stores, functions, stream and timers, wired in one world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol, TypeVar

from app.adapters.memory import (
    MemoryIds,
    MemoryRecordings,
    MemorySounds,
    MemorySwitch,
    MemoryTokens,
    MemoryUnreadableItems,
)
from app.adapters.memory.leases import Held
from app.adapters.memory.switch import MemoryCalls
from app.adapters.twilio import rest
from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.numbers import configure
from app.adapters.twilio.recorder import TwilioRecorder
from app.adapters.twilio.urls import Urls
from app.bootstrap.services import Ports
from app.console.push import PERSONAL_SECONDS
from app.domain.dialplan import Plan
from app.domain.topics import BOARD
from app.ports import Stale, Unavailable, WriteSet
from app.ports.unreadable import ItemKind
from app.service.register import Saved
from app.service.sharing import ChangePlanner, RememberedTopics
from app.service.unreadable import COUNTED, UnreadableReport
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.interfaces import Clock, Heard, Voices
from infra.local.exchange.latency import MODELLED, Latency
from infra.local.exchange.ledger import Ledger
from infra.local.exchange.phones import ScriptedPhone
from infra.local.exchange.rest.wsgi import RestApp
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.virtual import TEST_ACCOUNT
from infra.local.exchange.virtual_sound import VirtualSound, silent_wav
from tests.simulation.cloud import Cloud, Instance, InstanceClock
from tests.simulation.customers import Customers
from tests.simulation.edge import Names, RestSession, Webhooks
from tests.simulation.fault_profiles import (
    FAULTLESS,
    LAG_SECONDS,
    Fault,
    FaultProfile,
    Mode,
)
from tests.simulation.pages import InstanceNotices, ObservedTopics, SharedPage
from tests.simulation.queues import JobQueue, Queues
from tests.simulation.scripts import Script
from tests.simulation.stream import Stream
from tests.simulation.tasks import current
from tests.simulation.unreadable_stores import (
    Spoilt,
    SpoiltDirectory,
    SpoiltLeases,
    SpoiltOverviews,
    SpoiltRegister,
)
from tests.simulation.versions import Versions, runs_newer_code
from tests.simulation.world import World
from tests.stories.company import MUSIC
from tests.stories.services import settings

T = TypeVar("T")

BASE = "http://pbx.example"
API = "http://carrier.example"
SWEEP_SECONDS = 60.0


class Asked(Protocol):
    def __call__(self, agent: str, what: str, *, is_answered: bool | None) -> None:
        """A page asks for that; None: it begins; else whether there was an answer."""


class ObservedSwitch(MemorySwitch):
    """Reports each save and each beat that landed.

    What each instance writes and can read is its version's.
    """

    def __init__(
        self,
        saved: Callable[[WriteSet], None],
        refused: Callable[[WriteSet], None],
        beaten: Callable[[str], None],
        versions: Versions,
    ) -> None:
        super().__init__()
        self._saved = saved
        self._refused = refused
        self._beaten = beaten
        self._versions = versions

    def save(self, write_set: WriteSet) -> None:
        is_repeat = self._has_landed(write_set)
        if write_set.call is not None:
            write_set = replace(write_set, call=self._versions.written(write_set.call))
        try:
            super().save(write_set)
        except Stale:
            self._refused(write_set)
            raise
        if not is_repeat:
            self._saved(write_set)

    def beat(self, agent_id: str, alive_until: datetime) -> bool:
        has_row = super().beat(agent_id, alive_until)
        if has_row:
            self._beaten(agent_id)
        return has_row

    def _check_readable(self, kind: ItemKind, item: str) -> None:
        if not runs_newer_code():
            super()._check_readable(kind, item)


class LaggingCalls(MemoryCalls):
    """Calls whose list of live ones may be LAG_SECONDS behind."""

    def __init__(self, switch: MemorySwitch, deployment: Deployment) -> None:
        super().__init__(switch)
        self._deployment = deployment

    def live(self) -> tuple[str, ...]:
        if not self._deployment.cloud.is_stale():
            return super().live()
        then = self._deployment.world.now() - timedelta(seconds=LAG_SECONDS)
        calls = [call for call in self._deployment.switch.all_calls if call.started <= then]
        return tuple(call.id for call in calls if call.is_live or call.updated > then)


class ObservedLedger(Ledger):
    """Reports each change of what a leg hears."""

    def __init__(self, clock: Clock, heard: Callable[[str, Heard], None]) -> None:
        super().__init__(clock)
        self._heard = heard

    def note(self, leg: str, heard: Heard) -> None:
        super().note(leg, heard)
        self._heard(leg, heard)


class Deployment:
    """`saved` and `heard` are told of each change, for the invariants."""

    cloud_class: type[Cloud] = Cloud
    session_class: type[RestSession] = RestSession
    stream_class: type[Stream] = Stream

    def __init__(
        self,
        world: World,
        plan: Plan,
        *,
        mode: Mode,
        profile: FaultProfile,
        switches: Switches | None = None,
        unused_switches: UnusedSwitches | None = None,
        latency: Latency = MODELLED,
        script: Script | None = None,
        over_http: bool = False,
    ) -> None:
        self.world = world
        self.plan = plan
        self.names = Names()
        self.counts: dict[str, int] = {}
        self.on_saved: list[Callable[[WriteSet], None]] = []
        self.on_refused: list[Callable[[WriteSet], None]] = []  # another writer was first
        self.on_heard: list[Callable[[str, Heard], None]] = []  # without supervisors
        self.on_heard_by_all: list[Callable[[str, Heard], None]] = []
        self.on_asked: list[Asked] = []
        self.published: datetime | None = None  # a plan, the last time
        self.left_parked: set[str] = set()  # calls that nobody takes from where they are parked
        self.dismissed: set[str] = set()  # who left the company at any time, and is a stranger then
        self.on_sign_of_life: list[Callable[[str], None]] = []  # told the agent
        self.on_notice: dict[str, Callable[[], None]] = {}
        self.webhooks = Webhooks(world, self.names, over_http=over_http)
        self.sound = VirtualSound(world.clock)
        seeded = Random(world.choices.draw("exchange"))
        self.exchange = Exchange(
            TEST_ACCOUNT,
            world.clock,
            self.webhooks,
            self.sound,
            seeded,
            latency=latency,
            switches=switches,
            unused_switches=unused_switches,
        )
        self.exchange.context.ledger = ObservedLedger(world.clock, self._heard)
        self.customers = Customers(self.exchange, self.names, world.numbered)
        self._rest_session = self.session_class(
            RestApp(self.exchange), world, API, self._is_recent, over_http=over_http
        )
        self.versions = Versions(world)
        self.switch = ObservedSwitch(self._saved, self._refused, self._beaten, self.versions)
        self._leases: Held = {}
        self.unreadable = MemoryUnreadableItems()
        clock = InstanceClock(world, 0.0)
        report = UnreadableReport(self.unreadable, clock, self._count).report
        self.switch.report = report
        self.spoilt = Spoilt(report)
        self.may_be_unreadable = False  # set by whoever spoils an item
        self.register, self.directory = SpoiltRegister(self.spoilt), SpoiltDirectory(self.spoilt)
        self.shared_topics, self.overviews = ObservedTopics(world), SpoiltOverviews(self.spoilt)
        self.queues, self.page = Queues(self), SharedPage(self)
        self.recordings, self._sounds, self._ids = MemoryRecordings(), MemorySounds(), MemoryIds()
        self._sounds.put(MUSIC, silent_wav(60, 1), "audio/wav")
        self._account = Account(
            TEST_ACCOUNT.sid, TEST_ACCOUNT.key_sid, TEST_ACCOUNT.key_secret, API
        )
        self.config = settings(BASE)
        self._urls = Urls(BASE, self.config.stage)
        self.cloud = self.cloud_class(
            world, mode, profile, self.config, self.ports, self._count, script
        )
        self.cloud.sweeps_struck = self.versions.sweeps_struck
        self.cloud.is_newer = self.versions.is_newer
        self.stream = self.stream_class(world, self.names, _follow)
        self.webhooks.cloud = self._rest_session.cloud = self.stream.cloud = self.cloud
        self.application_sid = ""

    @contextmanager
    def open(self) -> Iterator[None]:
        """Inside, this thread's client of the carrier's API talks to this deployment's exchange."""
        with rest.through(self._rest_session):
            self.directory.publish(self.plan, previous=None)
            client = rest.connect(self._account, lambda: 10.0)
            self.world.later(SWEEP_SECONDS, "sweep", self.sweep_each_minute)
            self.application_sid = configure(client, self.plan, self._urls, rent=True)
            try:
                yield
            finally:
                self.world.ends()

    # --- what instances stand on ------------------------------------------------------------

    def ports(self, clock: InstanceClock) -> Ports:
        timers = JobQueue(self.queues, clock)
        shared_topics = RememberedTopics(self.shared_topics)
        planner = ChangePlanner(shared_topics, timers, clock)
        return Ports(
            calls=LaggingCalls(self.switch, self),
            agents=self.switch.agents,
            board=self.switch.board,
            carrier=TwilioCarrier(
                account=self._account, urls=self._urls, directory=self.directory, clock=clock
            ),
            recorder=TwilioRecorder(account=self._account, clock=clock),
            leases=SpoiltLeases(self.spoilt, clock.now, self._leases),
            timers=timers,
            notices=InstanceNotices(self, planner),
            shared_topics=shared_topics,
            overviews=self.overviews,
            register=self.register,
            recordings=self.recordings,
            sounds=self._sounds,
            directory=self.directory,
            tokens=MemoryTokens(),
            unreadable=self.unreadable,
            clock=clock,
            ids=self._ids,
        )

    def tell(self, topic: str) -> None:
        """A page of its own: late by a moment, or lost, perhaps after all the time it may take."""
        told = self.on_notice.get(topic)
        if told is not None:
            self._push(topic, told)

    def _push(self, topic: str, told: Callable[[], None]) -> None:
        name = self.world.numbered(f"poke/{topic}")
        choices, profile = self.world.choices, self.cloud.profile
        if choices.happens(f"slow/{name}", profile.slow_push):
            if current() is not None:
                self.world.pause(PERSONAL_SECONDS)
        elif not choices.happens(name, profile.unpushed):
            self.world.later(choices.span(f"delay/{name}", 0.02, 0.2), name, told)

    def may_not_dial(self) -> None:
        """From now on the carrier refuses some of what it is asked to dial."""
        self._rest_session.may_not_dial = True

    def refuses_to_dial(self, number: str) -> None:
        """Once, when it is next asked to."""
        self._rest_session.not_dialled.add(number)

    def holds_in_vain(self, leg: str, faults: Iterable[Fault]) -> None:
        """What the next holds of that leg meet with, one after the other."""
        self._rest_session.holds_in_vain[leg] = list(faults)

    # --- the stream -------------------------------------------------------------------------

    def _refused(self, write_set: WriteSet) -> None:
        for told in self.on_refused:
            told(write_set)

    def _saved(self, write_set: WriteSet) -> None:
        self.customers.on_saved(write_set)
        for told in self.on_saved:
            told(write_set)
        for saved in self.switch.drain():
            self.stream.put(saved)

    def _beaten(self, agent: str) -> None:
        for told in self.on_sign_of_life:
            told(agent)

    def sweep_each_minute(self) -> None:
        """The schedule, once a minute."""
        name = self.world.numbered("sweep")
        self.cloud.start("worker", name, _sweep, lambda _: None)
        self.world.later(SWEEP_SECONDS, name, self.sweep_each_minute)

    # --- telephones -------------------------------------------------------------------------

    def owner_of(self, leg: str) -> str:
        """The agent whose leg that is, by its address at the exchange; empty: nobody's of ours."""
        known = self.exchange.leg(leg)
        for address in (known.caller, known.called):
            if address.startswith("client:"):
                return address.removeprefix("client:").rpartition("_")[0]
        return next((m.id for m in self.plan.members if m.phone == known.called), "")

    def dial(self, who: str, number: str, did: str) -> str:
        sid = self.exchange.dial(number, did, ScriptedPhone(self.exchange))
        self.names.assign(sid, who)
        return sid

    def connect(self, who: str, identity: str, said: dict[str, str]) -> str:
        """An agent's browser calls in."""
        phone = ScriptedPhone(self.exchange)
        sid = self.exchange.connect(identity, self.application_sid, said, phone)
        self.names.assign(sid, who)
        return sid

    def asked(self, agent: str, what: str, *, is_answered: bool | None) -> None:
        for told in self.on_asked:
            told(agent, what, is_answered=is_answered)

    def publish(self, plan: Plan) -> None:
        self.published = self.world.now()
        self.directory.publish(plan, previous=self.directory.head().sha)

    def _heard(self, leg: str, heard: Heard) -> None:
        for told in self.on_heard_by_all:
            told(leg, heard)
        if self.customers.is_supervisor(leg):
            return
        if isinstance(heard, Voices):
            others = tuple(one for one in heard.legs if not self.customers.is_supervisor(one))
            heard = replace(heard, legs=others)
        for told in self.on_heard:
            told(leg, heard)

    def _is_recent(self, sid: str) -> bool:
        return self.exchange.leg(sid).created_at > self.world.now() - timedelta(seconds=LAG_SECONDS)

    def page_failed(self, name: str, error: BaseException) -> None:
        """A page got an error instead of an answer or a reason."""
        self.world.note(f"{name} failed: {error!r}")
        if self.cloud.base_profile == FAULTLESS:
            self.world.violate("without faults no request of a page fails", f"{name}: {error!r}")

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        self.world.note(f"counted {name}")
        if name == COUNTED and not self.may_be_unreadable:
            listed = [f"{one.kind} {one.item}: {one.reason}" for one in self.unreadable.all()]
            self.world.violate("every item can be read and handled", f"{listed}")


def _sweep(instance: Instance) -> None:
    """As the worker does it on the schedule."""
    instance.services.sweep.run_scheduled()
    instance.services.sharing.tell(BOARD)


def _follow(instance: Instance, saved: Saved) -> None:
    outcome = instance.services.save_steps.run((saved,))
    if outcome.failures:
        raise outcome.failures[0].error
    if outcome.again:
        raise Unavailable("the stream brings it again")
