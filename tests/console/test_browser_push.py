"""The push in a real Chromium when it is refused: the page tries ever more rarely, and says why."""

import itertools
import time

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Window
from tests.console.fakes import PASSWORD


def signs_in(page: Page, url: str) -> None:
    page.goto(f"{url}/desk")
    page.get_by_label("Work email").fill("agnieszka@kestrel.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_socket_that_is_refused_at_once_is_tried_ever_more_rarely(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens before it is refused: that is no success."""
    tries: list[float] = []

    def refuses(connection_id: str, ticket: str, origin: str) -> bool:
        tries.append(time.monotonic())
        return False

    monkeypatch.setattr(window.served.company.push, "connect", refuses)

    signs_in(window.page, window.served.url)
    while len(tries) < 4:
        window.page.wait_for_event("websocket")
    pauses = [after - before for before, after in itertools.pairwise(tries)]

    assert pauses[1] > 0.5
    assert pauses[2] > 1


def test_a_page_of_an_address_that_the_push_refuses_says_which_to_open(window: Window) -> None:
    page, asked = window.page, []
    page.on("request", lambda sent: asked.append(sent.url) if "/push/" in sent.url else None)

    signs_in(page, window.served.url.replace("localhost", "127.0.0.1"))

    expect(page.get_by_text("This page was opened at another address.")).to_be_visible()
    notice = page.locator('[data-notice="other-address"]')
    expect(notice).to_contain_text(f"Open Switchroom at {window.served.url}")
    page.wait_for_timeout(3000)
    assert len(asked) <= 5
