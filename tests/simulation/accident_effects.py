"""What an accident does: to a leg at the exchange, by a click of an agent, or to what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from app.domain.agent import Ready
from app.domain.call import Call
from app.domain.nodes.extension import Extension
from app.domain.states import Connecting, InConversation, Offered
from tests.simulation import misfortunes
from tests.simulation.accident_kinds import Aim, Where
from tests.simulation.calling_out import Outsider
from tests.simulation.cloud import Instance
from tests.simulation.colleague_effects import ColleagueEffects, colleague_in
from tests.simulation.consult_effects import ConsultEffects
from tests.simulation.deployment import Deployment
from tests.simulation.dismissals import Dismissals
from tests.simulation.exchange_effects import ExchangeEffects
from tests.simulation.fault_profiles import Accident, Fault
from tests.simulation.people import Agent, Caller
from tests.simulation.supervising import Supervisor
from tests.simulation.supervision_effects import SupervisionEffects
from tests.support.verbs import click

FORGOTTEN_SECONDS = 100.0
CONSULTS_SECONDS = 100.0  # all who are in a consultation have so much time at least
LONG_FORGOTTEN_SECONDS = 200.0  # until a hold, or a parked caller, is brought back
UNREADABLE_SECONDS = 60.0
LISTENS_SECONDS = 70.0
LATE_JOBS_SECONDS = 20.0
BEFORE_REMINDER_SECONDS = 2.0  # of a hold
BRIEF_HOLD_SECONDS = 10
# The claim of a command that is not answered is over after 4 s: twelve of them, and then none.
IN_VAIN = (
    *(Fault.LOST_BEFORE, Fault.LOST_BEFORE, Fault.REFUSED),
    *(Fault.LOST_BEFORE, Fault.REFUSED),
)
UNANSWERED = 12 * (Fault.LOST_BEFORE,)  # until a colleague whom nobody may hear is not asked more
GRACE_OVER_SECONDS = 40.0
CLOSED_SECONDS = 2.0  # after the goodbye of its page a headset is gone
AWAY_CHANCE, BREAK_SECONDS = 0.6, 0.7  # that whoever sends a caller on then takes a break


@dataclass(frozen=True, slots=True)
class People:
    """Those of this world: agents and callers by name, who is outside by number."""

    agents: Mapping[str, Agent]
    callers: Mapping[str, Caller]
    outsiders: Mapping[str, Outsider]
    supervisor: Supervisor | None


class Effects:
    def __init__(self, deployment: Deployment, dismissals: Dismissals, people: People) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._exchange = deployment.exchange
        self._dismissals = dismissals
        self._agents = people.agents
        self._callers = people.callers
        self._carrier = ExchangeEffects(deployment)
        self._consulted = ConsultEffects(deployment, people.outsiders)
        self._colleague = ColleagueEffects(deployment, dismissals, self._carrier)
        self._supervision = SupervisionEffects(deployment, people.supervisor)
        nodes = deployment.plan.nodes.items()
        self.persons = {name: node.agent for name, node in nodes if isinstance(node, Extension)}

    def suits(self, what: Accident, call: Call) -> bool:
        """Whether it may befall that call, in this world."""
        match what:
            case Accident.HOLD_REFUSED:
                line = self._deployment.plan.wait_point(call.node or "")
                return line.max_hold_seconds <= BRIEF_HOLD_SECONDS
            case Accident.LOST_TWICE:
                return self._carrier.may_lose
            case Accident.SUPERVISES:
                return self._supervision.is_possible
            case _:
                return True

    def happens(self, aim: Aim, what: Accident, call: Call) -> bool:
        """`what`: the accident, or what leads to it. False: it is not possible yet."""
        name, agent = aim.name, call.agent or ""
        leg = self._deployment.customers.leg_of(call.id)  # of who calls out: none yet
        match what:
            case Accident.HEADSET_DIES:
                return self._carrier.hangs_up(_headset(call))
            case Accident.LEAVES_FIRST:
                return self._carrier.leaves_first(name, _headset(call))
            case Accident.HEADSET_SHUT_OUT:
                headset = _headset(call)
                return self._carrier.is_live(headset) and self._carrier.is_shut_out(name, headset)
            case Accident.CALLER_SHUT_OUT:
                return self._carrier.is_shut_out(name, leg)
            case Accident.ROOM_ENDS:
                return self._carrier.room_ends(leg)
            case Accident.PAGE_CLOSES:
                return self._page_closes(name, call)
            case Accident.REJOINS:
                return self._clicks(name, agent, "rejoin", call.id)
            case Accident.ENDS:
                return self._clicks(name, agent, "end", call.id)
            case Accident.RETRIEVES:
                return self._clicks(name, agent, "retrieve", call.id)
            case Accident.LEAVES:
                return self._clicks(name, agent, "leave", call.id)
            case Accident.CANCELS:
                return self._clicks(name, agent, "cancel", call.id)
            case Accident.FORGETS:
                self._leaves_alone(agent, LONG_FORGOTTEN_SECONDS)
                return self._listens(call, LONG_FORGOTTEN_SECONDS)
            case (
                Accident.CONSULTS
                | Accident.CONSULTS_IN_VAIN
                | Accident.SWAPS
                | Accident.JOINS
                | Accident.COMPLETES
                | Accident.CONSULTED_LEAVES
                | Accident.REMOVES
                | Accident.NOT_DIALLED
                | Accident.CONSULTS_REFUSED
            ):
                self._have_time(call)
                return self._consulted.happens(name, what, call)
            case (
                Accident.ASKS_COLLEAGUE
                | Accident.COLLEAGUE_LEAVES
                | Accident.COLLEAGUE_CLOSES
                | Accident.COLLEAGUE_LEAVES_FIRST
                | Accident.COLLEAGUE_SHUT_OUT
                | Accident.COLLEAGUE_DISMISSED
            ):
                self._have_time(call)
                return self._colleague.happens(name, what, call)
            case Accident.ASKS_IN_VAIN:
                self._deployment.holds_in_vain(leg, UNANSWERED)
                self._have_time(call)
                return self._colleague.happens(name, what, call)
            case Accident.COLLEAGUE_CRASHES:
                return self._crashes_after_the_accept(colleague_in(call)[0])
            case Accident.STAYS_AWAY:
                if agent in self._agents:
                    self._agents[agent].stays_away_until = self._world.seconds + GRACE_OVER_SECONDS
                return True
            case Accident.GUEST_LEAVES:
                self._takes_a_break(name, call.transfer.by if call.transfer else "")
                return self._consulted.happens(name, what, call)
            case Accident.CALLER_LEAVES:
                return self._carrier.hangs_up(leg)
            case Accident.SUPERVISES | Accident.TAKES_OVER:
                self._leaves_alone(agent, FORGOTTEN_SECONDS)
                self._listens(call)
                return self._supervision.happens(name, what, call)
            case Accident.LOST_TWICE:
                return self._carrier.is_lost_twice(name, leg)
            case Accident.HOLD_REFUSED:
                return self._holds_in_vain(name, call, leg)
            case Accident.PARKS:
                self._deployment.left_parked.add(call.id)
                self._listens(call, LONG_FORGOTTEN_SECONDS)
                return self._clicks(name, agent, "park", call.id)
            case Accident.SENDS_AWAY:
                return self._clicks(name, agent, "transfer", call.id, "box")
            case Accident.HOLDS:
                self._leaves_alone(agent, FORGOTTEN_SECONDS)
                self._listens(call)
                return self._clicks(name, agent, "hold", call.id)
            case Accident.SENDS:
                if aim.what is Accident.UNHEARD:
                    return self._sends_from_hold(aim, agent, call)
                return self._sends(aim, agent, call)
            case Accident.PAGE_CRASHES:
                return self._page_will_crash(name, call)
            case Accident.DISMISSED:
                number = self._dismissals.next_number()
                self._dismissals.dismiss(agent, number)
                back = partial(self._dismissals.take_back, agent, number)
                self._world.later(FORGOTTEN_SECONDS, f"takes back/{name}", back)
                return True
            case Accident.LOSES_PLACE:
                return self._exchange.queues.lose(leg)
            case Accident.UNREADABLE:
                misfortunes.plant_call(self._deployment, call.id, name, UNREADABLE_SECONDS)
                return True
            case Accident.NOBODY_COMES:
                return True
            case Accident.UNHEARD:
                return self._carrier.is_unheard(call, leg)
            case Accident.SILENCE:
                self._exchange.says_nothing_more(leg)
                return self._listens(call)
            case Accident.NOTHING_SAID:
                self._carrier.ends_recordings(name, leg)
                return self._listens(call)
            case _:
                assert_never(what)

    # --- at the desk ------------------------------------------------------------------------

    def _holds_in_vain(self, name: str, call: Call, leg: str) -> bool:
        """For so long that the hold has been forgotten meanwhile, where that takes little time."""
        self._deployment.holds_in_vain(leg, IN_VAIN)
        self._leaves_alone(call.agent or "", FORGOTTEN_SECONDS)
        self._listens(call)
        return self._clicks(name, call.agent or "", "hold", call.id)

    def _have_time(self, call: Call) -> None:
        """All in the call, for a consultation."""
        self._leaves_alone(call.agent or "", CONSULTS_SECONDS)
        self._leaves_alone(colleague_in(call)[0], CONSULTS_SECONDS)
        self._listens(call, CONSULTS_SECONDS)

    def _listens(self, call: Call, seconds: float = LISTENS_SECONDS) -> bool:
        caller = self._callers.get(self._deployment.names.of(call.id))
        if caller is not None:
            caller.listens_until = self._world.seconds + seconds
        return True

    def _clicks(self, name: str, agent: str, verb: str, call: str, target: str = "") -> bool:
        def work(instance: Instance) -> None:
            click(instance.services.desk, agent, verb, call, target=target)

        self._asks(f"{agent}/{verb}/{name}", work)
        return True

    def _leaves_alone(self, agent: str, seconds: float) -> None:
        """A supervisor who has taken the call over does as they like."""
        if agent in self._agents:
            self._agents[agent].forgets_until = self._world.seconds + seconds

    def _asks(self, name: str, work: Callable[[Instance], object]) -> None:
        self._deployment.cloud.start("console", name, work, lambda _: None)

    def _page_closes(self, name: str, call: Call) -> bool:
        agent, headset = call.agent or "", getattr(call.state, "headset", None)
        if headset is None or call.leg(headset) is None:
            return False

        def work(instance: Instance) -> None:
            desk = instance.services.desk
            desk.report_headset_lost(agent, call.id, headset, "page closed")

        self._asks(f"{agent}/goodbye/{name}", work)
        sid = _headset(call)

        def dies() -> None:
            self._carrier.hangs_up(sid)

        self._world.later(CLOSED_SECONDS, name, dies)
        return True

    def _page_will_crash(self, name: str, call: Call) -> bool:
        """After the accept. In vain the call's jobs are late, or not: then the caller's clock is
        the first to see it."""
        is_possible = self._crashes_after_the_accept(call.agent or "")
        if self._world.choices.draw(f"{name}/jobs") < 0.5:
            self._deployment.queues.late_until[call.id] = self._world.seconds + LATE_JOBS_SECONDS
        return is_possible

    def _crashes_after_the_accept(self, agent: str) -> bool:
        person = self._agents.get(agent)
        if person is None:
            return False
        person.will_crash = person.at_desk
        return person.at_desk

    def _sends_from_hold(self, aim: Aim, agent: str, call: Call) -> bool:
        """So that the job which would end the hold comes when the wait is over, and is unheard."""
        line = self._deployment.plan.wait_point(call.node or "")
        seconds = line.max_hold_seconds - BEFORE_REMINDER_SECONDS
        self._leaves_alone(agent, line.max_hold_seconds)
        self._clicks(aim.name, agent, "hold", call.id)

        def sends() -> None:
            self._sends(aim, agent, call)

        self._world.later(seconds, aim.name, sends)
        return self._listens(call)

    def _sends(self, aim: Aim, agent: str, call: Call) -> bool:
        """To a colleague who is free, or who is not. Some then take a break: from a place that is
        lost the caller can come back to them, or not."""
        name, is_met = aim.name, aim.where is not Where.SENT_WAITING
        telephones = {member.id for member in self._deployment.plan.members if member.phone}
        targets = [
            node
            for node, person in self.persons.items()
            if person != agent
            and node != call.node
            and self._is_free(person) is is_met
            and (person in telephones or not aim.is_telephones)
        ]
        if not targets:
            return False
        target = self._world.choices.pick(f"{name}/target", targets)
        self._clicks(name, agent, "transfer", call.id, target)
        is_away = aim.what is Accident.LOSES_PLACE and is_met
        if is_away and self._world.choices.draw(f"{name}/break") < AWAY_CHANCE:
            self._world.later(BREAK_SECONDS, name, partial(self._takes_a_break, name, agent))
        return self._listens(call)

    def _takes_a_break(self, name: str, agent: str) -> None:
        def done(result: object) -> None:
            is_answered = not isinstance(result, BaseException)
            self._deployment.asked(agent, "away", is_answered=is_answered)

        self._deployment.asked(agent, "away", is_answered=None)
        work = partial(_goes_away, agent)
        self._deployment.cloud.start("console", f"{agent}/away/{name}", work, done)

    def _is_free(self, person: str) -> bool:
        return isinstance(self._deployment.switch.agents.get(person).presence, Ready)


def _goes_away(agent: str, instance: Instance) -> None:
    instance.services.desk.set_away(agent, "lunch")


def _headset(call: Call) -> str:
    """The carrier's id of the agent's leg; empty: there is none yet."""
    match call.state:
        case Connecting(headset=leg) | InConversation(headset=leg) | Offered(leg=leg):
            found = call.leg(leg)
        case _:
            return ""
    return found.sid if found is not None else ""
