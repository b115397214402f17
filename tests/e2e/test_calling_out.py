"""An agent calls out, with real sound: it rings there, and the two hear each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.pitches import AGENT_HERTZ, hear_each_other
from tests.exchange.sound.hearing import hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

HOME = "020 7946 0142"  # who the street phone is at first


def test_whoever_is_called_talks_to_the_agent_hears_music_on_hold_and_hangs_up(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """C, the number, Enter."""
    oliver = desk_of("oliver")

    oliver.opens_the_dial_pad()
    oliver.is_pictured(screenshots, "call-out")
    oliver.types_a_number(HOME)
    street.is_in_state("incoming")
    expect(oliver.state_of_the_call).to_have_text("Calling")
    oliver.is_pictured(screenshots, "calling")
    street.answers()

    hear_each_other(street, oliver)
    expect(oliver.state_of_the_call).to_have_text("Talking")
    oliver.keys_work()
    oliver.page.keyboard.press("h")
    expect(oliver.state_of_the_call).to_contain_text("On hold")
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    oliver.page.keyboard.press("h")
    hear_each_other(street, oliver)
    street.page.get_by_role("button", name="Hang up").click()
    expect(oliver.page.get_by_role("button", name="Save and be available")).to_be_visible()
    expect(oliver.page.locator("#timeline")).to_contain_text("Oliver Marsh called +44 20 7946 0142")
    oliver.is_pictured(screenshots, "called")
    assert street.problems == oliver.problems == []


def test_who_declines_is_said_to_be_busy_and_can_be_called_again(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    oliver = desk_of("oliver")
    oliver.opens_the_dial_pad()
    oliver.types_a_number(HOME)
    street.is_in_state("incoming")

    street.page.get_by_role("button", name="Decline").click()

    again = oliver.page.get_by_role("button", name="Call again")
    expect(again).to_be_visible()
    expect(oliver.page.locator("#phone")).to_contain_text("Busy")
    oliver.is_pictured(screenshots, "busy")
    again.click()
    oliver.page.get_by_role("dialog").get_by_role("button", name="Call", exact=True).click()
    street.is_in_state("incoming")
    street.answers()
    hear_each_other(street, oliver)
    oliver.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == []


def test_an_emergency_call_says_where_help_comes_to(
    desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """O6: by the same keys as any other; who answers there is the demo's telephone 999."""
    oliver = desk_of("oliver")

    oliver.opens_the_dial_pad()
    oliver.types_a_number("999")

    expect(oliver.state_of_the_call).to_have_text("Talking")
    phone = oliver.page.locator("#phone")
    expect(phone).to_contain_text("Emergency services")
    expect(phone).to_contain_text("10 Market Street, London SE1 9AA")
    oliver.is_pictured(screenshots, "emergency")
    oliver.end.click()
    expect(oliver.page.get_by_role("button", name="Be available")).to_be_visible()
    assert oliver.problems == []
