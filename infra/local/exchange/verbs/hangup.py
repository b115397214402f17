"""`<Hangup>` (B15): the leg is over, whichever program runs the verb."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.leg import EndCall, Status
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.verbs.instant import Instant


def begin(end_call: EndCall, node: Node, program: Program, done: Callable[[], None]) -> Instant:
    return Instant(lambda: end_call(program.leg, Status.COMPLETED))
