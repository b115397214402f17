"""A call: a caller's whole visit, with its legs, its state and what is still to be done for it.

Only values here; `decide` says what becomes of them, `view` what each leg hears. Three counters
that are never one (W1): `rev` moves with every write, a leg's `question` only when that leg is
asked something new, a leg's `doc` when its document changes.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.domain.agent import DeviceKind
from app.domain.facts import Facts, TimeKind
from app.domain.outcomes import CallOutcome, with_message
from app.domain.value import value

CALLER = "1"  # the caller's leg; an offer is "2", "3" …; a headset is "{agent}.{gen}" (W2)


def agent_of(leg_id: str) -> str:
    """The agent whose headset that leg is; empty for any other leg."""
    return leg_id.rpartition(".")[0]


# --- States: where the caller is ----------------------------------------------------------------


class Memory:
    """What a node keeps of a caller whom it asks, such as the attempt; subclasses are values."""

    __slots__ = ()


@value
class AtNode:
    """At a node of the plan that asks something, says something or takes a message."""

    node: str
    memory: Memory | None = None


COOLDOWN_SECONDS = 60


@value
class CoolDown:
    """An agent who declined or missed this call is left out until then (F13)."""

    agent: str
    until: datetime

    @property
    def since(self) -> datetime:
        return self.until - timedelta(seconds=COOLDOWN_SECONDS)


@value
class QueuePosition:
    """A place in a line. It is kept through offers, so that nobody loses it (F10)."""

    node: str
    since: datetime
    until: datetime  # then the caller goes on to what the plan says of waiting too long
    cool_downs: tuple[CoolDown, ...] = ()


@value
class Waiting:
    position: QueuePosition


@value
class Offered:
    """Presented to one agent, as leg `leg`, until `until`: on a screen, or by a telephone.

    `device` counts in the agent's devices. A desk that has not shown the offer by `next_at` gives
    way to the next device; `known`: it is shown, or the telephone rings.
    """

    position: QueuePosition
    leg: str
    agent: str
    until: datetime
    device: int = 0
    next_at: datetime | None = None
    known: bool = False


@value
class Connecting:
    """Accepted: the agent's browser is calling in; the caller still hears the music."""

    position: QueuePosition
    leg: str
    agent: str
    headset: str
    nonce: str
    until: datetime


@value
class OnHold:
    """The agent wants the caller on hold. A hold that is forgotten rings, then ends (F32)."""

    since: datetime
    ring_at: datetime
    until: datetime  # then the caller goes back to the queue
    is_ringing: bool = False


@value
class HeadsetAway:
    """The headset is lost, and the agent's page may come back until then.

    `headset`, `nonce`: of the next generation, once it is let in.
    """

    until: datetime
    headset: str | None = None
    nonce: str | None = None


@value
class InConversation:
    """With an agent: the headset came into the room, and the caller follows, or is there (`met`).

    Who is in the room, and who should be, is said by the legs. `talked`: the two have heard each
    other. `hold_failed`: the carrier would not put the caller on hold, and the agent is told so.
    """

    position: QueuePosition
    agent: str
    headset: str
    since: datetime
    met: bool = False
    talked: bool = False
    hold: OnHold | None = None
    away: HeadsetAway | None = None
    hold_failed: bool = False


@value
class Ended:
    """Final. What happened on the way here is in the call's facts."""

    outcome: CallOutcome
    at: datetime


State: TypeAlias = AtNode | Waiting | Offered | Connecting | InConversation | Ended

# --- Commands: what the carrier must do, in the imperative --------------------------------------


@value
class Refresh:
    """Have the carrier ask again what this leg should hear."""

    leg: str


@value
class HangUp:
    leg: str


@value
class StartRecording:
    leg: str


@value
class StopRecording:
    leg: str
    recording: str = ""  # none: whatever runs, since the answer to its start is not known


@value
class PauseRecording:
    """Silence is recorded until it is resumed, so that the time line is kept (C2)."""

    leg: str
    recording: str


@value
class ResumeRecording:
    leg: str
    recording: str


@value
class Hold:
    leg: str


@value
class Unhold:
    leg: str


@value
class Ring:
    """Dial one of the agent's devices. Never blindly repeated: the carrier has no key (W8)."""

    leg: str
    kind: DeviceKind
    address: str
    seconds: int


Command: TypeAlias = (
    Refresh
    | HangUp
    | StartRecording
    | StopRecording
    | PauseRecording
    | ResumeRecording
    | Hold
    | Unhold
    | Ring
)


@value
class Pending:
    """A command that was saved with the call (the outbox) and is not settled yet (W6, W7)."""

    key: str  # leg:doc:verb
    command: Command
    is_unsure: bool = False  # it was asked for, and no answer came: it may have worked or not


