"""A conference on the pages: who is in it, with whom the agent speaks, what each button does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.console import views as v
from tests.console.fake_desk import HUGHES
from tests.console.fakes import Company
from tests.console.visitor import Visitor

BELL = v.Party("+442079460777", "Dr Bell")


def confers(kestrel: Company, *guests: v.Party, **more: object) -> None:
    kestrel.desk.may_call_out()
    kestrel.desk.talks()
    kestrel.desk.confers(*guests)
    kestrel.desk.changes(**more)


def test_everybody_who_is_in_it_is_named_with_what_they_do(
    kestrel: Company, agent: Visitor
) -> None:
    confers(kestrel, HUGHES, BELL)

    page = agent.get("/desk").text

    assert re.search(
        r"Eleanor Hughes.*?Guest.*?Talking.*?Dr Bell.*?Guest.*?Talking", page, re.DOTALL
    )
    assert "All talk" in page
    strip = agent.get("/calls").text
    assert "Eleanor Hughes: Talking · Dr Bell: Talking" in strip


def test_each_guest_has_buttons_of_their_own(kestrel: Company, agent: Visitor) -> None:
    confers(kestrel, HUGHES, BELL)

    page = agent.get("/desk").text

    labels = re.findall(r'data-guest="(\w+)" title="\w+" aria-label="([^"]+)"', page)
    assert labels == [
        ("3", "Mute Eleanor Hughes"),
        ("3", "Remove Eleanor Hughes"),
        ("4", "Mute Dr Bell"),
        ("4", "Remove Dr Bell"),
    ]
    assert 'data-verb="remove"' not in agent.get("/calls").text


def test_with_guests_on_hold_nobody_is_said_to_be_spoken_with(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    kestrel.desk.confers(HUGHES, state="held")

    page = agent.get("/desk").text

    assert "All three talk" not in page
    assert "You speak with" not in page
    assert page[page.index('id="phone"') :].count("On hold") == 2


def test_whoever_is_consulted_from_it_is_shown_beside_them(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.talks()
    kestrel.desk.confers(HUGHES, state="held")
    since = kestrel.clock.now() - timedelta(seconds=8)
    kestrel.desk.changes(consulted=v.Consulted(BELL, since, "talking"))

    page = agent.get("/desk").text

    assert re.search(r"Eleanor Hughes.*?On hold.*?Dr Bell.*?Consulted.*?Talking", page, re.DOTALL)
    assert "You speak with Dr Bell" in page


@pytest.mark.parametrize(
    ("guests", "words"), [((HUGHES,), "for all three"), ((HUGHES, BELL), "for all")]
)
def test_its_end_is_said_to_be_for_all(
    kestrel: Company, agent: Visitor, guests: tuple[v.Party, ...], words: str
) -> None:
    confers(kestrel, *guests)

    for path in ("/desk", "/calls"):
        assert re.search(rf"End call\s*{words}\s*<", agent.get(path).text)


def test_what_a_lost_sound_or_a_hung_up_telephone_does_is_told_as_it_is(
    kestrel: Company, agent: Visitor
) -> None:
    until = kestrel.clock.now() + timedelta(seconds=20)
    confers(kestrel, HUGHES, interrupted_until=until)
    lost = agent.get("/desk").text
    confers(kestrel, HUGHES, device="phone")
    on_the_telephone = agent.get("/desk").text

    assert re.search(r"In <time[^>]*>0:20</time> you leave the others together\.", lost)
    assert "Hanging up there leaves the others together." in on_the_telephone


def test_a_guest_who_hung_up_is_told_with_who_is_left(kestrel: Company, agent: Visitor) -> None:
    confers(kestrel, HUGHES, consult_over=v.ConsultOver(BELL, "hung up"))

    for path in ("/desk", "/calls"):
        page = agent.get(path).text
        assert "Dr Bell hung up.</strong> You speak with" in page
        assert re.search(r"You speak with [^<]*, Eleanor Hughes\.", page)


def test_a_hostile_name_of_a_guest_stays_words(kestrel: Company, agent: Visitor) -> None:
    confers(kestrel, v.Party(BELL.number, '<script>alert("x")</script>'))

    for path in ("/desk", "/calls"):
        page = agent.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_wrap_up_names_all_with_whom_the_caller_was_left(
    kestrel: Company, agent: Visitor
) -> None:
    kestrel.desk.wraps_up()
    kestrel.desk.changes(goes_on=True, left_with=(HUGHES, BELL))

    assert "<dd>Eleanor Hughes, Dr Bell</dd>" in agent.get("/desk").text
