"""`<Say>` (B1)."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.playback import PlayClip
from infra.local.exchange.twiml.program import Program


def begin(node: Node, program: Program, done: Callable[[], None]) -> PlayClip:
    language = node.get("language", "en-US")
    clip = program.context.sound.speech(node.text, language, node.get("voice"))
    return PlayClip(program.context, program.leg, clip, node.whole("loop", 1), done)
