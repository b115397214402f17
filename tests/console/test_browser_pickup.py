"""Picking up a call from the desk, in a real Chromium: by keyboard alone, and what is refused."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.fake_calls import NOW
from tests.console.test_browser_axe import violations
from tests.console.window import UP, keys_work

RINGING = v.ToTake(
    "call7",
    v.Party(
        "+447700900777", "Maximiliane Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst"
    ),
    "Deliveries EN",
    NOW - timedelta(seconds=84),
    "Tomasz Zieliński",
)
WAITING = v.ToTake("call8", v.Party(None, ""), "Przesyłki PL", NOW - timedelta(seconds=9))


def _desk(window: Window, *rows: v.ToTake) -> Page:
    desk = window.served.company.desk
    desk.to_take = rows
    desk.is_ready()
    window.sign_in()
    keys_work(window.page)
    return window.page


def _asked(window: Window) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] == "pick up"]


def test_one_key_picks_up_whoever_has_waited_longest(window: Window) -> None:
    page = _desk(window, RINGING, WAITING)

    page.keyboard.press("p")

    page.wait_for_selector(UP)
    assert _asked(window) == [("pick up", "agnieszka", "")]
    params = page.evaluate("fakePhone.calls.at(-1).params")
    assert params == {"call": "call7", "headset": "agnieszka.1", "nonce": "n1"}
    assert window.troubles == []


def test_the_button_of_a_row_picks_up_that_call(window: Window) -> None:
    page = _desk(window, RINGING, WAITING)
    button = page.locator("#to-take [data-call=call8]")
    expect(button).to_be_enabled()

    button.focus()
    page.keyboard.press("Enter")

    page.wait_for_selector(UP)
    assert _asked(window) == [("pick up", "agnieszka", "call8")]


def test_what_the_server_refuses_is_said_and_nothing_connects(window: Window) -> None:
    page = _desk(window, RINGING)
    window.served.company.desk.refuses = "Tomasz Zieliński has taken this call."

    page.keyboard.press("p")

    expect(page.get_by_text("Tomasz Zieliński has taken this call.")).to_be_visible()
    assert page.evaluate("fakePhone.calls.length") == 0
    assert page.evaluate("document.body.dataset.phone") == "idle"


def test_while_a_call_rings_for_me_none_can_be_picked_up(window: Window) -> None:
    page = _desk(window, RINGING)

    window.served.company.desk.rings()
    expect(page.get_by_role("alertdialog")).to_be_visible()

    expect(page.locator("#to-take [data-key=p]")).to_have_attribute("aria-disabled", "true")


def test_the_list_says_who_where_and_at_whom_it_rings_after_a_reload_too(window: Window) -> None:
    page = _desk(window, RINGING, WAITING)
    page.reload()

    rows = page.locator("#to-take li")

    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Deliveries EN · rings at Tomasz Zieliński")
    expect(rows.nth(1)).to_contain_text("Przesyłki PL")


def test_an_empty_list_says_so_and_has_no_key(window: Window) -> None:
    page = _desk(window)

    expect(page.locator("#to-take")).to_contain_text(
        "Nobody whose call you may pick up is waiting."
    )
    expect(page.locator("#to-take button")).to_have_count(0)


def test_the_list_is_accessible_and_no_wider_than_its_column(window: Window) -> None:
    page = _desk(window, RINGING, WAITING)

    found = violations(window)

    assert found == []
    widths = page.evaluate(
        "(() => { const one = document.getElementById('to-take');"
        " return [one.scrollWidth, one.clientWidth] })()"
    )
    assert widths[0] <= widths[1]
