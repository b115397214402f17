"""Single keys work the phone, and only when they are meant: in a real Chromium."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.console.conftest import Window
from tests.console.note_field import worked
from tests.console.window import UP, device, in_call, keys_work, press

DOWN = (
    "(init) => document.body.dispatchEvent(new KeyboardEvent('keydown',"
    " { bubbles: true, cancelable: true, ...init }))"
)


def ringing(window: Window) -> Page:
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    window.page.get_by_role("alertdialog").wait_for()
    return window.page


def test_single_keys_are_dead_when_an_offer_has_just_appeared(window: Window) -> None:
    page, desk = ringing(window), window.served.company.desk

    page.keyboard.press("a")
    expect(page.locator("body")).to_have_attribute("data-keys", "off")
    keys_work(page)
    assert worked(desk) == []
    page.keyboard.press("a")

    page.wait_for_selector(UP)


def test_a_letter_that_has_no_button_is_a_typed_letter(window: Window) -> None:
    page, desk = ringing(window), window.served.company.desk
    keys_work(page)

    page.keyboard.type("what a day")

    assert worked(desk) == []


def test_keys_are_the_keys_at_their_place_on_any_layout(window: Window) -> None:
    """A Russian layout writes another letter with the key that has A on it; AZERTY writes q."""
    for letter in ("ф", "q", "a"):
        page, desk = ringing(window), window.served.company.desk
        keys_work(page)
        page.evaluate(DOWN, {"key": letter, "code": "KeyA"})
        page.wait_for_selector(UP)
        assert worked(desk).pop() == "accept"
        press(page, "end")
        page.get_by_role("button", name="Save and be available").wait_for()
        page.evaluate("fakePhone.calls[0].disconnect()")


def test_no_two_buttons_that_are_shown_have_one_key(window: Window) -> None:
    """At a desk from which numbers may be called, at each of its moments."""
    desk = window.served.company.desk
    desk.may_call_out()
    desk.is_ready()
    window.sign_in()
    moments: list[Callable[[], None]] = [
        desk.is_ready, desk.rings, desk.talks, lambda: desk.holds("held"),
        lambda: desk.consults("ringing"), desk.consults, lambda: desk.consults("held", ""),
        lambda: desk.consults(hold=""), desk.consulted_in_vain, desk.wraps_up,
    ]  # fmt: skip
    seen = set()

    for moment in moments:
        moment()
        window.page.goto(f"{window.served.url}/desk")
        keys = window.page.locator("#phone [data-key]:visible").evaluate_all(
            "buttons => buttons.map(button => button.dataset.key)"
        )
        assert len(keys) == len(set(keys)), keys
        seen.update(keys)

    assert {"a", "c", "h", "s", "j", "x", "t"} <= seen


def test_the_digits_of_a_keypad_are_keys_at_their_place_or_what_they_write(
    window: Window,
) -> None:
    page = in_call(window)
    press(page, "keypad")
    keys_work(page)
    for key, code, shift in (
        ("&", "Digit1", False),  # AZERTY
        ("2", "Digit2", True),
        ("٣", "Digit3", False),  # Arabic
        ("4", "Numpad4", False),
        ("#", "Backslash", False),  # British
        ("@", "Digit2", True),  # of no keypad
    ):
        page.evaluate(DOWN, {"key": key, "code": code, "shiftKey": shift})

    assert device(page, "calls[0].digits") == "1234#"


def test_the_list_of_keys_and_the_buttons_say_what_is_on_the_caps(window: Window) -> None:
    window.page.add_init_script(
        "navigator.keyboard.getLayoutMap ="
        " async () => new Map([['KeyA', 'q'], ['KeyM', 'ö'], ['KeyE', 'ß'], ['KeyH', 'h']])"
    )
    page = ringing(window)
    accept = page.get_by_role("alertdialog").locator('[data-verb="accept"] kbd')

    expect(accept).to_have_text("Q")
    page.get_by_label("Agnieszka Nowak: menu").click()
    page.get_by_role("button", name="All keys").click()
    caps = page.locator("#keys dt kbd").all_text_contents()
    assert caps == ["D", "Q", "T", "Ö", "H", "Z", "S", "J", "X", "R", "P", "L", "K", "E", "1", "?"]


def test_a_modified_repeated_or_composed_key_is_no_single_key(window: Window) -> None:
    page, desk = ringing(window), window.served.company.desk
    keys_work(page)

    for more in (
        {"ctrlKey": True}, {"metaKey": True}, {"altKey": True}, {"modifierAltGraph": True},
        {"shiftKey": True, "key": "A"}, {"repeat": True}, {"isComposing": True}, {"keyCode": 229},
    ):  # fmt: skip
        page.evaluate(DOWN, {"key": "a", "code": "KeyA", **more})
        keys_work(page)

    assert worked(desk) == []


def test_single_keys_are_dead_while_any_field_has_the_focus(window: Window) -> None:
    """Wherever the browser sends the event."""
    page, desk = ringing(window), window.served.company.desk
    page.evaluate(
        "for (const [tag, attributes] of [['input', { type: 'search' }], ['select', {}],"
        " ['textarea', {}], ['div', { contenteditable: 'true' }],"
        " ['span', { contenteditable: 'plaintext-only' }]]) {"
        " const field = document.createElement(tag); field.className = 'probe';"
        " for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);"
        " document.body.append(field); }"
    )
    keys_work(page)

    for field in page.locator(".probe").all():
        field.focus()
        page.evaluate(DOWN, {"key": "a", "code": "KeyA"})
        page.keyboard.press("Shift")

    assert worked(desk) == []
    page.evaluate("document.activeElement.blur()")
    page.evaluate(DOWN, {"key": "a", "code": "KeyA"})
    page.wait_for_selector(UP)
