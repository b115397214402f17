"""A conference at the desk, in a real Chromium: by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.fake_desk import HUGHES
from tests.console.test_browser_axe import violations
from tests.console.window import in_call, keys_work

LONG = v.Party("+442079460777", "Wilhelmina Featherstonehaugh-Cholmondeley of the Harbour Board")


def conferring(window: Window, *guests: v.Party) -> Page:
    desk = window.served.company.desk
    desk.may_call_out()
    page = in_call(window)
    keys_work(page)
    desk.confers(*guests)
    window.poke()
    page.locator('[data-party="3"]').wait_for()
    return page


def asked(window: Window, *names: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] in names]


def test_a_key_leaves_the_others_talking(window: Window) -> None:
    page = conferring(window, HUGHES)

    page.keyboard.press("l")

    expect(page.locator("#phone")).to_contain_text("Left toEleanor Hughes")
    assert asked(window, "leave") == [("leave", "agnieszka", "call1", "agnieszka.1")]
    assert window.troubles == []


def test_a_guest_is_removed_by_the_button_beside_them_and_nobody_else(window: Window) -> None:
    page = conferring(window, HUGHES, LONG)
    remove = page.get_by_role("button", name=f"Remove {LONG.name}")
    remove.focus()

    page.keyboard.press("Enter")

    expect(page.locator('[data-party="4"]')).to_have_count(0)
    assert asked(window, "remove") == [("remove", "agnieszka", "call1", "agnieszka.1", "4")]


def test_a_guest_is_muted_and_heard_again_by_the_buttons_beside_them(window: Window) -> None:
    page = conferring(window, HUGHES, LONG)
    page.set_viewport_size({"width": 1280, "height": 900})
    guest = page.locator('[data-party="4"]')
    guest.get_by_role("button", name=f"Mute {LONG.name}").focus()

    page.keyboard.press("Enter")

    expect(guest.locator(".state")).to_have_text("Muted")
    expect(page.locator("#phone")).to_contain_text("All talk, but who is muted")
    expect(page.locator('[data-party="3"]').locator(".state")).to_have_text("Talking")
    assert violations(window) == []

    guest.get_by_role("button", name=f"Unmute {LONG.name}").press("Enter")

    expect(guest.locator(".state")).to_have_text("Talking")
    here = ("agnieszka", "call1", "agnieszka.1", "4")
    clicks = [("mute-guest", *here), ("unmute-guest", *here)]
    assert asked(window, "mute-guest", "unmute-guest") == clicks
    assert window.troubles == []


def test_another_one_is_consulted_from_a_conference(window: Window) -> None:
    page = conferring(window, HUGHES)

    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Consult somebody")).to_be_visible()
    page.keyboard.type("020 7946 0555")
    page.keyboard.press("Enter")

    expect(page.locator('[data-party="consulted"]')).to_contain_text("Ringing…")
    expect(page.locator('[data-party="3"]')).to_contain_text("Eleanor Hughes")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_long_names_of_guests_fit_and_all_is_accessible(
    window: Window, width: int, scheme: str
) -> None:
    window.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page = conferring(window, HUGHES, LONG)
    page.set_viewport_size({"width": width, "height": 900})

    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert wide <= 0
    assert violations(window) == []
