"""Who may do what: the one page that says it; asked everywhere, denied by default."""

from typing import Literal, TypeAlias

from app.domain.value import value

Action: TypeAlias = Literal[
    "use the desk",
    "see the register",
    "see a call",
    "hear a recording",
    "write a note",
    "see the company",
]


@value
class Person:
    """Whoever is signed in. `role`: agent, supervisor, admin."""

    id: str
    name: str
    role: str


@value
class Subject:
    """What a call says of the people in it."""

    agents: tuple[str, ...] = ()


def may(person: Person, action: Action, subject: Subject | None = None) -> bool:
    overseer = person.role in ("supervisor", "admin")
    known = overseer or person.role == "agent"
    match action:
        case "use the desk" | "see the register" | "see the company":
            return known
        case "see a call" | "hear a recording" | "write a note":
            own = subject is not None and person.id in subject.agents
            return overseer or (known and own)
        case _:
            return False
