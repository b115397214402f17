"""The first call, whole: two real browsers, the unmodified SDK, real sound, the box of `make run`.

What is heard is judged by samples at the receivers; captions are no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.pitches import (
    AGENT_HERTZ,
    CALLER_HERTZ,
    MENU_HERTZ,
    SECOND_MENU_HERTZ,
    hear_each_other,
)
from tests.e2e.register_sound import pitch_of, recording_of
from tests.exchange.sound.hearing import hears
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

NOTE = "Wants the parcel tomorrow before ten, workshop door."


def test_a_caller_hears_the_menu_and_talks_to_an_agent_in_the_browser(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    desk = desk_of("agnieszka")

    # The menu is heard: its own tone, and not that of the other menu.
    street.dial("UK main line")
    street.is_in_state("talking")
    hears(street, MENU_HERTZ, SECOND_MENU_HERTZ)
    street.presses("1")
    hears(street, SECOND_MENU_HERTZ, MENU_HERTZ)

    # The queue: music, then a desk that rings with who, which number and which choices.
    street.presses("1")
    street.hears_music()
    queues = desk.page.locator("#my-queues li", has_text="Deliveries")
    expect(queues.locator(".wait").first).to_have_text("1")  # the worker made it, a push brought it
    desk.is_ready()
    desk.rings("Eleanor Whitcombe", "+44 20 7946 0142", "Deliveries", "Change a delivery")
    desk.is_pictured(screenshots, "desk-ringing")
    desk.accepts()
    hear_each_other(street, desk)
    desk.page.get_by_label("Notes").fill(NOTE)
    expect(desk.page.locator("[data-note-saved]")).to_contain_text("Saved")
    expect(desk.page.locator("#timeline")).to_contain_text("Recording started")
    desk.is_pictured(screenshots, "desk-in-call")

    # The register and back: the call goes on.
    desk.goes_to("Calls")
    expect(desk.page).to_have_url(re.compile("/calls"))
    hear_each_other(street, desk)
    desk.goes_to("Desk")
    expect(desk.end).to_be_visible()

    # A reload in mid-call: talks on.
    desk.page.reload()
    expect(desk.end).to_be_visible()
    hear_each_other(street, desk)

    # The end, and what the register has of the call.
    desk.end.click()
    street.is_in_state("ended")
    expect(desk.page.get_by_text("Wrap-up").first).to_be_visible()
    desk.goes_to("Calls")
    desk.page.get_by_role("link", name=re.compile("Eleanor Whitcombe")).first.click()
    drawer = desk.page.get_by_role("complementary")
    for words in ("Answered", "Deliveries EN", "Agnieszka Nowak", NOTE):
        expect(drawer).to_contain_text(words)
    assert drawer.get_by_role("table").get_by_role("row").count() >= 4  # head, caller, two headsets
    desk.is_pictured(screenshots, "register")

    recording = recording_of(desk)
    assert pitch_of(recording.caller) == pytest.approx(CALLER_HERTZ, abs=5)
    assert pitch_of(recording.agent) == pytest.approx(AGENT_HERTZ, abs=5)
    assert street.problems == []
    assert desk.problems == []
