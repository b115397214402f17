"""The company under load: a simulated deployment whose ports are metered, and its pushes.

Everything is on time and nothing goes wrong: what is looked for is cost, and not races.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from app.adapters.memory.expiring import MemoryExpiring
from app.adapters.memory.tagged import MemoryTagged
from app.bootstrap.services import Ports
from app.console.parallel import Parallel, Unanswered
from app.console.presenters.accounts import PlanAccounts
from app.console.push import AT_A_TIME, Push
from app.console.pushing import PushNotices, StoredConnections, lazy_fields
from app.domain.access import Refused
from app.domain.dialplan import Member, Plan
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt
from app.domain.states import RecordPolicy
from app.domain.topics import is_personal
from app.service.recent import RecentCalls
from app.service.register import Saved
from app.service.sharing import ChangePlanner
from tests.load.meter import POST_SECONDS, SHARED, Meter, Work, metered
from tests.simulation.cloud import Cloud, Instance, InstanceClock
from tests.simulation.deployment import BASE, Deployment
from tests.simulation.edge import RestSession
from tests.simulation.fault_profiles import FAULTLESS, Mode
from tests.simulation.stream import Stream
from tests.simulation.world import World
from tests.stories import company

T = TypeVar("T")

UNMETERED = ("carrier", "recorder", "notices", "tokens", "clock", "ids")  # REST is metered itself
WARM_INSTANCES = 20  # of each function: a large company has more
BATCH = 100  # records of one invocation, as serverless.yml has it
FORGET_SECONDS = 60.0
SHA_LETTERS = 64
PUSH_SECONDS = 0.05  # until a page has a push
MOST_WAIT_SECONDS = 7200
QUEUES = ("sales", "claims")
RECORDINGS = "/Recordings.json"
ROWS = ("people", "queues")  # of a message: what pages show of them
DAY = timedelta(days=1)


class MeteredCloud(Cloud):
    """Each run of a function is one request of the meter."""

    def __init__(self, world: World, *arguments: Any, **named: Any) -> None:
        super().__init__(world, *arguments, **named)
        self.meter = Meter(world)
        self.desks = 1

    def _instance(self, function: str, name: str) -> Instance:
        """One of many, all warm from the beginning: in a small world as in a large one."""
        if function not in self._idle:
            named = (self.world.numbered(function) for _ in range(WARM_INSTANCES))
            self._idle[function] = [Instance(self, name, 0.0) for name in named]
        return super()._instance(function, name)

    def start(
        self,
        function: str,
        name: str,
        work: Callable[[Instance], T],
        done: Callable[[T | BaseException], None],
    ) -> None:
        def served(instance: Instance) -> T:
            path = path_of(function, name)
            with self.meter.request(path):
                if path == SHARED:
                    self.meter.is_for(self.desks)
                # What a process remembers of calls helps the less, the more calls there are.
                instance.services.switchboard._recent = RecentCalls()
                try:
                    return work(instance)
                except Refused:
                    raise  # a person came too late, and is told so
                except Exception as error:
                    self.meter.failed(error)
                    raise

        super().start(function, name, served, done)


class MeteredSession(RestSession):
    """Each request of the carrier's client is a command; what it sent and got is counted."""

    def request(self, method: str, url: str, **named: Any) -> requests.Response:  # type: ignore[override]
        meter = _meter(self.cloud)
        meter.does(Work.COMMAND)
        answer = super().request(method, url, **named)
        meter.crossed(url, str(named.get("params") or ""), str(named.get("data") or ""))
        meter.crossed(answer.content)
        if method == "GET" and urlsplit(url).path.endswith(RECORDINGS):
            meter.is_for(len(answer.json()["recordings"]))
        return answer


class OneShard(Stream):
    """The table's stream on one shard: one invocation at a time takes what has gathered."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._gathered: deque[tuple[float, Saved]] = deque()
        self._is_busy = False
        self.most_late_seconds = 0.0  # between a save and the end of its handling

    def put(self, saved: Saved) -> None:
        self._gathered.append((self._world.seconds, saved))
        self._invoke()

    @property
    def is_drained(self) -> bool:
        return not self._gathered and not self._is_busy

    def _invoke(self) -> None:
        if self._is_busy or not self._gathered:
            return
        self._is_busy = True
        batch = [self._gathered.popleft() for _ in range(min(BATCH, len(self._gathered)))]

        def work(instance: Instance) -> None:
            _meter(self.cloud).takes(len(batch))
            outcome = instance.services.save_steps.run([saved for _, saved in batch])
            if outcome.failures or outcome.again:
                raise RuntimeError(f"the stream's worker failed: {outcome}")
            late = self._world.seconds - batch[0][0]
            self.most_late_seconds = max(self.most_late_seconds, late)

        def done(result: BaseException | None) -> None:
            if isinstance(result, BaseException):
                raise result
            self._is_busy = False
            self._invoke()

        self.cloud.start("stream", self._world.numbered("stream"), work, done)


class MeteredSockets:
    """The gateway of the pages' sockets: `told` gets the topic and version of each message."""

    def __init__(self, meter: Meter, told: Callable[[str, str, str], None]) -> None:
        self._meter = meter
        self._told = told

    def post(self, connection_id: str, text: str) -> None:
        self._meter.counts(Work.POST)
        message = json.loads(text)
        rows = [f"{key}{row}" for of in ROWS for key, row in message.pop(of, {}).items()]
        self._meter.shows(rows)
        self._meter.crossed(json.dumps(message))
        self._told(connection_id, message["topic"], message["version"])

    def close(self, connection_id: str) -> None:
        """Nothing is open."""


