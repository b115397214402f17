"""The words of a consultation on the pages: the desk, the strip, the wrap-up, the list of calls."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.console import views as v
from tests.console.fake_calls import NOW
from tests.console.fake_desk import HUGHES
from tests.console.fakes import Company
from tests.console.visitor import Visitor

MOMENTS: tuple[tuple[v.ConsultKind, v.HoldKind], ...] = (
    ("ringing", "held"), ("talking", "held"), ("held", ""),
)  # fmt: skip


def consults(
    kestrel: Company, state: v.ConsultKind = "talking", hold: v.HoldKind = "held", **more: object
) -> None:
    kestrel.desk.may_call_out()
    kestrel.desk.talks()
    kestrel.desk.consults(state, hold)
    kestrel.desk.changes(**more)


def words_of(page: str) -> str:
    """The main part as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


@pytest.mark.parametrize(
    ("state", "hold", "words"),
    [
        ("ringing", "held", "Hanging up there gives the caller on hold back to the queue."),
        ("talking", "held", "Hanging up there gives the caller on hold back to the queue."),
        ("held", "", "Hanging up there ends the call."),
    ],
)
def test_what_hanging_up_a_telephone_does_is_told_as_it_is(
    kestrel: Company, agent: Visitor, state: v.ConsultKind, hold: v.HoldKind, words: str
) -> None:
    consults(kestrel, state, hold, device="phone")

    assert words in agent.get("/desk").text


@pytest.mark.parametrize(
    ("state", "hold", "words"),
    [
        ("talking", "held", "the call goes back to the queue."),
        ("held", "", "the call goes back to the queue."),
    ],
)
def test_what_comes_of_a_lost_sound_is_told_as_it_is(
    kestrel: Company, agent: Visitor, state: v.ConsultKind, hold: v.HoldKind, words: str
) -> None:
    consults(kestrel, state, hold, interrupted_until=kestrel.clock.now() + timedelta(seconds=20))

    for path in ("/desk", "/calls"):
        assert re.search(rf"In <time[^>]*>0:20</time> {words}", agent.get(path).text)


def test_without_sound_nobody_is_said_to_talk_with_me(kestrel: Company, agent: Visitor) -> None:
    consults(kestrel, interrupted_until=kestrel.clock.now() + timedelta(seconds=20))

    page = words_of(agent.get("/desk").text)

    assert "You speak with" not in page
    assert "Sound lost" in page


def test_a_call_of_three_says_whom_its_end_is_for(kestrel: Company, agent: Visitor) -> None:
    consults(kestrel)
    kestrel.desk.confers(HUGHES)

    for path in ("/desk", "/calls"):
        page = agent.get(path).text
        assert re.search(r"End call\s*for all three", page)
    assert "End call with" not in agent.get("/desk").text


def test_while_somebody_is_on_hold_no_button_ends_the_call(
    kestrel: Company, agent: Visitor
) -> None:
    """T4."""
    consults(kestrel)

    assert 'data-verb="end"' not in agent.get("/desk").text


@pytest.mark.parametrize(
    ("whom", "words"),
    [("caller", "The caller is not on hold."), ("consulted", "Eleanor Hughes is not on hold.")],
)
def test_whom_the_carrier_would_not_hold_is_named_on_every_page(
    kestrel: Company, agent: Visitor, whom: str, words: str
) -> None:
    consults(kestrel, not_held=whom)

    for path in ("/desk", "/calls"):
        assert words in agent.get(path).text


def test_a_consultation_in_vain_is_told_on_every_page(kestrel: Company, agent: Visitor) -> None:
    consults(kestrel)
    kestrel.desk.consulted_in_vain("not answered")

    for path in ("/desk", "/calls"):
        page = agent.get(path).text
        assert "Eleanor Hughes did not answer.</strong> The caller is still on hold." in page


def test_after_it_with_nobody_on_hold_it_says_with_whom_i_speak(
    kestrel: Company, agent: Visitor
) -> None:
    consults(kestrel)
    kestrel.desk.consulted_in_vain("hung up")
    kestrel.desk.changes(hold="", held_since=None)

    page = agent.get("/desk").text

    assert "Eleanor Hughes hung up.</strong> You speak with Eleanor Whitcombe." in page
    assert "still on hold" not in page


def test_of_an_outgoing_call_the_other_side_has_a_name(kestrel: Company, agent: Visitor) -> None:
    consults(kestrel, direction="outgoing")
    kestrel.desk.consulted_in_vain()

    assert "Eleanor Whitcombe is still on hold." in agent.get("/desk").text


@pytest.mark.parametrize(("state", "hold"), MOMENTS)
def test_a_hostile_name_of_whom_i_consult_stays_words(
    kestrel: Company, agent: Visitor, state: v.ConsultKind, hold: v.HoldKind
) -> None:
    hostile = v.Party(HUGHES.number, '<script>alert("x")</script>')
    consults(kestrel)
    kestrel.desk.consults(state, hold, hostile)

    for path in ("/desk", "/calls"):
        page = agent.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_number_without_a_contact_is_shown_once(kestrel: Company, agent: Visitor) -> None:
    consults(kestrel)
    kestrel.desk.consults("ringing", who=v.Party("+447700900361"))

    page = words_of(agent.get("/desk").text)

    assert page.count("+44 7700 900361") == 1


@pytest.mark.parametrize("goes_on", [True, False])
def test_the_wrap_up_says_with_whom_the_caller_was_left(
    kestrel: Company, agent: Visitor, goes_on: bool
) -> None:
    kestrel.desk.wraps_up()
    kestrel.desk.changes(goes_on=goes_on, left_with=(HUGHES,))

    page = words_of(agent.get("/desk").text)

    assert re.search(r"Left to\s+Eleanor Hughes\s+Handed on\s+14:36", page)


def test_an_offer_that_came_back_says_who_was_gone(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.rings()
    kestrel.desk.changes(left_with=HUGHES)

    page = words_of(agent.get("/desk").text)

    assert re.search(r"Eleanor Hughes\s+and the caller did not get to talk\.", page)


def test_a_call_that_was_handed_over_says_so_in_the_list_and_on_its_page(
    kestrel: Company, agent: Visitor
) -> None:
    """Though it counts as answered, and what it took is not all talked with us."""
    kestrel.register.changes("call1", outcome="answered", handed_over_seconds=83)

    listed, page = agent.get("/calls").text, agent.get("/calls/call1").text

    assert "Agnieszka Nowak, then handed over" in listed
    assert re.search(r"<dt>Handed over</dt><dd>1:23</dd>", page)


def test_while_it_is_handed_over_its_time_runs(kestrel: Company, agent: Visitor) -> None:
    since = NOW - timedelta(seconds=5)
    kestrel.register.changes(
        "call1", counts_as="handed over", ticks="handed over", ticks_since=since
    )

    page = agent.get("/calls/call1").text

    assert re.search(r"<dt>Handed over</dt><dd><time data-since", page)
    assert "then handed over" not in page
