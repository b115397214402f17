"""The interface of a plan's nodes: by it alone a call knows them.

A kind is a class with `@node`, whose fields are declared with `fields.declared`. It says what
becomes of a caller who comes to it (`enter`) and of what the caller does there (`answer`), what is
heard meanwhile (`document`) and where callers may go on (`successors`). Nodes are plain values:
what they keep of a caller is a `Memory`, which is stored with the call.
"""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeAlias, TypeVar, dataclass_transform

from app.domain.events import Heard, MessageLeft, NothingRecorded, Pressed
from app.domain.nodes.fields import NodeName, Sound, declared
from app.domain.outcomes import CallOutcome
from app.domain.replies import Prompt, Reply
from app.domain.states import Memory, RecordPolicy
from app.domain.value import value


@value
class Visit:
    """What a node may look at: who calls, whom, when. `zone` is the company's time zone."""

    caller: str  # E.164, WITHHELD, or what else the carrier passed
    did: str
    language: str
    zone: str
    now: datetime
    question: int  # the number of the question that the caller's leg is asked


# --- Outcomes: what becomes of the caller -------------------------------------------------------


@value
class Ask:
    """The caller stays at this node and hears its document, which is a new question.

    `choice`: what the caller asked for here, in words for the timeline.
    """

    memory: Memory | None = None
    choice: str = ""


@value
class GoTo:
    """On to another node. `choice`: what the caller chose, in words that the agent reads.

    `dialled`: an extension that the caller typed; the agent reads the title of its node.
    """

    node: str
    choice: str = ""
    dialled: str = ""


@value
class WaitForAgent:
    """The caller waits here for an agent; only a `WaitPoint` may say so."""


@value
class End:
    outcome: CallOutcome
    choice: str = ""


Outcome: TypeAlias = Ask | GoTo | WaitForAgent | End
Answer: TypeAlias = (
    Pressed | Heard | MessageLeft | NothingRecorded
)  # what a caller at a node may do


@value
class Successor:
    """A node where callers go on; `by_key`: only when they press a key."""

    name: str
    by_key: bool = False


@value
class Mistake:
    """What is wrong with a node though each field is right: where it is written, and the words."""

    path: tuple[str, ...]  # the field, and keys within it
    words: str


# --- Nodes --------------------------------------------------------------------------------------


class Node:
    """A node that is passed through need not say more than `enter` and `successors`."""

    __slots__ = ()
    kind: ClassVar[str]  # as the company's file says it after `is`
    about: ClassVar[str]  # one sentence for the docs and for editors
    outcome_of_hang_up: ClassVar[CallOutcome] = "hung up"  # of a caller who hangs up here
    takes_messages: ClassVar[bool] = False

    def enter(self, visit: Visit) -> Outcome:
        """What becomes of a caller who comes here."""
        raise NotImplementedError

    def answer(self, visit: Visit, memory: Memory | None, event: Answer) -> Outcome | None:
        """What becomes of a caller who does this here; None: it is no answer here."""
        return None

    def document(self, visit: Visit, memory: Memory | None) -> Reply:
        """What a caller who is asked here hears."""
        raise NotImplementedError

    def successors(self) -> tuple[Successor, ...]:
        """Each node to which `enter` or `answer` may lead."""
        raise NotImplementedError

    def mistakes(self) -> tuple[Mistake, ...]:
        """What the types and limits of the fields alone do not find."""
        return ()

    @property
    def title(self) -> str:
        """What people read of it; empty for a node without a label."""
        return str(getattr(self, "label", ""))


@value
class WaitPoint(Node):
    """A node where callers wait for an agent: a queue, an agent's own extension."""

    label: str = declared("What agents read.", example="Deliveries")
    otherwise: NodeName = declared(
        "The node after waiting too long, or when the queue takes nobody more.", example="mailbox"
    )
    comfort: Prompt = declared(
        "What everybody who waits hears before the music.", example="Please hold the line."
    )
    music: Sound | None = declared(
        "A sound file beside this one, played while the caller waits.",
        example="music.wav",
        default=None,
    )
    ring_seconds: int = declared(
        "How long one agent is rung.", example="20", default=20, low=5, high=120
    )
    max_wait_seconds: int = declared(
        "How long a caller waits at most.", example="600", default=600, low=10, high=7200
    )
    wrap_up_seconds: int = declared(
        "How long the agent has for the paperwork afterwards.",
        example="30",
        default=30,
        low=0,
        high=3600,
    )
    max_hold_seconds: int = declared(
        "How long a caller may be on hold before the agent is reminded.",
        example="120",
        default=120,
        low=10,
        high=3600,
    )
    park_seconds: int = declared(
        "How long a parked caller waits to be taken before they come back.",
        example="120",
        default=120,
        low=10,
        high=3600,
    )
    record: RecordPolicy = declared(
        "Which conversations are recorded: each, none, or those in which the agent begins it by "
        "hand. Callers have to be told before: by a greeting, by the menu or by the words of "
        "the queue.",
        example="always",
        default="always",
    )
    priority: int = declared(
        "Which callers come first: 1 is the most urgent.", example="5", default=5, low=1, high=10
    )

    @property
    def only_agent(self) -> str | None:
        """The one agent to whom its callers are offered; None: to its members."""
        return None

    @property
    def chooses_by(self) -> str:
        """The strategy by which it chooses among its members; empty where there is no choice."""
        return ""

    def enter(self, visit: Visit) -> Outcome:
        return WaitForAgent()

    def successors(self) -> tuple[Successor, ...]:
        return (Successor(self.otherwise),)


# --- The kinds ----------------------------------------------------------------------------------

KINDS: dict[str, type[Node]] = {}

N = TypeVar("N", bound=Node)


@dataclass_transform(frozen_default=True, field_specifiers=(declared, dataclasses.field))
def node(kind: str, about: str) -> Callable[[type[N]], type[N]]:
    """Makes a kind of that class: an immutable value, and known under the name `kind`.

    ValueError when there is a kind of that name.
    """

    def made(cls: type[N]) -> type[N]:
        if kind in KINDS:
            raise ValueError(f"two kinds of node are called {kind}")
        cls.kind, cls.about = kind, about
        KINDS[kind] = found = value(cls)
        return found

    return made
