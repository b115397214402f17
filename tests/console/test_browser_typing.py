"""Who types never works the phone, and no typed word is lost: notes and keys in a real Chromium."""

from playwright.sync_api import Locator, Page, Route, expect

from tests.console.conftest import PATIENCE_MILLISECONDS, Window
from tests.console.fakes import FakeDesk
from tests.console.window import UP, device, in_call, keys_work, press

TEXT = "made a deal, kept, held, ended; " * 10  # each key of the desk is in it
NOTE = '[data-note="call1"]'
STATUS = '[data-note-saved="call1"]'


def text_at_the_server(desk: FakeDesk, call: str = "call1") -> str:
    note = desk.notes.note(call, "agnieszka")
    return note.text if note else ""


def worked(desk: FakeDesk) -> list[str]:
    """What somebody asked of calls and of presence."""
    still = ("beat", "shows", "note", "headset lost")
    return [what[0] for what in desk.asked if what[0] not in still]


def the_note_has(note: Locator, text: str) -> None:
    """As the person who types sees it: whole, in focus, the cursor at its end."""
    expect(note).to_have_value(text)
    expect(note).to_be_focused()
    assert note.evaluate("(field) => field.selectionStart") == len(text)


# --- Through swaps --------------------------------------------------------------------------------


def test_typing_through_the_end_of_wrap_up_accepts_no_call_and_loses_no_letter(
    window: Window,
) -> None:
    """A caller waits; every moment of the desk comes while 300 letters are typed."""
    page, desk = in_call(window), window.served.company.desk
    page.locator(NOTE).focus()
    already = worked(desk)

    def pressed_on(moment: str, text: str) -> None:
        if moment:
            page.locator(f'#line[data-moment="{moment}"]').wait_for(state="attached")
        page.keyboard.type(text)

    pressed_on("line", TEXT[:40])
    desk.wraps_up()
    window.poke()
    pressed_on("wrap-up", TEXT[40:80])
    desk.is_ready()
    window.poke()
    pressed_on("idle", TEXT[80:140])
    desk.rings(call="call2")
    window.poke()
    pressed_on("offer", TEXT[140:200])
    desk.is_ready()
    window.poke()
    pressed_on("idle", TEXT[200:240])
    desk.talks(call="call3", device="phone")
    window.poke()
    pressed_on("line", TEXT[240:300])

    note = page.locator(NOTE)
    the_note_has(note, TEXT[:300])
    expect(page.locator(STATUS)).to_contain_text("Saved")
    assert text_at_the_server(desk) == TEXT[:300]
    assert text_at_the_server(desk, "call3") == ""
    assert worked(desk) == already
    assert window.troubles == []


