"""The unmodified Voice SDK in real Chromium, against the exchange's signalling and media."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.exchange.sound.browsers import AUDIBLE_DB, INAUDIBLE_DB, SdkPage
from tests.exchange.sound.stage_thread import StageThread


def test_a_call_hears_the_tone_that_the_exchange_plays(
    stage: StageThread, browser_700: Browser
) -> None:
    page = SdkPage(browser_700, stage, "alice")

    page.dial("tone:440", note="zażółć & more")
    page.wait("accept")
    heard = page.hears_until(440, 1000)

    assert heard[440] > AUDIBLE_DB
    assert heard[1000] < INAUDIBLE_DB
