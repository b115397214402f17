"""What can fail in a call at the desk, in a real Chromium: page, sound, microphone, network.

The Voice SDK is replaced by `fake_sdk.js`; the real one talks to the exchange in tests/e2e.
"""

import re

from playwright.sync_api import expect

from tests.console.conftest import Window
from tests.console.window import UP, device, in_call, press


def test_a_reload_in_mid_call_tells_of_the_loss_and_comes_back_by_itself(window: Window) -> None:
    """F25."""
    page, desk = in_call(window), window.served.company.desk

    page.reload()

    page.wait_for_selector(UP)
    asked = [what for what in desk.asked if what[0] in ("headset lost", "rejoin")]
    assert asked == [
        ("headset lost", "agnieszka", "call1", "agnieszka.1", "page closed"),
        ("rejoin", "agnieszka", "call1", "agnieszka.1"),
    ]
    assert device(page, "calls[0].params.headset") == "agnieszka.2"


def test_another_tab_offers_to_take_the_call_over_and_does_not_by_itself(window: Window) -> None:
    """F22."""
    page, desk = in_call(window), window.served.company.desk
    other = page.context.new_page()
    other.route(
        "**/vendor/twilio.min.js",
        lambda route: route.fulfill(content_type="text/javascript", body="window.Twilio = {}"),
    )
    other.goto(f"{window.served.url}/desk")
    other.locator("body[data-pushed]").wait_for()

    expect(other.get_by_role("button", name="Take the call over here")).to_be_visible()
    assert not [asked for asked in desk.asked if asked[0] == "rejoin"]
    expect(page.get_by_role("button", name="Take the call over here")).to_be_hidden()


def test_a_lost_sound_offers_to_continue_and_then_continues(window: Window) -> None:
    page, desk = in_call(window), window.served.company.desk
    desk.is_interrupted()

    page.evaluate("fakePhone.calls[0].disconnect()")
    page.get_by_role("button", name="Continue the call").click()

    page.wait_for_selector(UP)
    expect(page.get_by_role("button", name="Continue the call")).to_be_hidden()


def test_a_blocked_microphone_is_said_before_the_caller_is_moved(window: Window) -> None:
    window.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()

    press(window.page, "accept")

    expect(window.page.get_by_text("The microphone is blocked.", exact=True)).to_be_visible()
    expect(window.page.get_by_role("button", name="Accept")).to_be_visible()
    assert not [asked for asked in window.served.company.desk.asked if asked[0] == "accept"]


def test_a_call_that_cannot_connect_goes_back_at_once(window: Window) -> None:
    window.sign_in()
    window.page.evaluate("fakePhone.fails = 31005")
    window.served.company.desk.rings()
    window.poke()

    with window.page.expect_response("**/desk/headset-lost"):
        press(window.page, "accept")

    expect(window.page.locator(".toast")).to_contain_text("The call could not be connected")
    expect(window.page.get_by_text("The phone line cannot be reached.")).to_be_visible()
    lost = [asked for asked in window.served.company.desk.asked if asked[0] == "headset lost"]
    assert lost == [("headset lost", "agnieszka", "call1", "agnieszka.1", "error 31005")]


def test_a_call_without_sound_says_so(window: Window) -> None:
    window.sign_in()
    window.page.evaluate("fakePhone.silent = true")
    window.served.company.desk.rings()
    window.poke()
    press(window.page, "accept")
    window.page.locator(".call-line").wait_for()

    window.page.evaluate(
        "(() => { const call = fakePhone.calls[0]; call.state = 'open'; call.emit('accept'); })()"
    )

    expect(window.page.get_by_text("No sound arrives.")).to_be_visible()


def test_a_line_that_cannot_be_reached_is_tried_again_once_however_many_errors(
    window: Window,
) -> None:
    window.sign_in()
    page = window.page

    page.evaluate(
        "(() => { fakePhone.state = 'unregistered';"
        " for (let i = 0; i < 20; i += 1) fakePhone.emit('error', { code: 53000 }); })()"
    )
    expect(page.get_by_text("The phone line cannot be reached.")).to_be_visible()
    page.get_by_role("button", name="Try now").click()

    expect(page.get_by_text("The phone line cannot be reached.")).to_be_hidden()
    assert device(page, "registrations") == 2


def test_a_token_is_renewed_early_but_not_in_mid_call(window: Window) -> None:
    """F23; a renewal in a call can cost a second of sound."""
    page = in_call(window)
    page.evaluate("fakePhone.token = 'old'; fakePhone.emit('tokenWillExpire')")
    assert device(page, "token") == "old"

    page.get_by_role("button", name="End call with").click()
    page.evaluate("fakePhone.calls[0].disconnect()")

    expect(page.get_by_role("button", name="Save and be available")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert str(device(page, "token")).startswith("token of agnieszka_")


def test_signing_out_in_mid_call_asks_to_end_it_first(window: Window) -> None:
    page = in_call(window)

    page.get_by_label("Agnieszka Nowak: menu").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.locator(".toast")).to_contain_text("End the call before you sign out.")
    expect(page.locator(UP)).to_be_visible()


