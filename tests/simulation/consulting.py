"""Agents who consult somebody outside in the middle of a conversation.

Only in some worlds, drawn by a name of its own, so that all others stay exactly as they are. There
an agent who talks, in a call that came in or in one of their own, has one of the telephones of
`calling_out` called into it. Then the agent swaps, joins, completes, cancels or forgets it, at any
moment and while commands are on their way, too; whoever is concerned may hang up meanwhile.

In some of these worlds it is a colleague now and then, by name: mostly one who is available, as
the page lists them, at times one who is not, or is taken meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from app.domain import agent as a
from app.domain.call import Call
from app.domain.dialplan import Member, Plan
from app.domain.verb import consult_of, guests_of, is_held
from app.domain.verbs import TABLE
from app.service.desk import DeskState
from tests.simulation import calling_out
from tests.simulation.calling_out import CallingAgent, Outsider
from tests.simulation.choices import Choices
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.people import Caller
from tests.support.verbs import click

CHOICE = "consults"
CHANCE = 0.4  # that a world's agents consult somebody
COLLEAGUES, COLLEAGUES_CHANCE = "consults colleagues", 0.6  # of such a world: that some do
COLLEAGUE_CHANCE = 0.6  # that it is a colleague, there
AVAILABLE_CHANCE = 0.85  # that it is one who is available, if any is
CONSULT_CHANCE = 0.7  # of an agent in a call, at each look
STEPS, CONFERS_STEPS = 6, 14  # at most, of one consultation
AT_ONCE_CHANCE = 0.25  # that the next click does not wait for an answer
LOOK_CHANCE = 0.75
PATIENT_CHANCE, LOOKS = 0.75, 12
HOLDS_CHANCE = 0.12
CONFERS_CHANCE = 0.2  # that the agent is after a conference: one more, and one more
ALL_DAY, ALL_DAY_CHANCE = "confers all day", 0.65  # of such a world: that all agents always are
LONG_SECONDS = (60.0, 180.0)  # for which all others have time then; a world's end waits no longer
WAITS_CHANCE = 0.85  # that the caller was asked for some patience
CONSULTING = (*calling_out.CALLING, "cleo", "emma")  # who have a telephone or an app, too
ROUTES = tuple(replace(route, people=CONSULTING) for route in calling_out.ROUTES)
SWAPS = ("swap", "swap", "swap-back")
CLICKS = (*SWAPS, "join", "join", "complete", "complete", "complete", "cancel", "leave", "remove")
OTHERS = ("end", "retrieve", "hold", "consult", "nothing", "forgets", "goes", "goes", "goes")
LINGERS = ("nothing", "nothing", "nothing", "goes", "goes", "goes")
SHOWN = {
    "consulted": (*("swap",) * 4, *("join",) * 4, "complete", "cancel"),
    "caller": (*LINGERS, "swap-back", "join", "join", "complete", "cancel"),
}
RINGING = (*("complete",) * 3, "cancel", *("nothing",) * 3, "goes")
IN_CONFERENCE = (*LINGERS, "leave", "leave", "remove", "end", *("consult",) * 4)
ON_HOLD = (*("retrieve",) * 4, "consult", "leave", "remove", "nothing")
CONFERRING = {  # whom the agent speaks with, while it rings, all together, all on hold
    "consulted": (*("join",) * 6, "swap", "swap", "nothing"),
    "caller": ("swap-back", "join", "nothing", "nothing"),
    "rings": ("nothing",),
    "together": (*("consult",) * 4, "nothing", "leave"),
    "on hold": (*("nothing",) * 4, "retrieve", "consult"),
}
IN_VAIN = (*calling_out.TELEPHONES, *(4 * (calling_out.NOBODYS,)))  # often: all stay on hold
OVER = ("complete", "cancel", "leave", "end")
AWAY_SECONDS = 45.0  # after a reload, at most
DIES_SECONDS = 0.3  # after the leg has left the room
SOON_SECONDS = 1.5  # within which somebody hangs up who is left with somebody else
LEFT_CHANCE = 0.3


def happens(choices: Choices) -> bool:
    """Whether it is a world whose agents consult."""
    return choices.happens(CHOICE, CHANCE)


def asks_colleagues(choices: Choices) -> bool:
    """Whether it is a world whose agents consult colleagues, too."""
    return happens(choices) and choices.happens(COLLEAGUES, COLLEAGUES_CHANCE)


def confers_all_day(choices: Choices) -> bool:
    return happens(choices) and choices.happens(ALL_DAY, ALL_DAY_CHANCE)


def with_routes(plan: Plan, choices: Choices) -> Plan:
    return replace(plan, routes=ROUTES) if happens(choices) else plan


def is_consulting(deployment: Deployment, member: Member) -> bool:
    return deployment.plan.routes == ROUTES and member.id in CONSULTING


def _is_in(state: DeskState, call: str) -> bool:
    match state.agent.presence:
        case a.OnCall(call=present):
            return present == call
        case _:
            return False


def _at(call: Call) -> str:
    consult = consult_of(call)
    if consult is not None:
        return consult.speaks_with if consult.answered else "rings"
    return "on hold" if is_held(call) else "together"


class ConsultingAgent(CallingAgent):
    """An agent who consults now and then; everything else as an agent who calls out, or not."""

    outsiders: Mapping[str, Outsider] = {}
    callers: Mapping[str, Caller] = {}
    guests: Sequence[str] = ()  # as the page showed them last
    is_conferring = False

    def __init__(self, deployment: Deployment, member: Member) -> None:
        super().__init__(deployment, member)
        self._asks_colleagues = asks_colleagues(deployment.world.choices)
        self._confers_chance = CONFERS_CHANCE
        if confers_all_day(deployment.world.choices):
            self._confers_chance = 0.85
        if not calling_out.happens(deployment.world.choices):
            self.call_chance = 0.0

    def knows(self, outsiders: Mapping[str, Outsider], callers: Mapping[str, Caller]) -> None:
        """Whose telephone has which number; the callers of this world, by name."""
        self.outsiders, self.callers = outsiders, callers
        if confers_all_day(self.world.choices):
            for outsider in outsiders.values():
                outsider.has_time_for(LONG_SECONDS)

    def in_call(self, call: str) -> None:
        is_free = self.world.seconds >= self.forgets_until and not self.is_cut_off
        if is_free and self.happens("consults", CONSULT_CHANCE):
            self.consults(call)
        else:
            super().in_call(call)

    def consults(self, call: str) -> None:
        number = self._colleague() or self._number("number", calling_out.NUMBERS)
        self.is_conferring = self.happens("is after a conference", self._confers_chance)
        self._begins(call, number)
        for _ in range(CONFERS_STEPS if self.is_conferring else STEPS):
            self._waits_a_moment()
            if self.world.seconds < self.forgets_until:
                return
            looks = self.is_conferring or self.happens("looks", LOOK_CHANCE)
            state = self._looks() if looks else None
            if self.is_gone or (state is not None and not _is_in(state, call)):
                return
            if self._is_left_by(self._step(state), call, number):
                return

    def _number(self, what: str, numbers: Sequence[str]) -> str:
        return self.world.choices.pick(self._next(what), numbers)

    def _colleague(self) -> str:
        """The name of one; empty: it is to be somebody outside."""
        if not self._asks_colleagues or not self.happens("is a colleague", COLLEAGUE_CHANCE):
            return ""
        takers = [one for one in self.deployment.plan.members if one.queues]
        agents = self.deployment.switch.all_agents
        free = [agent.id for agent in agents if isinstance(agent.presence, a.Ready)]
        is_free = bool(free) and self.happens("is available", AVAILABLE_CHANCE)
        names = [one.name for one in takers if not is_free or one.id in free]
        return self.world.choices.pick(self._next("colleague"), names)

    def _begins(self, call: str, number: str) -> None:
        """Some ask the caller for patience, some have a hold before, some wait for the answer."""
        self.says(f"consults {number}")
        caller = self.callers.get(self.deployment.names.of(call))
        if caller is not None and self.happens("asks to wait", WAITS_CHANCE):
            patience = LONG_SECONDS if self.is_conferring else (20.0, 100.0)
            caller.listens_until = self.world.seconds + self.span(*patience)
        if self.happens("has a hold before", HOLDS_CHANCE):
            self.asks("hold", partial(self._does, "hold", call))
            self.sleeps(5.0, 40.0)
        self.asks("consult", partial(self._consults, call, number))
        if self.is_conferring or self.happens("is patient", PATIENT_CHANCE):
            self._waits_for_the_answer(call)

    def _step(self, state: DeskState | None) -> str:
        """One of the buttons that the page shows, or any; or something else."""
        call = state.call if state is not None else None
        consult = consult_of(call) if call is not None else None
        self.guests = [guest.leg for guest in guests_of(call)] if call is not None else []
        sees = self.happens("sees the buttons", 0.8)
        if self.is_conferring and call is not None and (consult or self.guests):
            return self.world.choices.pick(self._next("step"), CONFERRING[_at(call)])
        if consult is not None and consult.answered and sees:
            kinds = SHOWN[consult.speaks_with]
        elif consult is not None and sees:
            kinds = RINGING
        elif consult is None and self.guests and call is not None and sees:
            kinds = ON_HOLD if is_held(call) else IN_CONFERENCE
        else:
            kinds = CLICKS if self.happens("decides", 0.7) else OTHERS
        return self.world.choices.pick(self._next("step"), kinds)

    def _is_left_by(self, step: str, call: str, number: str) -> bool:
        """Whether the agent thinks no more of the consultation after that step."""
        match step:
            case "nothing":
                return False
            case "forgets":
                self.forgets_until = self.world.seconds + self.span(20.0, 170.0)
                return True
            case "goes":
                self._leaves_the_room()
                self.sleeps(0.0, AWAY_SECONDS)
                return True
            case "consult":
                numbers = IN_VAIN if self.is_conferring else calling_out.NUMBERS
                other = self._colleague() or self._number("other", numbers)
                work = partial(self._consults, call, other if self.guests else number)
            case "complete" | "leave":
                self._are_left(call, number)
                work = partial(self._does, step, call)
            case "remove":
                target = self.guests[0] if self.guests else ""
                work = partial(self._does, "remove", call, target=target)
            case _:
                work = partial(self._does, step, call)
        if self.happens("at once", AT_ONCE_CHANCE):
            name = self.world.numbered(f"{self.name}/{step}")
            self.deployment.cloud.start("console", name, work, lambda _: None)
            return False
        self.asks(step, work)
        return step in OVER and self.happens("is done", 0.7)

    def _waits_for_the_answer(self, call: str) -> None:
        """Or until the page says that there is none."""
        for _ in range(LOOKS):
            self.waits(self.span(0.5, 8.0))
            state = self._looks()
            if state is None or state.call is None or state.call.id != call or self.is_gone:
                return
            consult = consult_of(state.call)
            if consult is None or consult.answered:
                return

    def _waits_a_moment(self) -> None:
        """Until the page is notified, or a while, or hardly at all."""
        match int(self.world.choices.draw(self._next("moment")) * 3):
            case 0:
                self.waits(self.span(0.5, 12.0))
            case 1:
                self.sleeps(0.5, 10.0)
            case _:
                self.sleeps(0.02, 1.0)

    def _looks(self) -> DeskState | None:
        return self.asks("looks", lambda i: i.services.desk.state(self.id))

    def _leaves_the_room(self) -> None:
        """By a reload of the page; or a telephone hangs up, which is a gesture. The carrier tells
        of the room and of the leg in any order. A page whose sound is over says no goodbye."""
        if self.is_cut_off:
            return
        if self.grant is not None and self.happens("says goodbye", 0.5):
            self.leaves(self.grant, "page closed")
        exchange, leg = self.deployment.exchange, self.leg
        participant = exchange.conferences.participants.get(leg)
        if participant is not None and self.happens("leaves first", 0.5):
            exchange.conferences.leave(participant)
            self.world.later(DIES_SECONDS, f"dies/{self.name}", partial(exchange.hang_up, leg))
        else:
            exchange.hang_up(leg)

    def _are_left(self, call: str, number: str) -> None:
        """Some hang up as soon as they notice that the agent leaves."""
        caller = self.callers.get(self.deployment.names.of(call))
        for who in (self.outsiders.get(number), caller):
            if who is not None and who.leg and self.happens("hangs up soon", LEFT_CHANCE):
                name = self.world.numbered(f"soon/{who.name}")
                self.world.later(self.span(0.0, SOON_SECONDS), name, who.hangs_up)

    def _consults(self, call: str, number: str, instance: Instance) -> None:
        instance.services.outgoing.consult(self._user, call, TABLE["consult"], number)

    def _does(self, verb: str, call: str, instance: Instance, target: str = "") -> None:
        click(instance.services.desk, self.id, verb, call, target=target)
