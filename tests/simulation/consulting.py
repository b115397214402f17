"""Agents who consult somebody outside in the middle of a conversation.

Only in some worlds, drawn by a name of its own, so that all others stay exactly as they are. There
an agent who talks, in a call that came in or in one of their own, has one of the telephones of
`calling_out` called into it. Then the agent swaps, joins, completes, cancels or forgets it, at any
moment and while commands are on their way, too; whoever is concerned may hang up meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from app.domain import agent as a
from app.domain.dialplan import Member, Plan
from app.domain.verb import consult_of
from app.domain.verbs import TABLE
from tests.simulation import calling_out
from tests.simulation.calling_out import CallingAgent, Outsider
from tests.simulation.choices import Choices
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.people import Caller
from tests.support.verbs import click

CHOICE = "consults"
CHANCE = 1 / 3  # that a world's agents consult somebody
CONSULT_CHANCE = 0.5  # of an agent in a call, at each look
STEPS = 6  # at most, of one consultation
AT_ONCE_CHANCE = 0.25  # that the next click does not wait for an answer
LOOK_CHANCE = 0.5
PATIENT_CHANCE, LOOKS = 0.75, 12
HOLDS_CHANCE = 0.12
WAITS_CHANCE = 0.7  # that the caller was asked for some patience
CONSULTING = (*calling_out.CALLING, "cleo", "emma")  # who have a telephone or an app, too
ROUTES = tuple(replace(route, people=CONSULTING) for route in calling_out.ROUTES)
SWAPS = ("swap", "swap", "swap-back")
CLICKS = (*SWAPS, "join", "join", "complete", "complete", "complete", "cancel")
OTHERS = ("end", "retrieve", "hold", "consult", "nothing", "forgets", "leaves", "leaves", "leaves")
OVER = ("complete", "cancel", "end")
LEAVES_CHANCE, AWAY_SECONDS = 0.5, 45.0  # whoever joined the two, by a hang-up or a reload
SOON_SECONDS = 1.5  # within which somebody hangs up who is left with somebody else
LEFT_CHANCE = 0.3


def happens(choices: Choices) -> bool:
    """Whether it is a world whose agents consult."""
    return choices.happens(CHOICE, CHANCE)


def with_routes(plan: Plan, choices: Choices) -> Plan:
    return replace(plan, routes=ROUTES) if happens(choices) else plan


def is_consulting(deployment: Deployment, member: Member) -> bool:
    return deployment.plan.routes == ROUTES and member.id in CONSULTING


class ConsultingAgent(CallingAgent):
    """An agent who consults now and then; everything else as an agent who calls out, or not."""

    outsiders: Mapping[str, Outsider] = {}
    callers: Mapping[str, Caller] = {}

    def __init__(self, deployment: Deployment, member: Member) -> None:
        super().__init__(deployment, member)
        if not calling_out.happens(deployment.world.choices):
            self.call_chance = 0.0

    def knows(self, outsiders: Mapping[str, Outsider], callers: Mapping[str, Caller]) -> None:
        """Whose telephone has which number; the callers of this world, by name."""
        self.outsiders, self.callers = outsiders, callers

    def in_call(self, call: str) -> None:
        is_free = self.world.seconds >= self.forgets_until and not self.is_cut_off
        if is_free and self.happens("consults", CONSULT_CHANCE):
            self.consults(call)
        else:
            super().in_call(call)

    def consults(self, call: str) -> None:
        number = self.world.choices.pick(self._next("number"), calling_out.NUMBERS)
        self.says(f"consults {number}")
        caller = self.callers.get(self.deployment.names.of(call))
        if caller is not None and self.happens("asks to wait", WAITS_CHANCE):
            caller.listens_until = self.world.seconds + self.span(10.0, 90.0)
        if self.happens("has a hold before", HOLDS_CHANCE):
            self.asks("hold", partial(self._does, "hold", call))
            self.sleeps(5.0, 40.0)
        self.asks("consult", partial(self._consults, call, number))
        if self.happens("is patient", PATIENT_CHANCE):
            self._waits_for_the_answer(call)
        for _ in range(STEPS):
            self._waits_a_moment()
            if self.is_gone or (self.happens("looks", LOOK_CHANCE) and not self._is_in(call)):
                return
            step = self._step()
            match step:
                case "nothing":
                    continue
                case "forgets":
                    self.forgets_until = self.world.seconds + self.span(20.0, 170.0)
                    return
                case "leaves":
                    self._leaves_the_room()
                    return
                case "consult":
                    work = partial(self._consults, call, number)
                case "complete":
                    self._are_left(call, number)
                    work = partial(self._does, "complete", call)
                case "join" if self.happens("leaves them", LEAVES_CHANCE):
                    self.asks("join", partial(self._does, "join", call))
                    self._waits_a_moment()
                    self._leaves_the_room()
                    self.sleeps(0.0, AWAY_SECONDS)
                    return
                case _:
                    work = partial(self._does, step, call)
            if self.happens("at once", AT_ONCE_CHANCE):
                name = self.world.numbered(f"{self.name}/{step}")
                self.deployment.cloud.start("console", name, work, lambda _: None)
                continue
            self.asks(step, work)
            if step in OVER and self.happens("is done", 0.7):
                return

    def _waits_for_the_answer(self, call: str) -> None:
        """Or until the page says that there is none."""
        for _ in range(LOOKS):
            self.waits(self.span(0.5, 8.0))
            state = self.asks("looks", lambda i: i.services.desk.state(self.id))
            if state is None or state.call is None or state.call.id != call or self.is_gone:
                return
            consult = consult_of(state.call)
            if consult is None or consult.answered:
                return

    def _step(self) -> str:
        kinds = CLICKS if self.happens("decides", 0.7) else OTHERS
        return self.world.choices.pick(self._next("step"), kinds)

    def _waits_a_moment(self) -> None:
        """Until the page is notified, or a while, or hardly at all."""
        match int(self.world.choices.draw(self._next("moment")) * 3):
            case 0:
                self.waits(self.span(0.5, 20.0))
            case 1:
                self.sleeps(0.5, 15.0)
            case _:
                self.sleeps(0.02, 1.0)

    def _is_in(self, call: str) -> bool:
        state = self.asks("looks", lambda i: i.services.desk.state(self.id))
        match state.agent.presence if state is not None else None:
            case a.OnCall(call=present):
                return present == call
            case _:
                return False

    def _leaves_the_room(self) -> None:
        """By a reload of the page; or a telephone hangs up, which is a gesture."""
        if self.grant is not None and self.happens("says goodbye", 0.7):
            self.leaves(self.grant, "page closed")
        if not self.is_cut_off:
            self.deployment.exchange.hang_up(self.leg)

    def _are_left(self, call: str, number: str) -> None:
        """Some hang up as soon as they notice that the agent leaves."""
        caller = self.callers.get(self.deployment.names.of(call))
        for who in (self.outsiders.get(number), caller):
            if who is not None and who.leg and self.happens("hangs up soon", LEFT_CHANCE):
                name = self.world.numbered(f"soon/{who.name}")
                self.world.later(self.span(0.0, SOON_SECONDS), name, who.hangs_up)

    def _consults(self, call: str, number: str, instance: Instance) -> None:
        instance.services.outgoing.consult(self._user, call, TABLE["consult"], number)

    def _does(self, verb: str, call: str, instance: Instance) -> None:
        click(instance.services.desk, self.id, verb, call)
