"""The standard world: 50 calls in one virtual hour, five agents or a hundred; the mode by seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from app.domain.dialplan import Member
from app.ports import Directory, Register
from infra.local.exchange.journal import Entry
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.virtual import EPOCH
from tests.simulation import calling_out, consulting, misfortunes, supervising
from tests.simulation.accident_effects import Effects, People
from tests.simulation.accidents import Accidents
from tests.simulation.choices import Choices
from tests.simulation.deployment import Deployment
from tests.simulation.dismissals import Dismissals
from tests.simulation.fault_profiles import (
    ACCIDENTS,
    ALL_FAULTS,
    FAULTLESS,
    NO_CRASHES,
    Mode,
)
from tests.simulation.invariants import Invariants
from tests.simulation.people import Agent, Caller, Colleague
from tests.simulation.plans import (
    changed,
    with_accidents,
    with_desks,
    with_doors,
    with_lengths,
    with_recording,
    with_strategies,
)
from tests.simulation.world import Violated, World
from tests.stories.company import PLAN

S = TypeVar("S", Switches, UnusedSwitches)

CALLS = 50
MODES = (Mode.FAIR, Mode.RANDOM, Mode.OTHERS_FIRST, Mode.BY_RANK)
PLANS = 2  # published at any moment, in some of the worlds
HOUR_SECONDS = 3600.0
REST_SECONDS = 240.0  # what the carrier never told of a recording is asked for after 3 min
RUSH_SECONDS = 240.0
MANY_DESKS = 100
MANY_DESKS_CHANCE = 0.1
MOST_RUSHES = 4
SHIFT_CHANCE = 0.2  # that all agents come at one time
SHIFT_SECONDS = 0.11  # within which each of them has pressed the button: at the same moment
EARLY_CHANCE = 0.3  # that a caller comes in the minute before that
PROFILES = {
    "faultless": FAULTLESS,
    "no-crashes": NO_CRASHES,
    "all-faults": ALL_FAULTS,
    "accidents": ACCIDENTS,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a world went: its trace's hash, its steps, and what was violated.

    `broken`: the names of all invariants that were violated; of a world that ended with the first
    violation, only those of its last step.
    """

    seed: int
    digest: str
    steps: int
    calls: int
    violated: Violated | None
    lines: tuple[str, ...]
    choices: tuple[str, ...]
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """What a world stored and sent, for tests and replays."""

    calls: tuple[str, ...]
    register: Register
    directory: Directory
    journal: tuple[Entry, ...] = ()  # what the carrier sent, and what it was answered


def run(
    seed: int,
    *,
    told: Callable[[Records], object] = lambda records: None,
    profile: str = "faultless",
    calls: int = CALLS,
    seconds: float = HOUR_SECONDS,
    only: frozenset[str] | None = None,
    until: int | None = None,
    whole: bool = False,
    over_http: bool = False,
    goes_on: bool = False,
) -> Outcome:
    """`goes_on`: to the end of the world, after a violation too."""
    choices = Choices(seed, only)
    world = World(choices, EPOCH, until=until, whole=whole, goes_on=goes_on)
    plan = with_doors(with_lengths(with_strategies(PLAN, choices), choices), choices)
    plan = with_recording(plan, choices)
    has_accidents = choices.happens("accidents", PROFILES[profile].accidents)
    if has_accidents:
        plan = with_accidents(plan, choices)
    plan = consulting.with_routes(calling_out.with_routes(plan, choices), choices)
    if choices.happens("many desks", MANY_DESKS_CHANCE):
        plan = with_desks(plan, MANY_DESKS)
    deployment = Deployment(
        world,
        plan,
        mode=choices.pick("mode", MODES),
        profile=PROFILES[profile],
        switches=drawn(Switches(), choices),
        unused_switches=drawn(UnusedSwitches(), choices),
        over_http=over_http,
    )
    invariants = Invariants(
        deployment, PROFILES[profile].tolerance_seconds, is_faultless=profile == "faultless"
    )
    try:
        with deployment.open():
            _run_world(deployment, calls, seconds, has_accidents=has_accidents)
            if not world.stopped:
                invariants.check_at_end()
                if world.violated is not None:
                    raise world.violated
    except Violated:
        pass
    told(
        Records(
            tuple(c.id for c in deployment.switch.all_calls),
            deployment.register,
            deployment.directory,
            deployment.exchange.context.journal.entries(),
        )
    )
    return Outcome(
        seed,
        world.trace.digest,
        world.steps,
        len(invariants.inbound),
        world.violated,
        tuple(world.trace.lines),
        tuple(choices.made),
        broken=tuple(world.broken),
    )


def both_transports(
    seed: int, *, profile: str, calls: int = CALLS, seconds: float = HOUR_SECONDS
) -> Outcome:
    """Directly and over HTTP: the traces must agree line by line, the answers byte by byte."""
    journals: list[tuple[Entry, ...]] = []

    def keeps(records: Records) -> None:
        journals.append(records.journal)

    one = partial(run, seed, profile=profile, calls=calls, seconds=seconds, told=keeps)
    short, long = one(), one(over_http=True)
    if short.violated is not None:
        return short
    differs = next((f"{a}\n{b}" for a, b in zip(*journals, strict=False) if a != b), "")
    if differs or len(set(map(len, journals))) > 1 or short.digest != long.digest:
        found = Violated("both transports give the same trace", differs, long.steps, EPOCH)
        return replace(long, violated=long.violated or found)
    return short


