"""What a leg hears at this instant, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from infra.local.exchange.interfaces import Heard, Playing, Ringback, Voices


def heard_in_words(heard: Heard, person: Callable[[str], str]) -> str:
    """`person` names the far end of a leg."""
    match heard:
        case None:
            return "silence"
        case Ringback():
            return "ringback"
        case Playing(clip=clip):
            return f"“{clip.caption}”"
        case Voices(legs=legs, announcement=announcement, ringback=ringback):
            over = f" under “{announcement.clip.caption}”" if announcement else ""
            rings = ["ringback"] if ringback else []
            return (", ".join([*map(person, legs), *rings]) or "nobody") + over
        case _:
            assert_never(heard)
