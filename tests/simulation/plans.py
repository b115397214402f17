"""A plan as somebody might change it at any moment: other words, other names for its nodes.

A call that began on the plan before knows none of the new names (F66). Lines keep theirs, so that
who was ready before goes on being offered calls of both.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.dialplan import (
    AskExtension,
    Choice,
    Extension,
    Greeting,
    Hours,
    Mailbox,
    Menu,
    Node,
    Plan,
    Prompt,
    Queue,
)


def changed(plan: Plan, number: int) -> Plan:
    """The `number`th change of it."""
    lines = {name for name, node in plan.nodes.items() if isinstance(node, Queue | Extension)}
    named = {name: name if name in lines else f"{name}-{number}" for name in plan.nodes}
    nodes = {named[name]: _changed(node, named, number) for name, node in plan.nodes.items()}
    numbers = tuple(replace(did, entry=named[did.entry]) for did in plan.numbers)
    return replace(plan, sha=str(number) * 64, numbers=numbers, nodes=nodes)


def _changed(node: Node, named: dict[str, str], number: int) -> Node:
    match node:
        case Greeting(prompt, then):
            return Greeting(_said(prompt, number), named[then] if then else None)
        case Menu(prompt, choices, otherwise):
            return replace(
                node,
                prompt=_said(prompt, number),
                choices=_renamed(choices, named),
                otherwise=named[otherwise],
            )
        case AskExtension(prompt, _, extensions, otherwise):
            return replace(
                node,
                prompt=_said(prompt, number),
                extensions=_renamed(extensions, named),
                otherwise=named[otherwise],
            )
        case Mailbox(_, prompt):
            return replace(node, prompt=_said(prompt, number))
        case Hours(_, opened, closed):
            return replace(node, opened=named[opened], closed=named[closed])
        case Queue() | Extension():
            return replace(node, otherwise=named[node.otherwise])


def _said(prompt: Prompt, number: int) -> Prompt:
    return Prompt(f"{prompt.text} This is change {number}.", prompt.audio)


def _renamed(choices: tuple[Choice, ...], named: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(replace(choice, then=named[choice.then]) for choice in choices)
