"""What can be checked only when all is read: ways without an end, things that stand twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.adapters.plan.marks import Table
from app.adapters.plan.people import ContactForm, NumberForm, PersonForm, RouteForm
from app.adapters.plan.problems import Problem
from app.domain.demo import is_of_the_demo
from app.domain.dialplan import Member, Plan
from app.domain.nodes.ask_extension import AskExtension
from app.domain.nodes.base import Node
from app.domain.nodes.extension import Extension
from app.domain.nodes.queue import Queue
from app.domain.numbering import line_of


def problems_across(kept: Iterable[tuple[Table, Any]]) -> Iterator[Problem]:
    """`kept` is all that is right by itself, each with the table it was written in."""
    kept = tuple(kept)
    yield from _twice(kept, NumberForm, "number", lambda number: number.number)
    yield from _twice(kept, ContactForm, "phone", lambda contact: contact.phone)
    yield from _people(kept)
    yield from _telephones(kept)
    yield from _shown_numbers(kept)
    yield from _emergency_numbers(kept)
    yield from _other_people_s_extensions(kept)
    nodes = {table.key: node for table, node in kept if isinstance(node, Node)}
    lines = {table.key: table for table, node in kept if isinstance(node, Node)}
    yield from _mistakes(nodes, lines)
    yield from _loops(nodes, lines)


def _twice(
    kept: tuple[tuple[Table, Any], ...], form: type, field: str, key: Callable[[Any], str]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for table, made in kept:
        if isinstance(made, form):
            if line_of(key(made)) in seen:
                said = f"{key(made)} stands here twice: remove one."
                yield Problem(table.lines[field], said)
            seen.add(line_of(key(made)))


def _people(kept: tuple[tuple[Table, Any], ...]) -> Iterator[Problem]:
    emails: dict[str, int] = {}
    extensions: set[str] = set()
    for table, person in kept:
        if not isinstance(person, PersonForm):
            continue
        email = person.email.lower()
        if email in emails:
            said = f"{email} stands in line {emails[email]} too: each person has their own."
            yield Problem(table.lines["email"], said)
        emails.setdefault(email, table.lines["email"])
        if person.extension in extensions:
            said = f"{person.extension} is another person's extension: choose one."
            yield Problem(table.lines["extension"], said)
        extensions |= {person.extension} if person.extension else set()
        if "phone" in person.devices and person.phone is None:
            said = 'the telephone has no number: add phone: "+44 7700 900 555".'
            yield Problem(table.lines["devices"], said)


def _own_lines(kept: tuple[tuple[Table, Any], ...]) -> set[str]:
    return {line_of(made.number) for _, made in kept if isinstance(made, NumberForm)}


def _telephones(kept: tuple[tuple[Table, Any], ...]) -> Iterator[Problem]:
    """A person's telephone is rung, and never by calling ourselves."""
    ours = _own_lines(kept)
    for table, person in kept:
        if not isinstance(person, PersonForm) or person.phone is None:
            continue
        if line_of(person.phone) in ours:
            said = f"{person.phone} is a number of the company: each offer would call ourselves."
            yield Problem(table.lines["phone"], f"{said} Write the person's own.")
        if "phone" not in person.devices:
            said = "this telephone never rings: add devices: [desk, phone], or take it out."
            yield Problem(table.lines["phone"], said)


def _shown_numbers(kept: tuple[tuple[Table, Any], ...]) -> Iterator[Problem]:
    """What is seen there can be called back: it is a number of the company."""
    ours = _own_lines(kept)
    for table, made in kept:
        if isinstance(made, RouteForm) and line_of(made.shows) not in ours:
            said = f"{made.shows} is no number of the company: write one that stands in numbers."
            yield Problem(table.lines["shows"], said)


