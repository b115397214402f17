"""A supervisor with real sound: who hears whom while they listen, coach, join in and take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.box import Box
from tests.e2e.conftest import Browsers
from tests.e2e.desk_page import DeskPage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, FOURTH_HERTZ, hear_each_other
from tests.exchange.sound.browsers import chromium
from tests.exchange.sound.hearing import hears, hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone


@pytest.fixture
def priya(box: Box, browsers: Browsers, tmp_path: Path) -> Iterator[DeskPage]:
    """The supervisor's desk, in a browser whose microphone has a tone of its own."""
    with chromium(browsers.playwright, tmp_path, FOURTH_HERTZ, asks=True) as browser:
        desk = DeskPage(browser, box.product)
        desk.signs_in("priya@kestrel.example", "kestrel")
        yield desk
        desk.leaves()


def test_a_supervisor_listens_coaches_joins_in_and_takes_over(
    street: StreetPage,
    desk_of: Callable[[str], DeskPage],
    priya: DeskPage,
    screenshots: Path | None,
) -> None:
    """R14: from the page Live; each mode by one key; the caller never hears the coach."""
    oliver = desk_of("oliver")
    oliver.answers(street)

    priya.goes_to("Live")
    row = priya.page.locator("#live-calls li").filter(has_text="Oliver Marsh")
    expect(row).to_be_visible()
    priya.is_pictured(screenshots, "live")
    row.get_by_role("button", name="Listen").click()

    hears(priya, CALLER_HERTZ, FOURTH_HERTZ)
    hears(priya, AGENT_HERTZ, FOURTH_HERTZ)
    for ears in (street, oliver):
        hears_no(ears, FOURTH_HERTZ)
    expect(oliver.page.locator("#phone")).to_contain_text("Priya Shah listens.")
    oliver.is_pictured(screenshots, "listened-to")

    priya.presses("c")
    expect(priya.page.locator("#line")).to_contain_text("Oliver Marsh alone hears you.")
    hears(oliver, FOURTH_HERTZ, AGENT_HERTZ)
    hears_no(street, FOURTH_HERTZ)
    priya.goes_to("Desk")
    expect(priya.page.locator("#phone")).to_contain_text("Oliver Marsh alone hears you.")
    priya.is_pictured(screenshots, "coaching")

    priya.presses("b")
    expect(priya.page.locator("#phone")).to_contain_text("Everybody in the call hears you.")
    hears(street, FOURTH_HERTZ, CALLER_HERTZ)
    hears(oliver, FOURTH_HERTZ, AGENT_HERTZ)

    priya.presses("l")
    expect(priya.page.locator("#phone")).to_contain_text("Nobody hears you.")
    hears_no(street, FOURTH_HERTZ)

    priya.presses("t")
    expect(oliver.page.locator("#h-wrap")).to_be_visible()
    hear_each_other(street, priya, FOURTH_HERTZ)
    hears_no(street, AGENT_HERTZ)
    expect(priya.page.locator("#timeline")).to_contain_text(
        "Priya Shah took the call over from Oliver Marsh"
    )
    priya.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []


def test_a_page_of_a_supervisor_that_is_reloaded_listens_no_more_and_the_two_talk_on(
    street: StreetPage, desk_of: Callable[[str], DeskPage], priya: DeskPage
) -> None:
    oliver = desk_of("oliver")
    oliver.answers(street)
    priya.goes_to("Live")
    row = priya.page.locator("#live-calls li").filter(has_text="Oliver Marsh")
    row.get_by_role("button", name="Listen").click()
    hears(priya, CALLER_HERTZ, FOURTH_HERTZ)

    priya.page.reload()

    expect(row.get_by_role("button", name="Listen")).to_be_enabled()
    hear_each_other(street, oliver)
    hears_no(street, FOURTH_HERTZ)
    expect(oliver.page.locator("#phone")).not_to_contain_text("listens")
    oliver.end.click()
    street.is_in_state("ended")
    assert street.problems == oliver.problems == priya.problems == []
