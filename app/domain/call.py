"""A call: a caller's whole visit, with its legs, its state and what is still to be done for it.

Only values here; `decide` says what becomes of them, `view` what each leg hears. Four counters
that are never one (W1): `rev` moves with every write, a leg's `question` only when that leg is
asked something new, its `doc` with each command to it, its `document` when what it hears changes.
"""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.domain.agent import DeviceKind
from app.domain.commands import SHOWN, Command, Dial, Pending, Refresh, Ring
from app.domain.facts import Facts, TimeKind
from app.domain.numbering import is_emergency
from app.domain.outcomes import CallOutcome, with_message
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    ConsultOffer,
    Ended,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    OnHold,
    OnOtherLine,
    Parked,
    QueuePosition,
    RecordingWish,
    State,
    Supervision,
    Transfer,
    Waiting,
    colleagues_of,
)
from app.domain.value import replace, value

CALLER = "1"  # the caller's leg; an offer is "2", "3" …; a headset is "{agent}.{gen}" (W2)


def agent_of(leg_id: str) -> str:
    """The agent whose headset that leg is; empty for any other leg."""
    return leg_id.rpartition(".")[0]


SHORTEST_MESSAGE_SECONDS = 2  # what is shorter is a breath, or the hang-up itself: no message
TAKES_KEPT = 8
PAST_KEPT = 2  # lives of a room


@value
class LeftMessage:
    """The mailbox to which the caller came, and what was recorded there: often nothing.

    `takes`: the recordings with sound, the newest last; it is the message, and those before it were
    recorded over. `empty`: those in which nothing is heard.
    """

    mailbox: str  # the node of the plan
    takes: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def recording(self) -> str:
        """The recording that is the message; empty: there is none."""
        return self.takes[-1] if self.takes else ""


Direction: TypeAlias = Literal["in", "out"]
Dialled: TypeAlias = DeviceKind | Literal[""]
Role: TypeAlias = Literal["customer", "agent", "consulted", "guest", "supervisor"]
Wanted: TypeAlias = Literal[
    "out",
    "document",  # what the plan says
    "talk",
    "hold",
    "listen",  # of a supervisor: to hear all, and be heard by nobody
    "coach",  # … and be heard by the agent alone
]
Observed: TypeAlias = Literal[
    "away",  # not dialled yet
    "ringing",  # dialled, or calling in: it may be in its room at any moment
    "elsewhere",  # in a document that goes on until the carrier is told otherwise
    "asking",  # its document is over: it asks for the next one by itself
    "joined",  # in a room that has not started: it hears the room's music
    "talk",  # in its room, and hears who is there
    "hold",  # in its room, and hears music
    "listen",  # a supervisor in the room, whom nobody hears
    "coach",  # … whom the agent alone hears
    "lost",  # said to be lost; the carrier may not have noticed yet
    "gone",
]


