"""`<Play>` (B2): a sound by URL, or keys."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.playback import PlayClip, PlayUrl
from infra.local.exchange.twiml.program import Program


def begin(node: Node, program: Program, done: Callable[[], None]) -> PlayClip | PlayUrl:
    context, leg, loops = program.context, program.leg, node.whole("loop", 1)
    if digits := node.get("digits"):
        return PlayClip(context, leg, context.sound.digits(digits), loops, done)
    return PlayUrl(context, leg, program.absolute(node.text), loops, done)
