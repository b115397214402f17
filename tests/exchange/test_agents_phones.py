"""Contract C2, A12, F1: an agent's outside telephone, rung by Calls create with Url ("press 1")."""

from __future__ import annotations

import pytest

from infra.local.exchange.phones import OnRing
from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

MOBILE = "+15005550020"
EVENTS = ["initiated", "ringing", "answered", "completed"]
GATE = "<Gather numDigits='1' action='/pressed' timeout='10'><Say>Press one.</Say></Gather>"


def ring(harness: Harness, to: str = MOBILE, timeout: int = 20) -> str:
    made = harness.client.calls.create(
        to=to,
        from_=harness.number,
        url=f"{BASE}/gate",
        status_callback=f"{BASE}/told",
        status_callback_event=EVENTS,
        timeout=timeout,
    )
    harness.network.settle()
    return str(made.sid)


def told(harness: Harness) -> list[str]:
    return [asked["CallStatus"] for asked in harness.customer.to("/told")]


def test_it_rings_answers_runs_its_url_and_a_key_leads_into_the_conference(
    harness: Harness,
) -> None:
    harness.customer.pages |= {
        "/gate": twiml(GATE),
        "/pressed": twiml('<Dial><Conference beep="false" waitUrl="">r</Conference></Dial>'),
    }
    phone = harness.network.street_phone(MOBILE, after_seconds=4)
    caller = harness.join_conference()
    leg = ring(harness)

    assert told(harness) == ["initiated", "ringing"]
    harness.network.advance(4)
    assert told(harness) == ["initiated", "ringing", "in-progress"]
    gate = harness.customer.last("/gate")
    assert (gate["CallStatus"], gate["Direction"]) == ("in-progress", "outbound-api")
    assert harness.caption(leg) == "Press one."
    harness.network.press(leg, "1")
    harness.network.settle()
    assert harness.customer.last("/pressed")["Digits"] == "1"
    assert harness.network.exchange.ledger.hear_each_other(caller, leg)
    harness.network.hang_up(leg)
    harness.network.settle()
    assert told(harness)[-1] == "completed"
    assert (phone.caller, phone.news[0], phone.news[-1]) == (harness.number, "ring", "ended")


def test_the_callbacks_are_numbered_from_nought_in_their_order(harness: Harness) -> None:
    harness.customer.pages["/gate"] = twiml("<Hangup/>")
    harness.network.street_phone(MOBILE)
    ring(harness)

    numbers = [asked["SequenceNumber"] for asked in harness.customer.to("/told")]
    assert numbers == ["0", "1", "2", "3"]


def test_a12_without_events_asked_for_only_the_end_is_sent(harness: Harness) -> None:
    harness.network.street_phone(MOBILE)
    harness.client.calls.create(
        to=MOBILE, from_=harness.number, url=f"{BASE}/gate", status_callback=f"{BASE}/told"
    )
    harness.network.settle()

    assert told(harness) == ["completed"]


@pytest.mark.parametrize(
    ("on_ring", "status", "sip"),
    [
        (OnRing.REJECT, "busy", "486"),
        (OnRing.UNREACHABLE, "failed", "404"),
    ],
)
def test_it_is_busy_rejects_or_cannot_be_reached(
    harness: Harness, on_ring: OnRing, status: str, sip: str
) -> None:
    harness.network.street_phone(MOBILE, on_ring)
    leg = ring(harness)

    assert told(harness) == ["initiated", "ringing", status]
    assert harness.customer.last("/told")["SipResponseCode"] == sip
    assert harness.status(leg) == status
    assert harness.customer.to("/gate") == []


def test_f1_nobody_answers_until_the_timeout_and_five_seconds(harness: Harness) -> None:
    harness.network.street_phone(MOBILE, OnRing.IGNORE)
    leg = ring(harness, timeout=15)
    harness.network.advance(19.9)

    assert harness.status(leg) == "ringing"
    harness.network.advance(0.1)
    assert told(harness) == ["initiated", "ringing", "no-answer"]
    assert harness.customer.last("/told")["SipResponseCode"] == "487"


def test_a_voicemail_that_presses_nothing_runs_to_the_end_of_the_document(
    harness: Harness,
) -> None:
    harness.customer.pages["/gate"] = twiml(GATE)
    harness.network.street_phone(MOBILE)
    leg = ring(harness)
    harness.network.advance(15)

    assert harness.status(leg) == "completed"
    assert harness.customer.to("/pressed") == []


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_c2_a_call_is_cancelled_while_it_rings(harness: Harness, status: str) -> None:
    phone = harness.network.street_phone(MOBILE, OnRing.IGNORE)
    leg = ring(harness)
    harness.client.calls(leg).update(status=status)
    harness.network.settle()

    assert told(harness) == ["initiated", "ringing", "canceled"]
    assert phone.news == ["ring", "ended"]


def test_an_answer_after_the_cancel_changes_nothing(harness: Harness) -> None:
    harness.network.street_phone(MOBILE, OnRing.ANSWER, after_seconds=3)
    leg = ring(harness)
    harness.client.calls(leg).update(status="completed")
    harness.network.advance(5)

    assert harness.status(leg) == "canceled"
    assert harness.customer.to("/gate") == []


def test_b7_a_client_is_rung_with_parameters_and_runs_the_same_gate(harness: Harness) -> None:
    harness.customer.pages["/gate"] = twiml(GATE)
    browser = harness.network.client("anna_1")
    leg = ring(harness, to="client:anna_1?offer=o1")

    assert browser.parameters == {"offer": "o1"}
    assert told(harness) == ["initiated", "ringing", "in-progress"]
    assert harness.customer.last("/gate")["To"] == "client:anna_1"
    assert harness.caption(leg) == "Press one."
