"""A colleague is consulted, in a real Chromium: who asks, and who is asked."""

from __future__ import annotations

from typing import Literal, get_args

from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import UP, in_call, keys_work

TOMASZ = "Tomasz Zieliński"
DIALOG = "Consult somebody"


def _talking(window: Window, *, may_call: bool) -> Page:
    desk = window.served.company.desk
    desk.askable = (TOMASZ, "Oliver Marsh")
    if may_call:
        desk.may_call_out()
    page = in_call(window)
    keys_work(page)
    return page


def _asked(window: Window, verb: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] == verb]


def _is_asked(window: Window) -> Page:
    window.served.company.desk.is_ready()
    window.sign_in("/desk")
    window.served.company.desk.is_asked()
    window.poke()
    window.page.get_by_role("alertdialog").wait_for()
    return window.page


def test_three_actions_consult_a_colleague(window: Window) -> None:
    """C, a name, Enter; the names are those of the list."""
    page = _talking(window, may_call=True)

    page.keyboard.press("c")
    field = page.get_by_label("Colleague or number")
    names = field.evaluate("(field) => [...field.list.options].map((option) => option.value)")
    page.keyboard.type(TOMASZ)
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert names == [TOMASZ, "Oliver Marsh"]
    assert _asked(window, "consult") == [
        ("consult", "agnieszka", "call1", "agnieszka.1", TOMASZ, "uk")
    ]
    assert window.troubles == []


def test_to_call_out_the_same_dialog_asks_for_a_number_alone(window: Window) -> None:
    desk = window.served.company.desk
    desk.askable = (TOMASZ,)
    desk.may_call_out()
    desk.is_ready()
    window.sign_in("/desk")
    keys_work(window.page)

    window.page.keyboard.press("c")

    field = window.page.get_by_label("Number", exact=True)
    assert field.evaluate("(field) => [field.type, field.list]") == ["tel", None]


def test_who_may_call_no_number_reads_that_beside_the_field(window: Window) -> None:
    page = _talking(window, may_call=False)

    page.keyboard.press("c")

    dialog = page.get_by_role("dialog", name=DIALOG)
    expect(dialog).to_contain_text("You may call colleagues, and no numbers.")


def test_a_refusal_stands_in_the_dialog_with_the_name(window: Window) -> None:
    page = _talking(window, may_call=True)
    window.served.company.desk.refuses = "Tomasz Zieliński has a call now."

    page.keyboard.press("c")
    page.keyboard.type(TOMASZ)
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name=DIALOG)
    expect(dialog).to_contain_text("Tomasz Zieliński has a call now.")
    expect(page.get_by_label("Colleague or number")).to_have_value(TOMASZ)


def test_who_is_asked_comes_in_and_leaves_by_keyboard(window: Window) -> None:
    page = _is_asked(window)
    expect(page.get_by_role("alertdialog")).to_contain_text("Oliver Marsh consults you.")

    keys_work(page)
    page.keyboard.press("a")
    page.wait_for_selector(UP)
    expect(page.get_by_role("heading", name="You are consulted")).to_be_visible()
    keys_work(page)
    page.keyboard.press("e")

    expect(page.locator('#line[data-moment="idle"]')).to_be_attached()
    assert [one[0] for one in window.served.company.desk.asked][-2:] == ["accept", "withdraw"]
    assert window.troubles == []


def test_a_page_that_is_not_the_desk_says_whose_call_it_is(window: Window) -> None:
    desk = window.served.company.desk
    desk.is_ready()
    window.sign_in("/calls")
    desk.assists(state="together")
    window.poke()

    strip = window.page.locator('#line[data-moment="assisting"]')

    expect(strip).to_contain_text("You talk with Oliver Marsh and Eleanor Whitcombe.")
    expect(strip.get_by_role("button", name="Leave the call")).to_be_visible()


@LOOKS
def test_axe_finds_nothing_while_i_am_asked_or_in_a_colleagues_call(
    window: Window, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = _is_asked(window)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    found = {"asked": violations(window)}

    for state in get_args(v.AssistingState):
        window.served.company.desk.assists(state=state)
        window.poke()
        page.locator('#line[data-moment="assisting"]').wait_for(state="attached")
        found[state] = violations(window)
    page.goto(f"{window.served.url}/calls")
    found["another page"] = violations(window)

    assert {where: broken for where, broken in found.items() if broken} == {}
