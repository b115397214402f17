"""`<Pause>` (B3)."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.playback import Silence
from infra.local.exchange.twiml.program import Program


def begin(node: Node, program: Program, done: Callable[[], None]) -> Silence:
    return Silence(program.context, node.whole("length", 1), done)
