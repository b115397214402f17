"""The first call, whole: two real browsers, the unmodified SDK, real sound, the box of `make run`.

What is heard is judged by samples at the receivers; captions are no evidence.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
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
    desk.is_ready()
    desk.rings("Eleanor Whitcombe", "+44 20 7946 0142", "Deliveries", "Change a delivery")
    desk.is_pictured(screenshots, "desk-ringing")
    desk.accepts()
    hear_each_other(street, desk)

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

    # A note, the end, and what the register has of it.
    desk.page.get_by_label("Notes").fill(NOTE)
    expect(desk.page.locator("#note-saved")).to_contain_text("Saved")
    desk.is_pictured(screenshots, "desk-in-call")
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

    caller, agent = _channels(_recording(desk))
    assert _pitch(caller) == pytest.approx(CALLER_HERTZ, abs=5)
    assert _pitch(agent) == pytest.approx(AGENT_HERTZ, abs=5)
    assert street.problems == []
    assert desk.problems == []


def _recording(desk: DeskPage) -> bytes:
    """What the page's player would play: asked for by its own short signed link."""
    play = desk.page.get_by_role("button", name="Play", exact=True)
    for _ in range(10):
        if play.is_visible():
            break
        desk.page.wait_for_timeout(1000)
        desk.page.reload()
    listen = desk.page.locator("[data-player]").get_attribute("data-listen")
    with desk.page.expect_response(
        lambda answer: (
            answer.url.endswith(".wav") or "wav" in answer.headers.get("content-type", "")
        )
    ) as sound:
        play.click()
    assert listen
    return sound.value.body()


def _channels(body: bytes) -> tuple[np.ndarray, np.ndarray]:
    with wave.open(io.BytesIO(body)) as file:
        assert file.getnchannels() == 2
        both = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    return both[:, 0].astype(float), both[:, 1].astype(float)


def _pitch(samples: np.ndarray) -> float:
    """The strongest pitch of the loudest second, in Hz."""
    seconds = [samples[at : at + 8000] for at in range(0, len(samples) - 8000, 8000)]
    loudest = max(seconds, key=lambda second: float(np.abs(second).sum()))
    spectrum = np.abs(np.fft.rfft(loudest * np.hanning(len(loudest))))
    return float(np.argmax(spectrum))
