"""Two calls of one agent, in a real Chromium: what stands below, and what keys and buttons do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.fake_calls import NOW
from tests.console.fake_desk import HUGHES
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import UP, in_call, keys_work

LONG = v.Party("+447700900778", "Maximiliane Freifrau von und zu Hohenlohe-Waldenburg")


def talking(window: Window) -> Page:
    """In a call, at a desk from which numbers may be called."""
    window.served.company.desk.may_call_out()
    page = in_call(window)
    keys_work(page)
    return page


def asked(window: Window, what: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] == what]


def test_n_asks_for_a_number_and_the_call_of_before_stands_below(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk

    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Call somebody else")).to_be_visible()
    page.keyboard.type("020 7946 0142")
    desk.leaves(HUGHES)
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_selector(UP)
    expect(page.get_by_role("button", name="Switch 1: Eleanor Hughes")).to_be_visible()
    assert [one[2] for one in asked(window, "call out")] == ["020 7946 0142"]
    assert window.troubles == []


def test_a_refusal_leaves_the_sound_and_what_was_typed(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.refuses = "The carrier has not put the caller on hold yet. Try again."

    page.keyboard.press("n")
    page.keyboard.type("020 7946 0142")
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Call somebody else")
    expect(dialog.get_by_role("alert")).to_contain_text("The carrier has not put")
    expect(dialog.get_by_label("Number")).to_have_value("020 7946 0142")
    expect(page.locator("body")).to_have_attribute("data-phone", "up")


@pytest.mark.parametrize("how", ["key", "button"])
def test_the_number_of_a_line_and_its_button_switch_to_it(window: Window, how: str) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.leaves(HUGHES)
    window.poke()
    button = page.get_by_role("button", name="Switch 1: Eleanor Hughes")
    expect(button).to_be_visible()

    if how == "key":
        page.keyboard.press("1")
    else:
        button.click()

    page.wait_for_selector(UP)
    expect(page.locator("#phone")).to_contain_text("Talking")
    assert [one[2] for one in asked(window, "switch")] == ["line1"]


def test_a_digit_on_an_open_keypad_is_dialled_and_switches_to_nobody(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.leaves(HUGHES)
    window.poke()
    expect(page.get_by_role("button", name="Switch 1: Eleanor Hughes")).to_be_visible()

    page.keyboard.press("k")
    page.keyboard.press("1")

    expect(page.locator("[data-typed]")).to_have_text("1")
    assert asked(window, "switch") == []


def test_a_call_on_hold_is_ended_by_the_button_beside_it(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.leaves(HUGHES)
    window.poke()

    page.get_by_role("button", name="End call: Eleanor Hughes").click()

    expect(page.locator('[data-party="line1"]')).to_have_count(0)
    assert [one[2] for one in asked(window, "end")] == ["line1"]
    expect(page.locator("body")).to_have_attribute("data-phone", "up")


def test_a_call_is_picked_up_in_a_call_by_its_own_button_and_not_by_the_key(
    window: Window,
) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.to_take = (v.ToTake("call7", HUGHES, "Deliveries EN", NOW - timedelta(seconds=39)),)
    page.reload()  # the sound is here again by itself
    page.wait_for_selector(UP)

    row = page.locator('[data-row="call7"]').get_by_role("button", name="Pick up")
    expect(row).to_have_attribute("aria-disabled", "false")
    any_button = page.get_by_role("button", name=re.compile("Pick up any"))
    expect(any_button).to_have_attribute("aria-disabled", "true")
    row.click()

    page.wait_for_selector(UP)
    assert [one[2] for one in asked(window, "pick up")] == ["call7"]


@LOOKS
@pytest.mark.parametrize("moment", ["in a call", "in none"])
def test_axe_finds_nothing_where_calls_are_on_hold(
    window: Window, width: int, scheme: Literal["light", "dark"], moment: str
) -> None:
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    window.page.set_viewport_size({"width": width, "height": 900})
    page, desk = talking(window), window.served.company.desk
    if moment == "in none":
        desk.is_ready()
    desk.leaves(HUGHES, LONG, rings=True)
    page.reload()
    expect(page.get_by_role("button", name=re.compile("^Switch [12]: "))).to_have_count(2)

    assert violations(window) == []


def test_who_is_in_no_call_reads_how_many_are_on_hold_on_every_page(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk
    desk.is_ready()
    desk.leaves(HUGHES, LONG)

    page.goto(f"{window.served.url}/calls")

    expect(page.locator("#line")).to_contain_text("2 calls on hold")
    expect(page.locator("#line")).to_contain_text("You speak with nobody now.")
