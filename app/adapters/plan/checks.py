"""What can be checked only when all names are known: references, and that each way has an end."""

from collections.abc import Iterable, Iterator, Mapping

from app.adapters.plan.nodes import Reading, Reference
from app.adapters.plan.problems import Problems, did_you_mean
from app.domain import dialplan as d
from app.domain.nodes.base import Node
from app.domain.nodes.queue import Queue


def check_references(
    reading: Reading,
    nodes: Mapping[str, Node],
    members: Iterable[d.Member],
    queues: Iterable[Reference],
    problems: Problems,
) -> None:
    people = {member.id for member in members}
    lines = {name for name, node in nodes.items() if isinstance(node, Queue)}
    for known, kind, references in (
        (set(reading.lines), "node", reading.nodes),
        (people, "person", reading.agents),
        (lines, "queue", queues),
    ):
        for ref in references:
            if ref.name and ref.name not in known:
                hint = did_you_mean(ref.name, known)
                problems.add(
                    ref.line, f"{ref.by} names {ref.name}, but no {kind} is called so.{hint}"
                )


def check_ways(reading: Reading, nodes: Mapping[str, Node], problems: Problems) -> None:
    """Whoever says nothing and whom nobody answers must come to an end: a goodbye, a mailbox."""
    told: set[str] = set()
    for name in sorted(nodes, key=lambda name: reading.lines[name]):
        loop = _loop(nodes, name)
        if loop and not told & set(loop):
            told |= set(loop)
            way = " → ".join((*loop, loop[0]))
            said = (
                f"a silent caller goes round for ever: {way}. "
                "Let one of them lead to a mailbox, or to a greeting without `then`."
            )
            problems.add(min(reading.lines[one] for one in loop), said)


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
        for target in _in_silence(nodes[name]):
            if loop := walk(target):
                return loop
        path.pop()
        done.add(name)
        return ()

    return walk(start)


def _in_silence(node: Node) -> Iterator[str]:
    return (way.name for way in node.successors() if not way.by_key)
