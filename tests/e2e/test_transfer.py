"""A transfer with real sound: the caller hears the one agent, then music, then the other."""

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


def test_a_caller_goes_on_to_a_colleague_and_the_story_goes_along(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """T1: T, a name, Enter. A reload of the colleague's page keeps what it says."""
    oliver, priya = desk_of("oliver"), desk_of("priya")
    oliver.answers(street)
    priya.is_ready()
    expect(oliver.page.locator("#colleagues")).to_contain_text("Priya Shah")

    oliver.page.keyboard.press("t")
    oliver.page.get_by_label("Colleague, queue or mailbox").fill("priya")
    expect(oliver.page.locator("[data-target]:not([aria-disabled])")).to_have_count(1)
    oliver.is_pictured(screenshots, "transfer")
    oliver.page.keyboard.press("Enter")

    priya.rings("Oliver Marsh transferred this caller.")
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    priya.is_pictured(screenshots, "transferred")
    expect(oliver.page.get_by_role("button", name="Save and be available")).to_be_visible()
    priya.page.reload()
    priya.rings("Oliver Marsh transferred this caller.")
    priya.accepts()
    hear_each_other(street, priya)
    expect(priya.page.locator("#timeline")).to_contain_text(
        "Oliver Marsh transferred the caller to Priya Shah"
    )
    priya.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []


def test_a_caller_whom_a_colleague_declines_is_back_at_once(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    """T2."""
    oliver, priya = desk_of("oliver"), desk_of("priya")
    oliver.answers(street)
    priya.is_ready()
    oliver.page.keyboard.press("t")
    oliver.page.get_by_label("Colleague, queue or mailbox").fill("priya")
    expect(oliver.page.locator("[data-target]:not([aria-disabled])")).to_have_count(1)
    oliver.page.keyboard.press("Enter")
    priya.rings()

    priya.page.get_by_role("button", name="Decline").click()

    oliver.rings("did not take this caller, whom you transferred.")
    oliver.accepts()
    hear_each_other(street, oliver)
    oliver.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []
