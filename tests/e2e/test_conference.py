"""A conference of four with real sound: who hears whom, told by the tones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.mobile_page import MobilePage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, FOURTH_HERTZ, MOBILE_HERTZ
from tests.e2e.test_consulting import NAME, consults, talk_apart
from tests.exchange.sound.hearing import Ears, hears, hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

BRANCH, TYPED = "+441632960215", "01632 960215"


def test_a_fourth_is_asked_apart_then_all_talk_then_the_agent_leaves(
    street: StreetPage,
    mobile: MobilePage,
    fourth: MobilePage,
    desk_of: Callable[[str], DeskPage],
    screenshots: Path | None,
) -> None:
    """C, a number, Enter, J; again; a reload changes nothing of it; L (T5)."""
    oliver = desk_of("oliver")
    consults(oliver, street, mobile)
    mobile.picks_up()
    oliver.speaks_with(f"You speak with {NAME}")
    oliver.presses("j")
    oliver.speaks_with("All three talk")

    # The fourth is asked apart: the others hear music, and nothing of it.
    fourth.has_number(BRANCH)
    oliver.opens_the_dialog_to_consult()
    oliver.types_a_number(TYPED)
    fourth.picks_up()
    talk_apart(oliver, AGENT_HERTZ, fourth, FOURTH_HERTZ, CALLER_HERTZ)
    for other in (street, mobile):
        other.hears_music()
        hears_no(other, FOURTH_HERTZ)
        hears_no(other, AGENT_HERTZ)
    oliver.is_pictured(screenshots, "conference-consulting")

    # All four, and after a reload as before.
    oliver.presses("j")
    oliver.speaks_with("All talk")
    oliver.page.reload()
    oliver.speaks_with("All talk")
    tones: dict[int, Ears] = {
        CALLER_HERTZ: street, AGENT_HERTZ: oliver, MOBILE_HERTZ: mobile, FOURTH_HERTZ: fourth,
    }  # fmt: skip
    for own, ears in tones.items():
        for hertz in tones.keys() - {own}:
            hears(ears, hertz, own)
    oliver.is_pictured(screenshots, "conference")

    # One is removed, and the agent leaves the other with the caller.
    oliver.page.locator("[data-party]").last.get_by_role("button", name="Remove").click()
    fourth.is_in_state("ended")
    oliver.speaks_with("All three talk")
    oliver.presses("l")
    expect(oliver.page.locator("#phone")).to_contain_text(f"Left to{NAME}")
    talk_apart(street, CALLER_HERTZ, mobile, MOBILE_HERTZ, AGENT_HERTZ)
    street.page.get_by_role("button", name="Hang up").click()
    mobile.is_in_state("ended")
    assert street.problems == mobile.problems == fourth.problems == oliver.problems == []