@value
class Leg:
    """One carrier connection that is alive, or on its way: then its `sid` may be still empty."""

    id: str
    sid: str
    since: datetime
    agent: str | None = None
    role: Role = "customer"
    wanted: Wanted = "document"
    observed: Observed = "elsewhere"
    question: int = 0
    doc: int = 0
    document: int = 0  # who comes back from an older one is late
    led_in: int | None = None  # the document by which it came into a room last
    dialled: Dialled = ""  # where we dialled it
    number: str = ""  # E.164, of who is consulted
    ring: Ring | Dial | None = None  # what dials it, until that is commanded
    bounces: int = 0  # how often it came straight back from a room, and when last (V9)
    bounced: datetime | None = None
    refusals: int = 0  # how often in a row the carrier refused to hold it, or another mode
    tape_refusals: int = 0  # … to pause or to resume its recording
    in_doubt: bool = False  # a hold, its end or a mode may have taken effect without an answer
    muted: bool | None = False  # of a guest: nobody hears them; None: it may be so, or not

    @property
    def in_room(self) -> bool:
        return self.observed in ("joined", "talk", "hold", "listen", "coach")

    @property
    def held(self) -> bool:
        return self.observed == "hold"

    def refusals_of(self, command: Command) -> int:
        """How often in a row: holds and the recording have each their own tries (R16)."""
        return self.refusals if isinstance(command, SHOWN) else self.tape_refusals

    def with_refusals(self, command: Command, count: int) -> "Leg":
        if isinstance(command, SHOWN):
            return replace(self, refusals=count)
        return replace(self, tape_refusals=count)

    @property
    def device(self) -> DeviceKind:
        """What it rings or talks on. An agent's that we did not dial is a page's."""
        return self.dialled or ("phone" if self.id == CALLER or self.is_outside else "desk")

    @property
    def is_added(self) -> bool:
        """Somebody whom an agent asked into the call."""
        return self.role in ("consulted", "guest")

    @property
    def is_outside(self) -> bool:
        """Somebody else's telephone than the caller's, which an agent had dialled."""
        return self.is_added and self.agent is None


@value
class Room:
    """The conference of this call. `sid` is the carrier's id of its present life (R7).

    `past`: those of lives that have ended; who joins one of them is told of late (R8). `joins`: by
    leg, the number of its newest join in the present life (R18).
    """

    name: str
    sid: str | None = None
    started: bool = False
    past: tuple[str, ...] = ()
    joins: tuple[tuple[str, int], ...] = ()

    def newest_join(self, leg_id: str) -> int:
        """0: its number is not known."""
        return next((number for leg, number in self.joins if leg == leg_id), 0)

    def ended(self) -> "Room":
        past = (*self.past, self.sid) if self.sid else self.past
        return Room(self.name, past=past[-PAST_KEPT:])


