"""A parked call with real sound: music at the slot, and the voice of whoever takes the call."""

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


def test_a_call_is_parked_by_one_key_and_taken_from_another_desk(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """T6, D15: Z; "a call for you at 701"; the button there. A reload keeps what both pages say."""
    oliver, priya = desk_of("oliver"), desk_of("priya")
    oliver.answers(street)

    oliver.page.keyboard.press("z")

    expect(oliver.page.locator("#phone")).to_contain_text("701, until")
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    parked = priya.page.locator("#to-take li").filter(has_text="Parked at 701 by Oliver Marsh")
    expect(parked).to_be_visible()
    for page in (oliver.page, priya.page):
        page.reload()
    expect(oliver.page.locator("#phone")).to_contain_text("701, until")
    priya.is_pictured(screenshots, "parked")
    priya.is_ready()
    parked.get_by_role("button", name="Pick up").click()
    hear_each_other(street, priya)
    expect(priya.page.locator("#timeline")).to_contain_text("Oliver Marsh parked the caller at 701")
    expect(priya.page.locator("#to-take li")).to_have_count(0)
    priya.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []
