"""Contract C2, A12, F1: an agent's outside telephone, rung by Calls create with Url ("press 1")."""

from __future__ import annotations

import pytest

from infra.local.exchange.phones import OnRing
from tests.exchange.customer import BASE, twiml
from tests.exchange.line import Line

MOBILE = "+15005550020"
EVENTS = ["initiated", "ringing", "answered", "completed"]
GATE = "<Gather numDigits='1' action='/pressed' timeout='10'><Say>Press one.</Say></Gather>"


def ring(line: Line, to: str = MOBILE, timeout: int = 20) -> str:
    made = line.client.calls.create(
        to=to,
        from_=line.number,
        url=f"{BASE}/gate",
        status_callback=f"{BASE}/told",
        status_callback_event=EVENTS,
        timeout=timeout,
    )
    line.network.settle()
    return str(made.sid)


def told(line: Line) -> list[str]:
    return [asked["CallStatus"] for asked in line.customer.to("/told")]


def test_it_rings_answers_runs_its_url_and_a_key_leads_into_the_room(line: Line) -> None:
    line.customer.pages |= {
        "/gate": twiml(GATE),
        "/pressed": twiml('<Dial><Conference beep="false" waitUrl="">r</Conference></Dial>'),
    }
    phone = line.network.street_phone(MOBILE, after_seconds=4)
    caller = line.in_room()
    leg = ring(line)

    assert told(line) == ["initiated", "ringing"]
    line.network.advance(4)
    assert told(line) == ["initiated", "ringing", "in-progress"]
    gate = line.customer.last("/gate")
    assert (gate["CallStatus"], gate["Direction"]) == ("in-progress", "outbound-api")
    assert line.caption(leg) == "Press one."
    line.network.press(leg, "1")
    line.network.settle()
    assert line.customer.last("/pressed")["Digits"] == "1"
    assert line.network.exchange.ledger.hear_each_other(caller, leg)
    line.network.hang_up(leg)
    line.network.settle()
    assert told(line)[-1] == "completed"
    assert (phone.caller, phone.news[0], phone.news[-1]) == (line.number, "ring", "ended")


def test_the_callbacks_are_numbered_from_nought_in_their_order(line: Line) -> None:
    line.customer.pages["/gate"] = twiml("<Hangup/>")
    line.network.street_phone(MOBILE)
    ring(line)

    numbers = [asked["SequenceNumber"] for asked in line.customer.to("/told")]
    assert numbers == ["0", "1", "2", "3"]


def test_a12_unless_events_are_asked_for_only_the_end_is_told(line: Line) -> None:
    line.network.street_phone(MOBILE)
    line.client.calls.create(
        to=MOBILE, from_=line.number, url=f"{BASE}/gate", status_callback=f"{BASE}/told"
    )
    line.network.settle()

    assert told(line) == ["completed"]


@pytest.mark.parametrize(
    ("on_ring", "status", "sip"),
    [
        (OnRing.REJECT, "busy", "486"),
        (OnRing.UNREACHABLE, "failed", "404"),
    ],
)
def test_it_is_busy_rejects_or_cannot_be_reached(
    line: Line, on_ring: OnRing, status: str, sip: str
) -> None:
    line.network.street_phone(MOBILE, on_ring)
    leg = ring(line)

    assert told(line) == ["initiated", "ringing", status]
    assert line.customer.last("/told")["SipResponseCode"] == sip
    assert line.status(leg) == status
    assert line.customer.to("/gate") == []


def test_f1_nobody_answers_until_the_timeout_and_five_seconds(line: Line) -> None:
    line.network.street_phone(MOBILE, OnRing.IGNORE)
    leg = ring(line, timeout=15)
    line.network.advance(19.9)

    assert line.status(leg) == "ringing"
    line.network.advance(0.1)
    assert told(line) == ["initiated", "ringing", "no-answer"]
    assert line.customer.last("/told")["SipResponseCode"] == "487"


def test_f27_a_voicemail_that_presses_nothing_runs_to_the_end_of_the_document(line: Line) -> None:
    line.customer.pages["/gate"] = twiml(GATE)
    line.network.street_phone(MOBILE)
    leg = ring(line)
    line.network.advance(15)

    assert line.status(leg) == "completed"
    assert line.customer.to("/pressed") == []


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_g5_the_offer_is_cancelled_while_it_rings(line: Line, status: str) -> None:
    phone = line.network.street_phone(MOBILE, OnRing.IGNORE)
    leg = ring(line)
    line.client.calls(leg).update(status=status)
    line.network.settle()

    assert told(line) == ["initiated", "ringing", "canceled"]
    assert phone.news == ["ring", "ended"]


def test_an_answer_after_the_cancel_changes_nothing(line: Line) -> None:
    line.network.street_phone(MOBILE, OnRing.ANSWER, after_seconds=3)
    leg = ring(line)
    line.client.calls(leg).update(status="completed")
    line.network.advance(5)

    assert line.status(leg) == "canceled"
    assert line.customer.to("/gate") == []


def test_b7_a_client_is_rung_with_parameters_and_runs_the_same_gate(line: Line) -> None:
    line.customer.pages["/gate"] = twiml(GATE)
    browser = line.network.client("anna_1")
    leg = ring(line, to="client:anna_1?offer=o1")

    assert browser.parameters == {"offer": "o1"}
    assert told(line) == ["initiated", "ringing", "in-progress"]
    assert line.customer.last("/gate")["To"] == "client:anna_1"
    assert line.caption(leg) == "Press one."