def test_the_note_of_the_call_before_stays_until_it_is_left(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.locator(NOTE).press_sequentially("Calls back")
    desk.rings(call="call2")
    window.poke()
    page.get_by_role("alertdialog").wait_for()
    expect(page.get_by_role("textbox", name="Notes of the call before")).to_be_visible()
    expect(page.locator("#context")).to_have_count(1)

    page.keyboard.press("Tab")

    expect(page.locator(NOTE)).to_have_count(0)
    assert text_at_the_server(desk) == "Calls back"


def test_a_note_that_nobody_is_in_goes_with_its_call(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.locator(NOTE).press_sequentially("Calls back")
    page.locator(".contact-head").click()
    expect(page.locator(STATUS)).to_contain_text("Saved")

    desk.is_ready()
    window.poke()

    expect(page.locator(NOTE)).to_have_count(0)


def test_letters_after_the_field_is_gone_do_not_work_the_phone(window: Window) -> None:
    """Whoever looks at the paper on the table types on."""
    page, desk = in_call(window), window.served.company.desk
    note = page.locator(NOTE)
    note.press_sequentially("Calls back, ")
    note.evaluate("(field) => field.blur()")
    desk.rings(call="call2")
    window.poke()
    page.get_by_role("alertdialog").wait_for()
    already = worked(desk)

    page.keyboard.type(TEXT[:60], delay=60)

    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    assert worked(desk) == already


def test_a_field_keeps_value_selection_and_scroll_when_its_region_is_swapped(
    window: Window,
) -> None:
    page = in_call(window)
    note = page.locator(NOTE)
    note.fill("line\n" * 80)
    note.evaluate(
        "(field) => { field.setSelectionRange(7, 11, 'forward'); field.scrollTop = 120; }"
    )

    page.evaluate(
        "document.getElementById('context').dataset.version = 'old';"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.locator("#context:not([data-version=old])").wait_for()

    kept = note.evaluate(
        "(field) => [document.activeElement === field, field.selectionStart, field.selectionEnd,"
        " field.scrollTop]"
    )
    assert kept == [True, 7, 11, 120]
    expect(note).to_have_value("line\n" * 80)


def test_a_word_that_is_being_composed_is_not_swapped_away(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.locator(NOTE).focus()
    composer = page.context.new_cdp_session(page)
    composer.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    page.evaluate("document.getElementById('context').dataset.version = 'old'")

    with page.expect_response("**/live?**"):
        window.poke()
    expect(page.locator("#context[data-version=old]")).to_be_attached()
    composer.send("Input.insertText", {"text": "日"})

    page.locator("#context:not([data-version=old])").wait_for()
    expect(page.locator(NOTE)).to_have_value("日")
    expect(page.locator(STATUS)).to_contain_text("Saved")
    assert text_at_the_server(desk) == "日"


def test_a_focus_on_accept_does_not_go_on_to_the_accept_of_another_call(window: Window) -> None:
    """Else Enter accepts a call that nobody has looked at."""
    for path in ("/desk", "/calls"):
        window.page.context.clear_cookies()
        window.sign_in(path)
        page, desk = window.page, window.served.company.desk
        desk.rings(call="call1")
        window.poke()
        page.locator('[data-verb="accept"]:visible').focus()

        desk.rings(call="call2")
        window.poke()
        page.locator('#line[data-call="call2"]').wait_for(state="attached")
        page.keyboard.press("Enter")

        expect(page.get_by_role("button", name="Accept").locator("visible=true")).to_be_visible()
        assert worked(desk) == []


def test_typing_a_note_in_the_register_accepts_no_call_that_rings(window: Window) -> None:
    window.sign_in("/calls/call4")
    page, desk = window.page, window.served.company.desk
    page.get_by_label("Notes").press_sequentially("made ")

    desk.rings()
    window.poke()
    page.get_by_role("button", name="Accept").wait_for()
    page.keyboard.type(TEXT[5:60])

    expect(page.get_by_label("Notes")).to_have_value(TEXT[:60])
    expect(page.locator('[data-note-saved="call4"]')).to_contain_text("Saved")
    assert text_at_the_server(desk, "call4") == TEXT[:60]
    assert worked(desk) == []


# --- Saving ---------------------------------------------------------------------------------------


def test_a_note_is_saved_while_it_is_typed_not_only_in_a_pause(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk

    page.locator(NOTE).press_sequentially("a" * 30, delay=120)

    assert len(text_at_the_server(desk)) >= 5


def test_saved_stands_only_when_it_is_saved(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/calls/call1/note", hold)

    with page.expect_request("**/calls/call1/note"):
        page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Saving…")
    assert text_at_the_server(desk) == ""
    page.locator(NOTE).press_sequentially(" soon")
    page.unroute("**/calls/call1/note")
    held[0].continue_()

    expect(page.locator(STATUS)).to_contain_text("Saved 14:3")
    assert text_at_the_server(desk) == "Calls back soon"


def test_a_server_that_cannot_is_asked_again(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.route("**/calls/call1/note", lambda route: route.fulfill(status=503))

    page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Not saved yet, trying again")
    page.unroute("**/calls/call1/note")

    expect(page.locator(STATUS)).to_contain_text("Saved")
    assert text_at_the_server(desk) == "Calls back"


def test_a_refusal_is_said_in_its_words_and_the_text_stays(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    desk.refuses = "This is not your call."

    page.locator(NOTE).press_sequentially("Calls back")

    expect(page.locator(STATUS)).to_have_text("This is not your call.")
    expect(page.locator(NOTE)).to_have_value("Calls back")


def test_a_note_typed_without_network_through_the_end_of_wrap_up_is_saved_when_it_is_back(
    window: Window,
) -> None:
    page, desk = in_call(window), window.served.company.desk
    note = page.locator(NOTE)
    note.focus()
    page.keyboard.type(TEXT[:60])
    expect(page.locator(STATUS)).to_contain_text("Saved")

    page.context.set_offline(True)
    page.keyboard.type(TEXT[60:150])
    expect(page.locator(STATUS)).to_have_text("Not saved yet: no network")
    desk.rings(call="call2")
    page.keyboard.type(TEXT[150:220])
    already = worked(desk)
    page.context.set_offline(False)
    page.get_by_role("alertdialog").wait_for()
    page.keyboard.type(TEXT[220:300])

    the_note_has(note, TEXT[:300])
    expect(page.locator(STATUS)).to_contain_text("Saved")
    assert text_at_the_server(desk) == TEXT[:300]
    assert worked(desk) == already


def test_a_note_that_is_not_saved_and_not_shown_is_told_of_until_it_is_saved(
    window: Window,
) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.route("**/calls/call1/note", lambda route: route.fulfill(status=503))
    page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Not saved yet, trying again")

    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_text("A note is not saved yet.")).to_be_visible()
    page.unroute("**/calls/call1/note")

    expect(page.get_by_text("A note is not saved yet.")).to_be_hidden()
    assert text_at_the_server(desk) == "Calls back"


def test_a_page_change_in_the_middle_of_a_word_saves_it(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk

    page.locator(NOTE).press_sequentially("Calls ba")
    page.get_by_role("link", name="Calls", exact=True).click()
    page.get_by_role("heading", name="Calls", exact=True).wait_for()
    page.get_by_role("link", name="To the desk").click()

    expect(page.locator(NOTE)).to_have_value("Calls ba")
    assert text_at_the_server(desk) == "Calls ba"


def test_a_page_that_goes_saves_its_note(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk

    page.locator(NOTE).press_sequentially("Calls back\nMonday")
    page.goto("about:blank")

    assert desk.noted.wait(PATIENCE_MILLISECONDS / 1000)
    assert text_at_the_server(desk) == "Calls back\nMonday"


def test_a_note_of_a_page_that_went_without_network_is_saved_by_the_next_page(
    window: Window,
) -> None:
    page, desk = in_call(window), window.served.company.desk
    page.context.set_offline(True)
    page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Not saved yet: no network")
    page.close()
    page.context.set_offline(False)
    assert text_at_the_server(desk) == ""

    desk.is_ready()
    later = window.page.context.new_page()
    with later.expect_response("**/calls/call1/note"):
        later.goto(f"{window.served.url}/calls")

    assert text_at_the_server(desk) == "Calls back"
    later.wait_for_function("Object.keys(localStorage).filter((k) => k.startsWith('note/')) == ''")


def test_a_note_typed_when_the_session_is_over_is_saved_after_the_next_sign_in(
    window: Window,
) -> None:
    page, desk = in_call(window), window.served.company.desk
    known = window.served.company.accounts.known
    account = known.pop("agnieszka")

    page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Not saved yet: you are signed out")
    known["agnieszka"] = account
    with page.expect_response("**/calls/call1/note"):
        page.goto(f"{window.served.url}/desk")

    expect(page.locator(NOTE)).to_have_value("Calls back")
    assert text_at_the_server(desk) == "Calls back"


def test_a_storage_that_cannot_be_read_stops_no_desk(window: Window) -> None:
    window.page.add_init_script("localStorage.setItem('note/agnieszka/call1', '{')")

    page = in_call(window)

    assert page.locator(NOTE).input_value() == ""
    assert window.troubles == []


# --- Two windows ----------------------------------------------------------------------------------


def other_window(window: Window) -> Page:
    """On another machine: it hears nothing of this one's notes."""
    browser = window.page.context.browser
    assert browser
    context = browser.new_context(locale="en-GB", storage_state=window.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{window.served.url}/desk")
    page.locator("body[data-pushed]").wait_for()
    return page


def test_what_two_windows_type_is_merged_and_shown(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    other = other_window(window)

    page.locator(NOTE).press_sequentially("Fragile")
    expect(page.locator(STATUS)).to_contain_text("Saved")
    other.locator(NOTE).press_sequentially("Monday")
    expect(other.locator(STATUS)).to_have_text("Saved, with what you wrote in another window")
    expect(other.locator(NOTE)).to_have_value("Fragile\nMonday")
    page.locator(NOTE).press_sequentially(", two boxes")
    expect(page.locator(STATUS)).to_have_text("Saved, with what you wrote in another window")

    assert text_at_the_server(desk) == "Fragile, two boxes\nMonday"
    expect(page.locator(NOTE)).to_have_value("Fragile, two boxes\nMonday")
    other.context.close()


def test_another_window_of_the_same_browser_shows_what_was_saved(window: Window) -> None:
    page = in_call(window)
    other = page.context.new_page()
    other.goto(f"{window.served.url}/desk")
    other.locator(NOTE).wait_for()

    page.locator(NOTE).press_sequentially("Fragile")

    expect(other.locator(NOTE)).to_have_value("Fragile")
    other.locator(NOTE).fill("Not fragile")
    expect(page.locator(NOTE)).to_have_value("Not fragile")


def test_an_answer_that_is_lost_is_no_conflict(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    lost: list[str] = []

    def lose_one_answer(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/calls/call1/note", lose_one_answer)
    page.locator(NOTE).fill("Calls back on Monday")
    expect(page.locator(STATUS)).to_have_text("Not saved yet: no network")
    page.locator(NOTE).fill("Calls on Monday")

    expect(page.locator(STATUS)).to_contain_text("Saved 14:3")
    assert text_at_the_server(desk) == "Calls on Monday"


# --- Keys -----------------------------------------------------------------------------------------

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
        page.context.clear_cookies()


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
    assert caps == ["D", "Q", "T", "Ö", "H", "K", "E", "?"]


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
