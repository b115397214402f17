"""One media runtime and two browsers for all sound tests: starting Chromium is most of the cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.exchange.sound.browsers import chromium
from tests.exchange.sound.hearing import PATIENCE_MILLISECONDS
from tests.exchange.sound.media_runtime_thread import MediaRuntimeThread

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="session")
def media_runtime() -> Iterator[MediaRuntimeThread]:
    media_runtime = MediaRuntimeThread()
    yield media_runtime
    media_runtime.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For a module only: while open it holds this thread's event loop, for others too."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser_700(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with chromium(playwright, tmp_path_factory.mktemp("tones"), 700) as browser:
        yield browser


@pytest.fixture(scope="module")
def browser_1000(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with chromium(playwright, tmp_path_factory.mktemp("tones"), 1000) as browser:
        yield browser


@pytest.fixture
def doomed_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """For the test that kills it."""
    with chromium(playwright, tmp_path_factory.mktemp("tones"), 500) as browser:
        yield browser