def _emergency_numbers(kept: tuple[tuple[Table, Any], ...]) -> Iterator[Problem]:
    """Who is called there knows where to come to: the number has an address."""
    numbers = [made for _, made in kept if isinstance(made, NumberForm)]
    known = {line_of(made.number) for made in numbers if made.emergency_address}
    for table, made in kept:
        if not isinstance(made, PersonForm) or made.emergency_number is None:
            continue
        if line_of(made.emergency_number) not in known:
            said = f"{made.emergency_number} has no emergency_address in numbers: write one there."
            yield Problem(table.lines["emergency_number"], said)


def _other_people_s_extensions(kept: tuple[tuple[Table, Any], ...]) -> Iterator[Problem]:
    """A person's extension rings that person, where it rings somebody."""
    owners = {made.extension: table.key for table, made in kept if isinstance(made, PersonForm)}
    nodes = {table.key: made for table, made in kept if isinstance(made, Node)}
    for table, node in kept:
        if not isinstance(node, AskExtension):
            continue
        for one in node.extensions:
            rung, owner = nodes.get(one.then), owners.get(one.number)
            if owner and isinstance(rung, Extension) and rung.agent != owner:
                said = f"{one.number} is the extension of {owner}, but rings {rung.agent}"
                line = table.line_of(("extensions", one.number))
                yield Problem(line, f"{said}: let it lead to the node of {owner}.")


def _mistakes(nodes: Mapping[str, Node], tables: Mapping[str, Table]) -> Iterator[Problem]:
    """What a node finds wrong with itself."""
    for name, node in nodes.items():
        for mistake in node.mistakes():
            yield Problem(tables[name].line_of(mistake.path), mistake.words)


def _loops(nodes: Mapping[str, Node], tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Whoever says nothing and whom nobody answers must come to an end: a goodbye, a mailbox."""
    told: set[str] = set()
    for name in sorted(nodes, key=lambda name: tables[name].line):
        loop = _loop(nodes, name)
        if loop and not told & set(loop):
            told |= set(loop)
            way = " → ".join((*loop, loop[0]))
            said = (
                f"a silent caller goes round for ever: {way}. "
                "Let one of them lead to a mailbox, or to a greeting without `then`."
            )
            yield Problem(min(tables[one].line for one in loop), said)


def _loop(nodes: Mapping[str, Node], start: str) -> tuple[str, ...]:
    """The first circle on the ways of silence from `start`; empty when each of them ends."""
    path: list[str] = []
    done: set[str] = set()

    def walk(name: str) -> tuple[str, ...]:
        if name in path:
            return tuple(path[path.index(name) :])
        if name in done or name not in nodes:
            return ()
        path.append(name)
        for way in nodes[name].successors():
            if not way.by_key and (loop := walk(way.name)):
                return loop
        path.pop()
        done.add(name)
        return ()

    return walk(start)


def demo_parts(members: Iterable[Member], root: Table) -> Iterator[Problem]:
    """What only the local box may have: passwords that everybody can read."""
    if "demo_password" in root:
        said = "demo_password is for the local box: take it out, and give each person a password."
        yield Problem(root.lines["demo_password"], said)
    for member in members:
        if is_of_the_demo(member.password_hash):
            said = f"everybody knows this password, it is the demo's: give {member.id} another one."
            yield Problem(root.line_of(("people", member.id, "password_hash")), said)


def remarks_on(plan: Plan, root: Table) -> Iterator[Problem]:
    """What leads nowhere yet: allowed, since a plan may be in the making."""
    reached: set[str] = set()
    ahead = [number.entry for number in plan.numbers]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += [way.name for way in plan.nodes[name].successors()]
    nodes = root["nodes"]
    for name in plan.nodes:
        if name not in reached and isinstance(nodes, Table):
            yield Problem(nodes.lines[name], f"no call can come to {name}: nothing leads there.")
    members = {queue for member in plan.members for queue in member.queues}
    for name, node in plan.nodes.items():
        if isinstance(node, Queue) and name not in members and isinstance(nodes, Table):
            yield Problem(nodes.lines[name], f"nobody answers {name}: it is in no one's queues.")
