"""Outside telephones that the product calls: who rings, who answers, and what the carrier tells."""

from __future__ import annotations

import pytest

from infra.local.exchange.phones import OnRing, ScriptedPhone
from tests.exchange.customer import BASE
from tests.exchange.harness import Harness
from tests.exchange.rest_requests import PHONE

EVENTS = ["initiated", "ringing", "answered", "completed"]


def invite(harness: Harness, **asked: object) -> str:
    """The product calls the number into a conference in which somebody is."""
    made = harness.client.conferences("r").participants.create(
        to=PHONE,
        from_=harness.number,
        status_callback=f"{BASE}/told",
        status_callback_event=EVENTS,
        **asked,
    )
    harness.network.settle()
    return str(made.call_sid)


def told(harness: Harness) -> list[tuple[str, str | None]]:
    """Each status callback: the status, and the SIP code of the last."""
    return [(one["CallStatus"], one.get("SipResponseCode")) for one in harness.customer.to("/told")]


def test_an_answered_phone_and_the_room_hear_each_other_until_it_hangs_up(
    harness: Harness,
) -> None:
    phone = harness.network.street_phone(PHONE)
    agent = harness.join_conference()
    called = invite(harness)
    heard = harness.network.exchange.ledger.hear_each_other(agent, called)
    harness.network.hang_up(called)
    harness.network.settle()

    assert heard
    assert phone.caller == harness.number
    assert told(harness) == [
        ("initiated", None),
        ("ringing", None),
        ("in-progress", None),
        ("completed", "200"),
    ]


@pytest.mark.parametrize(
    ("does", "status", "sip_code"),
    [
        (OnRing.REJECT, "busy", "486"),
        (OnRing.DECLINE, "busy", "603"),
        (OnRing.UNREACHABLE, "failed", "404"),
    ],
)
def test_a_call_that_is_not_taken_ends_with_the_phone_s_sip_code(
    does: OnRing, status: str, sip_code: str, harness: Harness
) -> None:
    harness.network.street_phone(PHONE, does)
    harness.join_conference()

    called = invite(harness)

    assert harness.status(called) == status
    assert told(harness) == [("initiated", None), ("ringing", None), (status, sip_code)]


@pytest.mark.parametrize("is_in_the_directory", [True, False])
def test_nobody_answers_until_the_time_out(harness: Harness, is_in_the_directory: bool) -> None:
    if is_in_the_directory:
        harness.network.street_phone(PHONE, OnRing.IGNORE)
    harness.join_conference()
    called = invite(harness, timeout=20)
    buffer = harness.network.exchange.context.switches.ring_buffer_seconds

    harness.network.advance(20 + buffer - 1)
    before = harness.status(called)
    harness.network.advance(1)

    assert (before, harness.status(called)) == ("ringing", "no-answer")
    assert told(harness)[-1] == ("no-answer", "487")


def two_phones(harness: Harness, first: OnRing, second: OnRing) -> list[ScriptedPhone]:
    """Under one number; the first acts after one second, the second after two."""
    phones = [harness.network.phone(first, 1.0), harness.network.phone(second, 2.0)]
    with harness.network.locked() as exchange:
        for phone in phones:
            exchange.plug_in(PHONE, phone)
    return phones


def test_of_two_phones_with_one_number_the_first_that_answers_has_the_call(
    harness: Harness,
) -> None:
    first, second = two_phones(harness, OnRing.ANSWER, OnRing.ANSWER)
    harness.join_conference()

    called = invite(harness)
    harness.network.advance(3)

    assert harness.status(called) == "in-progress"
    assert (first.news, second.news) == (["ring"], ["ring", "ended"])
    assert harness.network.exchange.leg(called).phones == (first,)


def test_a_phone_that_declines_leaves_the_other_ringing(harness: Harness) -> None:
    _, second = two_phones(harness, OnRing.DECLINE, OnRing.ANSWER)
    harness.join_conference()

    called = invite(harness)
    harness.network.advance(3)

    assert harness.status(called) == "in-progress"
    assert harness.network.exchange.leg(called).phones == (second,)


def test_a_phone_that_is_unplugged_does_not_ring(harness: Harness) -> None:
    phone = harness.network.street_phone(PHONE)
    with harness.network.locked() as exchange:
        exchange.unplug(PHONE, phone)
    harness.join_conference()

    called = invite(harness)

    assert (harness.status(called), phone.rings) == ("ringing", 0)