def test_a_lost_network_says_what_goes_on(window: Window) -> None:
    page = in_call(window)

    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("No connection to Switchroom.")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("No connection to Switchroom.")).to_be_hidden()
    expect(page.locator(UP)).to_be_visible()


def test_a_session_that_ends_in_mid_call_leaves_the_call_alone(window: Window) -> None:
    page, kestrel = in_call(window), window.served.company

    del kestrel.accounts.known["agnieszka"]
    page.get_by_role("link", name="Calls", exact=True).click()

    expect(page.get_by_text("You were signed out.")).to_be_visible()
    expect(page.locator(UP)).to_be_visible()


def test_a_blocked_microphone_disables_accept_and_offers_the_telephone(window: Window) -> None:
    """The reason stands beside the button, for who cannot see that it is grey too."""
    window.page.add_init_script(
        "navigator.permissions.query = async () =>"
        " ({ state: window.blocked === false ? 'granted' : 'denied', addEventListener() {} })"
    )
    window.sign_in()
    desk = window.served.company.desk
    desk.rings(more=("telephone",))
    window.poke()

    accept = window.page.get_by_role("main").get_by_role("button", name="Accept")
    expect(accept).to_have_attribute("aria-disabled", "true")
    expect(accept).to_have_accessible_description(re.compile("the microphone is blocked"))
    window.page.keyboard.press("a")
    with window.page.expect_response("**/desk/calls/telephone"):
        window.page.get_by_role("main").get_by_role("button", name="Ring my telephone").click()

    verbs = [asked[0] for asked in desk.asked]
    assert "telephone" in verbs
    assert "accept" not in verbs


def test_no_microphone_disables_accept_until_one_is_plugged_in(window: Window) -> None:
    window.page.add_init_script(
        "navigator.mediaDevices.enumerateDevices = async () =>"
        " window.plugged ? [{ kind: 'audioinput' }] : [{ kind: 'audiooutput' }]"
    )
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    accept = window.page.get_by_role("main").get_by_role("button", name="Accept")
    expect(accept).to_have_attribute("aria-disabled", "true")
    expect(accept).to_have_accessible_description(re.compile("no microphone is found"))

    window.page.evaluate(
        "window.plugged = true; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )

    expect(accept).to_have_attribute("aria-disabled", "false")
    expect(window.page.get_by_text("No microphone is found.", exact=True)).to_be_hidden()


def test_a_headset_that_is_pulled_out_in_mid_call_is_said_to_be_missing(window: Window) -> None:
    window.page.add_init_script(
        "navigator.mediaDevices.enumerateDevices = async () =>"
        " window.pulled ? [{ kind: 'audiooutput' }] : [{ kind: 'audioinput' }]"
    )
    page, desk = in_call(window), window.served.company.desk
    missing = page.get_by_text("No microphone is found.", exact=True)
    expect(missing).to_be_hidden()

    page.evaluate(
        "window.pulled = true; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )
    expect(missing).to_be_visible()
    desk.is_interrupted()
    page.evaluate("fakePhone.calls[0].disconnect()")

    expect(page.get_by_role("button", name="Continue the call")).to_be_visible()
    expect(missing).to_be_visible()


def test_the_sound_that_is_not_here_is_not_said_to_be_ready(window: Window) -> None:
    window.sign_in()
    device = window.page.locator("#device")
    expect(device).to_have_text("Ready in this browser")
    desk = window.served.company.desk

    desk.talks(tab="another")
    window.poke()
    expect(device).to_have_text("Call in another tab")
    desk.is_interrupted()
    window.poke()

    alert = window.page.get_by_role("alert")  # the bar's line, which other pages show, is hidden
    expect(alert.get_by_text("Your sound is not connected.")).to_be_visible()
    expect(device).to_have_text("Sound not connected")


def test_a_ring_that_the_browser_keeps_silent_can_be_heard_after_a_click(window: Window) -> None:
    """F24."""
    window.page.add_init_script(
        "Object.defineProperty(AudioContext.prototype, 'state',"
        " { get: () => window.awake ? 'running' : 'suspended' });"
        "AudioContext.prototype.resume = async () => { window.awake = true; }"
    )
    window.sign_in()
    window.served.company.desk.rings()
    window.poke()
    silent = window.page.get_by_text("This browser keeps the ring silent.")
    expect(silent).to_be_visible()

    window.page.get_by_role("heading", name="Eleanor Whitcombe").click()

    expect(silent).to_be_hidden()
