"""`<Hangup>` (B15): the leg is over, whatever program it stands in."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.leg import Status
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.twiml.verbs.instant import Instant


def begin(node: Node, program: Program, done: Callable[[], None]) -> Instant:
    return Instant(lambda: program.core.calls.end(program.leg, Status.COMPLETED))
