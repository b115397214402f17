"""The functions: instances with their own services and ports, one request each at a time.

An instance may crash (`Died`; from then on its port calls have no effect), freeze or be slow. Each
of its port calls passes a point before and after the effect, at which the task yields or meets a
fault.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TypeAlias, TypeVar

from flask import Blueprint, Flask

from app.adapters.twilio.documents import add_documents
from app.adapters.twilio.urls import Urls
from app.adapters.twilio.voice import create_voice
from app.adapters.twilio.webhook_handlers import WebhookHandlers
from app.bootstrap.deployment import account
from app.bootstrap.services import Ports, Services, build
from app.config import Config
from app.ports import Stale, Unavailable
from app.web import hold_to_limits, uncounted
from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.virtual import TEST_ACCOUNT, WsgiFetcher
from tests.simulation.fault_profiles import (
    UNSWITCHED,
    Accident,
    Fault,
    FaultProfile,
    Mishap,
    Mode,
    faults_of,
)
from tests.simulation.scripts import Script, is_of_a_sweep
from tests.simulation.tasks import Task, current
from tests.simulation.world import World
from tests.support.known_routes import KnownRoutes

T = TypeVar("T")
Struck: TypeAlias = tuple[datetime, str, Fault | Mishap | Accident]  # when, which task, what

TIME_OUT_SECONDS = 1.0  # of one request to a store
MOST_PAUSED_SECONDS = 1.5  # how long the scheduler may hold up one task in all
INSTANCE_SECONDS = 10.0  # the time limit of a function
COLD_CHANCE = 0.02
SKEW_SECONDS = 1.0  # either way: two instances differ by 2 s at most (W12)
LONGEST_WAIT_SECONDS = 1.0


# What was fetched once, in this process: all worlds have one address, one stage and one music.
_DOCUMENTS: dict[str, Answer | NoAnswer] = {}


class Died(BaseException):
    """This instance was killed. A BaseException: no code of the product may catch it."""


class InstanceClock:
    """Whole milliseconds, as the real one; to wait is to let others run."""

    def __init__(self, world: World, skew_seconds: float) -> None:
        self._world = world
        self._skew = timedelta(milliseconds=round(skew_seconds * 1000))
        self._read: tuple[datetime | None, datetime] = (None, world.now())

    def now(self) -> datetime:
        """Most readings are of the same instant as the one before."""
        instant = self._world.now()
        if instant is not self._read[0]:
            now = instant + self._skew
            self._read = (instant, now.replace(microsecond=now.microsecond // 1000 * 1000))
        return self._read[1]

    def wait(self, seconds: float) -> None:
        self._world.pause(max(0.001, seconds))


class Instance:
    """One running copy of a function; also the `Instrumentation` of its own ports."""

    unwatched = UNSWITCHED

    def __init__(self, cloud: Cloud, name: str, skew_seconds: float) -> None:
        self.name = name
        self.is_dead = False
        self.is_newer = cloud.is_newer(name)  # code than that of other instances
        self.cloud = cloud
        clock = InstanceClock(cloud.world, skew_seconds)
        self.services: Services = build(cloud.config, cloud.ports(clock), self, cloud.counted)
        self._urls = Urls(
            cloud.config.public_url,
            cloud.config.stage,
            recordings=account(cloud.config).media_url,
        )

    @cached_property
    def app(self) -> Flask:
        """Made when first asked for: workers answer no webhooks."""
        ports, config = self.services.ports, self.services.config
        app = KnownRoutes("simulated")
        app.register_blueprint(
            create_voice(
                switchboard=self.services.switchboard,
                directory=ports.directory,
                timers=ports.timers,
                sounds=ports.sounds,
                clock=ports.clock,
                public_url=config.public_url,
                auth_token=TEST_ACCOUNT.auth_token,
                env=config.stage,
                recordings_url=account(config).media_url,
                count=self.cloud.counted,
            )
        )
        return app

    @cached_property
    def answers(self) -> WebhookHandlers:
        """What `app` asks for an answer."""
        services, ports = self.services, self.services.ports
        return WebhookHandlers(
            services.switchboard,
            ports.directory,
            ports.timers,
            ports.clock,
            self._urls,
            self.cloud.counted,
        )

    # --- points -----------------------------------------------------------------------------

    def before(self, port: str, operation: str) -> None:
        self.cloud.before(self, port, operation)

    def after(self, port: str, operation: str) -> None:
        self.cloud.after(self, port, operation)


class Cloud:
    """Starts instances, hands them work, and is the scheduler at their points."""

    def __init__(
        self,
        world: World,
        mode: Mode,
        profile: FaultProfile,
        config: Config,
        ports: Callable[[InstanceClock], Ports],
        counted: Callable[[str], None],
        script: Script | None = None,
    ) -> None:
        """The script is asked first, then the profile."""
        self.world = world
        self.mode = mode
        self.config = config
        self.ports = ports
        self.counted = counted
        self.is_newer: Callable[[str], bool] = lambda instance: False
        self.faultless_from: datetime | None = None  # from then on nothing goes wrong any more
        self.points: list[tuple[str, str, str]] = []  # name, port, operation
        self.deliveries: list[str] = []  # webhooks, timers and stream records, by name
        self.struck: list[Struck] = []
        self.sweeps_struck: list[datetime] = []
        self.base_profile = profile
        self._script = script
        self._idle: dict[str, list[Instance]] = {}
        self._pending: dict[Task, Fault] = {}
        self._parked: list[Task] = []
        self._done: dict[Task, Callable[[BaseException], None]] = {}  # who hears of its end
        self._running = 0
        self._active: list[Task] = []  # those that run, and have not frozen
        self._falls = 0  # how often a rank has fallen

    def document(self, request: Request) -> Answer | NoAnswer:
        """What anybody may fetch: it depends on no call, and what was fetched once is kept."""
        if request.url not in _DOCUMENTS:
            _DOCUMENTS[request.url] = WsgiFetcher(self._static).perform(request)
        return _DOCUMENTS[request.url]

    @cached_property
    def _static(self) -> Flask:
        """The part of an instance's `app` that needs no signature, and no instance."""
        blueprint = Blueprint("voice", __name__)
        hold_to_limits(blueprint, uncounted)
        sounds = self.ports(InstanceClock(self.world, 0.0)).sounds
        add_documents(blueprint, Urls(self.config.public_url, self.config.stage), sounds)
        app = KnownRoutes("simulated documents")
        app.register_blueprint(blueprint)
        return app

    @property
    def profile(self) -> FaultProfile:
        return FaultProfile() if self.faultless_from else self.base_profile

    @property
    def is_in_turn(self) -> bool:
        return self.mode is Mode.IN_TURN

    @property
    def is_settled(self) -> bool:
        """No function runs."""
        return self._running == 0

    # --- work -------------------------------------------------------------------------------

    def start(
        self,
        function: str,
        name: str,
        work: Callable[[Instance], T],
        done: Callable[[T | BaseException], None],
    ) -> None:
        """`done` is told the result, or what was raised; of one that froze, that it was killed."""
        instance = self._instance(function, name)
        self._running += 1

        def run() -> None:
            result: T | BaseException
            try:
                result = work(instance)
            except (Exception, Died) as error:  # noqa: BLE001 - handed to `done`
                result = error
            task = current()
            if task is not None:
                if task not in self._active:
                    return  # it froze: what its end at the world's end still asks is not told
                self._done.pop(task, None)
                self._active.remove(task)
            self._running -= 1
            if not instance.is_dead:
                self._idle.setdefault(function, []).append(instance)
            said = type(result).__name__ if isinstance(result, BaseException) else "done"
            self.world.note(f"{name} {said}")
            done(result)
            self._resume_parked()

        started = self.world.spawn(name, run, instance)
        started.rank = self.world.choices.draw(f"rank/{name}") if self.mode is Mode.BY_RANK else 0.0
        self._active.append(started)
        self._done[started] = done

    def _instance(self, function: str, name: str) -> Instance:
        idle, choices = self._idle.get(function), self.world.choices
        if idle and (self.mode is Mode.IN_TURN or choices.draw(f"cold/{name}") >= COLD_CHANCE):
            return choices.pick_out(f"instance/{name}", idle)
        named = self.world.numbered(function)
        skew = 0.0 if self.mode is Mode.IN_TURN else SKEW_SECONDS
        return Instance(self, named, choices.span(f"skew/{named}", -skew, skew))

    def lateness(self, name: str, low: float, high: float) -> float:
        """How late something is delivered, in seconds."""
        return 0.0 if self.mode is Mode.IN_TURN else self.world.choices.span(name, low, high)

    # --- points -----------------------------------------------------------------------------

    def before(self, instance: Instance, port: str, operation: str) -> None:
        task = current()
        if task is None:
            return
        if instance.is_dead:
            raise Died
        task.points += 1
        task.asked += port == "rest"
        point = f"{task.name}#{task.points}"
        self.points.append((point, port, operation))
        self._yield_at(task, "<")
        fault = self._fault(point, port, operation)
        if fault is None:
            return
        if task.has_landed and fault is Fault.CONFLICT:
            return  # the store looks for it first (W3)
        self.world.note(f"{point} {port}.{operation}: {fault}")
        self.strikes(task.name, fault)
        match fault:
            case Fault.CRASH_BEFORE:
                self.crash(instance)
            case Fault.FREEZE:
                self._freeze(instance, task)
            case Fault.LOST_BEFORE if port != "rest":
                self.world.pause(TIME_OUT_SECONDS)
                raise Unavailable("no answer")
            case Fault.CONFLICT:
                raise Stale("a transaction was in progress")
            case Fault.OTHERS_FIRST:
                self._park_for_others(task)
            case _:
                self._pending[task] = fault

    def after(self, instance: Instance, port: str, operation: str) -> None:
        task = current()
        if task is None:
            return
        if instance.is_dead:
            raise Died
        fault = self.pending(task)
        task.has_landed = fault is Fault.LOST_AFTER and (port, operation) == ("calls", "save")
        if fault is None:
            self._yield_at(task, ">")
            return
        match fault:
            case Fault.CRASH_AFTER:
                self.crash(instance)
            case Fault.LOST_AFTER:
                self.world.pause(TIME_OUT_SECONDS)
                raise Unavailable("the answer was lost")
            case _:
                self._yield_at(task, ">")

    def pending(self, task: Task) -> Fault | None:
        """A fault that strikes with or after the effect; each strikes once."""
        return self._pending.pop(task, None)

    def is_stale(self) -> bool:
        """Whether the list that is being read now is a moment behind the truth."""
        task = current()
        if task is None or self._pending.get(task) is not Fault.STALE:
            return False
        del self._pending[task]
        return True

    def _fault(self, point: str, port: str, operation: str) -> Fault | None:
        if self._script is not None:
            possible = faults_of(port, operation)
            planned = self._script.strikes(point, possible, self.world.seconds)
            if planned is not None:
                return planned
        profile = self.profile
        if operation == "HOLD" and self.world.choices.happens(f"refused/{point}", profile.refused):
            return Fault.REFUSED
        possible = _allowed_faults(profile.faults, port, operation)
        if not possible or not self.world.choices.happens(f"fault/{point}", profile.fault):
            return None
        return self.world.choices.pick(f"which/{point}", possible)

    def strikes(self, where: str, what: Fault | Mishap | Accident) -> None:
        """A fault strikes that task, a mishap the delivery that it handles, an accident a call."""
        self.struck.append((self.world.now(), where, what))
        if is_of_a_sweep(where):
            self.sweeps_struck.append(self.world.now())

    def crash(self, instance: Instance) -> None:
        instance.is_dead = True
        raise Died

    def _freeze(self, instance: Instance, task: Task) -> None:
        """Killed at its time limit; the caller gets no answer before that."""
        instance.is_dead = True
        self._running -= 1
        self._active.remove(task)
        told = self._done.pop(task)
        self.world.later(INSTANCE_SECONDS, f"killed/{task.name}", lambda: told(Died()))
        task.park()
        raise Died

    # --- the scheduler ----------------------------------------------------------------------

    def _yield_at(self, task: Task, side: str) -> None:
        """On this side of the task's last point."""
        if self._running < 2 or task.paused_seconds > MOST_PAUSED_SECONDS:
            return
        point, choices = f"{task.name}#{task.points}{side}", self.world.choices
        match self.mode:
            case Mode.FAIR:
                self.world.pause(choices.span(f"turn/{point}", 0.001, 0.02))
            case Mode.RANDOM:
                if choices.happens(f"switch/{point}", 0.2):
                    drawn = choices.draw(f"turn/{point}")
                    self.world.pause(0.001 + drawn**4)
            case Mode.OTHERS_FIRST:
                if choices.happens(f"switch/{point}", 0.1):
                    self._park_for_others(task)
            case Mode.BY_RANK:
                if choices.happens(f"switch/{point}", 0.01):
                    self._falls += 1
                    task.rank = -float(self._falls)
                if any(other.rank > task.rank for other in self._active):
                    self._park_for_others(task)
            case Mode.IN_TURN:
                pass

    def _park_for_others(self, task: Task) -> None:
        """Until another task is over, but not for ever."""
        before = self.world.now()
        self._parked.append(task)
        self.world.later(LONGEST_WAIT_SECONDS, f"long/{task.name}", lambda: self._resume(task))
        task.park()
        task.paused_seconds += (self.world.now() - before).total_seconds()

    def _resume(self, task: Task) -> None:
        if task in self._parked:
            self._parked.remove(task)
            task.resume()

    def _resume_parked(self) -> None:
        parked, self._parked = self._parked, []
        for task in parked:
            self.world.later(0, f"go-on/{task.name}", task.resume)


@lru_cache(maxsize=256)
def _allowed_faults(faults: frozenset[Fault], port: str, operation: str) -> tuple[Fault, ...]:
    """Of the faults that can strike this port call, those that the profile allows."""
    return tuple(fault for fault in faults_of(port, operation) if fault in faults)