@value
class Call:
    """Of an outgoing call `caller` is who was called, and `did` the number that is seen there.

    `placed_by`: the agent who calls out; empty: the call came in.
    """

    id: str
    caller: str  # E.164, WITHHELD, or what else the carrier passed
    did: str
    language: str
    plan: str
    state: State
    started: datetime
    updated: datetime
    legs: tuple[Leg, ...]
    room: Room
    facts: Facts
    rev: int = 0
    next_leg: int = 2
    name: str = ""  # of the contact, as known when the call began
    choices: tuple[str, ...] = ()
    recording: str | None = None  # what runs; at the end, the last that ran
    recording_paused: bool = False
    recorded: tuple[str, ...] = ()  # the ones before it, stopped
    recording_wish: RecordingWish = RecordingWish()
    out: tuple[Pending, ...] = ()
    claim_until: datetime | None = None
    marks: tuple[str, ...] = ()  # what agents marked it with, by the names of the verbs
    message: LeftMessage | None = None  # of a caller who came to a mailbox
    transfer: Transfer | None = None  # the last one, until somebody has talked to the caller
    placed_by: str = ""

    def leg(self, leg_id: str) -> Leg | None:
        for leg in self.legs:
            if leg.id == leg_id:
                return leg
        return None

    def with_leg(self, leg: Leg) -> "Call":
        """`leg` in place of the one with its id, or added."""
        return replace(self, legs=self.legs_with(leg))

    def legs_with(self, leg: Leg) -> tuple[Leg, ...]:
        if self.leg(leg.id) is None:
            return (*self.legs, leg)
        return tuple([leg if other.id == leg.id else other for other in self.legs])

    def without_leg(self, leg_id: str) -> "Call":
        return replace(self, legs=tuple(leg for leg in self.legs if leg.id != leg_id))

    @property
    def is_live(self) -> bool:
        """It may still change: it has not ended, or one of its legs is not known to be over."""
        return not isinstance(self.state, Ended) or bool(self.legs)

    @property
    def direction(self) -> Direction:
        return "out" if self.placed_by else "in"

    @property
    def is_emergency(self) -> bool:
        return self.direction == "out" and is_emergency(self.caller)

    @property
    def is_unanswered(self) -> bool:
        """An agent calls out, and whoever is called has not answered yet."""
        called = self.leg(CALLER) if self.placed_by else None
        return called is not None and self.awaits_answer(called)

    @property
    def outcome(self) -> CallOutcome | None:
        """How it ended; None before that.

        A message is a recording: it may be known only after the caller has hung up.
        """
        if not isinstance(self.state, Ended):
            return None
        if self.message is None or not self.message.takes:
            return self.state.outcome
        return with_message(self.state.outcome, is_transferred=self.transfer is not None)

    @property
    def agent(self) -> str | None:
        """The agent whom this call holds now: reserved, connecting or talking."""
        match self.state:
            case Offered(agent=agent) | Connecting(agent=agent) | InConversation(agent=agent):
                return agent
            case _:
                return None

    @property
    def supervision(self) -> Supervision | None:
        return self.state.supervision if isinstance(self.state, InConversation) else None

    @property
    def colleagues(self) -> tuple[str, ...]:
        """The agents who were asked into its conversation, and are there or on the way."""
        return colleagues_of(self.state) if isinstance(self.state, InConversation) else ()

    @property
    def agents(self) -> tuple[str, ...]:
        """The agent whom this call holds now, and those who were asked into it."""
        return (*((self.agent,) if self.agent else ()), *self.colleagues)

    @property
    def people(self) -> tuple[str, ...]:
        """These, and whoever supervises."""
        supervision = self.supervision
        return tuple(sorted((*self.agents, *((supervision.by,) if supervision else ()))))

    @property
    def offered_to(self) -> tuple[str, str] | None:
        """The agent to whom it is presented, and as which leg; None: to nobody, or accepted."""
        match self.state:
            case Offered(agent=agent, leg=leg):
                return agent, leg
            case InConversation(
                consult=Consult(
                    agent=agent, offer=ConsultOffer(leg=leg, begun=True, accepted=False)
                )
            ):
                return agent, leg
            case _:
                return None

    @property
    def position(self) -> QueuePosition | None:
        match self.state:
            case Waiting(at) | Parked(at) | Offered(at) | Connecting(at):
                return at
            case InConversation(at) | HandedOver(at):
                return at
            case _:
                return None

    @property
    def node(self) -> str | None:
        """The node of the plan where the caller is, in a conversation too."""
        if isinstance(self.state, AtNode):
            return self.state.node
        return self.position.node if self.position else None

    @property
    def phase(self) -> str:
        """The state's name, as the register keeps it with each entry."""
        match self.state:
            case Connecting() | InConversation() if self.is_unanswered:
                return "CallingOut"
            case InConversation(away=HeadsetAway() | OnOtherLine() as away):
                return type(away).__name__
            case state:
                return type(state).__name__

    @property
    def counts_as(self) -> TimeKind:
        """What the present time of the call is spent on, by what is observed of its legs."""
        match self.state:
            case Connecting() | InConversation() if self.is_unanswered:
                return "dialled"
            case AtNode():
                return "asked"
            case Offered():
                return "rung"
            case Waiting() | Parked() | Connecting():
                return "waited"
            case InConversation() if self.is_talking:
                return "talked"
            case InConversation(talked=talked):  # who never heard this agent waits on
                return "held" if talked else "waited"
            case HandedOver():
                return "handed over" if self.is_handed_over else "held"
            case Ended():
                return "over"

    @property
    def waiting_since(self) -> datetime:
        """When a wait would have begun that is as long as all of this call, up to the present one.

        What was talked or held in between is left out. Of a caller who waits or is rung.
        """
        waited_ms = self.facts.waited_ms + self.facts.rung_ms
        return self.facts.since - timedelta(milliseconds=waited_ms)

    def is_commanded(self, command: Command) -> bool:
        """It is in the outbox, and not settled."""
        return any(pending.command == command for pending in self.out)

    def asks_in_time(self, leg: Leg, refresh: int = 0) -> bool:
        """Whether it says something that this leg asks for its document: else it is late.

        A request that an older Refresh led to may be told again, long after its answer was used:
        a newer Refresh goes on.
        Who is to talk is told the way in. Who is to be held hears music now; but the request may
        be an older one, told again, that led into the room: a wait document says it (R11).
        """
        pending = next((one for one in self.out if one.command == Refresh(leg.id)), None)
        match leg:
            case _ if pending is not None and 0 < refresh < pending.number:
                return False
            case Leg(wanted="talk", observed="elsewhere"):
                return True
            case _:
                return pending is not None

    @property
    def is_talking(self) -> bool:
        """The caller and an agent hear each other: also one whose call a supervisor has taken over,
        until the supervisor is heard.

        The room may start before the caller's join is told: the second who joins starts it.
        """
        match self.state:
            case InConversation(headset=headset, met=True, away=None):
                caller, other = self.leg(CALLER), self.leg(headset)
            case _:
                return False
        heard = [leg for leg in self.legs if leg.role == "agent" and leg.observed == "talk"]
        is_there = other is not None and other.in_room and bool(heard)
        return self.room.started and is_there and caller is not None and self._is_in(caller)

    def _is_in(self, caller: Leg) -> bool:
        """Whether the caller hears the started room, told or not. Who has been in it and is to be
        held, hears music elsewhere, or only asks for the way back, does not.
        """
        match caller:
            case Leg(observed="talk"):
                return True
            case Leg(observed="asking" | "elsewhere", wanted="talk"):
                return self.room.newest_join(CALLER) == 0
            case _:
                return False

    def awaits_answer(self, leg: Leg) -> bool:
        """It is a telephone outside that we dial into the room, and nobody has answered it yet."""
        is_outside = leg.is_outside or (leg.id == CALLER and bool(self.placed_by))
        return is_outside and leg.observed in ("away", "ringing")

    @property
    def has_consulted(self) -> bool:
        """Somebody who was consulted is not gone yet: one at a time."""
        return any(leg.role == "consulted" and leg.observed != "gone" for leg in self.legs)

    @property
    def is_handed_over(self) -> bool:
        """The caller and a guest hear each other, without an agent."""
        match self.state:
            case HandedOver(guests=guests):
                others = [self.leg(guest.leg) for guest in guests]
            case _:
                return False
        caller = self.leg(CALLER)
        is_there = caller is not None and caller.observed == "talk"
        return self.room.started and is_there and any(o and o.observed == "talk" for o in others)

    @property
    def deadlines(self) -> tuple[datetime, ...]:
        """The instants at which time alone changes the call; the last one ends its state."""
        match self.state:
            case Offered(until=until, next_at=next_at):
                return (next_at, until) if next_at else (until,)
            case Parked(until=until) | Connecting(until=until):
                return (until,)
            case InConversation(away=HeadsetAway(until=until)):
                return (*self._asides, until)
            case InConversation(hold=OnHold(_, ring_at, until, is_ringing)):
                return (*self._asides, *((until,) if is_ringing else (ring_at, until)))
            case InConversation():
                return self._asides
            case _:
                return ()

    @property
    def _asides(self) -> tuple[datetime, ...]:
        """Then it is recorded again by itself, or the supervisor, or a colleague, is not there."""
        pause, supervision = self.recording_wish.pause, self.supervision
        ends = (pause.until if pause else None, supervision.until if supervision else None)
        return tuple(end for end in (*ends, *self._ends_of_asking) if end is not None)

    @property
    def _ends_of_asking(self) -> tuple[datetime | None, ...]:
        match self.state:
            case InConversation(consult=Consult(offer=ConsultOffer(next_at=next_at, until=until))):
                return next_at, until
            case _:
                return ()
