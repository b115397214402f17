"""What becomes of a call: an event comes in, a decision goes out. Pure.

`decide` is one flat match of state and event; late or repeated news falls through and changes
nothing. What it may need of the world comes in with it: the plan, the agents that the call names,
the time. Laws (see tests/domain): the same news twice is the same as once; the end is final; each
state has a defined end for each leg's death; nothing is left ringing, reserved or held after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain import agent as a
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import (
    CALLER,
    Announcing,
    AskingExtension,
    Call,
    Command,
    Connecting,
    Ended,
    HangUp,
    Hold,
    InMenu,
    Interrupted,
    LeavingMessage,
    Leg,
    Offered,
    Pending,
    Place,
    Refresh,
    Room,
    StartRecording,
    State,
    Talking,
    Tried,
    Unhold,
    Waiting,
)
from app.domain.dialplan import AskExtension, Choice, Greeting, Hours, Mailbox, Menu, Number, Plan
from app.domain.value import value

CONNECT_SECONDS = 8  # from accept until the headset is in the room, or somebody else's turn
GRACE_SECONDS = 20  # a lost headset may come back
COOLDOWN_SECONDS = 60  # who declined or missed this call is not asked again before that
CHOICES_KEPT = 8
PENDING_KEPT = 16


@value
class Decision:
    call: Call
    agents: tuple[Agent, ...] = ()  # those that changed
    commands: tuple[Pending, ...] = ()  # new ones; they stand in `call.out` too
    void: bool = False  # an answer to a question that is no longer asked


def begin(
    plan: Plan, number: Number, call_id: str, sid: str, caller: str, name: str, now: datetime
) -> Decision:
    """A caller dialled `number`: the call as it starts, not saved yet (`rev` 0)."""
    call = Call(
        id=call_id,
        caller=caller,
        did=number.e164,
        language=number.language,
        plan=plan.sha,
        state=Announcing(number.entry),
        started=now,
        updated=now,
        legs=(Leg(CALLER, sid, now),),
        room=Room(f"{call_id}-1"),
        name=name,
    )
    turn = _Turn(plan, call, {}, now)
    turn.enters(number.entry)
    return turn.decision(call)


def decide(
    plan: Plan, call: Call, agents: Mapping[str, Agent], event: e.Event, clock: datetime
) -> Decision:
    """What `event` makes of `call` and of the agents it names. Time never runs backwards (W12)."""
    now = max(clock, call.updated)
    turn = _Turn(plan, call, dict(agents), now)
    _news(turn, event)
    match call.state, event:
        # --- the caller and the dial plan ---------------------------------------------------
        case _, e.Pressed(leg, question) | e.Heard(leg, question) if not turn.is_asked(
            leg, question
        ):
            turn.void = True  # the answer to another question (W1)
        case InMenu(node, attempt), e.Pressed(digits=digits):
            menu = plan.node(node, Menu)
            _answered(turn, menu, menu.choice(digits), InMenu(node, attempt + 1))
        case AskingExtension(node, attempt), e.Pressed(digits=digits):
            ask = plan.node(node, AskExtension)
            _answered(turn, ask, ask.choice(digits), AskingExtension(node, attempt + 1))
        case Announcing(node), e.Heard():
            then = plan.node(node, Greeting).then
            turn.enters(then) if then else turn.ends("announced")
        case LeavingMessage(), e.MessageLeft():
            turn.ends("message left")

        # --- waiting and offers -------------------------------------------------------------
        case Waiting(place), e.OfferMade(agent_id) if turn.is_ready(agent_id):
            leg = str(turn.call.next_leg)
            until = now + timedelta(seconds=plan.line(place.node).ring_seconds)
            turn.call = replace(turn.call, next_leg=turn.call.next_leg + 1)
            turn.becomes(Offered(place, leg, agent_id, until))
            turn.sets(a.reserved(turn.agents[agent_id], call.id, leg, until, now))
        case Offered(place, leg, agent_id), e.OfferAccepted(who, offer, nonce, tab) if (
            agent_id,
            leg,
        ) == (who, offer) and turn.has(who):
            _lets_in(turn, place, leg, who, nonce, tab)
        case Offered(place, leg, agent_id), e.OfferDeclined(who, offer) if (agent_id, leg) == (
            who,
            offer,
        ):
            turn.frees(agent_id)
            turn.waits_again(place, agent_id)
        case Offered(place, _, agent_id, until), (e.TimePassed() | e.AskedWhileWaiting()) if (
            until <= now
        ):
            turn.sets_aside(agent_id, "missed a call")
            turn.waits_again(place, agent_id)
        case Connecting(place, agent=agent_id, until=until), (
            e.TimePassed() | e.AskedWhileWaiting()
        ) if until <= now:
            turn.hangs_up_headsets()
            turn.sets_aside(agent_id, "no connection")
            turn.waits_again(place, agent_id)
        case ((Waiting() | Offered() | Connecting()), e.QueueRefused()):
            turn.releases()
            turn.hangs_up_headsets()
            turn.enters(plan.line(turn.place.node).otherwise)

        # --- the headset --------------------------------------------------------------------
        case (Connecting() | Interrupted()) as state, e.HeadsetConnected(leg, nonce, sid) if (
            state.headset,
            state.nonce,
        ) == (leg, nonce) and turn.call.leg(leg) is None:
            turn.hangs_up_headsets()  # of older generations: two never coexist
            turn.binds(leg, sid)
        case Connecting(place, _, agent_id, headset), e.JoinedRoom(leg) if leg == headset:
            turn.becomes(Talking(place, agent_id, headset, now))
            turn.sets(a.talks(turn.agents[agent_id], call.id, now))
            turn.does(Refresh(CALLER))
            if plan.line(place.node).record and turn.call.recording is None:
                turn.does(StartRecording(CALLER))
        case Interrupted(talking, headset), e.JoinedRoom(leg) if leg == headset:
            turn.becomes(replace(talking, headset=leg))
        case Connecting(place, leg, agent_id, headset), (
            e.HungUp(gone) | e.HeadsetLost(gone) | e.LeftRoom(gone)
        ) if gone == headset and call.leg(gone):
            turn.hangs_up_headsets()
            turn.sets_aside(agent_id, "no connection")  # F10: the caller keeps the place
            turn.waits_again(place, agent_id)
        case Talking(headset=headset), (
            e.HungUp(gone) | e.HeadsetLost(gone) | e.LeftRoom(gone)
        ) as loss if gone == headset and turn.is_loss(loss):
            turn.becomes(
                Interrupted(call.state, None, None, now + timedelta(seconds=GRACE_SECONDS))
            )
        case Interrupted(headset=headset) as state, (e.HungUp(gone) | e.HeadsetLost(gone)) if (
            gone == headset and call.leg(gone)
        ):
            turn.becomes(replace(state, headset=None, nonce=None))
        case Interrupted(talking, until=until), e.TimePassed() if until <= now:
            turn.hangs_up_headsets()
            turn.sets_aside(talking.agent, "device lost")
            turn.waits_again(turn.anew(talking.place), talking.agent)
            turn.does(Refresh(CALLER))
        case (Talking() | Interrupted()) as state, e.Rejoined(who, nonce, tab) if (
            turn.call.agent == who and turn.has(who) and getattr(state, "nonce", None) != nonce
        ):
            talking = state if isinstance(state, Talking) else state.talking
            turn.sets(a.lets_in(turn.agents[who], call.id, nonce, tab, now))
            until = now + timedelta(seconds=GRACE_SECONDS)
            turn.becomes(Interrupted(talking, turn.headset_of(who), nonce, until))
        case Connecting(place, leg, agent_id, nonce=old), e.Rejoined(who, nonce, tab) if (
            agent_id == who and turn.has(who) and old != nonce
        ):
            turn.hangs_up_headsets()
            _lets_in(turn, place, leg, who, nonce, tab)

        # --- the end ------------------------------------------------------------------------
        case (
            (Announcing() | InMenu() | AskingExtension() | Waiting() | Offered() | Connecting()),
            (e.HungUp(leg="1")),
        ):
            turn.releases()
            turn.ends("abandoned")
        case LeavingMessage(), e.HungUp(leg="1"):
            turn.ends("message left")
        case ((Talking() | Interrupted()), e.HungUp(leg="1")):
            turn.wraps_up()
            turn.ends("answered")
        case ((Talking() | Interrupted()), e.AgentHungUp(who)) if turn.call.agent == who:
            turn.wraps_up()
            turn.ends("answered")
            turn.does(HangUp(CALLER))
        case Connecting(place, agent=agent_id), e.AgentHungUp(who) if agent_id == who:
            turn.hangs_up_headsets()
            turn.frees(agent_id)
            turn.waits_again(place, agent_id)

        case _:  # late or repeated news
            pass
    if isinstance(event, e.TimePassed | e.AskedWhileWaiting):
        _overflows(turn, by_itself=isinstance(event, e.AskedWhileWaiting))
    turn.keeps_company()
    return turn.decision(call)


def _answered(
    turn: "_Turn", node: Menu | AskExtension, choice: Choice | None, again: State
) -> None:
    asked = isinstance(again, InMenu | AskingExtension) and again.attempt > node.attempts
    if choice is not None:
        kept = (*turn.call.choices, choice.label)[-CHOICES_KEPT:]
        turn.call = replace(turn.call, choices=kept)
        turn.enters(choice.then)
    elif asked:
        turn.enters(node.otherwise)
    else:
        turn.asks(again)


def _lets_in(turn: "_Turn", place: Place, leg: str, who: str, nonce: str, tab: str) -> None:
    until = turn.now + timedelta(seconds=CONNECT_SECONDS)
    turn.sets(a.lets_in(turn.agents[who], turn.call.id, nonce, tab, until))
    turn.becomes(Connecting(place, leg, who, turn.headset_of(who), nonce, until))


def _overflows(turn: "_Turn", *, by_itself: bool) -> None:
    """Who has waited long enough goes on; the answer to the caller's own request moves it (W9)."""
    match turn.call.state:
        case Waiting(place) if place.until <= turn.now:
            turn.enters(turn.plan.line(place.node).otherwise)
            if not by_itself:
                turn.does(Refresh(CALLER))
        case _:
            pass


