"""Where a call may go, as plain data: one document, content-addressed, edited by an administrator.

A call runs to its end on the version it began with (F66), so states keep the *name* of a node and
look it up here. Who is a member of a queue is live, not pinned: it travels with the agent.
"""

from collections.abc import Mapping
from typing import TypeVar

from app.domain.agent import DeviceKind
from app.domain.hours import Span
from app.domain.nodes.base import Node, WaitPoint
from app.domain.numbering import CallableKind, line_of
from app.domain.value import value

N = TypeVar("N", bound=Node)


@value
class Number:
    """A DID: the number people dial, what it is called, its language and where its calls begin.

    `emergency_address`: where the emergency services come to when it is seen there. Empty: none is
    registered with the carrier.
    """

    e164: str
    label: str
    language: str
    entry: str
    emergency_address: str = ""


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
    emergency_number: str | None = None  # E.164: the one of ours that is seen in an emergency

    @property
    def takes_calls(self) -> bool:
        return bool(self.queues or self.extension)


@value
class Contact:
    phone: str
    name: str
    company: str = ""
    note: str = ""
    do_not_call: bool = False


@value
class Route:
    """How its people call out: `shows`, one of our numbers, is what is seen there.

    Its calls are calls of `queue`: the node whose recording and times they have, and where whoever
    is called waits when the agent is lost. `countries`: ISO 3166 codes, `kinds`: of numbers.
    `most`: calls of one person within ten minutes. `open`: when it may be used, in the company's
    zone; empty: always.
    """

    name: str
    label: str
    shows: str
    queue: str
    countries: tuple[str, ...]
    kinds: tuple[CallableKind, ...]
    people: tuple[str, ...]  # who may use it
    most: int = 10
    open: tuple[Span, ...] = ()


@value
class Plan:
    sha: str
    company: str
    zone: str
    numbers: tuple[Number, ...]
    nodes: Mapping[str, Node]
    members: tuple[Member, ...] = ()
    away_reasons: tuple[str, ...] = ("break", "lunch")
    routes: tuple[Route, ...] = ()  # none: nobody may call out, but in an emergency

    def route(self, name: str) -> Route | None:
        return next((route for route in self.routes if route.name == name), None)

    def routes_of(self, agent: str) -> tuple[Route, ...]:
        """Those that this person may use, in the plan's order."""
        return tuple(route for route in self.routes if agent in route.people)

    def number(self, e164: str) -> Number | None:
        for number in self.numbers:  # nearly always as it is written: no number is rewritten then
            if number.e164 == e164:
                return number
        line = line_of(e164)
        return next((number for number in self.numbers if line_of(number.e164) == line), None)

    def member(self, agent: str) -> Member | None:
        return next((member for member in self.members if member.id == agent), None)

    def node(self, name: str, kind: type[N]) -> N:
        """KeyError, TypeError: the plan was not checked before it was published."""
        node = self.nodes[name]
        if not isinstance(node, kind):
            raise TypeError(f"{name} is no {kind.__name__}")
        return node

    def wait_point(self, name: str) -> WaitPoint:
        """The node of that name, where callers wait. KeyError, TypeError as of `node`."""
        return self.node(name, WaitPoint)
