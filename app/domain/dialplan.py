"""Where a call may go, as plain data: one document, content-addressed, edited by an administrator.

A call runs to its end on the version it began with (F66), so states keep the *name* of a node and
look it up here. Who is a member of a queue is live, not pinned: it travels with the agent.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias, TypeVar

from app.domain.hours import Schedule
from app.domain.value import value


@value
class Prompt:
    """Words to speak, or an uploaded sound: its content hash, with the words for who reads."""

    text: str
    audio: str | None = None


@value
class Choice:
    digit: str
    label: str  # what the agent reads on the offer
    then: str


@value
class Greeting:
    prompt: Prompt
    then: str | None  # None: say it and hang up


@value
class Menu:
    prompt: Prompt
    choices: tuple[Choice, ...]
    otherwise: str
    attempts: int = 3
    timeout_seconds: int = 5

    def choice(self, digit: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.digit == digit), None)


@value
class AskExtension:
    """The caller types an extension; each extension is a node of this plan."""

    prompt: Prompt
    digits: int
    extensions: tuple[Choice, ...]
    otherwise: str
    attempts: int = 3
    timeout_seconds: int = 5

    def choice(self, digit: str) -> Choice | None:
        return next((choice for choice in self.extensions if choice.digit == digit), None)


@value
class Queue:
    label: str
    otherwise: str
    comfort: Prompt
    music: str | None = None
    ring_seconds: int = 20
    max_wait_seconds: int = 600
    wrap_up_seconds: int = 30
    record: bool = True
    priority: int = 5  # 1 is the most urgent


@value
class Extension:
    """One agent's own line: offered to nobody else."""

    agent: str
    label: str
    otherwise: str
    comfort: Prompt
    music: str | None = None
    ring_seconds: int = 20
    max_wait_seconds: int = 25
    wrap_up_seconds: int = 10
    record: bool = True
    priority: int = 3


@value
class Mailbox:
    label: str
    prompt: Prompt
    max_seconds: int = 120


@value
class Hours:
    schedule: Schedule
    opened: str
    closed: str


Node: TypeAlias = Greeting | Menu | AskExtension | Queue | Extension | Mailbox | Hours
DeviceKind: TypeAlias = Literal["desk", "client", "phone"]
WaitPoint: TypeAlias = Queue | Extension  # where a caller waits for an agent
N = TypeVar("N", bound=Node)


@value
class Number:
    """A DID: the number people dial, what it is called, its language and where its calls begin."""

    e164: str
    label: str
    language: str
    entry: str


@value
class Member:
    """What the plan says of a person; presence and devices are the agent's."""

    id: str
    name: str
    email: str
    role: str  # agent, supervisor, admin
    queues: tuple[str, ...] = ()
    extension: str | None = None
    password_hash: str | None = None
    devices: tuple[DeviceKind, ...] = ("desk",)  # in the order in which they are tried
    phone: str | None = None  # E.164, where `devices` has a phone


@value
class Contact:
    phone: str
    name: str
    company: str = ""
    note: str = ""


@value
class Plan:
    sha: str
    company: str
    zone: str
    numbers: tuple[Number, ...]
    nodes: Mapping[str, Node]
    members: tuple[Member, ...] = ()
    away_reasons: tuple[str, ...] = ("break", "lunch")

    def number(self, e164: str) -> Number | None:
        return next((number for number in self.numbers if number.e164 == e164), None)

    def member(self, agent: str) -> Member | None:
        return next((member for member in self.members if member.id == agent), None)

    def node(self, name: str, kind: type[N]) -> N:
        """KeyError, TypeError: the plan was not checked before it was published."""
        node = self.nodes[name]
        if not isinstance(node, kind):
            raise TypeError(f"{name} is no {kind.__name__}")
        return node

    def wait_point(self, name: str) -> WaitPoint:
        """The queue or extension of that name. KeyError, TypeError: the plan was not checked."""
        node = self.nodes[name]
        if not isinstance(node, Queue | Extension):
            raise TypeError(f"{name} is no queue and no extension")
        return node
