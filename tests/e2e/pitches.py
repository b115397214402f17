"""Whose tone is which, and who hears whom: judged by samples at the receivers."""

from __future__ import annotations

from typing import Protocol

from tests.exchange.sound.browsers import stands_out

CALLER_HERTZ, AGENT_HERTZ, MOBILE_HERTZ = 700, 1000, 1300
MENU_HERTZ, SECOND_MENU_HERTZ = 620, 480  # the tone marks of demo/make_sounds.py
WINDOWS = 6


class Ears(Protocol):
    def hears_until(self, pitch: int, *others: int) -> dict[int, float]: ...


def hears(ears: Ears, pitch: int, *others: int) -> None:
    """That tone, and none of the others.

    The window in which a sound begins also holds the click of its beginning, so that a later one
    may be needed.
    """
    heard: dict[int, float] = {}
    for _ in range(WINDOWS):
        heard = ears.hears_until(pitch, *others)
        if stands_out(heard, pitch):
            return
    raise AssertionError(f"{pitch} Hz does not stand out: {heard}")


def hear_each_other(caller: Ears, agent: Ears, agent_hertz: int = AGENT_HERTZ) -> None:
    """The other's known tone, and not one's own."""
    hears(agent, CALLER_HERTZ, agent_hertz)
    hears(caller, agent_hertz, CALLER_HERTZ)
