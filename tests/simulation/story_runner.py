"""Every telephone story again, in a simulated deployment: the same words, any fault at any point.

The story drives the world: what a person does is a request to an instance, and time passes when
the story says so. Nothing is random here: the script says which fault strikes where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, TypeVar

from app.bootstrap.services import build
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.faults import Faults
from infra.local.exchange.latency import Latency
from infra.local.exchange.phones import OnRing, ScriptedPhone
from infra.local.exchange.switches import Switches
from infra.local.exchange.virtual import EPOCH
from tests.simulation.choices import Choices
from tests.simulation.cloud import Died, Instance, InstanceClock
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import (
    FAULTLESS,
    FAULTLESS_TOLERANCE_SECONDS,
    SWEPT_SECONDS,
    Mishap,
    Mode,
)
from tests.simulation.invariants import Invariants
from tests.simulation.scripts import Planned, Script, Strikes, tolerance_seconds
from tests.simulation.world import Violated, World
from tests.stories import (
    company,
    test_calling_out,
    test_consulting,
    test_crossing,
    test_hanging_up,
    test_hold,
    test_menus_and_messages,
    test_reaching_somebody,
    test_repair,
    test_telephones,
    test_time_alone,
    test_transfer,
    test_uncertain,
)
from tests.stories.office import BEAT_SECONDS, Office

T = TypeVar("T")
Story = Callable[[Office], None]

# Stories that control themselves what the world controls here: a timer, a webhook on its way, the
# instant at which a save is in the register.
NOT_SIMULATED = frozenset(
    {
        "test_an_offer_expires_though_the_clock_of_its_function_is_behind",
        "test_a_wrap_up_ends_though_the_clock_of_its_function_is_behind",
        "test_a_caller_hangs_up_before_anything_was_said",
        "test_a_caller_who_is_answered_before_the_first_document_came_is_fetched_from_it",
        "test_a_caller_who_is_answered_before_the_music_came_is_fetched_out_of_the_queue",
        "test_a_caller_who_gives_up_before_the_first_document_came_leaves_nobody_in_the_room",
        "test_who_was_refreshed_again_leaves_the_room_wherever_the_return_is_told_last",
    }
)
# Of an agent who calls out: the answer, no headset, a hang-up, the agent lost before it and after.
CALLING_OUT = frozenset(
    {
        "test_the_agent_hears_it_ring_and_then_the_two_talk",
        "test_a_headset_that_does_not_come_calls_it_off_and_the_agent_is_as_before",
        "test_who_hangs_up_before_the_answer_calls_it_off",
        "test_a_headset_that_is_lost_while_it_rings_may_come_back",
        "test_whoever_was_called_and_loses_the_agent_waits_in_the_routes_queue",
        "test_no_caller_is_offered_to_an_agent_who_calls_out",
    }
)
# Of an agent who consults: the order of hold and dial, each click, the end by each of the three.
CONSULTING = frozenset(
    {
        "test_nobody_is_dialled_before_the_caller_is_on_hold",
        "test_the_agent_completes_and_the_two_talk_on_without_a_gap",
        "test_swap_puts_one_on_hold_before_the_other_hears_anything",
        "test_all_three_talk_after_a_join_and_no_recording_runs_of_who_was_not_told",
        "test_cancel_hangs_up_on_the_one_consulted_before_the_caller_is_back",
        "test_who_was_consulted_and_hangs_up_leaves_the_caller_on_hold_with_the_agent",
        "test_a_caller_who_hangs_up_ends_the_consultation_too",
        "test_a_headset_lost_for_good_leaves_the_other_two_together",
    }
)
SOME = {test_calling_out: CALLING_OUT, test_consulting: CONSULTING}  # of their stories
IDLE_SECONDS = 120.0  # nothing armed for so long, and all is at rest: nothing more will happen
REST_SECONDS = (
    420.0  # a recording whose callback was lost: looked for after 3 min, and again 3 min later
)
REQUEST_TIMEOUT_SECONDS = 40.0  # of the story with a request, as long as its function runs


def stories() -> dict[str, Story]:
    """By name: those whose only fixture is the office."""
    modules: tuple[ModuleType, ...] = (
        test_calling_out,
        test_consulting,
        test_crossing,
        test_hanging_up,
        test_hold,
        test_menus_and_messages,
        test_reaching_somebody,
        test_repair,
        test_telephones,
        test_time_alone,
        test_transfer,
        test_uncertain,
    )
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if name.startswith("test_")
        and name not in NOT_SIMULATED
        and (module not in SOME or name in SOME[module])
        and callable(thing)
        and thing.__code__.co_varnames[: thing.__code__.co_argcount] == ("office",)
    }


class RemoteService:
    """A service over the network: each method is a request to an instance, and is waited for."""

    def __init__(self, office: SimulatedOffice, service: str) -> None:
        self._office = office
        self._service = service

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def asked(*arguments: Any, **named: Any) -> Any:
            def work(instance: Instance) -> Any:
                service = getattr(instance.services, self._service)
                return getattr(service, method)(*arguments, **named)

            whom = arguments[0] if isinstance(arguments[0], str) else type(arguments[0]).__name__
            return self._office.request(f"{whom}/{method}", work)

        return asked


class SimulatedServices:
    """What stories ask of the services: the desk over the network, reads in this process."""

    def __init__(self, office: SimulatedOffice, deployment: Deployment) -> None:
        seen = build(deployment.config, deployment.ports(InstanceClock(deployment.world, 0.0)))
        self.ports = seen.ports
        self.switchboard = seen.switchboard
        self.desk = RemoteService(office, "desk")
        self.job_runner = RemoteService(office, "job_runner")
        self.outgoing = RemoteService(office, "outgoing")


class SimulatedNetwork:
    """The exchange in the words of the stories' network."""

    def __init__(self, office: SimulatedOffice, deployment: Deployment) -> None:
        self._office = office
        self._deployment = deployment
        self._calls = 0
        self.exchange: Exchange = deployment.exchange
        self.clock = deployment.world.clock
        self.sound = deployment.sound

    def dial(self, caller: str, called: str) -> str:
        self._calls += 1
        return self._deployment.dial(f"c{self._calls}", caller, called)

    def connect(self, identity: str, application_sid: str, said: dict[str, str]) -> str:
        self._calls += 1
        return self._deployment.connect(f"b{self._calls}", identity, said)

    def press(self, leg: str, digits: str) -> None:
        for digit in digits:
            self.exchange.press(leg, digit)

    def hang_up(self, leg: str) -> None:
        self.exchange.hang_up(leg)

    def settle(self, within_seconds: float = 0.0) -> None:
        self._office.passes(within_seconds)

    def advance(self, seconds: float) -> None:
        self._office.passes(seconds)

    def phone(self, on_ring: OnRing = OnRing.ANSWER, after_seconds: float = 0.0) -> ScriptedPhone:
        return ScriptedPhone(self.exchange, on_ring, after_seconds)

    def street_phone(
        self, number: str, on_ring: OnRing = OnRing.ANSWER, after_seconds: float = 0.0
    ) -> ScriptedPhone:
        phone = self.phone(on_ring, after_seconds)
        self.exchange.plug_in(number, phone)
        return phone

    def client(self, identity: str, on_ring: OnRing = OnRing.ANSWER) -> ScriptedPhone:
        phone = self.phone(on_ring)
        self.exchange.register(identity, phone)
        return phone

    def inject_faults(self, faults: Faults) -> None:
        """What no callback tells is found by comparison (the sweep) alone, which takes longer."""
        self.exchange.context.fault_injector.faults = faults
        self._office.on_callbacks_lost()

    @contextmanager
    def locked(self) -> Iterator[Exchange]:
        yield self.exchange