def _news(turn: "_Turn", event: e.Event) -> None:
    """What the event says of legs and room, whatever the state: facts first, then consequences."""
    call = turn.call
    match event:
        case e.JoinedRoom(leg_id, room_sid) if leg := call.leg(leg_id):
            room = call.room if call.room.sid == room_sid else Room(call.room.name, room_sid)
            turn.call = replace(call, room=room).with_leg(replace(leg, in_room=True))
            turn.settles(Refresh(leg_id))
        case e.LeftRoom(leg_id, room_sid) if room_sid == call.room.sid:
            if leg := call.leg(leg_id):
                turn.call = call.with_leg(replace(leg, in_room=False, held=False))
        case e.AskedWhileWaiting(leg_id):
            turn.settles(Refresh(leg_id))  # it is where it was sent: in the queue
        case e.RoomStarted(room_sid) if room_sid == call.room.sid or call.room.sid is None:
            turn.call = replace(call, room=Room(call.room.name, room_sid, started=True))
        case e.RoomEnded(room_sid) if room_sid == call.room.sid:
            legs = tuple(replace(leg, in_room=False, held=False) for leg in call.legs)
            turn.call = replace(call, room=Room(call.room.name), legs=legs)
        case e.HungUp(leg_id):
            out = tuple(p for p in call.out if p.command.leg != leg_id)
            turn.call = replace(call.without_leg(leg_id), out=out)
        case e.CommandDone(key, command, sid):
            turn.drops(key)
            _evidence(turn, command, sid)
        case e.CommandRefused(key):
            turn.drops(key)
        case _:
            pass


