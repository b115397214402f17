"""A colleague is consulted with real sound: the caller hears music until the call is theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, hear_each_other
from tests.exchange.sound.hearing import hears, hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone


def test_a_colleague_is_asked_by_name_then_has_the_call(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """R19: C, a name, Enter; T."""
    oliver, priya = desk_of("oliver"), desk_of("priya")
    oliver.answers(street)
    priya.is_ready()

    oliver.opens_the_dialog_to_consult()
    oliver.is_pictured(screenshots, "consult-a-colleague-dialog")
    oliver.page.keyboard.type("Priya Shah")
    oliver.page.keyboard.press("Enter")

    priya.rings("Oliver Marsh consults you.")
    expect(oliver.state_of_the_consulted).to_have_text("Ringing…")
    street.hears_music()
    priya.is_pictured(screenshots, "consult-a-colleague-rings")
    priya.comes_in()
    oliver.speaks_with("You speak with Priya Shah")
    hears(priya, AGENT_HERTZ, CALLER_HERTZ)
    hears(oliver, AGENT_HERTZ, CALLER_HERTZ)
    hears_no(street, AGENT_HERTZ)
    priya.is_pictured(screenshots, "consult-a-colleague-talks")
    oliver.is_pictured(screenshots, "consult-a-colleague-agent")

    oliver.presses("t")

    hear_each_other(street, priya)
    expect(oliver.page.get_by_role("button", name="Save and be available")).to_be_visible()
    expect(priya.page.locator("#timeline")).to_contain_text(
        "Oliver Marsh left the caller with Priya Shah"
    )
    priya.is_pictured(screenshots, "consult-a-colleague-given")
    priya.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []


def test_all_three_talk_until_the_colleague_leaves_them(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    oliver, priya = desk_of("oliver"), desk_of("priya")
    oliver.answers(street)
    priya.is_ready()
    oliver.opens_the_dialog_to_consult()
    oliver.page.keyboard.type("priya shah")
    oliver.page.keyboard.press("Enter")
    priya.rings("Oliver Marsh consults you.")
    priya.comes_in()
    oliver.speaks_with("You speak with Priya Shah")

    oliver.presses("j")

    hears(street, AGENT_HERTZ)
    hears(priya, CALLER_HERTZ)
    priya.is_pictured(screenshots, "consult-a-colleague-together")
    priya.presses("e")
    expect(priya.page.locator('#line[data-moment="idle"]')).to_be_attached()
    hear_each_other(street, oliver)
    oliver.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []
