"""Somebody leaves the company at any moment of a world, and comes back a while later.

Whoever publishes may die at any point. Whatever happens, the person is offered no call beyond the
time in which every process knows the plan; that no caller is lost by it, the other laws see.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from app.domain.dialplan import Plan
from app.domain.events import OfferMade
from app.ports import WriteSet
from app.service.dismissals import settle_people
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment

DISMISSALS = 4
LONGEST_SECONDS = 900.0
KNOWN_EVERYWHERE = timedelta(seconds=35)


class Dismissals:
    def __init__(self, deployment: Deployment, members: tuple[str, ...], seconds: float) -> None:
        self._deployment = deployment
        self._gone: dict[str, datetime] = {}
        self._numbers = count(DISMISSALS)
        world = deployment.world
        deployment.on_saved.append(self._check_offer)
        for number in range(DISMISSALS):
            if not world.choices.happens(f"dismissal{number}", 0.3):
                continue
            who = world.choices.pick(f"dismissal{number}/who", members)
            when = world.choices.span(f"dismissal{number}/when", 0.0, seconds)
            away = world.choices.span(f"dismissal{number}/away", 1.0, LONGEST_SECONDS)
            world.later(when, f"dismisses/{who}", partial(self.dismiss, who, number))
            world.later(when + away, f"takes back/{who}", partial(self.take_back, who, number))

    def next_number(self) -> int:
        """Of one more dismissal than those drawn here."""
        return next(self._numbers)

    def dismiss(self, who: str, number: int) -> None:
        before = self._deployment.directory.head()
        if before.member(who) is None:
            return
        members = tuple(member for member in before.members if member.id != who)
        after = replace(before, sha=f"without{number}-{before.sha}"[:64], members=members)
        after = self._with_routes(after)
        self._deployment.publish(after)
        self._gone[who] = self._deployment.world.now()
        self._deployment.dismissed.add(who)
        name = f"settles/{who}/{number}"
        self._deployment.cloud.start(
            "console", name, partial(_settle, before, after), lambda _: None
        )

    def take_back(self, who: str, number: int) -> None:
        before = self._deployment.directory.head()
        back = self._deployment.plan.member(who)
        self._gone.pop(who, None)
        if before.member(who) is None and back is not None:
            sha = f"with{number}-{before.sha}"[:64]
            after = replace(before, sha=sha, members=(*before.members, back))
            self._deployment.publish(self._with_routes(after))

    def _with_routes(self, plan: Plan) -> Plan:
        """Those of this world, for whoever is in that plan: no route names anybody else."""
        there = {member.id for member in plan.members}
        routes = self._deployment.plan.routes
        people = (tuple(who for who in route.people if who in there) for route in routes)
        both = zip(routes, people, strict=True)
        return replace(plan, routes=tuple(replace(one, people=who) for one, who in both))

    def _check_offer(self, saved: WriteSet) -> None:
        match saved.applied.event if saved.applied else None:
            case OfferMade(agent) if agent in self._gone:
                world = self._deployment.world
                is_member = self._deployment.directory.head().member(agent) is not None
                if not is_member and world.now() > self._gone[agent] + KNOWN_EVERYWHERE:
                    world.violate("who left the company is offered no call", agent)
            case _:
                return


def _settle(before: Plan, after: Plan, instance: Instance) -> None:
    settle_people(
        before, after, dismiss=instance.services.desk.dismiss, end_sessions=lambda _: None
    )
