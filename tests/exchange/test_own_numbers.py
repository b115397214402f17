"""The account calls a number of its own: two legs, each the other's far end."""

from __future__ import annotations

import pytest

from infra.local.exchange.interfaces import PassedOn, Ringback, Voices
from infra.local.exchange.journal import Captioned, KeyPressed
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.harness import Harness

OTHER = "+15005550002"
MENU = '<Gather numDigits="1" timeout="30" action="/key"><Say>Press a key.</Say></Gather>'


@pytest.fixture(autouse=True)
def other_number(harness: Harness) -> None:
    """A second number of the account, whose calls run /other."""
    harness.client.incoming_phone_numbers.create(
        phone_number=OTHER, voice_url=f"{BASE}/other", status_callback=f"{BASE}/other-status"
    )


def calls_it(harness: Harness, document: str, **asked: object) -> tuple[str, str]:
    """From the room `r`, in which an agent is; the sids of the two legs."""
    harness.customer.pages["/other"] = twiml(document)
    made = harness.client.conferences("r").participants.create(
        to=OTHER,
        from_=harness.number,
        beep="false",
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **asked,
    )
    harness.network.settle()
    inbound = harness.customer.last("/other")["CallSid"]
    return str(made.call_sid), inbound


def captions(harness: Harness, leg: str) -> list[str]:
    entries = harness.network.exchange.journal.entries()
    found = [entry.news for entry in entries if isinstance(entry.news, Captioned)]
    return [one.caption for one in found if one.leg == leg]


def told(harness: Harness) -> list[str]:
    return [one["CallStatus"] for one in harness.customer.to("/told")]


def test_the_number_gets_an_inbound_call_from_the_number_that_calls(harness: Harness) -> None:
    harness.join_conference()

    calling, inbound = calls_it(harness, "<Say>Welcome.</Say><Pause length='60'/>")

    asked = harness.customer.last("/other")
    assert asked["From"] == harness.number
    assert asked["To"] == OTHER
    assert asked["Direction"] == "inbound"
    assert calling != inbound
    assert [harness.status(leg) for leg in (calling, inbound)] == ["in-progress", "in-progress"]


def test_the_room_hears_what_the_number_s_document_says(harness: Harness) -> None:
    agent = harness.join_conference()

    calling, inbound = calls_it(harness, "<Pause/><Say>Welcome.</Say><Pause length='60'/>")
    harness.network.advance(3)

    exchange = harness.network.exchange
    assert exchange.hears(agent) == Voices((calling,))
    assert exchange.says() == {calling: PassedOn(inbound), inbound: PassedOn(calling)}
    assert captions(harness, agent) == ["Welcome."]


def test_until_the_document_answers_the_room_hears_it_ring(harness: Harness) -> None:
    harness.set_switches(pause_answers=False)
    agent = harness.join_conference()

    calling, _ = calls_it(harness, "<Pause length='5'/><Say>Welcome.</Say>")
    before = harness.status(calling), harness.network.exchange.hears(agent)
    harness.network.advance(6)

    assert before == ("ringing", Ringback())
    assert told(harness)[:3] == ["initiated", "ringing", "in-progress"]


def test_a_key_that_is_pressed_in_the_room_reaches_the_document(harness: Harness) -> None:
    harness.customer.pages["/key"] = twiml("<Say>Thank you.</Say><Pause length='60'/>")
    agent = harness.join_conference()
    _, inbound = calls_it(harness, MENU)

    harness.network.press(agent, "4")
    harness.network.advance(2)

    assert harness.customer.last("/key")["Digits"] == "4"
    assert harness.customer.last("/key")["CallSid"] == inbound
    assert captions(harness, agent)[-1] == "Thank you."


@pytest.mark.parametrize(
    ("document", "status", "sip_code"),
    [
        ('<Reject reason="busy"/>', "busy", "486"),
        ("<Reject/>", "no-answer", "487"),
    ],
)
def test_a_call_that_the_document_rejects_ends_with_the_same_status(
    document: str, status: str, sip_code: str, harness: Harness
) -> None:
    harness.join_conference()

    legs = calls_it(harness, document)

    assert [harness.status(leg) for leg in legs] == [status, status]
    assert told(harness)[-1] == status
    assert harness.customer.last("/told")["SipResponseCode"] == sip_code


def test_a_number_without_a_voice_url_fails_the_call(harness: Harness) -> None:
    harness.join_conference()
    bare = "+15005550003"
    harness.client.incoming_phone_numbers.create(phone_number=bare)

    made = harness.client.conferences("r").participants.create(to=bare, from_=harness.number)
    harness.network.settle()

    assert harness.status(str(made.call_sid)) == "failed"


@pytest.mark.parametrize("first", [0, 1], ids=["the leg that calls", "the leg that is called"])
def test_one_leg_ends_with_the_other(first: int, harness: Harness) -> None:
    harness.join_conference()
    legs = calls_it(harness, "<Pause length='60'/>")

    harness.client.calls(legs[first]).update(status="completed")
    harness.network.settle()

    assert [harness.status(leg) for leg in legs] == ["completed", "completed"]
    assert harness.network.exchange.says() == {}
    assert harness.customer.last("/other-status")["CallStatus"] == "completed"


def test_a_document_that_hangs_up_ends_both_legs(harness: Harness) -> None:
    harness.join_conference()
    legs = calls_it(harness, "<Say>Goodbye.</Say>")

    harness.network.advance(2)

    assert [harness.status(leg) for leg in legs] == ["completed", "completed"]


def test_a_call_that_is_given_up_before_the_answer_ends_the_inbound_one(harness: Harness) -> None:
    harness.set_switches(pause_answers=False)
    harness.join_conference()
    calling, inbound = calls_it(harness, "<Pause length='600'/>", timeout=10)

    harness.network.advance(16)

    assert (harness.status(calling), harness.status(inbound)) == ("no-answer", "no-answer")


def test_both_legs_in_one_room_repeat_no_key_and_no_caption_for_ever(harness: Harness) -> None:
    agent = harness.join_conference()
    joins = '<Dial><Conference beep="false" waitUrl="">r</Conference></Dial>'
    calling, inbound = calls_it(harness, f"<Say>Welcome.</Say>{joins}")
    harness.network.advance(3)

    harness.network.press(agent, "5")
    harness.network.advance(5)

    entries = harness.network.exchange.journal.entries()
    pressed = [entry.news.leg for entry in entries if isinstance(entry.news, KeyPressed)]
    assert sorted(pressed) == sorted([agent, calling, inbound])


def test_calls_create_calls_an_own_number_too(harness: Harness) -> None:
    harness.customer.pages["/other"] = twiml("<Say>Welcome.</Say><Pause length='60'/>")
    harness.customer.pages["/mine"] = Says(b"<Response><Pause length='60'/></Response>")

    made = harness.client.calls.create(to=OTHER, from_=harness.number, url=f"{BASE}/mine")
    harness.network.settle()

    assert harness.status(str(made.sid)) == "in-progress"
    assert harness.customer.last("/mine")["CallSid"] == made.sid
