"""The console's network dies in mid-call: it says so, the call goes on, and is whole after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.pitches import hear_each_other
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

NOTE = "Calls again on Monday."


def problem_of_the_network(problem: str) -> bool:
    """The browser's own words for it, and those of htmx."""
    return "ERR_INTERNET_DISCONNECTED" in problem or problem.startswith("htmx:")


def test_a_killed_network_is_said_and_the_call_keeps_its_sound(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    desk = desk_of("oliver")
    desk.answers(street)
    page = desk.page
    banner = page.get_by_text("No connection to Switchroom.")
    saved = page.locator("[data-note-saved]")

    desk.context.set_offline(True)
    expect(banner).to_be_visible()

    # What needs no server works; what does says so, and loses nothing.
    hear_each_other(street, desk)
    page.get_by_role("button", name="Mute").first.click()
    expect(page.get_by_role("button", name="Muted").first).to_be_visible()
    page.get_by_role("button", name="Muted").first.click()
    mute = page.get_by_role("button", name="Mute").first
    assert mute.locator("svg:visible use").evaluate("(use) => use.getBBox().width") > 0
    page.get_by_label("Notes").fill(NOTE)
    expect(saved).to_have_text("Not saved yet: no network")
    desk.end.click()
    expect(page.locator(".toast").first).to_contain_text("Your call is not affected")
    desk.is_pictured(screenshots, "offline")
    hear_each_other(street, desk)

    # The network is back: so is everything.
    desk.context.set_offline(False)
    expect(banner).to_be_hidden()
    expect(saved).to_contain_text("Saved")
    hear_each_other(street, desk)
    desk.end.click()
    street.is_in_state("ended")
    expect(page.get_by_label("Notes")).to_have_value(NOTE)
    assert [problem for problem in desk.problems if not problem_of_the_network(problem)] == []
    assert street.problems == []
