"""`<Reject>` (B16): as the first verb the call is neither answered nor billed."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.leg import EndCall, Status
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.verbs.instant import Instant


def begin(end_call: EndCall, node: Node, program: Program, done: Callable[[], None]) -> Instant:
    def reject() -> None:
        if program.leg.answered:
            status = Status.COMPLETED
        else:
            status = Status.BUSY if node.get("reason") == "busy" else Status.NO_ANSWER
        end_call(program.leg, status)

    return Instant(reject)