# --- The call -----------------------------------------------------------------------------------

SHORTEST_MESSAGE_SECONDS = 2  # what is shorter is a breath, or the hang-up itself: no message
TAKES_KEPT = 8


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


Dialled: TypeAlias = DeviceKind | Literal[""]
Role: TypeAlias = Literal["customer", "agent", "consulted", "guest"]
Wanted: TypeAlias = Literal["out", "document", "talk", "hold"]
Observed: TypeAlias = Literal[
    "away",  # not dialled yet
    "ringing",  # dialled, or calling in: it may be in its room at any moment
    "elsewhere",  # in a document that goes on until the carrier is told otherwise
    "asking",  # its document is over: it asks for the next one by itself
    "joined",  # in a room that has not started: it hears the room's music
    "talk",  # in its room, and hears who is there
    "hold",  # in its room, and hears music
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
    document: int = 0  # the number of what it hears: who comes back from an older one is late
    dialled: Dialled = ""  # where we dialled it
    ring: Ring | None = None  # what dials it, until that is commanded
    bounces: int = 0  # how often it came straight back from a room, and when last (V9)
    bounced: datetime | None = None
    refusals: int = 0  # how often in a row the carrier refused to hold, un-hold, pause, resume

    @property
    def in_room(self) -> bool:
        return self.observed in ("joined", "talk", "hold")

    @property
    def held(self) -> bool:
        return self.observed == "hold"

    @property
    def device(self) -> DeviceKind:
        """What it rings or talks on. An agent's that we did not dial is a page's."""
        return self.dialled or ("phone" if self.id == CALLER else "desk")


@value
class Room:
    """The conference of this call. `sid` is the carrier's id of its present life (R7)."""

    name: str
    sid: str | None = None
    started: bool = False


@value
class Call:
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
    recorded: tuple[str, ...] = ()  # of earlier conversations of this call, stopped
    out: tuple[Pending, ...] = ()
    claim_until: datetime | None = None
    marks: tuple[str, ...] = ()  # what agents marked it with, by the names of the verbs
    message: LeftMessage | None = None  # of a caller who came to a mailbox

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
    def outcome(self) -> CallOutcome | None:
        """How it ended; None before that.

        A message is a recording: it may be known only after the caller has hung up.
        """
        if not isinstance(self.state, Ended):
            return None
        has_message = self.message is not None and bool(self.message.takes)
        return with_message(self.state.outcome) if has_message else self.state.outcome

    @property
    def agent(self) -> str | None:
        """The agent whom this call holds now: reserved, connecting or talking."""
        match self.state:
            case Offered(agent=agent) | Connecting(agent=agent) | InConversation(agent=agent):
                return agent
            case _:
                return None

    @property
    def position(self) -> QueuePosition | None:
        match self.state:
            case Waiting(at) | Offered(at) | Connecting(at) | InConversation(at):
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
            case InConversation(away=HeadsetAway()):
                return "HeadsetAway"
            case state:
                return type(state).__name__

    @property
    def counts_as(self) -> TimeKind:
        """What the present time of the call is spent on, by what is observed of its legs."""
        match self.state:
            case AtNode():
                return "asked"
            case Offered():
                return "rung"
            case Waiting() | Connecting():
                return "waited"
            case InConversation() if self.is_talking:
                return "talked"
            case InConversation(talked=talked):  # who never heard this agent waits on
                return "held" if talked else "waited"
            case Ended():
                return "over"

    def is_commanded(self, command: Command) -> bool:
        """It is in the outbox, and not settled."""
        return any(pending.command == command for pending in self.out)

    @property
    def is_talking(self) -> bool:
        """The caller and an agent hear each other.

        The room may start before the caller's join is told: the second who joins starts it.
        """
        match self.state:
            case InConversation(headset=headset, met=True, away=None):
                caller, other = self.leg(CALLER), self.leg(headset)
            case _:
                return False
        return (
            self.room.started
            and other is not None
            and other.observed == "talk"
            and caller is not None
            and caller.observed in ("talk", "asking", "elsewhere")
        )

    @property
    def deadlines(self) -> tuple[datetime, ...]:
        """The instants at which time alone changes the state; the last one ends it."""
        match self.state:
            case Offered(until=until, next_at=next_at):
                return (next_at, until) if next_at else (until,)
            case Connecting(until=until) | InConversation(away=HeadsetAway(until=until)):
                return (until,)
            case InConversation(hold=OnHold(_, ring_at, until, is_ringing)):
                return (until,) if is_ringing else (ring_at, until)
            case _:
                return ()
