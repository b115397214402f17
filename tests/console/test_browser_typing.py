"""Who types never works the phone: fields through every swap, in a real Chromium."""

from playwright.sync_api import expect

from tests.console.conftest import Window
from tests.console.note_field import NOTE, STATUS, TEXT, text_at_the_server, the_note_has, worked
from tests.console.window import in_call


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
        window.sign_in(path)
        page, desk = window.page, window.served.company.desk
        desk.rings(call="call1")
        window.poke()
        page.locator('#line[data-call="call1"]').wait_for(state="attached")
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
