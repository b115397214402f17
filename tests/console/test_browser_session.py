"""A session that ends under an open page, in a real Chromium."""

from dataclasses import replace
from datetime import timedelta

from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from app.console.sessions import end_sessions
from tests.console.conftest import Window
from tests.console.fakes import PASSWORD, Company, person
from tests.console.window import UP, device, in_call, wait_until

OVER = timedelta(hours=12, seconds=1)


def ends(kestrel: Company) -> None:
    """As by a sign-out elsewhere: the sessions of everybody are over, at once."""
    kestrel.expiring._kept = {
        key: kept
        for key, kept in kestrel.expiring._kept.items()
        if not key.startswith(("session:", "overtime:"))
    }


def signs_in(page: Page, url: str, email: str = "agnieszka@kestrel.example") -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("body[data-pushed]").wait_for()


def notes(kestrel: Company) -> list[str]:
    return [asked[-1] for asked in kestrel.desk.asked if asked[0] == "note"]


def test_twelve_hours_are_over_in_mid_call_and_nothing_is_lost(window: Window) -> None:
    page, kestrel = in_call(window), window.served.company
    kestrel.clock.move(OVER)

    with page.expect_response("**/calls/call1/note") as saved:
        page.get_by_label("Notes").fill("Refund of 40 agreed.")
    page.get_by_role("button", name="End call with").click()

    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    assert saved.value.status == 200
    assert notes(kestrel)[-1] == "Refund of 40 agreed."
    assert "end" in [asked[0] for asked in kestrel.desk.asked]
    expect(page.get_by_label("Work email")).to_have_count(0)


def test_signing_in_again_in_another_tab_gives_the_open_page_its_token(window: Window) -> None:
    page, kestrel = in_call(window), window.served.company
    page.evaluate("document.body.dataset.same = 'yes'")
    ends(kestrel)
    page.get_by_label("Notes").fill("Refund of 40 agreed.")
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    assert notes(kestrel) == []
    assert page.get_by_label("Notes").input_value() == "Refund of 40 agreed."

    other = page.context.new_page()
    signs_in(other, window.served.url)

    expect(page.get_by_text("You were signed out.")).to_be_hidden()
    expect(page.locator("[data-note-saved]")).to_contain_text("Saved 14:3")
    assert notes(kestrel)[-1] == "Refund of 40 agreed."
    page.get_by_role("button", name="End call with").click()
    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    expect(page.locator("body[data-same][data-pushed]")).to_be_visible()


def test_signing_in_again_on_the_page_itself_keeps_the_call_and_the_note(window: Window) -> None:
    page, kestrel = in_call(window), window.served.company
    ends(kestrel)
    page.get_by_label("Notes").fill("Refund of 40 agreed.")
    page.get_by_role("button", name="Sign in again").click()
    dialog = page.get_by_role("dialog", name="Sign in again")

    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_contain_text("That email and password do not belong together.")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_label("Password").press("Enter")

    expect(dialog).to_be_hidden()
    expect(page.locator("[data-note-saved]")).to_contain_text("Saved 14:3")
    expect(page.locator(UP)).to_be_visible()
    assert notes(kestrel)[-1] == "Refund of 40 agreed."
    assert device(page, "calls.length") == 1


def test_ending_the_call_while_signed_out_says_what_to_do(window: Window) -> None:
    page = in_call(window)
    ends(window.served.company)

    page.get_by_role("button", name="End call with").click()

    expect(page.locator(".toast")).to_contain_text("You are signed out. Sign in again")
    expect(page.locator(UP)).to_be_visible()


def test_a_click_with_the_token_of_an_older_session_does_what_it_says(window: Window) -> None:
    """The message to the other tabs is lost: the refusal itself renews the token."""
    window.page.add_init_script("BroadcastChannel.prototype.postMessage = () => {}")
    window.sign_in()
    page, kestrel = window.page, window.served.company
    other = page.context.new_page()
    page.evaluate("document.body.dataset.same = 'yes'")
    page.route("**/live?*", lambda route: route.abort())  # its own fetches ask nothing meanwhile
    page.context.clear_cookies()
    signs_in(other, window.served.url)
    page.unroute("**/live?*")

    page.get_by_role("button", name="Available", exact=True).click()

    expect(page.locator(".status .live")).to_contain_text("Available")
    expect(page.locator("body[data-same]")).to_be_visible()
    assert ("presence", "agnieszka", "ready") in kestrel.desk.asked


def test_a_page_of_somebody_else_does_nothing_in_the_new_ones_name(window: Window) -> None:
    page, kestrel = in_call(window), window.served.company
    tomasz = person("tomasz", "Tomasz Zieliński", "agent")
    kestrel.accounts.known["tomasz"] = tomasz
    ends(kestrel)
    other = page.context.new_page()

    signs_in(other, window.served.url, tomasz.email)
    page.get_by_label("Notes").fill("Refund of 40 agreed.")

    expect(page.get_by_text("Somebody else signed in with this browser.")).to_be_visible()
    assert notes(kestrel) == []


def test_a_telephone_line_that_a_session_cost_its_token_gets_one_at_the_next_sign_in(
    window: Window,
) -> None:
    page, kestrel = in_call(window), window.served.company
    ends(kestrel)
    page.evaluate("fakePhone.token = 'old'; fakePhone.emit('tokenWillExpire')")
    page.evaluate("fakePhone.calls[0].disconnect()")
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    assert device(page, "token") == "old"

    signs_in(page.context.new_page(), window.served.url)

    wait_until(page, "fakePhone.token.startsWith('token of agnieszka_')")


def test_an_idle_page_whose_session_is_over_goes_to_the_sign_in(window: Window) -> None:
    window.sign_in("/calls")
    window.served.company.clock.move(OVER)

    window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    window.page.wait_for_url("**/sign-in?next=%2Fcalls")


def test_a_changed_password_signs_the_page_out_at_once_and_keeps_its_call(window: Window) -> None:
    """Nothing is clicked: the page's push was closed, and it asks why."""
    page, kestrel = in_call(window), window.served.company
    account = kestrel.accounts.known["agnieszka"]
    new = PasswordHasher(1, 8, 1).hash("another long password")
    kestrel.accounts.known["agnieszka"] = replace(account, password_hash=new)

    end_sessions(kestrel.expiring, kestrel.push, "agnieszka")

    expect(page.get_by_text("You were signed out.")).to_be_visible()
    expect(page.locator(UP)).to_be_visible()
    assert device(page, "calls.length") == 1
    page.get_by_role("button", name="Sign in again").click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password").fill("another long password")
    dialog.get_by_label("Password").press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="End call with").click()
    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()


def test_the_page_of_who_left_the_company_goes_to_the_sign_in_at_once(window: Window) -> None:
    window.sign_in("/calls")
    kestrel = window.served.company
    del kestrel.accounts.known["agnieszka"]

    end_sessions(kestrel.expiring, kestrel.push, "agnieszka")

    window.page.wait_for_url("**/sign-in?next=%2Fcalls")


def test_the_page_says_how_long_to_wait(window: Window) -> None:
    page = window.page
    page.goto(f"{window.served.url}/sign-in")
    for _ in range(7):
        page.get_by_label("Work email").fill("agnieszka@kestrel.example")
        page.get_by_label("Password", exact=True).fill("wrong")
        with page.expect_navigation():  # else the next try is typed into the page that goes
            page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("Too many wrong tries. Wait")
