"""One decision in the making: its words are the vocabulary in which `decide` is written.

A turn holds the call and its agents as they become, and the commands on the way. It asks nothing of
the world, and is gone when the decision stands.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from app.domain import agent as a
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import (
    CALLER,
    COOLDOWN_SECONDS,
    AtNode,
    Call,
    Command,
    CoolDown,
    Ended,
    HangUp,
    Hold,
    Interrupted,
    Leg,
    Offered,
    Pending,
    QueuePosition,
    Refresh,
    Ring,
    StartRecording,
    State,
    StopRecording,
    Talking,
    Unhold,
    Waiting,
)
from app.domain.dialplan import Plan
from app.domain.nodes.base import Ask, End, GoTo, Outcome, WaitForAgent
from app.domain.value import value
from app.domain.view import visit

SHOW_SECONDS = 2  # a desk that has not shown an offer by then gives way to the next device
SETUP_SECONDS = 12  # from the command to dial until the device rings, at most (S12)
BOUNCE_SECONDS = 10
BOUNCES = 3
_BOUNCE = timedelta(seconds=BOUNCE_SECONDS)
PENDING_KEPT = 16
RECORDED_KEPT = 4
CHOICES_KEPT = 8
MISROUTED = "misrouted"  # the outcome of a call that such a circle ends
PASSED_AT_MOST = 32  # nodes in a row that ask nothing: more go round in a circle


@value
class Decision:
    call: Call
    agents: tuple[Agent, ...] = ()  # those that changed
    commands: tuple[Pending, ...] = ()  # new ones; they stand in `call.out` too
    stale_answer: bool = False  # an answer to a question that is no longer asked
    choice: str = ""  # what the caller chose with this event


def _ending(call: Call, outcome: str, now: datetime) -> Ended:
    """How it ended, and how long the caller waited and talked on the way."""
    state, position = call.state, call.position
    talking = state.talking if isinstance(state, Interrupted) else state
    line = position.node if position else None
    if isinstance(talking, Talking) and outcome == "answered":
        waited = (talking.since - talking.position.since).total_seconds()
        talked = (now - talking.since).total_seconds()
        return Ended(outcome, now, talking.agent, line, round(waited), round(talked))
    waited = (now - position.since).total_seconds() if position else 0.0
    return Ended(outcome, now, None, line, round(waited))


@dataclass
class Transition:
    """The words: what it knows, what it changes, what it commands."""

    plan: Plan
    call: Call
    agents: dict[str, Agent]
    now: datetime
    changed: dict[str, Agent] = field(default_factory=dict)
    commands: list[Pending] = field(default_factory=list)
    choice: str = ""

    # --- asking -----------------------------------------------------------------------------

    def is_asked(self, leg_id: str, question: int) -> bool:
        leg = self.call.leg(leg_id)
        return leg is not None and leg.question == question

    def has(self, agent_id: str) -> bool:
        return a.holds(self.agents.get(agent_id), self.call.id)

    def is_ready(self, agent_id: str) -> bool:
        agent = self.agents.get(agent_id)
        return agent is not None and isinstance(agent.presence, a.Ready)

    def is_loss(self, event: e.Event) -> bool:
        """Leaving the room is a loss only of the life of the room that we know (R8)."""
        return not isinstance(event, e.LeftRoom) or event.room_sid == self.call.room.sid

    def restart_wait(self, position: QueuePosition) -> QueuePosition:
        """The same place, but the time in conversation does not count as waiting."""
        seconds = self.plan.wait_point(position.node).max_wait_seconds
        return replace(position, until=self.now + timedelta(seconds=seconds))

    def headset_of(self, agent_id: str) -> str:
        return f"{agent_id}.{self.agents[agent_id].gen}"

    def is_client(self, leg_id: str) -> bool:
        leg = self.call.leg(leg_id)
        return leg is not None and leg.dialled == "client"

    @property
    def who(self) -> str:
        """The agent that this call holds."""
        agent_id = self.call.agent
        if agent_id is None:
            raise LookupError(f"call {self.call.id} holds no agent")
        return agent_id

    @property
    def position(self) -> QueuePosition:
        position = self.call.position
        if position is None:
            raise LookupError(f"call {self.call.id} has no place in a line")
        return position

    # --- changing ---------------------------------------------------------------------------

    def becomes(self, state: State) -> None:
        self.call = replace(self.call, state=state)

    def asks_again(self, leg_id: str) -> None:
        if leg := self.call.leg(leg_id):
            asked = replace(leg, question=leg.question + 1, doc=leg.doc + 1)
            self.call = self.call.with_leg(asked)

    def asks(self, state: State) -> None:
        """The caller is asked something new."""
        self.becomes(state)
        self.asks_again(CALLER)

    def enters(self, name: str) -> None:
        """The caller goes on at that node of the plan."""
        self.follows(name, GoTo(name))

    def follows(self, name: str, outcome: Outcome) -> None:
        """What the node `name` says becomes of the caller, through all nodes that only pass on."""
        for _ in range(PASSED_AT_MOST):
            match outcome:
                case GoTo(name, choice, dialled):
                    self.chooses(choice or (dialled and self.plan.nodes[name].title) or dialled)
                    outcome = self.plan.nodes[name].enter(visit(self.plan, self.call, self.now))
                case Ask(memory):
                    return self.asks(AtNode(name, memory))
                case WaitForAgent():
                    place = QueuePosition(name, self.now, self.now)
                    return self.asks(Waiting(self.restart_wait(place)))
                case End(how):
                    return self.ends(how)
                case _:
                    assert_never(outcome)
        return self.ends(MISROUTED)

    def chooses(self, label: str) -> None:
        if label:
            self.choice = label
            self.call = replace(self.call, choices=(*self.call.choices, label)[-CHOICES_KEPT:])

    def offers(self, position: QueuePosition, agent_id: str, device: int = 0) -> None:
        """To that device of the agent: on the screen at once, or by dialling it."""
        agent = self.agents[agent_id]
        chosen = agent.devices[device] if device < len(agent.devices) else a.Device()
        ring_seconds = self.plan.wait_point(position.node).ring_seconds
        until = self.now + timedelta(seconds=ring_seconds)
        next_at = None
        if chosen.kind == "desk":
            leg = str(self.call.next_leg)
            self.call = replace(self.call, next_leg=self.call.next_leg + 1)
            if device + 1 < len(agent.devices):
                next_at = self.now + timedelta(seconds=SHOW_SECONDS)
        else:
            agent = a.is_dialled(agent, self.call.id)
            leg = f"{agent_id}.{agent.gen}"
            until += timedelta(seconds=SETUP_SECONDS)
            ringing = Leg(leg, "", self.now, agent=agent_id, dialled=chosen.kind)
            self.call = self.call.with_leg(ringing)
            self.does(Ring(leg, chosen.kind, chosen.address, ring_seconds))
        self.becomes(Offered(position, leg, agent_id, until, device, next_at))
        self.sets(a.reserved(agent, self.call.id, leg, until, self.now))

    def misses(self, position: QueuePosition, agent_id: str, reason: str) -> None:
        """Not taken: the agent is set aside, visibly, and the caller waits on (F14)."""
        self.hangs_up_headsets()
        self.sets_aside(agent_id, reason)
        self.waits_again(position, agent_id)

    def declines(self, position: QueuePosition, agent_id: str) -> None:
        self.hangs_up_headsets()
        self.frees(agent_id)
        self.waits_again(position, agent_id)

    def bounces(self, leg_id: str) -> bool:
        """Counts a return from a room; True when there were too many in a short time (V9)."""
        leg = self.call.leg(leg_id)
        if leg is None:
            return False
        recent = leg.bounced is not None and leg.bounced + _BOUNCE > self.now
        count = leg.bounces + 1 if recent else 1
        self.call = self.call.with_leg(replace(leg, bounces=count, bounced=self.now))
        return count >= BOUNCES

    def waits_again(self, position: QueuePosition, agent_id: str) -> None:
        """Back to the very same place; that agent is left out for a while (F10, F13)."""
        until = self.now + timedelta(seconds=COOLDOWN_SECONDS)
        others = tuple(t for t in position.cool_downs if t.agent != agent_id and t.until > self.now)
        self.becomes(Waiting(replace(position, cool_downs=(*others, CoolDown(agent_id, until)))))

    def ends(self, outcome: str) -> None:
        self.hangs_up_headsets()
        self.becomes(_ending(self.call, outcome, self.now))

    def talks(self, agent_id: str) -> None:
        """The conversation of this agent begins; the day is that of the company."""
        day = self.now.astimezone(ZoneInfo(self.plan.zone)).date().isoformat()
        self.sets(a.talks(self.agents[agent_id], self.call.id, day, self.now))

    def sets(self, agent: Agent) -> None:
        self.agents[agent.id] = agent
        self.changed[agent.id] = agent

    def releases(self) -> None:
        """The agent who was reserved for this call is free again, in the old place (F4, F9)."""
        if agent_id := self.call.agent:
            self.frees(agent_id)

    def frees(self, agent_id: str) -> None:
        if self.has(agent_id):
            self.sets(a.freed(self.agents[agent_id], self.now))

    def sets_aside(self, agent_id: str, reason: str) -> None:
        if self.has(agent_id):
            self.sets(a.set_aside(self.agents[agent_id], reason, self.now))

    def wraps_up(self) -> None:
        agent_id = self.call.agent
        if agent_id is not None and self.has(agent_id):
            seconds = self.plan.wait_point(self.position.node).wrap_up_seconds
            self.sets(a.wraps_up(self.agents[agent_id], self.call.id, seconds, self.now))

    def binds(self, leg_id: str, sid: str) -> None:
        """The first sid to arrive for a leg is its sid (W8)."""
        agent_id = leg_id.rpartition(".")[0]
        leg = self.call.leg(leg_id) or Leg(leg_id, sid, self.now, agent=agent_id)
        self.call = self.call.with_leg(replace(leg, sid=leg.sid or sid))
        agent = self.agents.get(agent_id)
        if agent is not None and agent.headset is not None and leg_id == self.headset_of(agent_id):
            self.sets(replace(agent, headset=replace(agent.headset, sid=sid)))

    # --- commanding -------------------------------------------------------------------------

    def does(self, command: Command) -> None:
        """Into the outbox, if that leg is there and not told so already.

        A second Refresh takes the place of the first: the leg is wanted elsewhere again (V1).
        """
        leg = self.call.leg(command.leg)
        if isinstance(command, Refresh):
            self.settles(command)
        if leg is None or any(pending.command == command for pending in self.call.out):
            return
        if isinstance(command, HangUp) and not leg.sid:
            return  # it is not known yet: when it asks, its document says goodbye
        leg = replace(leg, doc=leg.doc + 1)
        pending = Pending(f"{leg.id}:{leg.doc}:{type(command).__name__.lower()}", command)
        self.commands.append(pending)
        out = (*self.call.out, pending)[-PENDING_KEPT:]
        self.call = replace(self.call.with_leg(leg), out=out)

    def hangs_up_headsets(self) -> None:
        for leg in self.call.legs:
            if leg.agent is not None:
                self.does(HangUp(leg.id))

    def settles(self, command: Command) -> None:
        out = tuple(pending for pending in self.call.out if pending.command != command)
        self.call = replace(self.call, out=out)

    def drops(self, key: str) -> None:
        out = tuple(pending for pending in self.call.out if pending.key != key)
        self.call = replace(self.call, out=out)

    def meets(self) -> None:
        """A conversation begins when the second of the two is in the room: that starts it, too."""
        caller, talking = self.call.leg(CALLER), self.call.state
        is_there = self.call.room.started or (caller is not None and caller.in_room)
        if isinstance(talking, Talking) and not talking.met and is_there:
            self.becomes(replace(talking, met=True))

    def keeps_company(self) -> None:
        """R3: a caller alone in a started room is on hold, and is not once a talker is there."""
        caller = self.call.leg(CALLER)
        if caller is None or not caller.in_room or not self.call.room.started:
            return
        holding = any(pending.command == Hold(CALLER) for pending in self.call.out)
        match self.call.state:
            case Interrupted() if not caller.held:
                self.settles(Unhold(CALLER))
                self.does(Hold(CALLER))
            case Talking(headset=headset) if caller.held or holding:
                talker = self.call.leg(headset)
                if talker is not None and talker.in_room:
                    self.settles(Hold(CALLER))
                    self.does(Unhold(CALLER))
            case _:
                pass

    def keeps_record(self) -> None:
        """A conversation is recorded while both are in the room, and nothing after it (C1, C6).

        Not beside the caller's way there: what starts before a redirect may end with it.
        """
        caller, out = self.call.leg(CALLER), {pending.command for pending in self.call.out}
        match self.call.state:
            case Talking(position) if caller is not None and caller.in_room:
                on_the_way = Refresh(CALLER) in out
                stopping = any(isinstance(command, StopRecording) for command in out)
                idle = self.call.recording is None and not stopping and not on_the_way
                if idle and self.plan.wait_point(position.node).record:
                    self.does(StartRecording(CALLER))
            case Talking() | Interrupted() | Ended():
                pass  # the end of a leg ends its recording
            case _:
                if StartRecording(CALLER) in out:
                    self.settles(StartRecording(CALLER))
                    self.does(StopRecording(CALLER))
                if self.call.recording is not None:
                    self.does(StopRecording(CALLER, self.call.recording))
                    self.has_recorded(self.call.recording)

    def has_recorded(self, sid: str) -> None:
        earlier = (*(known for known in self.call.recorded if known != sid), sid)
        running = None if self.call.recording == sid else self.call.recording
        self.call = replace(self.call, recording=running, recorded=earlier[-RECORDED_KEPT:])

    def decision(self, before: Call) -> Decision:
        changed = tuple(self.changed[key] for key in sorted(self.changed))
        if self.call == before and not changed and before.rev:
            return Decision(before)
        call = replace(self.call, updated=self.now)
        return Decision(call, changed, tuple(self.commands), choice=self.choice)
