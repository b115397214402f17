"""An agent without a desk: a mobile rings, must press 1, and then each hears the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.ledger import leg_of
from tests.e2e.mobile_page import MobilePage
from tests.e2e.pitches import CALLER_HERTZ, MOBILE_HERTZ, hear_each_other
from tests.exchange.sound.hearing import hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

ELEANOR, CALLUM = "+442079460142", "+447700900555"


def test_a_mobile_rings_and_talks_only_after_pressing_1(
    street: StreetPage,
    mobile: MobilePage,
    desk_of: Callable[[str], DeskPage],
    screenshots: Path | None,
) -> None:
    """F27: whoever picks up is nobody until a key is pressed."""
    mobile.has_number(CALLUM)
    desk = desk_of("callum")
    desk.is_ready()
    street.dial("UK main line")
    street.is_in_state("talking")
    street.presses("2")

    # It rings, and the page says what to do.
    desk.rings("Your telephone rings.", "Press 1 there")
    desk.is_pictured(screenshots, "telephone-rings")
    mobile.picks_up()
    mobile.is_told("press 1")

    # Nothing is connected before the key.
    hears_no(street, MOBILE_HERTZ)
    hears_no(mobile, CALLER_HERTZ)
    callers, mobiles = leg_of(street, "caller", ELEANOR), leg_of(street, "number", CALLUM)
    assert callers["sid"] not in mobiles["hears_legs"]
    assert mobiles["sid"] not in callers["hears_legs"]

    # Then it is, both ways, and the page has everything but the sound.
    mobile.presses("1")
    hear_each_other(street, mobile, MOBILE_HERTZ)
    main = desk.page.get_by_role("main")
    expect(main).to_contain_text("On your telephone.")
    expect(desk.page.get_by_role("button", name="Mute")).to_have_count(0)
    desk.page.get_by_label("Notes").fill("Wet box, three plates broken.")
    expect(desk.page.locator("[data-note-saved]")).to_contain_text("Saved")
    desk.is_pictured(screenshots, "on-the-telephone")

    # Hanging up a telephone is a gesture (R10).
    mobile.hangs_up()
    street.is_in_state("ended")
    expect(desk.page.get_by_text("Wrap-up").first).to_be_visible()
    assert street.problems == mobile.problems == desk.problems == []
