"""A plan as somebody might change it at any moment: other words, other names for its nodes.

A call that began on the plan before knows none of the new names (F66). Lines keep theirs, so that
who was ready before goes on being offered calls of both.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import TypeVar

from app.domain import strategies
from app.domain.dialplan import Member, Plan
from app.domain.nodes.base import WaitPoint
from app.domain.nodes.extension import Extension
from app.domain.nodes.fields import Names, hints, marks
from app.domain.nodes.goto import Goto
from app.domain.nodes.hours import Hours
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt
from app.domain.states import RecordPolicy
from tests.simulation.choices import Choices
from tests.stories import company

T = TypeVar("T")


URGENCIES = (1, 5, 5, 9)
RINGS = (5, 12, 20, 20)
WAITS = (25, 60, 300, 600)
WRAP_UPS = (0, 5, 30, 30)
HOLDS = (10, 25, 120)
BRIEF_SECONDS, BRIEF_CHANCE = 25, 0.5
STRAIGHT_CHANCE = 0.7
BY_HAND_CHANCE = 0.4
POLICIES: tuple[RecordPolicy, ...] = ("by hand", "by hand", "always", "never")


def with_lengths(plan: Plan, choices: Choices) -> Plan:
    """Each line has any urgency, and lets people ring, wait, write and hold for any time."""
    nodes = {
        name: replace(
            node,
            priority=choices.pick(f"urgency/{name}", URGENCIES),
            ring_seconds=choices.pick(f"ring/{name}", RINGS),
            max_wait_seconds=choices.pick(f"wait/{name}", WAITS),
            wrap_up_seconds=choices.pick(f"wrap up/{name}", WRAP_UPS),
            max_hold_seconds=choices.pick(f"hold/{name}", HOLDS),
        )
        if isinstance(node, WaitPoint)
        else node
        for name, node in plan.nodes.items()
    }
    return replace(plan, nodes=nodes)


def with_doors(plan: Plan, choices: Choices) -> Plan:
    """Some numbers are open or closed, or greet first, as the world has it."""
    nodes = {
        name: replace(node, open=company.ALWAYS)
        if isinstance(node, Hours) and choices.happens(f"open/{name}", 0.3)
        else node
        for name, node in plan.nodes.items()
    }
    greets = choices.happens("greets", 0.5)
    numbers = tuple(
        replace(did, entry="welcome") if greets and did.e164 == company.BY_CALLER else did
        for did in plan.numbers
    )
    return replace(plan, numbers=numbers, nodes=nodes)


def with_accidents(plan: Plan, choices: Choices) -> Plan:
    """The night line leads round in a circle, the main line to agents, or not; waits for one
    person, some others, and holds are brief."""
    nodes = dict(plan.nodes)
    for name, node in plan.nodes.items():
        if isinstance(node, WaitPoint):
            is_brief = isinstance(node, Extension) or choices.draw(f"brief/{name}") < BRIEF_CHANCE
            wait_seconds = BRIEF_SECONDS if is_brief else node.max_wait_seconds
            hold_seconds = min(node.max_hold_seconds, BRIEF_SECONDS)
            nodes[name] = replace(
                node, max_wait_seconds=wait_seconds, max_hold_seconds=hold_seconds
            )
    nodes |= {"circle": Goto("circle-back"), "circle-back": Goto("circle")}
    entries = {company.NIGHT: "circle"}
    if choices.draw("main line") < STRAIGHT_CHANCE:
        entries[company.MAIN] = "claims"
    numbers = tuple(replace(did, entry=entries.get(did.e164, did.entry)) for did in plan.numbers)
    return replace(plan, numbers=numbers, nodes=nodes)


def with_strategies(plan: Plan, choices: Choices) -> Plan:
    """Each queue chooses among its free agents in any of the ways there are."""
    nodes = {
        name: replace(node, strategy=choices.pick(f"strategy/{name}", strategies.names()))
        if isinstance(node, Queue)
        else node
        for name, node in plan.nodes.items()
    }
    return replace(plan, nodes=nodes)


def with_desks(plan: Plan, desks: int) -> Plan:
    """So many agents in all, the others in both of the large queues."""
    queues = ("sales", "claims")
    more = tuple(
        Member(f"other{n:02d}", f"Other {n:02d}", f"o{n:02d}@kestrel.example", "agent", queues)
        for n in range(desks - sum(bool(member.queues) for member in plan.members))
    )
    return replace(plan, members=(*plan.members, *more))


def changed(plan: Plan, number: int) -> Plan:
    """The `number`th change of it."""
    lines = {name for name, node in plan.nodes.items() if isinstance(node, WaitPoint)}
    named = {name: name if name in lines else f"{name}-{number}" for name in plan.nodes}
    nodes = {named[name]: _changed(node, named, number) for name, node in plan.nodes.items()}
    numbers = tuple(replace(did, entry=named[did.entry]) for did in plan.numbers)
    return replace(plan, sha=str(number) * 64, numbers=numbers, nodes=nodes)


def _changed(thing: T, named: dict[str, str], number: int) -> T:
    """A node or a value within one: whatever names a node, by the declaration of its fields."""
    fields: dict[str, object] = {}
    for name, hint in hints(type(thing)).items():
        content = getattr(thing, name)
        if isinstance(content, Prompt):
            fields[name] = Prompt(f"{content.text} This is change {number}.", content.audio)
        elif Names("node") in marks(hint) and isinstance(content, str):
            fields[name] = named[content]
        elif isinstance(content, tuple) and all(map(dataclasses.is_dataclass, content)):
            fields[name] = tuple(_changed(part, named, number) for part in content)
    return replace(thing, **fields)  # type: ignore[type-var] # each is a value


def with_recording(plan: Plan, choices: Choices) -> Plan:
    """In some worlds each line is recorded always, never or by hand."""
    if not choices.happens("records by hand", BY_HAND_CHANCE):
        return plan
    nodes = {
        name: replace(node, record=choices.pick(f"record/{name}", POLICIES))
        if isinstance(node, WaitPoint)
        else node
        for name, node in plan.nodes.items()
    }
    return replace(plan, nodes=nodes)
