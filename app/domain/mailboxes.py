"""Whose mailbox is it: of the agents whose queues, or whose own extension, lead to it.

A queue leads to where its callers come by themselves who are not served: what they choose with a
key is their own way. Asked of the plan each time: a message outlives the plan that it was left on.
"""

from collections.abc import Iterator

from app.domain.dialplan import Plan
from app.domain.nodes.base import WaitPoint


def mailboxes(plan: Plan) -> tuple[str, ...]:
    """All of the company, in the order of the plan."""
    return tuple(name for name, node in plan.nodes.items() if node.takes_messages)


def agents_of(plan: Plan, mailbox: str) -> tuple[str, ...]:
    """The agents whose mailbox it is, by their ids; nobody's when the plan has it no more."""
    lines = {
        name: node.only_agent
        for name, node in plan.nodes.items()
        if isinstance(node, WaitPoint) and mailbox in _led_to(plan, name)
    }
    return tuple(
        member.id
        for member in plan.members
        if any(only == member.id or name in member.queues for name, only in lines.items())
    )


def _led_to(plan: Plan, line: str) -> Iterator[str]:
    """The mailboxes to which the callers of that line come by themselves."""
    ahead, seen = [line], {line}
    while ahead:
        name = ahead.pop()
        node = plan.nodes[name]
        if node.takes_messages:
            yield name
        if name != line and isinstance(node, WaitPoint):
            continue  # there others are served
        for way in node.successors():
            if not way.by_key and way.name not in seen:
                seen.add(way.name)
                ahead.append(way.name)
