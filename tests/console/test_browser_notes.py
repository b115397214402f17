"""No typed word is lost: how a note is saved, in a real Chromium."""

from playwright.sync_api import Page, Route, expect

from tests.console.conftest import PATIENCE_MILLISECONDS, Window
from tests.console.note_field import NOTE, STATUS, TEXT, text_at_the_server, the_note_has, worked
from tests.console.window import in_call

# --- Saving ---------------------------------------------------------------------------------------


def test_a_note_is_saved_while_it_is_typed_not_only_in_a_pause(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk

    page.locator(NOTE).press_sequentially("a" * 30, delay=120)

    assert len(text_at_the_server(desk)) >= 5


def test_saved_stands_only_when_it_is_saved(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/calls/call1/note", hold_the_first)

    with page.expect_request("**/calls/call1/note"):
        page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("Saving…")
    assert text_at_the_server(desk) == ""
    page.locator(NOTE).press_sequentially(" soon")
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


def test_a_note_that_is_refused_can_be_discarded_or_changed(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    note, discard = page.locator(NOTE), page.get_by_role("button", name="Discard")
    note.press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_contain_text("Saved")
    desk.refuses = "This note is too long."
    note.press_sequentially(" on Monday")
    expect(page.locator(STATUS)).to_have_text("This note is too long.")
    expect(discard).to_be_visible()
    desk.refuses = ""

    note.press_sequentially("?")
    expect(page.locator(STATUS)).to_contain_text("Saved")
    expect(discard).to_be_hidden()
    desk.refuses = "This note is too long."
    note.press_sequentially(" Or Tuesday")
    discard.click()

    expect(note).to_have_value("Calls back on Monday?")
    expect(page.locator(STATUS)).to_have_text("")
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('note/'))") == []
    assert text_at_the_server(desk) == "Calls back on Monday?"


def test_a_refused_note_of_another_page_is_shown_with_its_words_until_it_is_discarded(
    window: Window,
) -> None:
    page, desk = in_call(window), window.served.company.desk
    desk.refuses = "This is not your call."
    page.locator(NOTE).press_sequentially("Calls back")
    expect(page.locator(STATUS)).to_have_text("This is not your call.")

    page.get_by_role("link", name="Calls", exact=True).click()
    notice = page.locator('[data-notice="notes-refused"]')
    expect(notice).to_contain_text("A note was not taken.")
    expect(notice).to_contain_text("This is not your call. “Calls back”")
    expect(page.get_by_text("A note is not saved yet.")).to_be_hidden()
    notice.get_by_role("button", name="Discard it").click()

    expect(notice).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('note/'))") == []


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
    page.close()  # its last request may still go out, now that there is network again
    page.context.set_offline(False)

    desk.is_ready()
    later = window.page.context.new_page()
    with later.expect_response("**/calls/call1/note") as saved:
        later.goto(f"{window.served.url}/calls")

    assert saved.value.ok
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
        window.sign_in_by_form()

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
