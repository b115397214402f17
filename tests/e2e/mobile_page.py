"""A street phone that can be called: the mobile of an agent who is not at a desk."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.exchange.sound.hearing import PATIENCE_MILLISECONDS
from tests.exchange.sound.street_page import StreetPage


class MobilePage(StreetPage):
    def __init__(self, browser: Browser, exchange: str) -> None:
        super().__init__(browser, exchange)

    def has_number(self, number: str) -> None:
        own = self.page.get_by_label("Another number, with + and country")
        own.fill(number)
        own.blur()

    def picks_up(self) -> None:
        self.is_in_state("incoming")
        self.page.get_by_role("button", name="Answer").click()
        self.is_in_state("talking")

    def is_told(self, words: str) -> None:
        """By the captions: which words were spoken is not judged by samples."""
        captions = self.page.locator("#captions")
        expect(captions).to_contain_text(words, timeout=PATIENCE_MILLISECONDS)

    def hangs_up(self) -> None:
        self.page.get_by_role("button", name="Hang up").click()
