"""The calls list and the call's page keep themselves up to date, and take nothing from anybody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from app.console import views as v
from app.domain.topics import CALLS, call_topics
from tests.console.conftest import Window
from tests.console.fake_calls import NOW
from tests.console.window import press, wait_until

FETCHED = (  # how often the page's rows were fetched, and came
    "performance.getEntriesByType('resource')"
    ".filter(e => e.initiatorType === 'fetch' && e.name.endsWith('/calls')).length"
)
MARCUS = v.Party("+12025550147", "Marcus Reed")


def signs_in(window: Window, who: str, path: str) -> Page:
    window.open_signed_in(path, who)
    window.page.evaluate("document.body.dataset.loaded = 'once'")
    return window.page


@pytest.fixture
def overseer(window: Window) -> Iterator[Window]:
    """Hannah sees all calls; the page is never loaded a second time."""
    yield window
    assert window.page.locator("body[data-loaded=once]").count() == 1
    assert window.troubles == []


def tell(window: Window, *agents: str) -> None:
    """What the register's writer does when a head is written."""
    for topic in call_topics(agents):
        window.served.company.push.deliver(topic, "1")


def test_a_call_that_comes_in_is_on_the_list_without_a_reload(overseer: Window) -> None:
    register = overseer.served.company.register
    page = signs_in(overseer, "hannah", "/calls")
    expect(page.locator("#calls-rows tr")).to_have_count(7)

    register.comes_in()
    tell(overseer)

    first = page.locator("#calls-rows tr").first
    expect(page.locator("#calls-rows tr")).to_have_count(8)
    expect(first).to_contain_text("Eleanor Whitcombe")
    expect(first.locator(".c-res")).to_have_text(re.compile(r"Waiting 0:4[2-9]|Waiting 0:5"))
    expect(page.get_by_text("8 calls on this page")).to_be_visible()


def test_the_first_call_of_all_takes_the_place_of_the_words_that_there_is_none(
    overseer: Window,
) -> None:
    register = overseer.served.company.register
    register.empty = True
    register.rows.clear()
    page = signs_in(overseer, "hannah", "/calls")
    expect(page.get_by_text("No calls yet")).to_be_visible()

    register.comes_in()
    tell(overseer)

    expect(page.locator("#calls-rows tr")).to_have_count(1)
    expect(page.get_by_text("No calls yet")).to_have_count(0)


def test_what_goes_on_in_a_call_is_what_its_row_says(overseer: Window) -> None:
    register = overseer.served.company.register
    register.comes_in()
    call = register.rows[0].id
    page = signs_in(overseer, "hannah", "/calls")
    result = page.locator("#calls-rows tr").first.locator(".c-res")
    expect(result).to_contain_text("Waiting 0:")

    register.changes(call, counts_as="rung")
    tell(overseer)
    expect(result).to_contain_text("Ringing 0:")
    register.changes(call, counts_as="talked", ticks="talked", agent="Agnieszka Nowak")
    tell(overseer, "agnieszka")
    expect(result).to_contain_text("Talking 0:")
    register.changes(
        call, counts_as="over", ticks="", ticks_since=None, talked_seconds=65, outcome="answered"
    )
    tell(overseer, "agnieszka")

    expect(result).to_have_text("Answered")
    expect(page.locator("#calls-rows tr").first.locator(".c-t")).to_have_text("1:05")


def test_the_page_of_a_call_changes_to_its_outcome(overseer: Window) -> None:
    register = overseer.served.company.register
    register.comes_in()
    register.recordings = ()
    call = register.rows[0].id
    page = signs_in(overseer, "hannah", f"/calls/{call}")
    expect(page.locator("#call-facts .chip")).to_contain_text("Waiting")
    expect(page.locator("#call [data-player]")).to_have_count(0)

    register.changes(call, counts_as="over", ticks="", ticks_since=None, outcome="abandoned")
    register.happenings += (v.Happening(NOW, "caller hung up"),)
    register.recordings = (v.Recording("RE9", 12),)
    tell(overseer)

    expect(page.locator("#call-facts .chip")).to_have_text("Gave up waiting")
    expect(page.locator("#call-timeline li").last).to_contain_text("The caller hung up")
    expect(page.locator("#call [data-player]")).to_have_count(1)


