"""A call at the desk, in a real Chromium: ringing, accepting, keys, the end.

The Voice SDK is replaced by `fake_sdk.js`; the real one talks to the exchange in tests/e2e.
"""

from playwright.sync_api import Request, Route, expect

from tests.console.conftest import Window
from tests.console.window import UP, device, in_call, keys_work, press


def test_an_offer_rings_by_push_on_whatever_page(window: Window) -> None:
    window.sign_in("/calls")

    window.served.company.desk.rings()
    window.poke()

    expect(window.page.get_by_role("button", name="Accept")).to_be_visible()
    expect(window.page).to_have_title("☎ Ringing: Eleanor Whitcombe – Calls · Switchroom")


def test_an_offer_is_acknowledged_once_as_soon_as_it_is_on_the_screen(window: Window) -> None:
    """Without that the agent's next device rings (G1)."""
    window.sign_in()
    desk = window.served.company.desk

    with window.page.expect_response("**/desk/shown"):
        desk.rings()
        window.poke()
    window.page.get_by_role("link", name="Calls", exact=True).click()
    expect(window.page.get_by_role("heading", name="Calls")).to_be_visible()
    press(window.page, "accept")
    window.page.wait_for_selector(UP)

    shown = [asked for asked in desk.asked if asked[0] == "shows"]
    assert shown == [("shows", "agnieszka", "call1", "2")]


def test_an_acknowledgement_that_is_lost_does_no_harm(window: Window) -> None:
    window.sign_in()
    window.page.route("**/desk/shown", lambda route: route.abort())
    window.served.company.desk.rings()
    window.poke()

    press(window.page, "accept")

    window.page.wait_for_selector(UP)
    expect(window.page.locator(".toast")).to_have_count(0)


def test_a_telephone_that_rings_says_what_to_press_there_and_can_be_accepted_here(
    window: Window,
) -> None:
    window.sign_in()
    desk = window.served.company.desk

    desk.rings(device="phone")
    window.poke()

    offer = window.page.get_by_role("alertdialog")
    expect(offer).to_contain_text("Your telephone rings. Press 1 there")
    window.page.get_by_role("button", name="Accept here").locator("visible=true").click()
    window.page.wait_for_selector(UP)
    assert not [asked for asked in desk.asked if asked[0] == "shows"]


def test_a_call_on_the_telephone_has_notes_and_an_end_but_no_sound_here(window: Window) -> None:
    window.sign_in()
    page, desk = window.page, window.served.company.desk

    desk.talks(device="phone")
    window.poke()

    main = page.get_by_role("main")
    expect(main).to_contain_text("On your telephone.")
    expect(page.locator("#device")).to_have_text("Call on your telephone")
    expect(page.get_by_label("Notes")).to_be_visible()
    for name in ("Mute", "Keypad", "Continue the call", "Take the call over here"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.get_by_role("button", name="End call with").click()
    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    assert ("end", "agnieszka", "call1", "agnieszka.1") in desk.asked


def test_an_offer_that_ends_goes_by_push(window: Window) -> None:
    """F11."""
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    expect(window.page.get_by_role("alertdialog")).to_be_visible()

    window.served.company.desk.is_ready()
    window.poke()

    expect(window.page.get_by_role("alertdialog")).to_have_count(0)
    expect(window.page).to_have_title("Desk · Switchroom")


def test_a_lost_push_does_no_harm(window: Window) -> None:
    window.sign_in()
    window.served.company.desk.rings()

    window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(window.page.get_by_role("button", name="Accept")).to_be_visible()


def test_accepting_makes_the_browser_call_in(window: Window) -> None:
    page = in_call(window)

    assert device(page, "calls[0].params") == {
        "call": "call1",
        "headset": "agnieszka.1",
        "nonce": "n1",
    }
    expect(page.get_by_role("button", name="End call with Eleanor Whitcombe")).to_be_visible()


def test_a_page_change_never_ends_a_call(window: Window) -> None:
    page = in_call(window)
    page.evaluate("document.getElementById('rail').dataset.same = 'yes'")

    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_role("heading", name="Calls")).to_be_visible()
    expect(page.get_by_label("Your call")).to_be_visible()
    page.locator("tr[data-row]", has_text="Zofia").click()
    expect(page.get_by_role("heading", name="Zofia Grabowska")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="To the desk").click()

    expect(page.get_by_role("button", name="End call with")).to_be_visible()
    expect(page.locator("#rail[data-same]")).to_be_visible()
    assert page.url.endswith("/desk")
    assert device(page, "calls.length") == 1
    assert device(page, "calls[0].status()") == "open"


