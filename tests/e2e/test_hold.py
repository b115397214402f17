"""Hold and retrieve, with real sound: music instead of the agent, and nothing of it is recorded.

What is heard is judged by samples at the receivers, what is recorded by samples of the recording.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.ledger import leg_of
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, hear_each_other
from tests.e2e.register_sound import Recording, pitch_of, recording_of
from tests.exchange.sound.hearing import hears_no
from tests.exchange.sound.street_page import StreetPage

pytestmark = pytest.mark.alone

ELEANOR = "+442079460142"
ON_HOLD = re.compile(r"^On hold 0:\d\d$")
EDGE_SECONDS = 0.5  # between what the page shows and what is recorded


def test_a_caller_on_hold_hears_music_and_nothing_of_it_is_recorded(
    street: StreetPage, desk_of: Callable[[str], DeskPage], screenshots: Path | None
) -> None:
    """C2, R4."""
    desk = desk_of("oliver")
    dialled_at = time.monotonic()
    desk.answers(street)
    expect(desk.state_of_the_call).to_have_text("Talking")
    expect(desk.page.locator("#timeline")).to_contain_text("Recording started")
    talks_since = time.monotonic()
    hear_each_other(street, desk)
    desk.watches_the_state()
    desk.is_pictured(screenshots, "talking")

    desk.page.keyboard.press("h")
    expect(desk.state_of_the_call).to_have_text(ON_HOLD)
    assert leg_of(street, "caller", ELEANOR)["hears_legs"] == []  # the carrier did it
    assert _without_seconds(desk.states_shown()) in (["Holding…", "On hold"], ["On hold"])
    expect(desk.page.locator("#phone")).to_contain_text("Recording paused")
    held_since = time.monotonic()
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    hears_no(desk, CALLER_HERTZ)
    desk.is_pictured(screenshots, "on-hold")

    held_seconds = time.monotonic() - held_since
    desk.page.get_by_role("button", name="Retrieve").first.click()
    expect(desk.state_of_the_call).to_have_text("Talking")
    hear_each_other(street, desk)

    talked_seconds = time.monotonic() - talks_since
    desk.end.click()
    street.is_in_state("ended")
    took_seconds = time.monotonic() - dialled_at
    desk.goes_to("Calls")
    desk.page.get_by_role("link", name=re.compile("Eleanor Whitcombe")).first.click()
    timeline = desk.page.get_by_role("complementary")
    for words in ("Oliver Marsh put the caller on hold", "Oliver Marsh took the caller back"):
        expect(timeline).to_contain_text(words)
    _is_silent_while_held(recording_of(desk), held_seconds, talked_seconds, took_seconds)
    assert street.problems == desk.problems == []


def test_a_reload_keeps_a_caller_on_hold(
    street: StreetPage, desk_of: Callable[[str], DeskPage]
) -> None:
    desk = desk_of("oliver")
    desk.answers(street)
    desk.page.keyboard.press("h")
    expect(desk.state_of_the_call).to_have_text(ON_HOLD)

    desk.page.reload()
    expect(desk.end).to_be_visible()

    expect(desk.state_of_the_call).to_have_text(ON_HOLD)
    street.hears_music()
    hears_no(street, AGENT_HERTZ)
    hears_no(desk, CALLER_HERTZ)
    expect(desk.page.locator("#phone")).to_contain_text("Recording paused")
    desk.page.keyboard.press("h")
    expect(desk.state_of_the_call).to_have_text("Talking")
    hear_each_other(street, desk)
    assert street.problems == desk.problems == []


def _without_seconds(states: list[str]) -> list[str]:
    """Each once, in order: the seconds of "On hold 0:03" go on."""
    plain = [re.sub(r" \d+:\d\d$", "", state) for state in states]
    return [state for state, last in zip(plain, [None, *plain], strict=False) if state != last]


def _is_silent_while_held(
    recording: Recording, held_seconds: float, talked_seconds: float, took_seconds: float
) -> None:
    """Both channels, for as long as the hold; talk before and after; the time line is kept."""
    since, until = recording.longest_silence()

    assert until - since >= held_seconds - EDGE_SECONDS
    assert talked_seconds - EDGE_SECONDS <= recording.seconds <= took_seconds + EDGE_SECONDS
    for part in (recording.between(0, since), recording.between(until, recording.seconds)):
        assert pitch_of(part.caller) == pytest.approx(CALLER_HERTZ, abs=5)
        assert pitch_of(part.agent) == pytest.approx(AGENT_HERTZ, abs=5)