def test_what_is_typed_focused_scrolled_and_played_stays_when_the_call_changes(
    overseer: Window,
) -> None:
    company = overseer.served.company
    page = signs_in(overseer, "hannah", "/calls/call4")
    press(page, "play")
    expect(page.locator("[data-audio]")).to_have_js_property("ended", True)
    note = page.get_by_label("Notes")
    drawer = page.locator("#call")
    drawer.evaluate("(e) => { e.scrollTop = 90 }")
    note.press_sequentially("Left at the gate")
    note.press("Home")
    scrolled = drawer.evaluate("(e) => e.scrollTop")

    for outcome in ("cut off", "abandoned"):
        company.register.changes("call4", outcome=outcome)
        tell(overseer)
        expect(page.locator("#call-facts .chip")).to_have_text(
            {"cut off": "Lost the agent", "abandoned": "Gave up waiting"}[outcome]
        )
        page.keyboard.type("+")

    expect(note).to_be_focused()
    expect(note).to_have_value("++Left at the gate")
    assert drawer.evaluate("(e) => e.scrollTop") == scrolled
    expect(page.locator("[data-audio]")).to_have_js_property("ended", True)
    assert company.register.heard == [("hannah", "RE1")]


def test_who_stands_on_a_row_stays_on_it_and_sees_the_same_rows(overseer: Window) -> None:
    register = overseer.served.company.register
    register.rows += [v.CallRow(
        f"old{n}", NOW, "incoming", MARCUS, "Claims", "", 1, None, "abandoned"
    ) for n in range(18)]  # fmt: skip
    page = signs_in(overseer, "hannah", "/calls")
    link = page.locator("#row-old3 a")
    link.focus()
    page.locator(".reg-list").evaluate("(e) => { e.scrollTop = 300 }")
    top = link.evaluate("(e) => Math.round(e.getBoundingClientRect().top)")

    register.comes_in()
    register.changes("old3", outcome="answered")
    tell(overseer)
    expect(page.locator("#row-old3 .c-res")).to_have_text("Answered")

    expect(link).to_be_focused()
    assert link.evaluate("(e) => Math.round(e.getBoundingClientRect().top)") == top


def test_a_page_of_a_call_that_comes_late_does_not_take_the_place_of_another(
    overseer: Window,
) -> None:
    """Who has gone on to another call in the meantime stays there."""
    register = overseer.served.company.register
    page = signs_in(overseer, "hannah", "/calls/call4")
    asked: list[Route] = []

    def hold_back(route: Route) -> None:
        asked.append(route)

    page.route("**/calls/call4", hold_back)
    register.changes("call2", outcome="cut off")
    tell(overseer)
    page.wait_for_event("request", lambda request: request.url.endswith("/calls/call4"))

    page.locator("#row-call2 a").click()
    expect(page.locator("#h-call")).to_have_text("Marcus Reed")
    asked[0].continue_()
    page.wait_for_event("requestfinished")

    expect(page.locator("#h-call")).to_have_text("Marcus Reed")
    expect(page.locator("#call")).to_have_attribute("data-call", "call2")


def test_an_agent_is_not_told_of_the_call_of_another(overseer: Window) -> None:
    page = signs_in(overseer, "agnieszka", "/calls")
    company = overseer.served.company
    wait_until(page, f"{FETCHED} >= 2")  # as it opened, and when whoever pushes knows of it

    others = [company.push.deliver(topic, "1") for topic in call_topics(("tomasz",))]
    fetched = page.evaluate(FETCHED)
    company.push.deliver(call_topics(("agnieszka",))[1], "1")

    wait_until(page, f"{FETCHED} === value + 1", fetched)
    assert (others, fetched) == ([0, 0], 2)
    assert company.push.deliver(CALLS, "1") == 0