class SimulatedOffice(Office):
    """An office whose time is the world's."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.world = deployment.world
        self.on_callbacks_lost: Callable[[], None] = lambda: None
        network: Any = SimulatedNetwork(self, deployment)
        services: Any = SimulatedServices(self, deployment)
        timers: Any = None
        gateway: Any = None
        super().__init__(
            network, gateway, services, timers, deployment.application_sid, lambda: None
        )

    def request(self, name: str, work: Callable[[Instance], T]) -> T:
        """Raises what the request raised; AssertionError when no answer came."""
        answers: list[T | BaseException] = []
        self.deployment.cloud.start("console", self.world.numbered(name), work, answers.append)
        until = self.world.now() + timedelta(seconds=REQUEST_TIMEOUT_SECONDS)
        self.world.run(until, lambda: bool(answers))
        assert answers, f"no answer to {name}"
        if isinstance(answers[0], Died):
            raise AssertionError(f"{name}: an error page")
        if isinstance(answers[0], BaseException):
            raise answers[0]
        return answers[0]

    def passes(self, seconds: float) -> None:
        """So long, and until no function runs any more."""
        until = self.world.now() + timedelta(seconds=seconds)
        while True:
            self._beats()
            due = self._beaten_at() + timedelta(seconds=BEAT_SECONDS)
            self.world.run(min(until, due))
            if self.world.now() >= until:
                break
        while not self.deployment.cloud.is_settled:
            at_most = self.world.now() + timedelta(seconds=REQUEST_TIMEOUT_SECONDS)
            self.world.run(at_most, lambda: self.deployment.cloud.is_settled)
            self.world.run(self.world.now())

    def _beaten_at(self) -> datetime:
        return self._beaten or self.world.now()

    def _is_beat_due(self) -> bool:
        due = self._beaten_at() + timedelta(seconds=BEAT_SECONDS)
        return self._beaten is None or self.world.now() >= due

    def _beats(self) -> None:
        if not self._is_beat_due():
            return
        self._beaten = self.world.now()
        for person in self.people.values():
            if person.at_desk:
                name, who = self.world.numbered(f"{person.id}/beat"), person.id
                self.deployment.cloud.start("console", name, _beat(who), lambda _: None)


def _beat(who: str) -> Callable[[Instance], None]:
    return lambda instance: instance.services.desk.heartbeat(who)


class ScriptedChoices(Choices):
    """Nothing is drawn: the mishaps are those of the script."""

    def __init__(self, script: Script) -> None:
        super().__init__(0, frozenset())
        self.seconds: Callable[[], float] = lambda: 0.0
        self._script = script

    def happens(self, name: str, chance: float) -> bool:
        what, _, delivery = name.partition("/")
        known = what in tuple(Mishap)
        return known and self._script.has_mishap(Mishap(what), delivery, self.seconds())


class StoryRun:
    """One run of a story: its trace, its points and deliveries, the violation, why it stopped."""

    def __init__(self, deployment: Deployment, violated: Violated | None, abandoned: str) -> None:
        self.digest = deployment.world.trace.digest
        self.lines = tuple(deployment.world.trace.lines)
        self.points = tuple(deployment.cloud.points)
        self.deliveries = tuple(deployment.cloud.deliveries)
        self.violated = violated
        self.abandoned = abandoned


class Tolerance:
    """How long a repair may take now: by what has struck, and whether callbacks are lost."""

    def __init__(self, invariants: Invariants) -> None:
        self._invariants = invariants
        self._struck_seconds = 0.0
        self._lost_seconds = 0.0

    def strikes(self, strikes: Strikes) -> None:
        self._struck_seconds = tolerance_seconds(strikes)
        self._invariants.expects(self._struck_seconds + self._lost_seconds)

    def loses(self) -> None:
        self._lost_seconds = SWEPT_SECONDS
        self._invariants.register_checks.lost_seconds = SWEPT_SECONDS
        self._invariants.expects(self._struck_seconds + self._lost_seconds)


def run_story(story: Story, script: Script | None = None, *, whole: bool = False) -> StoryRun:
    """Once, and then to its end. A fault may stop a story; the invariants must still hold."""
    script = script or Planned()
    choices = ScriptedChoices(script)
    world = World(choices, EPOCH, whole=whole)
    choices.seconds = lambda: world.seconds
    deployment = Deployment(
        world,
        company.PLAN,
        mode=Mode.IN_TURN,
        profile=FAULTLESS,
        switches=Switches(),
        latency=Latency(),
        script=script,
    )
    invariants = Invariants(deployment, FAULTLESS_TOLERANCE_SECONDS)
    tolerance = Tolerance(invariants)
    script.on_strike = tolerance.strikes
    abandoned = ""
    try:
        with deployment.open():
            office = SimulatedOffice(deployment)
            office.on_callbacks_lost = tolerance.loses
            try:
                story(office)
            except Violated:
                raise
            except Exception as refusal:  # noqa: BLE001 - a person who is told no goes no further
                abandoned = repr(refusal)
            _run_to_the_end(office, deployment, invariants)
            invariants.check_at_end()
            if world.violated is not None:
                raise world.violated
    except Violated:
        pass
    return StoryRun(deployment, world.violated, abandoned)


def _run_to_the_end(
    office: SimulatedOffice, deployment: Deployment, invariants: Invariants
) -> None:
    """Until nothing more will happen, but at most REST_SECONDS."""
    world = deployment.world
    office.passes(20.0)
    for leg in deployment.exchange.live():
        deployment.exchange.hang_up(leg.sid)
    until = world.now() + timedelta(seconds=REST_SECONDS)
    recurring = (deployment.sweep_each_minute, invariants.check_each_second)
    while world.now() < until:
        office.passes(5.0)
        is_over = next(invariants.violations_at_end(), None) is None
        soon = world.now() + timedelta(seconds=IDLE_SECONDS)
        if is_over and not world.awaits(soon, recurring):
            return
