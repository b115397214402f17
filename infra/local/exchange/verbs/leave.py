"""`<Leave>` (B12): out of the queue."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.verbs.instant import Instant


def begin(node: Node, program: Program, done: Callable[[], None]) -> Instant:
    return Instant(program.leave)