def test_a_page_that_back_asked_for_does_not_take_the_place_of_a_newer_one(window: Window) -> None:
    page, held = in_call(window), list[Route]()

    def holds(route: Route) -> None:
        held.append(route)

    page.get_by_role("link", name="Calls", exact=True).click()
    page.locator("tr[data-row]", has_text="Zofia").click()
    expect(page.get_by_role("heading", name="Zofia Grabowska")).to_be_visible()
    page.route("**/calls", holds)
    page.go_back()

    def is_of_the_page(request: Request) -> bool:
        return request.url.endswith("/calls")  # a slow machine may give up others

    with page.expect_event("requestfailed", is_of_the_page) as abandoned:
        page.get_by_role("link", name="To the desk").click()

    assert abandoned.value == held[0].request
    expect(page.get_by_role("button", name="End call with")).to_be_visible()
    assert page.url.endswith("/desk")


def test_keys_do_what_their_buttons_do(window: Window) -> None:
    window.sign_in()
    page, desk = window.page, window.served.company.desk
    desk.rings()
    window.poke()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    keys_work(page)

    page.keyboard.press("a")
    page.wait_for_selector(UP)
    expect(page.get_by_role("button", name="Mute")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    expect(page.get_by_role("group", name="Keypad")).to_be_visible()
    for key in ("4", "2", "#"):
        page.keyboard.press(key)
    expect(page.get_by_label("Keys pressed")).to_have_text("42#")
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()

    assert device(page, "calls[0].digits") == "42#"
    assert ("end", "agnieszka", "call1", "agnieszka.1") in desk.asked


def test_one_key_puts_the_caller_on_hold_and_takes_the_caller_back(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    keys_work(page)

    page.keyboard.press("h")
    expect(page.locator(".call-line")).to_contain_text("On hold 0:1")
    page.keyboard.press("h")
    expect(page.locator(".call-line")).to_contain_text("Talking")

    asked = [what[0] for what in desk.asked if what[0] in ("hold", "retrieve")]
    assert asked == ["hold", "retrieve"]


def test_the_focus_goes_on_to_the_button_that_takes_the_place_of_the_one_pressed(
    window: Window,
) -> None:
    page = in_call(window)
    page.get_by_role("button", name="Hold").focus()

    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Retrieve")).to_be_focused()


def test_the_decline_key_declines(window: Window) -> None:
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    expect(window.page.get_by_role("button", name="Decline")).to_be_visible()
    keys_work(window.page)

    window.page.keyboard.press("d")

    expect(window.page.get_by_role("heading", name="Calls ring here")).to_be_visible()
    assert ("decline", "agnieszka", "call1", "2") in window.served.company.desk.asked


def test_a_note_is_saved_as_it_is_typed_and_survives_the_wrap_up(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk

    page.get_by_label("Notes").fill("Wants a redelivery")
    expect(page.locator("[data-note-saved]")).to_contain_text("Saved 14:3")
    page.get_by_label("Notes").press_sequentially(" tomorrow")
    desk.wraps_up()
    window.poke()

    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value("Wants a redelivery tomorrow")
    expect(page.locator("[data-note-saved]")).to_contain_text("Saved 14:3")
    assert desk.asked[-1] == ("note", "agnieszka", "call1", "Wants a redelivery tomorrow")


def test_a_call_that_is_taken_says_so(window: Window) -> None:
    """F1: the loser hears it in words."""
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    expect(window.page.get_by_role("button", name="Accept")).to_be_visible()
    window.served.company.desk.refuses = "This call is gone: it went to somebody else."

    press(window.page, "accept")

    expect(window.page.locator(".toast")).to_contain_text("went to somebody else")
    assert device(window.page, "calls.length") == 0


def test_an_offer_that_ends_says_how_on_any_page_and_stays_listed(window: Window) -> None:
    """It is the server's to tell: a page that is opened later lists it, too."""
    window.sign_in("/calls")
    desk = window.served.company.desk
    desk.rings()
    window.poke()
    window.page.get_by_role("button", name="Accept").wait_for()

    desk.misses("caller gave up")
    window.poke()

    expect(window.page.locator(".toast")).to_have_text("Eleanor Whitcombe gave up.")
    window.page.goto(f"{window.served.url}/desk")
    missed = window.page.get_by_role("main").locator("[data-missed]")
    expect(missed).to_contain_text("Eleanor Whitcombe gave up")
    expect(missed).to_contain_text("Deliveries EN")
