"""Which module runs which verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.program import Activity, Program
from infra.local.exchange.twiml.verbs import (
    dial,
    enqueue,
    gather,
    hangup,
    leave,
    pause,
    play,
    record,
    redirect,
    reject,
    say,
)

Begin: TypeAlias = Callable[[Node, Program, Callable[[], None]], Activity]

BEGIN: dict[str, Begin] = {
    "Say": say.begin,
    "Play": play.begin,
    "Pause": pause.begin,
    "Gather": gather.begin,
    "Dial": dial.begin,
    "Enqueue": enqueue.begin,
    "Leave": leave.begin,
    "Redirect": redirect.begin,
    "Record": record.begin,
    "Hangup": hangup.begin,
    "Reject": reject.begin,
}


def begin(node: Node, program: Program, done: Callable[[], None]) -> Activity:
    return BEGIN[node.tag](node, program, done)
