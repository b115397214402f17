"""Agents who call out, and the telephones outside that they call.

Only in some worlds, drawn by a name of its own, so that all others stay exactly as they are. There
an agent at a desk calls a number now and then, free, in a wrap-up, on a break or offline; after the
click the call is one of the agent's like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from app.domain import agent as a
from app.domain.access import Person as User
from app.domain.dialplan import Member, Plan, Route
from app.service.desk import DeskState, Grant
from infra.local.exchange.leg import DECLINED
from infra.local.exchange.phones import ScriptedPhone
from tests.simulation.choices import Choices
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.people import Agent, Person
from tests.stories import company

CHOICE = "calls out"
CHANCE = 1 / 3  # that a world's agents call out
CALL_CHANCE = 0.12  # of an agent, at each look
SOON_SECONDS = (1.0, 6.0)  # until somebody answers who stays
TELEPHONES = tuple(f"+4420794601{number}" for number in range(42, 48))
NOBODYS = "+442079460149"  # no telephone has that number
REFUSED = "+48600000131"  # no route leads there
NUMBERS = (*TELEPHONES, *TELEPHONES, NOBODYS, REFUSED)
CALLING = ("anna", "ben", "dan")  # who have a desk
ROUTES = (
    Route("uk", "UK customers", company.SALES, "sales", ("GB",), ("fixed", "mobile"), CALLING),
    Route("claims", "Claims", company.CLAIMS, "claims", ("GB",), ("fixed",), CALLING),
)


def with_routes(plan: Plan, choices: Choices) -> Plan:
    """Of a world whose agents call out: a line that records, and one that does not."""
    return replace(plan, routes=ROUTES) if happens(choices) else plan


def happens(choices: Choices) -> bool:
    """Whether it is a world whose agents call out."""
    return choices.happens(CHOICE, CHANCE)


def is_calling(plan: Plan, member: Member) -> bool:
    return plan.routes == ROUTES and member.id in CALLING


def plug_in(deployment: Deployment) -> dict[str, Outsider]:
    """The telephones outside, and whose they are."""
    owners = {number: Outsider(deployment, f"o{number[-2:]}") for number in TELEPHONES}
    for number, owner in owners.items():
        deployment.exchange.plug_in(number, Telephone(owner))
    return owners


class Outsider(Person):
    """Whoever is called: answers or not, talks for a while, on hold too, and hangs up."""

    leg = ""
    talks_seconds = (2.0, 120.0)
    declines = 0.06
    stays_until = 0.0  # before that they answer soon, and do not hang up
    busy_until = 0.0  # before that they talk on another line

    def has_time_for(self, seconds: tuple[float, float]) -> None:
        self.talks_seconds, self.declines = seconds, 0.0

    def is_cut_off(self) -> bool:
        return self.deployment.exchange.leg(self.leg).over

    @property
    def is_free(self) -> bool:
        return not self.leg or self.is_cut_off()

    @property
    def stays(self) -> bool:
        return self.world.seconds < self.stays_until

    def talks(self, until: float) -> None:
        """With an agent, or with a menu to which an agent has sent the call."""
        while (self.world.seconds < until or self.stays) and not self.is_cut_off():
            self.sleeps(0.5, 12.0)
            if not self.is_cut_off() and self.happens("presses", 0.2):
                key = self.world.choices.pick(self._next("key"), "1239#")
                self.says(f"presses {key}")
                self.deployment.exchange.press(self.leg, key)
        self.hangs_up()

    def hangs_up(self) -> None:
        if self.leg and not self.is_cut_off():
            self.says("hangs up")
            self.deployment.exchange.hang_up(self.leg)


class Telephone(ScriptedPhone):
    """It is busy while its owner talks; else what it does is drawn at each ring."""

    def __init__(self, owner: Outsider) -> None:
        super().__init__(owner.deployment.exchange)
        self._owner = owner

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        owner, world = self._owner, self._owner.world
        owner.deployment.names.assign(leg, world.numbered(f"{owner.name}-leg"))
        self.rings += 1
        is_busy = not owner.is_free or world.seconds < owner.busy_until
        if owner.stays and not is_busy:
            owner.leg = leg
            return self._after(owner.span(*SOON_SECONDS), leg, partial(self._picks_up, leg))
        if is_busy or owner.happens("is busy", 0.1):
            return self._after(0.1, leg, lambda: self.exchange.rejected(leg, self))
        owner.leg = leg
        if owner.happens("is not reachable", 0.06):
            return self._after(0.5, leg, lambda: self.exchange.unreachable(leg))
        if owner.happens("declines", owner.declines):
            after = owner.span(1.0, 12.0)
            return self._after(after, leg, lambda: self.exchange.rejected(leg, self, DECLINED))
        if not owner.happens("never answers", 2 * owner.declines):
            self._after(owner.span(1.0, 20.0), leg, partial(self._picks_up, leg))
        return None

    def _after(self, seconds: float, leg: str, act: Callable[[], object]) -> None:
        def acts() -> None:
            if not self.exchange.leg(leg).over:
                act()

        owner = self._owner
        owner.world.later(seconds, owner.world.numbered(f"telephone/{owner.name}"), acts)

    def _picks_up(self, leg: str) -> None:
        owner, world = self._owner, self._owner.world
        owner.says("picks up")
        self.exchange.answered(leg, self)
        until = world.seconds + owner.span(*owner.talks_seconds)
        world.spawn(world.numbered(owner.name), lambda: owner.talks(until))


class CallingAgent(Agent):
    """An agent who calls out now and then; everything else as any other agent."""

    call_chance = CALL_CHANCE

    def __init__(self, deployment: Deployment, member: Member) -> None:
        super().__init__(deployment, member)
        self._user = User(member.id, member.name, member.role)

    def acts(self, state: DeskState) -> None:
        is_free = isinstance(state.agent.presence, a.Ready | a.Away | a.Offline | a.WrapUp)
        if is_free and self.at_desk and self.happens("calls out", self.call_chance):
            self.calls_out()
        else:
            super().acts(state)

    def calls_out(self) -> None:
        number = self.world.choices.pick(self._next("number"), NUMBERS)
        route = self.world.choices.pick(self._next("route"), ("", "uk", "claims"))
        call = partial(self._calls, number, route)
        grant = self.asks("call", call)
        chance = 0.5 if grant is None else 0.1  # without an answer it may have had its effect
        if self.happens("clicks again", chance):
            grant = self.asks("call", call)
        if grant is None:
            return
        self.says(f"calls {number}")
        self.talks_for(self.span(5.0, 120.0))
        if self.happens("thinks better of it", 0.05):
            self.asks("hang up", lambda i: self.clicks(i, "end", grant.call))
        else:
            self.connects(grant)
            self.watches(grant)

    def watches(self, grant: Grant) -> None:
        """The page is before the agent, who clicks more often in the first seconds."""
        for _ in range(3):
            if self.happens("watches", 0.3) and not self.is_gone:
                self.waits(self.span(0.5, 8.0))
                state = self.asks("looks", lambda i: i.services.desk.state(self.id))
                if state is not None and isinstance(state.agent.presence, a.OnCall):
                    self.in_call(grant.call)

    def _calls(self, number: str, route: str, instance: Instance) -> Grant:
        tab = "tab0"  # as the page's other requests
        return instance.services.outgoing.call(self._user, number, tab, route)
