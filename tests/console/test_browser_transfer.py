"""A transfer at the desk, in a real Chromium: by keyboard alone, and what is refused."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page, expect

from tests.console.conftest import Window
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import in_call, keys_work


def opened(window: Window) -> Page:
    """In a call, with the dialog and its rows on the screen."""
    page = in_call(window)
    keys_work(page)
    page.keyboard.press("t")
    expect(page.get_by_role("dialog", name="Transfer Eleanor Whitcombe")).to_be_visible()
    expect(page.locator("[data-target]")).to_have_count(4)
    return page


def test_three_actions_transfer_a_caller(window: Window) -> None:
    """T, a name, Enter."""
    page = opened(window)

    page.keyboard.type("toma")
    expect(page.locator("[data-target]")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    asked = [one for one in window.served.company.desk.asked if one[0] == "transfer"]
    assert asked == [("transfer", "agnieszka", "call1", "agnieszka.1", "line-tomasz")]


def test_arrows_go_through_those_who_can_take_the_caller(window: Window) -> None:
    page = opened(window)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    asked = [one for one in window.served.company.desk.asked if one[0] == "transfer"]
    assert [one[-1] for one in asked] == ["claims"]  # past who is at lunch


def test_a_letter_in_the_dialog_is_no_command(window: Window) -> None:
    page = opened(window)

    page.keyboard.type("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")

    expect(page.get_by_role("dialog")).to_be_visible()
    assert not [one for one in window.served.company.desk.asked if one[0] in ("end", "hold")]


def test_a_refusal_stands_in_the_dialog_with_what_was_typed(window: Window) -> None:
    page = opened(window)
    window.served.company.desk.refuses = "Tomasz Zieliński takes no calls now."

    page.keyboard.type("toma")
    expect(page.locator("[data-target]")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="takes no calls now")).to_be_visible()
    expect(page.get_by_label("Colleague, queue or mailbox")).to_have_value("toma")


def test_who_cannot_take_the_caller_is_shown_and_not_chosen(window: Window) -> None:
    page = opened(window)

    page.keyboard.type("kata")
    expect(page.locator("[data-target]")).to_have_count(1)
    expect(page.locator("[data-target]")).to_contain_text("Lunch")
    page.keyboard.press("Enter")
    page.locator("[data-target]").click(force=True)

    expect(page.get_by_role("dialog")).to_be_visible()
    assert not [one for one in window.served.company.desk.asked if one[0] == "transfer"]


def test_who_comes_back_while_the_dialog_is_open_can_be_chosen(window: Window) -> None:
    page, desk = opened(window), window.served.company.desk
    page.keyboard.press("ArrowDown")  # to the first row, which keeps the focus

    desk.katarzyna_is = ("ready", desk.now(), "")
    desk.holds("held")  # something of the page changes with it
    window.poke()

    expect(page.locator('[data-target="line-katarzyna"]:not([aria-disabled])')).to_have_count(1)
    expect(page.locator('[data-target="line-tomasz"]')).to_be_focused()


def test_nothing_of_a_name_is_said(window: Window) -> None:
    page = opened(window)

    page.keyboard.type("zzz")

    expect(page.get_by_role("dialog")).to_contain_text("Nobody and nothing of that name.")


def test_the_dialog_goes_when_its_call_does(window: Window) -> None:
    page = opened(window)

    window.served.company.desk.wraps_up()
    window.poke()

    expect(page.get_by_role("dialog")).to_have_count(0)


@LOOKS
def test_axe_finds_nothing_in_the_dialog(
    window: Window, width: int, scheme: Literal["light", "dark"]
) -> None:
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page = opened(window)
    page.set_viewport_size({"width": width, "height": 900})

    assert violations(window) == []
