"""The pages in a real Chromium: what only scripts, layout and the content policy can break."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.console import views as v
from app.domain.topics import BOARD
from tests.console.conftest import Window
from tests.console.fakes import PASSWORD
from tests.console.window import in_call, keys_work, press


def test_a_wrong_password_says_so_and_a_right_one_opens_the_desk(window: Window) -> None:
    page = window.page
    page.goto(f"{window.served.url}/calls")
    page.get_by_label("Work email").fill("agnieszka@kestrel.example")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("5 tries left")

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Calls")).to_be_visible()


def test_the_password_can_be_shown(window: Window) -> None:
    window.page.goto(f"{window.served.url}/sign-in")
    field = window.page.locator("#password")
    button = window.page.get_by_role("button", name="Show the password")

    button.click()

    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_every_page_and_moment_is_free_of_errors_and_violations(window: Window) -> None:
    window.sign_in()
    desk = window.served.company.desk
    moments: list[Callable[[], None]] = [desk.is_ready, desk.rings, desk.talks]
    for moment in [*moments, desk.is_interrupted, desk.wraps_up]:
        moment()
        for path in ("/desk", "/calls", "/calls/call4"):
            window.page.goto(f"{window.served.url}{path}")
            window.page.locator("body[data-pushed]").wait_for()

    assert window.troubles == []


def test_a_letter_in_a_note_is_a_letter(window: Window) -> None:
    page = in_call(window)

    page.get_by_label("Notes").press_sequentially("made, kept? held, ended")

    expect(page.get_by_label("Notes")).to_have_value("made, kept? held, ended")
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")
    assert not [a for a in window.served.company.desk.asked if a[0] in ("end", "hold")]


def test_the_list_of_keys_opens_and_keys_can_be_switched_off(window: Window) -> None:
    page = in_call(window)
    keys_work(page)

    page.keyboard.press("?")
    page.get_by_role("switch", name="Single keys").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("m")

    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")


def test_presence_is_set_from_the_bar(window: Window) -> None:
    window.sign_in()
    page = window.page

    page.get_by_role("button", name="Available").first.click()
    expect(page.get_by_role("heading", name="Calls ring here")).to_be_visible()
    page.locator("#my-status summary").click()
    page.get_by_role("button", name="Lunch").click()

    expect(page.get_by_role("heading", name="Lunch")).to_be_visible()
    assert window.served.company.desk.asked[-1] == ("presence", "agnieszka", "lunch")


def test_a_recording_plays_and_its_listening_is_written_down(window: Window) -> None:
    """F50."""
    window.sign_in("/calls/call4")

    press(window.page, "play")

    expect(window.page.locator("[data-audio]")).to_have_js_property("ended", True)
    assert window.served.company.register.heard == [("agnieszka", "RE1")]
    assert window.troubles == []


def test_what_fails_to_load_says_so_and_can_be_loaded_again(window: Window) -> None:
    window.sign_in()
    page = window.page
    page.route("**/calls", lambda route: route.fulfill(status=503))
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_text("This part could not be loaded.")).to_be_visible()
    page.unroute("**/calls")

    page.get_by_role("button", name="Load again").click()

    expect(page.get_by_role("heading", name="Calls")).to_be_visible()
    expect(page.get_by_text("This part could not be loaded.")).to_be_hidden()


LONG = v.Party("+442079460142", "Donaudampfschifffahrtsgesellschaftskapitän" * 3, "x" * 120)
SIZES = [(1440, 900), (1024, 768), (390, 844), (360, 640)]


def test_no_message_covers_the_button_that_ends_the_call(window: Window) -> None:
    page = in_call(window)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Agnieszka Nowak: menu").click()

    page.get_by_role("button", name="Sign out").click()

    end = page.get_by_role("button", name="End call with").bounding_box()
    toast = page.locator(".toast").bounding_box()
    assert toast is not None
    assert end is not None
    assert toast["y"] + toast["height"] <= end["y"]


def test_no_message_covers_the_missed_call_that_it_tells_of(window: Window) -> None:
    window.sign_in()
    page, desk = window.page, window.served.company.desk
    page.set_viewport_size({"width": 390, "height": 844})
    desk.rings()
    window.poke()
    page.locator('[data-verb="accept"]:visible').wait_for()

    desk.misses("caller gave up")
    window.poke()

    expect(page.locator(".toast")).to_have_text("Eleanor Whitcombe gave up.")
    toast = page.locator(".toast").bounding_box()
    assert toast is not None
    for row in (page.locator("#phone .banner"), page.locator("[data-missed] li")):
        missed = row.bounding_box()
        assert missed is not None
        assert missed["y"] >= toast["y"] + toast["height"]


@pytest.mark.parametrize("width", [390, 360])
def test_a_row_of_the_register_names_its_agent_in_full(window: Window, width: int) -> None:
    window.sign_in("/calls")
    window.page.set_viewport_size({"width": width, "height": 844})

    cells = window.page.locator(".calls :is(.c-who, .c-via)")

    assert cells.evaluate_all("(all) => all.every((e) => e.scrollWidth <= e.clientWidth)")


def test_nothing_runs_out_of_the_page(window: Window) -> None:
    window.sign_in()
    desk = window.served.company.desk
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for moment in (desk.rings, desk.talks, desk.wraps_up):
        moment(party=LONG)
        for path in ("/desk", "/calls", "/calls/call4"):
            window.page.goto(f"{window.served.url}{path}")
            for width, height in SIZES:
                window.page.set_viewport_size({"width": width, "height": height})
                assert window.page.evaluate(over) <= 0, (moment.__name__, path, width)


UNNAMED = """() => [...document.querySelectorAll('button, a, input, textarea, select, summary')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden')
  .filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length))
  .map((e) => e.outerHTML)"""
TWICE = """() => [...document.querySelectorAll('[id]')].map((e) => e.id)
  .filter((id, i, all) => all.indexOf(id) !== i)"""
DANGLING = """() => ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']
  .flatMap((name) => [...document.querySelectorAll(`[${name}]`)]
    .flatMap((e) => e.getAttribute(name).split(' ')))
  .filter((id) => !document.getElementById(id))"""


def test_everything_has_a_name_an_own_id_and_references_that_lead_somewhere(
    window: Window,
) -> None:
    window.sign_in()
    desk = window.served.company.desk
    moments: list[Callable[[], None]] = [desk.is_ready, desk.rings, desk.talks, desk.wraps_up]
    for moment in moments:
        moment()
        for path in ("/desk", "/calls", "/calls/call4"):
            window.page.goto(f"{window.served.url}{path}")
            assert window.page.evaluate(UNNAMED) == []
            assert window.page.evaluate(TWICE) == []
            assert window.page.evaluate(DANGLING) == []
            assert window.page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [1440, 390])
def test_escape_closes_the_drawer_but_not_out_of_a_note(window: Window, width: int) -> None:
    window.sign_in("/calls/call4")
    page = window.page
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("Notes").press("Escape")
    expect(page.locator(".drawer")).to_be_visible()

    page.locator("#main").focus()
    page.keyboard.press("Escape")

    expect(page.locator(".drawer")).to_have_count(0)
    expect(page).to_have_url(f"{window.served.url}/calls")


def test_the_button_that_ends_the_call_says_with_whom_in_full(window: Window) -> None:
    page = in_call(window)
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 844})
        words = page.locator(".phone-foot .btn.stop .cut")

        expect(words).to_have_text("End call with Eleanor Whitcombe")
        assert words.evaluate("(e) => e.scrollWidth <= e.clientWidth && e.innerText.length > 20")


def test_the_speed_of_a_player_is_shown_and_spoken(window: Window) -> None:
    window.sign_in("/calls/call4")

    window.page.get_by_role("button", name="Speed 1×").click()

    expect(window.page.get_by_role("button", name="Speed 1.25×")).to_be_visible()


def test_a_message_is_done_and_the_badge_follows_the_push(window: Window) -> None:
    kestrel = window.served.company
    kestrel.desk.open_messages = 2
    window.sign_in("/messages")
    page = window.page
    expect(page.locator("#unread")).to_have_text("2 open")

    page.get_by_role("button", name="Done").first.click()
    expect(page.get_by_text("Dieter Krause")).to_have_count(0)
    kestrel.desk.open_messages = 1
    kestrel.push.deliver(BOARD, "1")

    expect(page.locator("#unread")).to_have_text("1 open")
    assert kestrel.messages.done == ["call5"]
