"""One decision in the making: the vocabulary in which the journey and the conversation are written.

A transition holds the call and its agents as they become, and the commands on the way. It asks
nothing of the world, and is gone when the decision stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from app.domain import agent as a
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import CALLER, Call, LeftMessage, Leg, Wanted, agent_of
from app.domain.commands import (
    Pending,
    Ring,
)
from app.domain.facts import Facts, advance
from app.domain.nodes.base import Ask, End, GoTo, Outcome, WaitForAgent
from app.domain.outbox import Outbox
from app.domain.outcomes import CallOutcome, outcome_of
from app.domain.states import (
    COOLDOWN_SECONDS,
    AtNode,
    Consult,
    CoolDown,
    Ended,
    HandedOver,
    InConversation,
    Offered,
    QueuePosition,
    State,
    Supervision,
    Waiting,
    is_among,
)
from app.domain.value import replace, value
from app.domain.view import visit

SHOW_SECONDS = 2  # a desk that has not shown an offer by then gives way to the next device
SETUP_SECONDS = 12  # from the command to dial until the device rings, at most (S12)
BOUNCE_SECONDS = 10
BOUNCES = 3
_BOUNCE = timedelta(seconds=BOUNCE_SECONDS)
CHOICES_KEPT = 8
PASSED_AT_MOST = 32  # nodes in a row that ask nothing: more go round in a circle


@value
class Decision:
    call: Call
    agents: tuple[Agent, ...] = ()  # those that changed
    commands: tuple[Pending, ...] = ()  # new ones; they stand in `call.out` too
    stale_answer: bool = False  # an answer to a question that is no longer asked
    choice: str = ""  # what the caller chose with this event
    asks_for: str = ""  # an agent on whom it depends, and who was not given: decide again with them


@dataclass
class Transition(Outbox):
    """What it knows, what it changes, what it commands."""

    agents: dict[str, Agent]
    now: datetime
    changed: dict[str, Agent] = field(default_factory=dict)
    choice: str = ""
    asks_for: str = ""

    def __post_init__(self) -> None:
        self.before = self.call
        self.choices = self.call.choices  # the decision puts them into the call

    # --- asking -----------------------------------------------------------------------------

    def is_asked(self, leg_id: str, question: int) -> bool:
        leg = self.call.leg(leg_id)
        return leg is not None and leg.question == question

    def hears(self, leg_id: str, document: int) -> bool:
        leg = self.call.leg(leg_id)
        return leg is not None and leg.document == document

    def has(self, agent_id: str) -> bool:
        return a.holds(self.agents.get(agent_id), self.call.id)

    def is_ready(self, agent_id: str) -> bool:
        agent = self.agents.get(agent_id)
        return agent is not None and isinstance(agent.presence, a.Ready)

    def restart_wait(self, position: QueuePosition) -> QueuePosition:
        """The same place, but the time in conversation does not count as waiting."""
        seconds = self.plan.wait_point(position.node).max_wait_seconds
        return replace(position, until=self.now + timedelta(seconds=seconds))

    def headset_of(self, agent_id: str) -> str:
        return f"{agent_id}.{self.agents[agent_id].gen}"

    def is_client(self, leg_id: str) -> bool:
        leg = self.call.leg(leg_id)
        return leg is not None and leg.dialled == "client"

    def was_dialled(self, leg_id: str) -> bool:
        leg = self.before.leg(leg_id)
        return leg is not None and bool(leg.dialled)

    def is_of_this_room(self, event: e.Event) -> bool:
        """Leaving the room counts only for the life of the room that we know (R8)."""
        return not isinstance(event, e.LeftRoom) or event.room_sid == self.call.room.sid

    @property
    def position(self) -> QueuePosition:
        position = self.call.position
        if position is None:
            raise LookupError(f"call {self.call.id} waits for nobody")
        return position

    # --- changing ---------------------------------------------------------------------------

    def set_state(self, state: State) -> None:
        """What is wanted of the caller, and of who was asked in, follows from the state."""
        self.call = replace(self.call, state=state)
        match state:
            case InConversation(hold=None):
                self.want(CALLER, "talk")
            case InConversation():
                self.want(CALLER, "hold")
            case HandedOver():
                self.want(CALLER, "talk")
            case Ended():
                pass  # whoever ends it says what becomes of the caller
            case _:
                self.want(CALLER, "document")
        for leg in self.call.legs:
            if leg.is_added:
                self.want(leg.id, _wanted_of_added(state, leg.id))
            elif leg.role == "supervisor":
                self.want(leg.id, _wanted_of_supervisor(state, leg.id))

    def ask_again(self, leg_id: str) -> None:
        if leg := self.call.leg(leg_id):
            asked = replace(leg, question=leg.question + 1, doc=leg.doc + 1)
            self.call = self.call.with_leg(asked)

    def ask(self, state: State) -> None:
        """The caller is asked something new."""
        caller = self.call.leg(CALLER)
        if caller is not None and caller.wanted == "document":  # nearly always: one copy of each
            asked = replace(caller, question=caller.question + 1, doc=caller.doc + 1)
            self.call = replace(self.call, state=state, legs=self.call.legs_with(asked))
        else:
            self.set_state(state)
            self.ask_again(CALLER)

    def enter(self, name: str) -> None:
        """The caller goes on at that node of the plan."""
        self.follow(name, GoTo(name))

    def follow(self, name: str, outcome: Outcome) -> None:
        """What the node `name` says becomes of the caller, through all nodes that only pass on."""
        for _ in range(PASSED_AT_MOST):
            match outcome:
                case GoTo(name, choice, dialled):
                    self.note_choice(choice or (dialled and self.plan.nodes[name].title) or dialled)
                    outcome = self.plan.nodes[name].enter(visit(self.plan, self.call, self.now))
                case Ask(memory, choice):
                    self.choice = choice or self.choice
                    self._comes_to_mailbox(name)
                    return self.ask(AtNode(name, memory))
                case WaitForAgent():
                    place = QueuePosition(name, self.now, self.now)
                    return self.ask(Waiting(self.restart_wait(place)))
                case End(how, choice):
                    self.choice = choice or self.choice
                    return self.end(how)
                case _:
                    assert_never(outcome)
        return self.end("misrouted")

    def _comes_to_mailbox(self, name: str) -> None:
        takes_messages = self.plan.nodes[name].takes_messages
        if takes_messages and self.call.message is None:
            self.call = replace(self.call, message=LeftMessage(name))

    def note_choice(self, label: str) -> None:
        if label:
            self.choice = label
            self.choices = (*self.choices, label)[-CHOICES_KEPT:]

    def next_leg(self) -> str:
        """The id of an offer, or of a leg that we dial."""
        leg = str(self.call.next_leg)
        self.call = replace(self.call, next_leg=self.call.next_leg + 1)
        return leg

    def offer(self, position: QueuePosition, agent_id: str, device: int = 0) -> None:
        """To that device of the agent: on the screen at once, or by dialling it."""
        agent = self.agents[agent_id]
        chosen = agent.devices[device] if device < len(agent.devices) else a.Device()
        ring_seconds = self.plan.wait_point(position.node).ring_seconds
        until = self.now + timedelta(seconds=ring_seconds)
        next_at = None
        if chosen.kind == "desk":
            leg = self.next_leg()
            if device + 1 < len(agent.devices):
                next_at = self.now + timedelta(seconds=SHOW_SECONDS)
        else:
            agent = a.is_dialled(agent, self.call.id)
            leg = f"{agent_id}.{agent.gen}"
            until += timedelta(seconds=SETUP_SECONDS)
            self.add_headset(leg, agent_id, Ring(leg, chosen.kind, chosen.address, ring_seconds))
        self.set_state(Offered(position, leg, agent_id, until, device, next_at))
        self.save_agent(a.reserved(agent, self.call.id, leg, until, self.now))

    def miss_offer(self, position: QueuePosition, agent_id: str, reason: a.Missed) -> None:
        """Not taken: the agent is set aside, visibly, and the caller waits on (F14)."""
        self.want_no_headset()
        self.note_missed(reason)
        self.set_aside(agent_id, reason)
        self.wait_again(position, agent_id)

    def decline_offer(self, position: QueuePosition, agent_id: str) -> None:
        self.want_no_headset()
        self.free(agent_id)
        self.wait_again(position, agent_id)

    def count_bounce(self, leg_id: str) -> bool:
        """Counts a return from a room; True when there were too many in a short time (V9)."""
        leg = self.call.leg(leg_id)
        if leg is None:
            return False
        recent = leg.bounced is not None and leg.bounced + _BOUNCE > self.now
        count = leg.bounces + 1 if recent else 1
        self.call = self.call.with_leg(replace(leg, bounces=count, bounced=self.now))
        return count >= BOUNCES

    def wait_again(self, position: QueuePosition, agent_id: str) -> None:
        """Back to the very same place; that agent is left out for a while (F10, F13)."""
        until = self.now + timedelta(seconds=COOLDOWN_SECONDS)
        others = tuple(t for t in position.cool_downs if t.agent != agent_id and t.until > self.now)
        position = replace(position, cool_downs=(*others, CoolDown(agent_id, until)))
        if not self.takes_back(position.cool_downs, agent_id):
            self.set_state(Waiting(position))

    def takes_back(
        self, cool_downs: tuple[CoolDown, ...] = (), missed_by: str | None = None
    ) -> bool:
        """Whether the caller was sent to a person who does not take the call, and so returns (T2).

        To whoever sent the caller, if that agent is free for it; else to the place before, where
        the agents of these cool-downs are left out, too. `missed_by`: who has just not taken the
        call. Who sent the caller may have picked it up: the call does not return to that agent.
        """
        transfer = self.call.transfer
        if transfer is None or transfer.back_to is None:
            return False
        self.call = replace(self.call, transfer=replace(transfer, back_to=None))
        place = self.restart_wait(transfer.back_to)
        is_missed_there = missed_by == transfer.by
        newer = {
            one.agent: one for one in cool_downs if is_missed_there or one.agent != transfer.by
        }
        older = {one.agent: one for one in place.cool_downs}
        place = replace(place, cool_downs=tuple((older | newer).values()))
        if is_missed_there:
            self.set_state(Waiting(place))
        else:
            self.returns_to(transfer.by, place)
        return True

    def returns_to(self, agent_id: str, place: QueuePosition) -> None:
        """To that agent, if free for it; else to the place."""
        if agent_id not in self.agents:
            self.asks_for = agent_id
        if a.can_take_back(self.agents.get(agent_id), self.call.id):
            self.offer(place, agent_id)
        else:
            self.set_state(Waiting(place))

    def end(self, how: CallOutcome) -> None:
        self.want_no_headset()
        outcome = outcome_of(
            how,
            has_talked=bool(self.call.facts.agents),
            is_transferred=self.call.transfer is not None,
        )
        self.set_state(Ended(outcome, self.now))
        self.forget_way_back()

    def forget_way_back(self) -> None:
        """Whoever sent the caller to a person does not get the caller back any more."""
        if self.call.transfer is not None:
            self.call = replace(self.call, transfer=replace(self.call.transfer, back_to=None))

    def hang_up(self, how: CallOutcome) -> None:
        """It ends by our doing: the caller's leg, too."""
        self.end(how)
        self.want(CALLER, "out")

    def begin_talk(self, agent_id: str) -> None:
        """The conversation of this agent begins; the day is that of the company."""
        day = self.now.astimezone(ZoneInfo(self.plan.zone)).date().isoformat()
        self.save_agent(a.talks(self.agents[agent_id], self.call.id, day, self.now))

    def save_agent(self, agent: Agent) -> None:
        self.agents[agent.id] = agent
        self.changed[agent.id] = agent

    def release_agent(self) -> None:
        """The agent who was reserved for this call is free again, in the old place (F4, F9)."""
        if agent_id := self.call.agent:
            self.free(agent_id)

    def note_missed(self, reason: a.Missed) -> None:
        """For the agent to read: the offer is over, and it was not the agent who ended it."""
        agent_id = self.call.agent
        if agent_id is not None and self.has(agent_id):
            self.save_agent(a.misses(self.agents[agent_id], self.call.id, reason, self.now))

    def free(self, agent_id: str) -> None:
        self._let_go(agent_id, lambda agent: a.freed(agent, self.now))

    def set_aside(self, agent_id: str, reason: str) -> None:
        self._let_go(agent_id, lambda agent: a.set_aside(agent, reason, self.now))

    def _let_go(self, agent_id: str, released: Callable[[Agent], Agent]) -> None:
        """Whom the call holds; of who has left it on hold for another, one line less."""
        agent = self.agents.get(agent_id)
        if agent is not None and a.holds(agent, self.call.id):
            self.save_agent(released(agent))
        elif agent is not None and a.has_line(agent, self.call.id):
            rest = a.drops_line(agent, self.call.id)
            self.save_agent(released(rest) if a.is_done(rest) else rest)

    def wrap_up(self) -> None:
        """Of the agent whom the call holds."""
        if agent_id := self.call.agent:
            seconds = self.plan.wait_point(self.position.node).wrap_up_seconds
            seconds = 0 if self.call.is_emergency else seconds
            call = self.call.id
            self._let_go(agent_id, lambda agent: a.wraps_up(agent, call, seconds, self.now))

    def add_headset(self, leg_id: str, agent_id: str, ring: Ring | None = None) -> None:
        """A leg of that agent, which is wanted in the room; `ring`: what dials it."""
        leg = Leg(leg_id, "", self.now, agent_id, "agent", "talk", "away" if ring else "ringing")
        if ring is not None:
            leg = replace(leg, dialled=ring.kind, ring=ring)
        self.call = self.call.with_leg(leg)

    def add_supervisor(self, leg_id: str, agent_id: str) -> None:
        leg = Leg(leg_id, "", self.now, agent_id, "supervisor", "listen", "ringing")
        self.call = self.call.with_leg(leg)

    def add_colleague(self, leg_id: str, agent_id: str, ring: Ring | None = None) -> None:
        """A leg of a colleague who is consulted; `ring`: what dials it."""
        self.add_headset(leg_id, agent_id, ring)
        if leg := self.call.leg(leg_id):
            self.call = self.call.with_leg(replace(leg, role="consulted"))

    def bind_sid(self, leg_id: str, sid: str) -> None:
        """The first sid to arrive for a leg is its sid (W8)."""
        leg = self.call.leg(leg_id)
        if leg is None or leg.sid:
            return
        self.call = self.call.with_leg(replace(leg, sid=sid))
        agent_id = agent_of(leg_id)
        agent = self.agents.get(agent_id)
        if agent is not None and agent.headset is not None and leg_id == self.headset_of(agent_id):
            self.save_agent(replace(agent, headset=replace(agent.headset, sid=sid)))

    def decision(self, before: Call) -> Decision:
        """One `replace` for all that no step asks for: it is the dearest part of a decision."""
        changed = tuple(self.changed[key] for key in sorted(self.changed))
        is_same = self.call == before and self.choices == before.choices
        if is_same and not changed and before.rev:
            return Decision(before, asks_for=self.asks_for)
        facts = self._facts(before)
        call = replace(self.call, choices=self.choices, updated=self.now, facts=facts)
        return Decision(
            call, changed, tuple(self.commands), choice=self.choice, asks_for=self.asks_for
        )

    def _facts(self, before: Call) -> Facts:
        call, place = self.call, self.call.position
        node = place.node if place else ""
        kinds = before.counts_as, call.counts_as
        return advance(call.facts, *kinds, call.agent, node, self.now, before.agent)


def _wanted_of_supervisor(state: State, leg_id: str) -> Wanted:
    """Without the agent in the room, the carrier would let everybody hear the coach (R14)."""
    match state:
        case InConversation(away=away, supervision=Supervision(headset=headset, mode=mode)) if (
            headset == leg_id
        ):
            return "listen" if away is not None else "talk" if mode == "barge" else mode
        case _:
            return "out"


def _wanted_of_added(state: State, leg_id: str) -> Wanted:
    """Whoever is consulted stays for the consultation, and a guest with the caller."""
    match state:
        case InConversation(consult=Consult(leg=leg, speaks_with=speaks_with)) if leg == leg_id:
            return "hold" if speaks_with == "caller" else "talk"
        case InConversation(guests=guests, hold=hold) if is_among(guests, leg_id):
            return "talk" if hold is None else "hold"
        case HandedOver(guests=guests) if is_among(guests, leg_id):
            return "talk"
        case _:
            return "out"
