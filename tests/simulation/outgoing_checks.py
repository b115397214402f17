"""An agent calls out: who is dialled, when, what becomes of it, and of the agent (O1, O2, F18).

Whether somebody was dialled, answered or was busy is asked from the exchange alone; what an agent
was before, and when the call began and ended, is the checker's own record of the saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain import events as e
from app.domain.agent import Agent, Away, OnCall, Presence, Reserved, WrapUp
from app.domain.call import CALLER, Call
from app.domain.states import Ended, InConversation
from app.ports import WholeCall, WriteSet
from infra.local.exchange.journal import ConferenceChanged, Entry, LegChanged, RestCalled
from tests.simulation import reference
from tests.simulation.customers import DIALLED, room_of
from tests.simulation.deployment import Deployment
from tests.simulation.duration_checks import CLOCKS_SECONDS
from tests.simulation.reference import DIAL_SECONDS, Disagreement
from tests.simulation.wish_checks import UNANSWERED, WISHES

NOBODY_THERE = "nobody is dialled before the agent's headset is in the room"
TWICE = "a number is dialled once at most for each click"
ENDLESS = "a number is dialled once the headset is there, and rings no longer than promised"
OTHERWISE = "who does not answer ends the call with what the carrier said"
AFTERWARDS = "an agent whose call came to nothing is as before, or in the wrap-up"
OFFERED = "no caller is offered to an agent who is in a call"
TIME = "the register has what the ledger has of the time until the answer"

DIALLED_WITHIN_SECONDS = 4.0  # from the join of the headset: one webhook, one request
SAID = {"busy": "busy", "no-answer": "not answered", "failed": "not reached"}
NEVER_DIALLED = ("called off", "not reached")


@dataclass(slots=True)
class Course:
    """One outgoing call. `was`: its agent before the click; `headset`: when it came to the room."""

    agent: str
    number: str
    begun: datetime
    was: Agent
    headset: datetime | None = None
    dialled: datetime | None = None
    joined: datetime | None = None
    said: str = ""  # by the carrier of a leg that was never answered
    ended: datetime | None = None
    by: e.Event | None = None  # what ended it


class OutgoingChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._courses: dict[str, Course] = {}
        self._calls: dict[str, Call] = {}
        self._agents: dict[str, Agent] = {}
        self._asked: dict[str, datetime] = {}  # by agent, the last wish
        deployment.on_saved.append(self._on_saved)
        deployment.on_asked.append(self._on_asked)
        deployment.exchange.observe(self._on_entry)

    def begun(self, call_id: str) -> datetime | None:
        course = self._courses.get(call_id)
        return course.begun if course else None

    def ended(self, call_id: str) -> datetime | None:
        course = self._courses.get(call_id)
        return course.ended if course else None

    # --- what happens -----------------------------------------------------------------------

    def _on_asked(self, agent: str, what: str, *, is_answered: bool | None) -> None:
        if what in WISHES:
            self._asked[agent] = self._world.now()

    def _on_saved(self, write_set: WriteSet) -> None:
        call, applied, now = write_set.call, write_set.applied, self._world.now()
        if call is not None and call.direction == "out" and applied is not None:
            match applied.event:
                case e.CalledOut(who):
                    was = self._agents.get(who, Agent(who))
                    self._courses[call.id] = Course(who, call.caller, now, was)
                case event:
                    self._follow(call, event, write_set.agents)
            self._calls[call.id] = call
        for agent in write_set.agents:
            before = self._agents.get(agent.id)
            was_in_call = before is not None and isinstance(before.presence, OnCall)
            if was_in_call and isinstance(agent.presence, Reserved):
                self._violate(OFFERED, "O1", f"{agent.id}, in a call", "offers one", "offers none")
            self._agents[agent.id] = agent

    def _follow(self, call: Call, event: e.Event, agents: Iterable[Agent]) -> None:
        course, before = self._courses[call.id], self._calls[call.id]
        if not isinstance(call.state, Ended) or course.ended is not None:
            return
        course.ended, course.by = self._world.now(), event
        agent = next((one for one in agents if one.id == course.agent), None)
        if agent is not None and reference.is_before_the_answer(before):
            self._check_afterwards(before, event, agent)

    def _on_entry(self, entry: Entry) -> None:
        customers = self._deployment.customers
        match entry.news:
            case RestCalled(method="POST", path=path, pairs=pairs, status=201) if path.endswith(
                DIALLED
            ):
                call_id, number = customers.call_in(room_of(path)), dict(pairs)["To"]
                if customers.is_customers(call_id, number):
                    self._check_dialled(self._courses[call_id], entry.at)
            case ConferenceChanged(name=room, event="participant-join", leg=str(leg)) if (
                not customers.is_supervisor(leg)
            ):
                course = self._courses.get(customers.call_in(room))
                if course is not None and customers.is_called(leg):
                    course.joined = course.joined or entry.at
                elif course is not None and not customers.is_consulted(leg):
                    course.headset = course.headset or entry.at
            case LegChanged(leg=leg, status=status) if customers.is_called(leg):
                course = self._courses[customers.call_of(leg)]
                course.said = SAID.get(status, "")
            case _:
                pass

    # --- checks -----------------------------------------------------------------------------

    def _check_dialled(self, course: Course, at: datetime) -> None:
        who = f"the call of {course.agent} to {course.number}"
        if course.headset is None:
            self._violate(NOBODY_THERE, "O1", who, "dials", "lets the headset come first")
        if course.dialled is not None:
            self._violate(TWICE, "W8", who, "dials it again", "dials that number once")
        course.dialled = at

    def _check_afterwards(self, before: Call, event: e.Event, agent: Agent) -> None:
        """F18: who hung up, or was not connected, is as before; of a number that failed is told."""
        course = self._courses[before.id]
        is_told = isinstance(event, e.CommandRefused) or (
            isinstance(event, e.HungUp) and event.leg == CALLER
        )
        plan, place = self._deployment.directory.plan(before.plan), before.position
        seconds = plan.wait_point(place.node).wrap_up_seconds if place else 0
        is_aside = isinstance(before.state, InConversation) and isinstance(event, e.TimePassed)
        if is_told and seconds > 0:
            due = "WrapUp"
        elif is_aside or self._may_have_asked(course) or agent.id in self._deployment.dismissed:
            return
        else:
            due = _before(course.was)
        if _named(agent.presence) != due:
            what = f"{agent.id}, who was {_named(course.was.presence)} and called out"
            self._violate(AFTERWARDS, "F18", what, f"makes {_named(agent.presence)}", f"says {due}")

    def _may_have_asked(self, course: Course) -> bool:
        """For something else since then, or just before it without an answer yet."""
        asked = self._asked.get(course.agent)
        return asked is not None and asked > course.begun - UNANSWERED

    def check(self, live: Iterable[Call], tolerance: float) -> None:
        """Once a second. `live`: the calls that have not ended."""
        now = self._world.now()
        for call in live:
            course = self._courses.get(call.id)
            if course is None or course.joined is not None or course.headset is None:
                continue
            if not self._is_headset_there(call):
                continue
            since, most = course.headset, DIALLED_WITHIN_SECONDS
            if course.dialled is not None:
                since, most = course.dialled, DIAL_SECONDS + CLOCKS_SECONDS
            seconds = (now - since).total_seconds()
            if seconds > most + tolerance:
                who = self._deployment.names.of(call.id)
                self._violate(
                    ENDLESS, "O1", who, f"lets it wait for {seconds:.1f} s", f"says {most:.0f} s"
                )

    def _is_headset_there(self, call: Call) -> bool:
        rooms = self._deployment.exchange.conferences.participants
        return any(leg.sid in rooms for leg in call.legs if leg.agent is not None)

    def check_at_end(self, whole: WholeCall, late: float, off: float) -> Iterator[tuple[str, str]]:
        """Of a call that is over. `late`: how late its news may be; `off`: of one stretch."""
        course = self._courses.get(whole.head.id)
        if course is None or course.ended is None:
            return
        name, outcome = self._deployment.names.of(whole.head.id), whole.head.outcome
        seconds = ((course.joined or course.ended) - course.begun).total_seconds()
        if abs(whole.head.dialled_seconds - seconds) > off + late:
            yield TIME, f"{name}: {whole.head.dialled_seconds} s, the exchange has {seconds:.1f} s"
        due = self._outcomes(course, late)
        if due and outcome not in due:
            yield OTHERWISE, f"{name}: {outcome}, and not {due}: {course}"

    def _outcomes(self, course: Course, late: float) -> tuple[str, ...]:
        """Those that it may have; empty: it was answered, which other laws judge."""
        if course.joined is not None:
            return ()
        if course.dialled is None:
            return NEVER_DIALLED
        is_told = isinstance(course.by, e.HungUp) and course.by.leg == CALLER
        if not is_told:
            return ("called off",)
        if not course.said:
            return ("called off", "not reached")
        return (course.said, "not reached") if late else (course.said,)

    def _violate(self, name: str, rule: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement(rule, what, product, says)))


def _before(agent: Agent) -> str:
    """A wrap-up is given up for the call, but not the wish for what comes after it."""
    match agent.presence, agent.next:
        case WrapUp(), None | "ready":
            return "Ready"
        case WrapUp(), "offline":
            return "Offline"
        case WrapUp(), reason:
            return f"Away ({reason})"
        case presence, _:
            return _named(presence)


def _named(presence: Presence) -> str:
    match presence:
        case Away(reason=reason):
            return f"Away ({reason})"
        case _:
            return type(presence).__name__
