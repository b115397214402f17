"""Reload and loss in mid-call, with real sound: the caller is not lost, and never long in silence.

What is heard is judged by samples, silence by the exchange's ledger.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.ledger import leg_of, silence_seconds
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, hear_each_other
from tests.exchange.sound.hearing import hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

ELEANOR = "+442079460142"
MOST_SILENCE_SECONDS = 1.0


def test_a_reload_keeps_the_call_and_the_caller_hears_music_meanwhile(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    """F25: the silence is that of the change-over, not of the page's loading."""
    desk = desk_of("oliver")
    desk.answers(street)
    before = silence_seconds(street, ELEANOR)

    desk.page.reload()
    expect(desk.end).to_be_visible()
    hear_each_other(street, desk)

    assert silence_seconds(street, ELEANOR) - before <= MOST_SILENCE_SECONDS
    assert street.problems == desk.problems == []


def test_two_reloads_within_two_seconds_leave_one_headset(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    desk = desk_of("oliver")
    desk.answers(street)

    desk.page.reload(wait_until="domcontentloaded")
    desk.page.reload(wait_until="domcontentloaded")
    expect(desk.end).to_be_visible()

    hear_each_other(street, desk)
    assert len(leg_of(street, "caller", ELEANOR)["hears_legs"]) == 1
    assert street.problems == []


def test_a_microphone_denied_after_a_reload_gives_the_caller_to_somebody_else(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    """F25, F26: the page is back and cannot speak; the caller hears music, then another agent."""
    desk, other = desk_of("oliver"), desk_of("priya")
    desk.answers(street)
    before = silence_seconds(street, ELEANOR)

    desk.denies_the_microphone()
    desk.page.reload()
    desk.page.locator('[data-verb="rejoin"]:visible').click()
    expect(desk.page.get_by_text("The microphone is blocked.", exact=True)).to_be_visible()
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    on_hold = silence_seconds(street, ELEANOR)
    other.is_ready()
    other.rings("Business accounts")
    other.accepts()
    hear_each_other(street, other)
    hears_no(desk, CALLER_HERTZ)

    assert on_hold - before <= MOST_SILENCE_SECONDS
    assert silence_seconds(street, ELEANOR) - on_hold <= MOST_SILENCE_SECONDS
    assert len(leg_of(street, "caller", ELEANOR)["hears_legs"]) == 1
    expect(desk.page.get_by_role("button", name="Be available again")).to_be_visible()  # F14
    assert street.problems == []


def test_a_page_that_dies_without_a_word_is_continued_in_a_new_one(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    """F26: no beacon, no hang-up frame; the first news of it is the next page's."""
    desk = desk_of("oliver")
    desk.answers(street)

    desk.crashes()
    desk.opens_another_page()
    again = desk.page.locator('[data-verb="rejoin"]:visible')
    again.click()
    expect(again).to_have_count(0)

    hear_each_other(street, desk)
    assert len(leg_of(street, "caller", ELEANOR)["hears_legs"]) == 1
