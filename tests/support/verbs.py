"""An agent clicks a button: the verb of that name, asked of the desk service."""

from __future__ import annotations

from app.domain.access import Person
from app.domain.verbs import TABLE
from app.service.desk import Desk, Grant


def click(
    desk: Desk,
    agent: str,
    verb: str,
    call: str,
    *,
    leg: str = "",
    tab: str = "tab0",
    target: str = "",
) -> Grant | None:
    """Refused as the service refuses it."""
    person = Person(agent, agent, "agent")
    return desk.do(person, call, TABLE[verb], leg=leg, tab=tab, target=target)


def granted(
    desk: Desk, agent: str, verb: str, call: str, *, leg: str = "", tab: str = "tab0"
) -> Grant:
    """A verb that connects: what the browser may call in with."""
    grant = click(desk, agent, verb, call, leg=leg, tab=tab)
    assert grant is not None
    return grant
