"""Two calls of one agent with real sound: one is spoken in, the other hears music (R6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.mobile_page import MobilePage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, MOBILE_HERTZ
from tests.e2e.test_consulting import NAME, PHARMACY, TYPED, talk_apart
from tests.exchange.sound.hearing import hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone


def test_an_agent_calls_somebody_else_switches_and_reloads(
    street: StreetPage,
    mobile: MobilePage,
    desk_of: Callable[[str], DeskPage],
    screenshots: Path | None,
) -> None:
    """N, the number, Enter; 1 and back; the end of the one leaves the other on hold."""
    oliver = desk_of("oliver")
    mobile.has_number(PHARMACY)
    oliver.answers(street)
    phone, held = oliver.page.locator("#phone"), oliver.page.get_by_role("button", name="Switch 1:")

    oliver.presses("n")
    expect(oliver.page.get_by_role("dialog", name="Call somebody else")).to_be_visible()
    oliver.types_a_number(TYPED)
    mobile.picks_up()

    talk_apart(oliver, AGENT_HERTZ, mobile, MOBILE_HERTZ, CALLER_HERTZ)
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    expect(held).to_have_count(1)
    oliver.is_pictured(screenshots, "two-lines")

    oliver.keys_work()
    oliver.page.keyboard.press("1")
    talk_apart(oliver, AGENT_HERTZ, street, CALLER_HERTZ, MOBILE_HERTZ)
    mobile.hears_music()
    hears_no(mobile, AGENT_HERTZ)

    # A reload connects the sound of the call that was spoken in, and changes nothing of the other.
    oliver.page.reload()
    talk_apart(oliver, AGENT_HERTZ, street, CALLER_HERTZ, MOBILE_HERTZ)
    expect(held).to_have_count(1)

    oliver.end.click()
    street.is_in_state("ended")
    expect(phone).to_contain_text("You speak with nobody now.")
    mobile.hears_music()
    oliver.is_pictured(screenshots, "on-hold-alone")
    held.click()
    talk_apart(oliver, AGENT_HERTZ, mobile, MOBILE_HERTZ, CALLER_HERTZ)
    expect(held).to_have_count(0)
    expect(phone).to_contain_text(NAME)
    mobile.hangs_up()
    expect(oliver.page.get_by_role("button", name="Save and be available")).to_be_visible()
    assert street.problems == mobile.problems == oliver.problems == []
