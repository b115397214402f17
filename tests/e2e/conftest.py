"""One box and three browsers for the whole folder: each microphone hears a tone of its own.

Every test takes its own pages, and leaves nobody available behind it. SCREENSHOTS=FOLDER keeps
pictures of the pages of the stories, for the docs and for eyes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.e2e.box import Box, running
from tests.e2e.company import marked_company
from tests.e2e.desk_page import DeskPage
from tests.e2e.mobile_page import MobilePage
from tests.e2e.pitches import AGENT_HERTZ, CALLER_HERTZ, FOURTH_HERTZ, MOBILE_HERTZ
from tests.exchange.sound.browsers import chromium
from tests.exchange.sound.hearing import PATIENCE_MILLISECONDS
from tests.exchange.sound.street_page import StreetPage

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass(frozen=True)
class Browsers:
    street: Browser
    desk: Browser
    mobile: Browser
    playwright: Playwright


@pytest.fixture(scope="package")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    company = marked_company(tmp_path_factory.mktemp("company"))
    with running(tmp_path_factory.mktemp("box"), company) as box:
        yield box


@pytest.fixture(scope="package")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    """For this folder only: an open playwright holds the event loop of every later test."""
    folder = tmp_path_factory.mktemp("microphones")
    with (
        sync_playwright() as playwright,
        chromium(playwright, folder, CALLER_HERTZ) as street,
        chromium(playwright, folder, AGENT_HERTZ, asks=True) as desk,
        chromium(playwright, folder, MOBILE_HERTZ) as mobile,
    ):
        yield Browsers(street, desk, mobile, playwright)


@pytest.fixture
def street(box: Box, browsers: Browsers) -> Iterator[StreetPage]:
    """A caller's telephone; hung up at the end, if nobody did."""
    page = StreetPage(browsers.street, box.exchange)
    yield page
    page.page.close()


@pytest.fixture
def mobile(box: Box, browsers: Browsers) -> Iterator[MobilePage]:
    page = MobilePage(browsers.mobile, box.exchange)
    yield page
    page.page.close()


@pytest.fixture
def fourth(box: Box, browsers: Browsers, tmp_path: Path) -> Iterator[MobilePage]:
    """Somebody else's telephone, with a tone of its own: a browser for the test that needs it."""
    with chromium(browsers.playwright, tmp_path, FOURTH_HERTZ) as browser:
        yield MobilePage(browser, box.exchange)


@pytest.fixture
def desk_of(box: Box, browsers: Browsers) -> Iterator[Callable[[str], DeskPage]]:
    """The desk of the agent of that name, signed in; offline at the end."""
    opened: list[DeskPage] = []

    def open_desk(name: str) -> DeskPage:
        desk = DeskPage(browsers.desk, box.product)
        opened.append(desk)
        desk.signs_in(f"{name}@kestrel.example", "kestrel")
        return desk

    yield open_desk
    for desk in opened:
        desk.leaves()


@pytest.fixture
def screenshots() -> Path | None:
    """Where pictures go, if SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
