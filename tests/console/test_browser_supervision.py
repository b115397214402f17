"""The page Live and the desk of who listens, in a real Chromium, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from app.console import views as v
from app.console.presenters.parts import button
from app.domain.verbs import TABLE
from tests.console.conftest import Window
from tests.console.fake_calls import NOW
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import UP, keys_work

LONG = v.Party("+447700900779", "Maximiliane Freifrau von und zu Hohenlohe-Waldenburg-Schillings")
ROWS = (
    v.LiveCall(
        "call5",
        "Tomasz Zieliński",
        LONG,
        "Deliveries EN",
        NOW - timedelta(seconds=97),
        button=button(TABLE["supervise"]),
    ),
    v.LiveCall(
        "call6",
        "Oliver Marsh",
        v.Party(None, ""),
        "Business accounts",
        NOW - timedelta(seconds=41),
        listener="Priya Shah",
    ),
)


def _live(window: Window) -> Page:
    """The page of a supervisor, on which two calls go on."""
    window.served.company.desk.live_calls = ROWS
    window.served.company.desk.is_ready()
    window.sign_in("/wallboard", "hannah")
    return window.page


def _listening(window: Window) -> Page:
    page = _live(window)
    page.get_by_role("button", name="Listen: Tomasz Zieliński").click()
    page.wait_for_selector(UP)
    return page


def _asked(window: Window, *verbs: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] in verbs]


def test_live_shows_who_talks_who_waits_and_who_is_here(window: Window) -> None:
    page = _live(window)

    calls = page.locator("#live-calls li")
    expect(calls).to_have_count(2)
    expect(calls.nth(1)).to_contain_text("Priya Shah listens")
    expect(calls.nth(1).get_by_role("button")).to_have_count(0)
    expect(page.locator("#live-queues")).to_contain_text("Waiting now")
    row = page.locator('#live-queues [data-row="en"]')
    expect(row).to_contain_text("119 answered, 71 % in 20 s, 7 gave up")
    expect(page.locator("#live-agents li")).to_have_count(7)
    assert window.troubles == []


def test_a_click_listens_and_the_strip_says_that_nobody_hears_me(window: Window) -> None:
    page = _listening(window)

    expect(page.locator("#line")).to_contain_text("Nobody hears you.")
    assert _asked(window, "supervise") == [("supervise", "hannah", "call5", "")]
    params = page.evaluate("fakePhone.calls.at(-1).params")
    assert params == {"call": "call5", "headset": "hannah.1", "nonce": "n1"}
    assert window.troubles == []


def test_each_mode_has_a_key_on_every_page(window: Window) -> None:
    page = _listening(window)
    keys_work(page)

    for key, words in (
        ("c", "Tomasz Zieliński alone hears you."),
        ("b", "Everybody in the call hears you."),
        ("l", "Nobody hears you."),
    ):
        page.keyboard.press(key)
        expect(page.locator("#line")).to_contain_text(words)

    assert [one[0] for one in _asked(window, "listen", "coach", "barge")] == [
        "coach",
        "barge",
        "listen",
    ]


def test_the_desk_shows_the_call_that_i_listen_to_with_its_caller_and_timeline(
    window: Window,
) -> None:
    page = _listening(window)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Desk").click()

    expect(page.locator("#phone")).to_contain_text("Tomasz Zieliński")
    expect(page.locator("#context")).to_contain_text("Eleanor Whitcombe")
    expect(page.locator("#timeline li").first).to_be_visible()


def test_who_takes_over_has_the_call_on_the_desk(window: Window) -> None:
    page = _listening(window)
    keys_work(page)

    page.keyboard.press("t")

    expect(page.get_by_role("button", name="End call")).to_be_visible()
    assert [one[0] for one in _asked(window, "take-over")] == ["take-over"]


def test_a_refusal_to_listen_is_said_and_nothing_is_connected(window: Window) -> None:
    page = _live(window)
    window.served.company.desk.refuses = "Somebody listens to this call already: one at a time."

    page.get_by_role("button", name="Listen: Tomasz Zieliński").click()

    expect(page.get_by_text("Somebody listens to this call already")).to_be_visible()
    assert page.evaluate("fakePhone.calls.length") == 0


def _opens_status_of(page: Page, name: str) -> Locator:
    """By keyboard."""
    page.get_by_role("button", name=f"Set the status: {name}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Set the status: {name}")
    expect(dialog).to_be_visible()
    return dialog


def test_a_status_is_set_by_keyboard_and_the_focus_is_back_on_its_row(window: Window) -> None:
    page = _live(window)

    dialog = _opens_status_of(page, "Tomasz Zieliński")
    dialog.get_by_role("button", name="Lunch").focus()
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    assert _asked(window, "status of") == [("status of", "hannah", "tomasz", "lunch")]
    row = page.locator('#live-agents [data-row="tomasz"]')
    expect(row).to_contain_text("Lunch")
    expect(row.get_by_role("button")).to_be_focused()
    assert window.troubles == []


def test_escape_sets_nothing_and_the_focus_is_back_on_the_row(window: Window) -> None:
    page = _live(window)

    dialog = _opens_status_of(page, "Tomasz Zieliński")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(page.locator('#live-agents [data-row="tomasz"]').get_by_role("button")).to_be_focused()
    assert _asked(window, "status of") == []


def test_a_status_that_is_refused_is_said_in_the_dialog_which_stays(window: Window) -> None:
    page = _live(window)
    window.served.company.desk.refuses = "Tomasz has no page open: no call could ring there."

    dialog = _opens_status_of(page, "Tomasz Zieliński")
    dialog.get_by_role("button", name="Available").click()

    expect(dialog.get_by_role("alert")).to_contain_text("Tomasz has no page open")
    expect(page.locator('#live-agents [data-row="tomasz"]')).to_contain_text("Available")


def test_whose_status_is_set_reads_by_whom_on_every_page(window: Window) -> None:
    window.served.company.desk.is_set_by("Hannah Becker", "lunch")
    window.sign_in("/calls")

    expect(window.page.locator("#my-status")).to_contain_text("Hannah Becker set you to “Lunch” at")
    assert window.troubles == []


def test_an_agent_has_no_page_live(window: Window) -> None:
    window.sign_in()
    page = window.page

    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    answer = page.goto(f"{window.served.url}/wallboard")

    assert answer is not None
    assert answer.status == 403
    assert "Live" not in links.all_inner_texts()


@LOOKS
def test_axe_finds_nothing_while_i_listen(
    window: Window, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = _live(window)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    found = {"live": violations(window)}
    _opens_status_of(page, "Tomasz Zieliński")
    found["the dialog of a status"] = violations(window)
    page.keyboard.press("Escape")

    window.served.company.desk.is_set_by("Priya Shah", "lunch")
    page.goto(f"{window.served.url}/desk")
    found["a status that was set"] = violations(window)

    window.served.company.desk.live_calls = ()
    window.served.company.desk.supervises(mode="coach")
    for path in ("/wallboard", "/desk", "/calls"):
        page.goto(f"{window.served.url}{path}")
        found[path] = violations(window)

    assert {where: broken for where, broken in found.items() if broken} == {}
