"""What goes wrong in a world beside its port calls: at any moment, for a while, by seed.

Two versions of the code at once; an item that the older cannot read; a stream that stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.dialplan import Contact, Plan
from app.domain.numbering import line_of
from app.domain.states import Waiting
from app.ports.unreadable import ItemKind
from app.service.sweep import LEASE
from tests.simulation.deployment import Deployment
from tests.simulation.pages import LISTED
from tests.simulation.people import telephone_of
from tests.simulation.plans import changed
from tests.simulation.unreadable_stores import OVERVIEW
from tests.simulation.versions import KINDS

ITEMS = 3  # at most, of one world, that an older instance cannot read
STALLS = 2
AGAIN_SECONDS = 5.0
UNREADABLE_SECONDS = (20.0, 180.0)
CALLERS = 50  # of whom one who has not dialled yet may be in the contacts
FIRST_PLAN = 7  # its number, after those that anybody publishes
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
    ids = _stored(deployment, kind, name)
    if ids:
        item = world.choices.pick(f"{name}/item", sorted(ids, key=names.of))
        if kind == "contact":  # it is read when its caller dials, whenever that is
            lasts = ends - world.seconds
        world.note(f"{kind} {names.of(item)} is unreadable for {lasts:.0f} s")
        deployment.may_be_unreadable = True
        _begin(deployment, kind, item, world.now() + timedelta(seconds=lasts))
        world.later(lasts, f"{name}/over", partial(_mend, deployment, kind, item))
    elif world.seconds + AGAIN_SECONDS + lasts < ends:
        world.later(AGAIN_SECONDS, name, partial(_plant, deployment, name, lasts, ends))


def plant_call(deployment: Deployment, call_id: str, name: str, lasts_seconds: float) -> None:
    """That call, from now on for so long."""
    world = deployment.world
    deployment.may_be_unreadable = True
    _begin(deployment, "call", call_id, world.now() + timedelta(seconds=lasts_seconds))
    world.later(lasts_seconds, f"{name}/over", partial(_mend, deployment, "call", call_id))


def _begin(deployment: Deployment, kind: ItemKind, item: str, until: datetime) -> None:
    """What newer code stores; or what is there already, as if newer code had written it again."""
    deployment.versions.plant(kind, item, until)
    deployment.switch.spoil(kind, item)
    deployment.spoilt.add(kind, item)
    match kind:
        case "contact":
            deployment.directory.put_contact(Contact(item, "Somebody"))
        case "plan":
            deployment.publish(_newer_plan(deployment, item))
        case "job":
            deployment.queues.puts_newer(item, until)
        case _:
            pass


def _newer_plan(deployment: Deployment, sha: str) -> Plan:
    return changed(deployment.plan, int(sha[0]))


def _stored(deployment: Deployment, kind: ItemKind, name: str) -> list[str]:
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
        case "parked row":
            return [row.call for row in switch.parked()]
        case "ready row":
            return [row.agent for row in switch.ready()]
        case "contact":
            lines = {line_of(telephone_of(f"c{number:02d}")) for number in range(CALLERS)}
            return list(lines - {line_of(call.caller) for call in switch.all_calls})
        case "plan":
            return [str(FIRST_PLAN + int(name[-1])) * 64]
        case "register row" if not deployment.page.is_open:
            return []  # nobody would read it
        case "register row":
            heads = deployment.register.newest(agent=None, limit=LISTED).calls
            open_ones = [f"CALL#{head.id} M" for head in heads if head.message]
            return [*(f"CALL#{head.id} H" for head in heads), *open_ones]
        case "job":
            return [f"job/newer/{name}"]
        case "overview":
            return [OVERVIEW] if deployment.page.is_open else []
        case "lease":
            return [LEASE]
        case _:
            assert_never(kind)


def _mend(deployment: Deployment, kind: ItemKind, item: str) -> None:
    deployment.switch.mend(kind, item)
    deployment.spoilt.discard(kind, item)


def _stall(deployment: Deployment, lasts_seconds: float) -> None:
    deployment.world.note(f"the stream stands still for {lasts_seconds:.0f} s")
    deployment.stream.stall(deployment.world.now() + timedelta(seconds=lasts_seconds))


def judged(deployment: Deployment, calls: Iterable[Call]) -> list[Call]:
    """Those that could be read for long enough, with their agents and plans."""
    spared = deployment.versions.spared()
    if not spared:
        return list(calls)
    return [c for c in calls if spared.isdisjoint((c.id, c.plan, c.agent))]


def judged_agents(deployment: Deployment, agents: Iterable[Agent]) -> list[Agent]:
    """Those who could be read for long enough, with the calls that hold them."""
    spared = deployment.versions.spared()
    if not spared:
        return list(agents)
    plans = {call.id: call.plan for call in deployment.switch.all_calls if call.is_live}
    calls = ((agent, getattr(agent.presence, "call", "")) for agent in agents)
    return [a for a, call in calls if spared.isdisjoint((a.id, call, plans.get(call, "")))]
