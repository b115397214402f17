"""Whose tone is which: every microphone has one of its own."""

from __future__ import annotations

from tests.exchange.sound.hearing import Ears, hears

CALLER_HERTZ, AGENT_HERTZ, MOBILE_HERTZ, FOURTH_HERTZ = 700, 1000, 1300, 1650
MENU_HERTZ, SECOND_MENU_HERTZ = 620, 480  # of company.py


def hear_each_other(caller: Ears, agent: Ears, agent_hertz: int = AGENT_HERTZ) -> None:
    """The other's known tone, and not one's own."""
    hears(agent, CALLER_HERTZ, agent_hertz)
    hears(caller, agent_hertz, CALLER_HERTZ)
