"""`<Reject>` (B16): as the first verb the call is neither answered nor billed."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.leg import Status
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.twiml.verbs.instant import Instant


def begin(node: Node, program: Program, done: Callable[[], None]) -> Instant:
    def reject() -> None:
        if program.leg.answered:
            status = Status.COMPLETED
        else:
            status = Status.BUSY if node.get("reason") == "busy" else Status.NO_ANSWER
        program.core.calls.end(program.leg, status)

    return Instant(reject)
