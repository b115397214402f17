"""A consultation at the desk, in a real Chromium: by keyboard alone, and what is refused."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from app.console import views as v
from tests.console.conftest import Window
from tests.console.fake_desk import HUGHES
from tests.console.test_browser_axe import LOOKS, violations
from tests.console.window import UP, in_call, keys_work

HOME = "020 7946 0555"
DIALOG = "Consult somebody"


def talking(window: Window) -> Page:
    """In a call, at a desk from which numbers may be called."""
    window.served.company.desk.may_call_out()
    page = in_call(window)
    keys_work(page)
    return page


def opened(window: Window) -> Page:
    page = talking(window)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name=DIALOG)).to_be_visible()
    return page


def consulting(window: Window, state: v.ConsultKind = "talking", hold: v.HoldKind = "held") -> Page:
    page = talking(window)
    window.served.company.desk.consults(state, hold)
    window.poke()
    page.locator('[data-party="consulted"]').wait_for()
    return page


def asked(window: Window, *names: str) -> list[tuple[str, ...]]:
    return [one for one in window.served.company.desk.asked if one[0] in names]


def test_three_actions_consult_somebody(window: Window) -> None:
    """C, a number, Enter."""
    page = opened(window)

    page.keyboard.type(HOME)
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator('[data-party="consulted"]')).to_contain_text("Ringing…")
    expect(page.locator('[data-party="caller"]')).to_contain_text("On hold")
    assert asked(window, "consult", "call out") == [
        ("consult", "agnieszka", "call1", "agnieszka.1", HOME, "uk")
    ]
    assert window.troubles == []


def test_the_dialog_says_what_it_is_open_for(window: Window) -> None:
    page = opened(window)
    dialog = page.get_by_role("dialog", name=DIALOG)

    expect(dialog.get_by_role("button", name="Consult", exact=True)).to_be_visible()
    expect(dialog).to_contain_text("The caller is put on hold first, then it rings there.")
    expect(dialog).not_to_contain_text("You are connected first")


def test_after_the_call_the_same_dialog_calls_out_again(window: Window) -> None:
    page, desk = opened(window), window.served.company.desk
    page.evaluate("fakePhone.calls[0].disconnect()")
    desk.is_ready()
    window.poke()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("button", name="Call a number").click()

    dialog = page.get_by_role("dialog", name="Call a number")
    expect(dialog.get_by_role("button", name="Call", exact=True)).to_be_visible()
    expect(dialog).to_contain_text("You are connected first, then it rings there.")


def test_another_route_is_chosen_in_the_dialog(window: Window) -> None:
    page = opened(window)

    page.get_by_label("Call as").select_option("de")
    page.get_by_label("Colleague or number").fill(HOME)
    page.keyboard.press("Enter")

    page.locator('[data-party="consulted"]').wait_for()
    assert [one[-1] for one in asked(window, "consult")] == ["de"]


def test_a_refusal_stands_in_the_dialog_with_what_was_typed(window: Window) -> None:
    page = opened(window)
    window.served.company.desk.refuses = "That is the number of whoever is on the line."

    page.keyboard.type(HOME)
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").filter(has_text="whoever is on the line")).to_be_visible()
    expect(page.get_by_label("Colleague or number")).to_have_value(HOME)


def test_a_letter_in_the_dialog_is_no_command(window: Window) -> None:
    page = opened(window)

    page.keyboard.type("ceh")

    expect(page.get_by_label("Colleague or number")).to_have_value("ceh")
    assert asked(window, "consult", "end", "hold") == []


def test_what_was_typed_and_not_called_stays_when_the_dialog_is_closed(window: Window) -> None:
    page = opened(window)
    page.keyboard.type("020 7946")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys_work(page)

    page.keyboard.press("c")

    expect(page.get_by_label("Colleague or number")).to_have_value("020 7946")


def test_the_dialog_goes_when_its_call_does_and_what_was_typed_stays(window: Window) -> None:
    page, desk = opened(window), window.served.company.desk
    page.keyboard.type("020 7946")

    desk.wraps_up()
    window.poke()

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("fakePhone.calls[0].disconnect()")
    page.get_by_role("button", name="Call a number").click()
    expect(page.get_by_role("textbox", name="Number")).to_have_value("020 7946")


def test_the_dialog_goes_when_the_next_call_is_there(window: Window) -> None:
    """Both between two looks: the number was meant for the call before."""
    page, desk = opened(window), window.served.company.desk
    page.keyboard.type(HOME)

    desk.talks(call="call2")
    window.poke()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_click_before_the_page_knows_that_the_call_is_over_calls_nobody_out(
    window: Window,
) -> None:
    page, desk = opened(window), window.served.company.desk
    page.keyboard.type(HOME)

    desk.wraps_up()
    desk.refuses = "Nobody can be consulted in this call now."
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Nobody can be consulted in this call now.")
    assert asked(window, "consult", "call out") == []


def test_a_click_in_the_dialog_when_its_call_has_just_gone_asks_for_nothing(
    window: Window,
) -> None:
    """The page knows, and the dialog is not closed yet."""
    page = opened(window)
    page.keyboard.type(HOME)

    page.evaluate(
        "() => { document.getElementById('line').dataset.moment = 'wrap-up';"
        " document.getElementById('call-out-form').requestSubmit(); }"
    )
    window.poke()

    page.locator("body[data-pushed]").wait_for()
    assert asked(window, "consult", "call out") == []


def test_who_may_not_call_out_has_no_button_to_consult(window: Window) -> None:
    page = in_call(window)
    keys_work(page)

    page.keyboard.press("c")

    expect(page.get_by_role("button", name="Consult")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_by_keyboard_alone_from_the_number_to_the_wrap_up(window: Window) -> None:
    """C, S, S, J, L."""
    page, desk = opened(window), window.served.company.desk
    page.keyboard.type(HOME)
    page.keyboard.press("Enter")
    page.locator('[data-party="consulted"]').wait_for()
    desk.consults()
    window.poke()
    speaks = page.locator("#phone .sec-head").first
    expect(speaks).to_contain_text("You speak with Eleanor Hughes")
    keys_work(page)

    page.keyboard.press("s")
    expect(speaks).to_contain_text("You speak with Eleanor Whitcombe")
    page.keyboard.press("s")
    expect(speaks).to_contain_text("You speak with Eleanor Hughes")
    page.keyboard.press("j")
    expect(speaks).to_contain_text("All three talk")
    page.keyboard.press("l")

    expect(page.locator("#phone")).to_contain_text("Left to")
    expect(page.locator("#phone")).to_contain_text("Eleanor Hughes")
    order = [one[0] for one in asked(window, "swap", "swap-back", "join", "complete", "leave")]
    assert order == ["swap", "swap-back", "join", "leave"]
    assert window.troubles == []


def test_three_keys_transfer_a_caller_to_a_number_outside(window: Window) -> None:
    """C, the number, Enter; and T while it rings."""
    page = opened(window)
    page.keyboard.type(HOME)
    page.keyboard.press("Enter")
    expect(page.locator('[data-party="consulted"]')).to_contain_text("Ringing…")
    keys_work(page)

    page.keyboard.press("t")

    expect(page.locator("#phone")).to_contain_text("Left toEleanor Hughes")
    assert [one[0] for one in asked(window, "consult", "complete")] == ["consult", "complete"]
    assert window.troubles == []


def test_x_ends_the_consultation(window: Window) -> None:
    page = consulting(window)
    keys_work(page)

    page.keyboard.press("x")

    expect(page.locator('[data-party="consulted"]')).to_have_count(0)
    expect(page.locator('[data-party="caller"]')).to_contain_text("Talking")


@pytest.mark.parametrize(
    ("state", "hold", "words", "with_whom"),
    [
        ("talking", "held", "You speak with Eleanor Hughes", ["consulted"]),
        ("held", "", "You speak with Eleanor Whitcombe", ["caller"]),
    ],
)
def test_with_whom_the_agent_speaks_is_said_in_words_and_marked(
    window: Window, state: v.ConsultKind, hold: v.HoldKind, words: str, with_whom: list[str]
) -> None:
    page = consulting(window, state, hold)

    expect(page.locator("#phone .sec-head").first).to_contain_text(words)
    marked = page.locator('.call-line[aria-current="true"]')
    parties = marked.evaluate_all("lines => lines.map(line => line.dataset.party)")
    assert parties == with_whom
    expect(page.locator("#phone")).to_contain_text("Recording paused")


def test_while_it_rings_nobody_is_said_to_be_spoken_with(window: Window) -> None:
    page = consulting(window, "ringing")

    expect(page.locator("#phone")).not_to_contain_text("You speak with")
    expect(page.locator('.call-line[aria-current="true"]')).to_have_count(0)


def test_who_could_not_be_consulted_can_be_followed_by_somebody_else(window: Window) -> None:
    page, desk = talking(window), window.served.company.desk

    desk.consulted_in_vain()
    window.poke()

    alert = page.get_by_role("alert").filter(has_text="Eleanor Hughes is busy.")
    expect(alert).to_contain_text("The caller is still on hold.")
    keys_work(page)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name=DIALOG)).to_be_visible()


def test_a_page_that_is_not_the_desk_shows_both_and_the_buttons(window: Window) -> None:
    page = consulting(window)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Calls").click()

    strip = page.locator("#line")
    expect(strip).to_contain_text("On hold 0:")
    expect(strip).to_contain_text("Eleanor Hughes: Talking")
    strip.get_by_role("button", name="Swap").click()
    expect(strip).to_contain_text("Eleanor Hughes: On hold")


def test_a_second_page_shows_the_consultation_too(window: Window) -> None:
    """On two tabs: one consults, the other shows it, and can only ask for what is possible."""
    page = opened(window)
    page.keyboard.type(HOME)
    other = page.context.new_page()
    other.goto(f"{window.served.url}/desk")
    other.locator("body[data-pushed]").wait_for()
    expect(other.get_by_role("button", name="Consult")).to_be_visible()

    page.keyboard.press("Enter")
    window.poke()

    expect(other.locator('[data-party="consulted"]')).to_contain_text("Ringing…")
    expect(other.get_by_role("button", name="Consult", exact=True)).to_have_count(0)
    page.wait_for_selector(UP)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_name_wraps_and_the_heading_beside_it_stays_one_line(
    window: Window, width: int
) -> None:
    page = talking(window)
    page.set_viewport_size({"width": width, "height": 900})
    long = v.Party(HUGHES.number, "Maximiliana von Hohenstein-Wittgenstein und Partner " + "W" * 40)

    window.served.company.desk.consults(who=long)
    window.poke()

    expect(page.locator("#phone .sec-head").first).to_contain_text(long.name)
    height = page.locator("#h-lines").evaluate("heading => heading.offsetHeight")
    assert height < 30  # of one line
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0


@LOOKS
def test_axe_finds_nothing_in_the_dialog_or_while_somebody_is_consulted(
    window: Window, width: int, scheme: Literal["light", "dark"]
) -> None:
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page, desk = opened(window), window.served.company.desk
    page.set_viewport_size({"width": width, "height": 900})
    found = {"dialog": violations(window)}
    page.keyboard.press("Escape")
    moments: list[tuple[v.ConsultKind, v.HoldKind]] = [
        ("ringing", "held"), ("talking", "held"), ("held", ""), ("talking", ""),
    ]  # fmt: skip
    for state, hold in moments:
        desk.consults(state, hold)
        window.poke()
        page.locator('[data-party="consulted"] .state').wait_for()
        found[f"{state} {hold}"] = violations(window)
    desk.consulted_in_vain()
    window.poke()
    page.get_by_role("alert").filter(has_text="is busy").wait_for()
    found["in vain"] = violations(window)

    assert {where: broken for where, broken in found.items() if broken} == {}
