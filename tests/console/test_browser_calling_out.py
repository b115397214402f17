"""Calling out from the desk, in a real Chromium: by keyboard alone, and what is refused."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page, expect

from tests.console.conftest import Window
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import UP, keys_work

HOME = "+442079460142"


def idle(window: Window) -> Page:
    """At a desk from which numbers may be called, with no call."""
    window.served.company.desk.may_call_out()
    window.served.company.desk.is_ready()
    window.sign_in()
    keys_work(window.page)
    return window.page


def opened(window: Window) -> Page:
    page = idle(window)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Call a number")).to_be_visible()
    return page


def called(window: Window) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] == "call out"]


def test_three_actions_call_a_number(window: Window) -> None:
    """C, the number, Enter."""
    page = opened(window)

    page.keyboard.type("020 7946 0142")
    page.keyboard.press("Enter")

    page.wait_for_selector(UP)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#phone").get_by_text("Calling", exact=True)).to_be_visible()
    assert called(window) == [("call out", "agnieszka", "020 7946 0142", "uk")]
    assert window.troubles == []


def test_the_page_calls_in_with_what_it_was_given(window: Window) -> None:
    page = opened(window)
    page.keyboard.type(HOME)
    page.keyboard.press("Enter")
    page.wait_for_selector(UP)

    params = page.evaluate("fakePhone.calls.at(-1).params")

    assert params == {"call": "call1", "headset": "agnieszka.1", "nonce": "n1"}


def test_another_route_is_chosen_in_the_dialog(window: Window) -> None:
    page = opened(window)

    page.get_by_label("Call as").select_option("de")
    page.get_by_role("textbox", name="Number").fill(HOME)
    page.get_by_role("dialog").get_by_role("button", name="Call", exact=True).click()

    page.wait_for_selector(UP)
    assert called(window) == [("call out", "agnieszka", HOME, "de")]


def test_a_refusal_stands_in_the_dialog_with_what_was_typed(window: Window) -> None:
    page = opened(window)
    window.served.company.desk.refuses = "Premium-rate numbers may not be called."

    page.keyboard.type("0909 879 0000")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="Premium-rate")).to_be_visible()
    expect(page.get_by_role("textbox", name="Number")).to_have_value("0909 879 0000")
    assert page.evaluate("document.body.dataset.phone") == "idle"


def test_digits_can_be_clicked_and_taken_back(window: Window) -> None:
    page = opened(window)
    dialog = page.get_by_role("dialog")

    for name in ("+", "4", "4"):
        dialog.get_by_role("button", name=name, exact=False).first.click()
    dialog.get_by_role("button", name="Delete the last digit").click()

    expect(page.get_by_role("textbox", name="Number")).to_have_value("+4")


def test_a_number_that_is_shown_is_called_with_two_clicks(window: Window) -> None:
    page = idle(window)

    page.get_by_role("button", name="Call Eleanor Whitcombe").first.click()
    expect(page.get_by_role("textbox", name="Number")).to_have_value(HOME)
    page.keyboard.press("Enter")

    page.wait_for_selector(UP)
    assert called(window) == [("call out", "agnieszka", HOME, "uk")]


def test_a_letter_in_the_dialog_is_no_command(window: Window) -> None:
    page = opened(window)

    page.keyboard.type("cd")

    expect(page.get_by_role("textbox", name="Number")).to_have_value("cd")
    assert called(window) == []


def test_an_offer_comes_first_and_what_was_typed_stays(window: Window) -> None:
    page = opened(window)
    page.keyboard.type("020 7946")

    window.served.company.desk.rings()
    window.poke()
    expect(page.get_by_role("dialog", name="Call a number")).to_have_count(0)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    window.served.company.desk.is_ready()
    window.poke()
    page.get_by_role("button", name="Call a number").click()

    expect(page.get_by_role("textbox", name="Number")).to_have_value("020 7946")


def test_without_a_microphone_nobody_is_called(window: Window) -> None:
    window.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('no', 'NotAllowedError'); }"
    )
    page = opened(window)

    page.keyboard.type(HOME)
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="Allow the microphone first")).to_be_visible()
    assert called(window) == []


def test_who_may_not_call_out_has_no_button_for_it(window: Window) -> None:
    window.served.company.desk.is_ready()
    window.sign_in()
    page = window.page
    keys_work(page)

    page.keyboard.press("c")

    expect(page.get_by_role("button", name="Call a number")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys_work(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).not_to_contain_text("Call a number")


def test_the_list_of_keys_has_the_key_of_who_may_call_out(window: Window) -> None:
    page = idle(window)

    page.keyboard.press("?")

    keys = page.get_by_role("dialog", name="All keys")
    expect(keys).to_contain_text("Call a number, while no call is up")


def test_who_did_not_answer_is_called_again_from_the_wrap_up(window: Window) -> None:
    page = idle(window)
    desk = window.served.company.desk
    desk.wraps_up()
    desk.changes(outcome="not answered", queue="", waited_seconds=None, talked_seconds=0)
    window.poke()

    expect(page.locator("#phone").get_by_text("Not answered")).to_be_visible()
    page.get_by_role("button", name="Call again").click()

    expect(page.get_by_role("textbox", name="Number")).to_have_value(HOME)


@LOOKS
def test_the_dialog_has_no_accessibility_violations(
    window: Window, scheme: Literal["light", "dark"], width: int
) -> None:
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    window.page.set_viewport_size({"width": width, "height": 900})
    opened(window)

    assert violations(window) == []
