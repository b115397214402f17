"""Recording by hand at the desk, in a real Chromium: by keyboard alone, and what is read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.test_browser_axe import violations
from tests.console.window import in_call, keys_work

TAG = "[data-recording]"


def in_a_call_by_hand(window: Window) -> Page:
    page = in_call(window)
    keys_work(page)
    window.served.company.desk.records()
    window.poke()
    page.get_by_role("button", name="Record", exact=True).wait_for()
    return page


def test_one_key_records_and_the_same_key_stops(window: Window) -> None:
    page = in_a_call_by_hand(window)
    tag = page.locator("#phone").locator(TAG)
    expect(tag).to_have_text("Not recorded")

    page.keyboard.press("r")
    expect(tag).to_contain_text("Recording 0:0")
    page.get_by_role("button", name="Stop recording").wait_for()
    page.keyboard.press("r")

    expect(tag).to_have_text("Not recorded")
    asked = [one[0] for one in window.served.company.desk.asked if "record" in one[0]]
    assert asked == ["record", "stop-recording"]
    assert window.troubles == []


def test_a_pause_counts_down_and_the_same_key_ends_it(window: Window) -> None:
    page = in_a_call_by_hand(window)
    tag = page.locator("#phone").locator(TAG)
    page.keyboard.press("r")
    page.get_by_role("button", name="Pause recording").wait_for()

    page.keyboard.press("p")
    expect(tag).to_contain_text("Recording paused, resumes in 1:3")  # it ticks
    page.get_by_role("button", name="Resume recording").wait_for()
    page.keyboard.press("p")

    expect(tag).to_contain_text("Recording 0:0")


def test_a_pause_that_failed_is_read_out_at_once(window: Window) -> None:
    page = in_a_call_by_hand(window)

    window.served.company.desk.changes(recording=v.RecordingNow("running", not_paused=True))
    window.poke()

    alert = page.locator("#phone").get_by_role("alert")
    expect(alert).to_contain_text("The recording could not be paused. Do not ask for card numbers")


@pytest.mark.parametrize("asked", ["stop-recording", "record", "pause-recording"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_rule_of_accessibility_is_broken(window: Window, asked: str, width: int) -> None:
    page = in_a_call_by_hand(window)
    page.set_viewport_size({"width": width, "height": 800})

    window.served.company.desk.records(asked)
    window.poke()
    page.locator("#phone").locator(TAG).wait_for()

    assert violations(window) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