class AtATime(Parallel):
    """So many posts take the time of one; what would begin after the limit is not begun."""

    def __init__(self, meter: Meter, times: int) -> None:
        super().__init__(times)
        self._meter = meter
        self._times = times

    def run(
        self, requests: Sequence[Callable[[], None]], within_seconds: float
    ) -> tuple[Exception | None, ...]:
        outcomes: list[Exception | None] = []
        for number, request in enumerate(requests):
            if number % self._times == 0:
                self._meter.waits(POST_SECONDS)
            rounds = number // self._times + 1
            if rounds * POST_SECONDS > within_seconds:
                outcomes.append(Unanswered())
                continue
            request()
            outcomes.append(None)
        return tuple(outcomes)


class Company(Deployment):
    """`desks` agents in one queue, each with a page open and connected."""

    cloud_class = MeteredCloud
    session_class = MeteredSession
    stream_class = OneShard

    def __init__(self, world: World, desks: int) -> None:
        super().__init__(world, plan_with(desks), mode=Mode.IN_TURN, profile=FAULTLESS)
        self.meter = _meter(self.cloud)
        assert isinstance(self.cloud, MeteredCloud)
        self.cloud.desks = desks
        self.shared: dict[str, dict[str, float]] = {}  # by shared topic, when each version began
        self._expiring, self._tagged = MemoryExpiring(world.now), MemoryTagged()
        self.on_saved.append(self.meter.saved)
        self._fields_of = lazy_fields(self.directory, world.now)  # of all instances: it is dear

    def open_pages(self) -> None:
        """Each desk's page is connected, and hears its topics."""
        push, until = self._push_of(InstanceClock(self.world, 0.0)), self.world.now() + DAY
        for member in self.plan.members:
            self._expiring.put(f"session:{member.id}", member.id, until)
            push.connect(member.id, push.ticket(member.id, member.id, until), BASE)

    @property
    def most_late_seconds(self) -> float:
        assert isinstance(self.stream, OneShard)
        return self.stream.most_late_seconds

    def ports(self, clock: InstanceClock) -> Ports:
        ports = super().ports(clock)
        names = [field.name for field in fields(ports) if field.name not in UNMETERED]
        counted = {name: metered(getattr(ports, name), name, self.meter) for name in names}
        ports = replace(ports, **counted)
        planner = ChangePlanner(ports.shared_topics, ports.timers, clock)
        push = self._push_of(clock)
        return replace(ports, notices=PushNotices(push, clock.now, planner.plan, self._fields_of))

    def _push_of(self, clock: InstanceClock) -> Push:
        push = Push(
            metered(self._expiring, "expiring", self.meter),
            StoredConnections(metered(self._tagged, "connections", self.meter), clock.now),
            MeteredSockets(self.meter, self._pushed),
            clock.now,
            self._ids.new,
            (BASE,),
            PlanAccounts(self.directory).may_hear,
            metered(self.shared_topics, "shared_topics", self.meter),
            self._count,
        )
        push._personal = push._shared = AtATime(self.meter, AT_A_TIME)  # threads know no world
        return push

    def forget_recordings(self) -> None:
        """Their sound is some megabytes each, and nobody will listen."""
        self.recordings.kept.clear()
        self.world.later(FORGET_SECONDS, "forgets recordings", self.forget_recordings)

    def _pushed(self, connection_id: str, topic: str, version: str) -> None:
        """A personal push wakes its desk; a shared one goes to many, and is one by its version."""
        told = self.on_notice.get(topic)
        if told is not None:
            self.world.later(PUSH_SECONDS, self.world.numbered(f"push/{connection_id}"), told)
        elif not is_personal(topic):
            self.shared.setdefault(topic, {}).setdefault(version, self.world.seconds)


def plan_with(desks: int) -> Plan:
    """All are in both queues: 1 in the menu leads to one, 2 to the one that is recorded."""
    members = tuple(
        Member(f"agent{n:04d}", f"Agent {n:04d}", f"a{n:04d}@kestrel.example", "agent", QUEUES)
        for n in range(desks)
    )
    recorded: dict[str, RecordPolicy] = {"sales": "never", "claims": "always"}
    queues = {
        name: replace(node, record=recorded[name], max_wait_seconds=MOST_WAIT_SECONDS)
        for name, node in company.PLAN.nodes.items()
        if name in QUEUES and isinstance(node, Queue)
    }
    choices = (Choice("1", "Deliveries", "sales"), Choice("2", "Claims", "claims"))
    menu = Menu(Prompt("For claims, press 2."), choices, otherwise="box", attempts=2)
    nodes = {**company.PLAN.nodes, **queues, "menu": menu}
    return replace(company.PLAN, members=members, nodes=nodes)


def path_of(function: str, name: str) -> str:
    """The function and what it was asked, without whom."""
    words = (name.rpartition("~")[0] or name).split("/")
    match function, words:
        case "voice", [*_, sha] if len(sha) == SHA_LETTERS:
            return "voice media"
        case "voice", [who, "calls", _, _, *rest]:
            return f"voice {'/'.join(rest) or 'again'}, {_whose(who)}"
        case "voice", [who, what, *_]:
            return f"voice {what}, {_whose(who)}"
        case "console", [_, what, *_]:
            return f"page {what}"
        case "worker", ["job", _, job]:
            return f"job {job}"
        case "worker", _:
            return "schedule"
        case "stream", _:
            return "stream"
        case _, [_, what, *_]:
            return f"{function} {what}"
        case _:
            return f"{function} {name}"


def _whose(leg: str) -> str:
    """Legs of callers have their names, those of agents begin with theirs."""
    return "agent" if leg.startswith("agent") else "caller" if leg else "room"


def _meter(cloud: Cloud) -> Meter:
    assert isinstance(cloud, MeteredCloud)
    return cloud.meter
