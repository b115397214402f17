"""Parking at the desk, in a real Chromium: one key, where the call is, and who may take it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.fake_calls import NOW
from tests.console.test_browser_axe import violations
from tests.console.window import UP, in_call, keys_work

PARKED = v.ToTake(
    "call9",
    v.Party("+447700900778", "Maximiliane Freifrau von und zu Hohenlohe-Waldenburg"),
    "Deliveries EN",
    NOW - timedelta(seconds=39),
    parked_at=703,
    parked_by="Tomasz Zieliński",
)


def _asked(window: Window, what: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] == what]


def test_one_key_parks_the_call_and_the_page_says_where_it_is_and_until_when(
    window: Window,
) -> None:
    page = in_call(window)
    keys_work(page)

    page.keyboard.press("z")

    facts = page.locator("#phone .facts")
    expect(facts).to_contain_text("Parked at")
    expect(facts).to_contain_text("703, until")
    assert _asked(window, "park") == [("park", "agnieszka", "call1", "agnieszka.1")]
    page.reload()
    expect(facts).to_contain_text("703, until")
    assert window.troubles == []


def test_a_refusal_is_said_and_the_call_goes_on(window: Window) -> None:
    page = in_call(window)
    keys_work(page)
    window.served.company.desk.refuses = "All places to park are taken."

    page.keyboard.press("z")

    expect(page.get_by_text("All places to park are taken.")).to_be_visible()
    expect(page.locator('[data-verb="end"]:visible').first).to_be_visible()


def test_a_parked_call_is_listed_with_its_slot_and_taken_by_its_button(window: Window) -> None:
    desk = window.served.company.desk
    desk.to_take = (PARKED,)
    desk.is_ready()
    window.sign_in()
    page = window.page
    keys_work(page)

    row = page.locator("#to-take li")
    expect(row).to_contain_text("Parked at 703 by Tomasz Zieliński")
    expect(page.locator("#to-take [data-key=p]")).to_have_count(0)  # "any" leaves it alone
    row.get_by_role("button").click()

    page.wait_for_selector(UP)
    assert _asked(window, "pick up") == [("pick up", "agnieszka", "call9")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_and_the_wrap_up_are_accessible_and_no_wider_than_their_column(
    window: Window, scheme: str
) -> None:
    window.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    window.served.company.desk.to_take = (PARKED,)
    page = in_call(window)
    keys_work(page)
    page.keyboard.press("z")
    expect(page.locator("#phone .facts")).to_contain_text("703, until")

    found = violations(window)

    assert found == []
    for place in ("to-take", "phone"):
        widths = page.evaluate(
            f"(() => {{ const one = document.getElementById('{place}');"
            " return [one.scrollWidth, one.clientWidth] })()"
        )
        assert widths[0] <= widths[1], place
