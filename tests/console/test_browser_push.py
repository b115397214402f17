"""The push in a real Chromium: rows without a fetch, a gap that is fetched, a socket refused."""

import itertools
import re
import time

import pytest
from playwright.sync_api import Page, expect

from app.domain.topics import BOARD
from tests.console.conftest import Window
from tests.console.fakes import PASSWORD
from tests.console.window import in_call

LONGEST_PAUSE = 5000  # ms: each fetch that is put off comes sooner, but for that of each minute


def signs_in(page: Page, url: str) -> None:
    page.goto(f"{url}/desk")
    page.get_by_label("Work email").fill("agnieszka@kestrel.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_socket_that_is_refused_at_once_is_tried_ever_more_rarely(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens before it is refused: that is no success."""
    monkeypatch.setattr(window.served.company.push, "connect", lambda *_: False)
    tries: list[float] = []  # of the page: the server may be told of one a moment later
    window.page.on("websocket", lambda _: tries.append(time.monotonic()))

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


def row(text: str) -> str:
    return f'<li data-row="tomasz"><span class="who"><strong>{text}</strong></span></li>'


def pushes(window: Window, version: int, after: int, text: str) -> None:
    window.served.company.push.deliver(
        BOARD,
        str(version),
        {
            "after": str(after),
            "language": "en",
            "people": {"tomasz": row(text)},
            "queues": {},
            "concerned": [],
        },
    )


def fetches(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/live" in sent.url else None)
    return asked


def nothing_is_left_to_fetch(page: Page) -> None:
    """The page's clock stands, and what it had put off (a second look after the socket opened, what
    a poke did not say) is done."""
    page.clock.pause_at(page.evaluate("Date.now()") + LONGEST_PAUSE)
    page.wait_for_load_state("networkidle")
    page.clock.run_for(LONGEST_PAUSE)
    page.wait_for_load_state("networkidle")


def test_rows_that_changed_are_shown_without_a_fetch_and_typing_goes_on(window: Window) -> None:
    window.page.clock.install()
    page = in_call(window)
    note = page.locator('[data-note="call1"]')
    nothing_is_left_to_fetch(page)
    note.focus()
    page.keyboard.type("made a d")
    asked = fetches(page)

    pushes(window, 2, 1, "Tomasz has gone home")
    expect(page.locator("#colleagues")).to_contain_text("Tomasz has gone home")
    page.keyboard.type("eal")
    pushes(window, 3, 2, "Tomasz is back")
    expect(page.locator("#colleagues")).to_contain_text("Tomasz is back")
    page.clock.run_for(LONGEST_PAUSE)

    expect(note).to_have_value("made a deal")
    expect(note).to_be_focused()
    assert [url for url in asked if "colleagues" in url] == []
    assert window.troubles == []


def test_a_page_that_missed_a_version_fetches_and_an_old_push_changes_nothing(
    window: Window,
) -> None:
    window.sign_in()
    page = window.page
    page.wait_for_load_state("networkidle")
    window.served.company.desk.overview = 5

    with page.expect_response(lambda answer: "colleagues=1-" in answer.url):
        pushes(window, 5, 4, "Nobody")  # the page shows 1
    expect(page.locator("#colleagues")).to_have_attribute("data-version", re.compile("^5-"))
    pushes(window, 4, 3, "Nobody")
    pushes(window, 6, 5, "Tomasz is back")
    expect(page.locator("#colleagues")).to_contain_text("Tomasz is back")

    assert "Nobody" not in page.locator("#colleagues").inner_text()


def test_a_change_of_my_own_part_is_fetched(window: Window) -> None:
    window.sign_in()
    kestrel = window.served.company
    window.page.wait_for_load_state("networkidle")
    kestrel.desk.open_messages = 2

    kestrel.push.deliver(
        BOARD,
        "2",
        {
            "after": "1",
            "language": "en",
            "people": {},
            "queues": {},
            "concerned": ["agnieszka"],
        },
    )

    expect(window.page.locator("#unread")).to_have_text("2 open")
