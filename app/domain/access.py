"""Who may do what: the one page that says it; asked everywhere, denied by default.

An action that is not in `RIGHTS`, and a role that an action does not name, may nothing. `OWN` is a
right over calls in which the person is an agent, over mailboxes to which the person's queues or
extension lead, with what was left there, and over the person's own desk; `ALL` over every one.
docs/rights.md is generated from here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from app.domain.topics import AGENT, BOARD, CALLS
from app.domain.value import value

Role: TypeAlias = Literal["agent", "supervisor", "admin"]
Scope: TypeAlias = Literal["own", "all"]
Action: TypeAlias = Literal[
    "use the desk",
    "handle a call",
    "pick up a call",
    "take a parked call",
    "call out",
    "supervise",
    "see the register",
    "see a call",
    "hear a recording",
    "write a note",
    "work on a mailbox",
    "see the company",
]

ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin")
OWN: Final = "own"
ALL: Final = "all"

_EVERYBODY_OWN: Mapping[Role, Scope] = {"agent": OWN, "supervisor": OWN, "admin": OWN}
_EVERYBODY_ALL: Mapping[Role, Scope] = {"agent": ALL, "supervisor": ALL, "admin": ALL}
_OVERSEERS_ALL: Mapping[Role, Scope] = {"agent": OWN, "supervisor": ALL, "admin": ALL}

RIGHTS: Mapping[Action, Mapping[Role, Scope]] = MappingProxyType(
    {
        "use the desk": _EVERYBODY_OWN,
        "handle a call": _EVERYBODY_OWN,
        "pick up a call": _OVERSEERS_ALL,  # own: of my queues, of who shares one with me (D13)
        "take a parked call": _EVERYBODY_ALL,  # it is announced by word of mouth (D15)
        "call out": _EVERYBODY_OWN,  # by the routes that the plan has for this person: else by none
        "supervise": {"supervisor": ALL},  # listen, coach, join in, take over (R14); set a status
        "see the register": _EVERYBODY_ALL,  # the page; which calls are on it, "see a call" says
        "see a call": _OVERSEERS_ALL,
        "hear a recording": _OVERSEERS_ALL,
        "write a note": _OVERSEERS_ALL,
        "work on a mailbox": _OVERSEERS_ALL,  # own: my queues or my extension lead to it
        "see the company": _EVERYBODY_ALL,
    }
)

TOPICS: Mapping[str, Action] = MappingProxyType(
    {AGENT: "use the desk", BOARD: "see the company", CALLS: "see a call"}
)


class Refused(Exception):
    """A person's request is refused; the text says why, in words for that person."""


@value
class Person:
    """Whoever is signed in. `role`: one of ROLES; any other may nothing."""

    id: str
    name: str
    role: str


@value
class Subject:
    """What an action is about: the agents whose call, mailbox or desk it is."""

    agents: tuple[str, ...] = ()


def may(person: Person, action: Action, subject: Subject | None = None) -> bool:
    """Whether this person may do this to `subject`; without one, to all there are."""
    match _scope(person, action):
        case "all":
            return True
        case "own":
            return subject is not None and person.id in subject.agents
        case _:
            return False


def may_sometimes(person: Person, action: Action) -> bool:
    """Whether there is a subject to which this person may do this: asked before it is known."""
    return _scope(person, action) is not None


def may_hear(person: Person, topic: str) -> bool:
    """Whether this person may listen to `topic`."""
    kind, _, agent = topic.partition(":")
    action = TOPICS.get(kind)
    return action is not None and may(person, action, Subject((agent,)) if agent else None)


def _scope(person: Person, action: Action) -> Scope | None:
    return next((s for role, s in RIGHTS.get(action, {}).items() if role == person.role), None)