def _evidence(turn: "_Turn", command: Command, sid: str | None) -> None:
    leg = turn.call.leg(command.leg)
    match command:
        case Hold() | Unhold() if leg and leg.in_room:
            turn.call = turn.call.with_leg(replace(leg, held=isinstance(command, Hold)))
        case StartRecording() if turn.call.recording is None:
            turn.call = replace(turn.call, recording=sid)
        case _:
            pass


def _ending(call: Call, outcome: str, now: datetime) -> Ended:
    """How it ended, and how long the caller waited and talked on the way."""
    state, place = call.state, call.place
    talking = state.talking if isinstance(state, Interrupted) else state
    line = place.node if place else None
    waited_until = talking.since if isinstance(talking, Talking) else now
    waited = (waited_until - place.since).total_seconds() if place else 0.0
    if isinstance(talking, Talking):
        talked = (now - talking.since).total_seconds()
        return Ended(outcome, now, talking.agent, line, round(waited), round(talked))
    return Ended(outcome, now, None, line, round(waited))


@dataclass
class _Turn:
    """One decision in the making. Its words are the vocabulary of the match above."""

    plan: Plan
    call: Call
    agents: dict[str, Agent]
    now: datetime
    changed: dict[str, Agent] = field(default_factory=dict)
    commands: list[Pending] = field(default_factory=list)
    void: bool = False

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

    def anew(self, place: Place) -> Place:
        """The same place, but the time in conversation does not count as waiting."""
        seconds = self.plan.line(place.node).max_wait_seconds
        return replace(place, until=self.now + timedelta(seconds=seconds))

    def headset_of(self, agent_id: str) -> str:
        return f"{agent_id}.{self.agents[agent_id].gen}"

    @property
    def place(self) -> Place:
        place = self.call.place
        if place is None:
            raise LookupError(f"call {self.call.id} has no place in a line")
        return place

    # --- changing ---------------------------------------------------------------------------

    def becomes(self, state: State) -> None:
        self.call = replace(self.call, state=state)

    def asks(self, state: State) -> None:
        """The caller is asked something new."""
        self.becomes(state)
        if leg := self.call.leg(CALLER):
            self.call = self.call.with_leg(replace(leg, question=leg.question + 1, doc=leg.doc + 1))

    def enters(self, name: str) -> None:
        """The caller goes on at that node of the plan; hours are looked at in passing."""
        node = self.plan.nodes[name]
        while isinstance(node, Hours):
            name = node.opened if node.schedule.is_open(self.now) else node.closed
            node = self.plan.nodes[name]
        match node:
            case Greeting():
                self.asks(Announcing(name))
            case Menu():
                self.asks(InMenu(name))
            case AskExtension():
                self.asks(AskingExtension(name))
            case Mailbox():
                self.asks(LeavingMessage(name))
            case _:
                self.asks(Waiting(self.anew(Place(name, self.now, self.now))))

    def waits_again(self, place: Place, tried: str) -> None:
        """Back to the very same place; that agent is left out for a while (F10, F13)."""
        until = self.now + timedelta(seconds=COOLDOWN_SECONDS)
        others = tuple(t for t in place.tried if t.agent != tried and t.until > self.now)
        self.becomes(Waiting(replace(place, tried=(*others, Tried(tried, until)))))

    def ends(self, outcome: str) -> None:
        self.hangs_up_headsets()
        self.becomes(_ending(self.call, outcome, self.now))

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
            seconds = self.plan.line(self.place.node).wrap_up_seconds
            self.sets(a.wraps_up(self.agents[agent_id], self.call.id, seconds, self.now))

    def binds(self, leg_id: str, sid: str) -> None:
        agent_id = leg_id.rpartition(".")[0]
        self.call = self.call.with_leg(Leg(leg_id, sid, self.now, agent=agent_id))
        agent = self.agents.get(agent_id)
        if agent is not None and agent.headset is not None:
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

    def decision(self, before: Call) -> Decision:
        changed = tuple(self.changed[key] for key in sorted(self.changed))
        if self.call == before and not changed and before.rev:
            return Decision(before, void=self.void)
        call = replace(self.call, updated=self.now)
        return Decision(call, changed, tuple(self.commands))
