"""`<Redirect>` (B13): another document; nothing after it runs."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.verbs.instant import Instant


def begin(node: Node, program: Program, done: Callable[[], None]) -> Instant:
    return Instant(lambda: program.go(node.text, node.get("method", "POST")))