def drawn(assumed: S, choices: Choices) -> S:
    """Each uncertain behaviour of the carrier, one way or the other."""
    settings = {
        f.name: bool(choices.draw(f"switch/{f.name}") < 0.5)
        for f in fields(assumed)
        if f.type == "bool"
    }
    return replace(assumed, **settings)  # type: ignore[arg-type] # all of these are bool


def _run_world(deployment: Deployment, calls: int, seconds: float, *, has_accidents: bool) -> None:
    world, start = deployment.world, deployment.world.now()
    agents = [
        _kind_of(deployment, member)(deployment, member)
        for member in deployment.plan.members
        if member.queues
    ]
    callers = [Caller(deployment, f"c{number:02d}") for number in range(calls)]
    outsiders: dict[str, calling_out.Outsider] = {}
    if deployment.plan.routes:
        outsiders, by_name = calling_out.plug_in(deployment), {one.name: one for one in callers}
        for agent in agents:
            if isinstance(agent, consulting.ConsultingAgent):
                agent.knows(outsiders, by_name)
    overseers: list[supervising.Supervisor] = []
    supervisor = next((one for one in deployment.plan.members if one.role == "supervisor"), None)
    if supervisor is not None and world.choices.happens("a supervisor", supervising.WORKS_CHANCE):
        overseer = supervising.Supervisor(deployment, supervisor)
        world.later(1.0, f"shift/{overseer.name}", _begins(deployment, overseer))
        overseers.append(overseer)
    shift = _shift(world.choices, seconds)
    for agent in agents:
        agent.begins_within = SHIFT_SECONDS if shift else agent.begins_within
        if world.choices.happens(f"{agent.name}/works", 1.0):
            world.later(shift, f"shift/{agent.name}", _begins(deployment, agent))
            world.later(shift + 1.0, f"beat/{agent.name}", agent.beats)
    for caller in callers:
        if world.choices.happens(f"{caller.name}/calls", 1.0):
            when = _when(world.choices, caller.name, seconds, shift)
            world.later(when, f"arrives/{caller.name}", _dials(deployment, caller))
    world.later(world.choices.span("page", 0, seconds), "page/opens", deployment.page.opens)
    dismissals = Dismissals(deployment, tuple(agent.name for agent in agents), seconds)
    if has_accidents:
        deployment.may_not_dial()
        people = People(
            {person.name: person for person in agents},
            {one.name: one for one in callers},
            outsiders,
            overseers[0] if overseers else None,
        )
        Accidents(deployment, Effects(deployment, dismissals, people), seconds)
    for number in range(PLANS):
        if world.choices.happens(f"plan{number}/published", 0.3):
            when = world.choices.span(f"plan{number}/when", 0, seconds)
            another = changed(deployment.plan, number)
            world.later(when, f"publishes/{number}", partial(deployment.publish, another))
    misfortunes.schedule(deployment, seconds)
    world.run(start + timedelta(seconds=seconds))
    for person in (*agents, *overseers, *callers):
        person.is_gone = True
    if world.stopped:
        return
    deployment.cloud.faultless_from = world.now()
    deployment.counts.clear()
    for caller in callers:
        caller.hangs_up()
    for leg in deployment.exchange.live():
        deployment.exchange.hang_up(leg.sid)
    world.run(world.now() + timedelta(seconds=REST_SECONDS))


def _kind_of(deployment: Deployment, member: Member) -> type[Agent]:
    if consulting.is_consulting(deployment, member):
        return consulting.ConsultingAgent
    if calling_out.is_calling(deployment.plan, member):
        return calling_out.CallingAgent
    return Agent if PLAN.member(member.id) else Colleague


def _shift(choices: Choices, seconds: float) -> float:
    """When the agents come: at once, or all of them together after callers have come to wait."""
    if not choices.happens("shift", SHIFT_CHANCE):
        return 0.0
    return choices.span("shift/at", 60, seconds / 2)


def _begins(deployment: Deployment, agent: Agent):  # type: ignore[no-untyped-def]
    return lambda: deployment.world.spawn(agent.name, agent.lives)


def _when(choices: Choices, name: str, seconds: float, shift: float) -> float:
    """All through the hour; in two of five worlds in rushes, so that callers must wait."""
    if shift and choices.draw(f"{name}/early") < EARLY_CHANCE:
        return choices.span(f"{name}/before", shift - 60, shift)
    part, rushes = choices.draw(f"{name}/when"), int(choices.draw("rushes") * 2 * (MOST_RUSHES + 1))
    if not 0 < rushes <= MOST_RUSHES:
        return math.pow(part, 1.5) * (seconds - 60)
    rush = choices.span(f"rush/{int(choices.draw(f'{name}/rush') * rushes)}", 0, seconds - 300)
    return rush + part * RUSH_SECONDS


def _dials(deployment: Deployment, caller: Caller):  # type: ignore[no-untyped-def]
    return lambda: deployment.world.spawn(caller.name, caller.lives)
