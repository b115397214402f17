"""What goes wrong in a world beside its port calls: at any moment, for a while, by seed.

Two versions of the code at once; an item that the older cannot read; a stream that stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from app.domain.agent import Agent
from app.domain.call import Call, Waiting
from app.ports.unreadable import ItemKind
from tests.simulation.deployment import Deployment
from tests.simulation.versions import KINDS

ITEMS = 3  # at most, of one world, that an older instance cannot read
STALLS = 2
AGAIN_SECONDS = 5.0
UNREADABLE_SECONDS = (20.0, 180.0)
STALL_SECONDS = (5.0, 40.0)


def schedule(deployment: Deployment, seconds: float) -> None:
    """Those of this world, within so many seconds; all is over by then."""
    world, choices, profile = deployment.world, deployment.world.choices, deployment.cloud.profile
    deployment.versions.are_two = choices.happens("two versions", profile.two_versions)
    for number in range(ITEMS):
        name = f"unreadable{number}"
        if choices.happens(name, profile.unreadable):
            lasts = choices.span(f"{name}/lasts", *UNREADABLE_SECONDS)
            when = choices.span(f"{name}/when", 0.0, seconds - UNREADABLE_SECONDS[1])
            ends = world.seconds + seconds
            world.later(when, name, partial(_plant, deployment, name, lasts, ends))
    for number in range(STALLS):
        name = f"stall{number}"
        if choices.happens(name, profile.stalled):
            lasts = choices.span(f"{name}/lasts", *STALL_SECONDS)
            when = choices.span(f"{name}/when", 0.0, seconds - STALL_SECONDS[1])
            world.later(when, name, partial(_stall, deployment, lasts))


def _plant(deployment: Deployment, name: str, lasts: float, ends: float) -> None:
    """One of what is stored now, for some seconds; later, while there is none of that kind."""
    world, names = deployment.world, deployment.names
    kind = world.choices.pick(f"{name}/kind", KINDS)
    ids = _stored(deployment, kind)
    if ids:
        item = world.choices.pick(f"{name}/item", sorted(ids, key=names.of))
        world.note(f"{kind} {names.of(item)} is unreadable for {lasts:.0f} s")
        deployment.may_be_unreadable = True
        deployment.versions.plant(kind, item, world.now() + timedelta(seconds=lasts))
        deployment.switch.spoil(kind, item)
        world.later(lasts, f"{name}/over", partial(deployment.switch.mend, kind, item))
    elif world.seconds + AGAIN_SECONDS + lasts < ends:
        world.later(AGAIN_SECONDS, name, partial(_plant, deployment, name, lasts, ends))


def _stored(deployment: Deployment, kind: ItemKind) -> list[str]:
    switch = deployment.switch
    match kind:
        case "call":
            live = [call for call in switch.all_calls if call.is_live]
            waiting = [call for call in live if isinstance(call.state, Waiting)]
            return [call.id for call in waiting or live]  # there it stands in others' way
        case "agent":
            return [member.id for member in deployment.plan.members if member.queues]
        case "waiting row":
            return [row.call for row in switch.waiting()]
        case "ready row":
            return [row.agent for row in switch.ready()]
        case other:
            raise ValueError(f"no {other} is planted")


def _stall(deployment: Deployment, lasts_seconds: float) -> None:
    deployment.world.note(f"the stream stands still for {lasts_seconds:.0f} s")
    deployment.stream.stall(deployment.world.now() + timedelta(seconds=lasts_seconds))


def judged(deployment: Deployment, calls: Iterable[Call]) -> list[Call]:
    """Those that could be read for long enough, with their agents."""
    spared = deployment.versions.spared()
    if not spared:
        return list(calls)
    return [c for c in calls if c.id not in spared and c.agent not in spared]


def judged_agents(deployment: Deployment, agents: Iterable[Agent]) -> list[Agent]:
    """Those who could be read for long enough, with the calls that hold them."""
    spared = deployment.versions.spared()
    if not spared:
        return list(agents)
    calls = ((agent, getattr(agent.presence, "call", "")) for agent in agents)
    return [agent for agent, call in calls if agent.id not in spared and call not in spared]
