"""Contract F5, K6 and part L: fault mode, and that the same seed gives the same faults."""

from __future__ import annotations

import json
from dataclasses import fields
from random import Random

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.faults import AnswerLost, FaultInjector, Faults
from infra.local.exchange.latency import Span
from infra.local.exchange.phones import OnRing
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.harness import Harness
from tests.exchange.test_agents_phones import EVENTS, MOBILE

URL = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Calls.json"


def create(harness: Harness) -> requests.Response:
    """As the official client sends it, but without its reading of the answer."""
    form = {"To": MOBILE, "From": harness.number, "Url": f"{BASE}/go"}
    told = {"StatusCallback": f"{BASE}/told", "StatusCallbackEvent": EVENTS}
    auth = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)
    return requests.post(harness.network.serve_rest() + URL, data=form | told, auth=auth, timeout=5)


def told(harness: Harness) -> list[str]:
    return [asked["SequenceNumber"] for asked in harness.customer.to("/told")]


def rung(harness: Harness, faults: Faults) -> None:
    harness.network.inject_faults(faults)
    harness.customer.pages["/go"] = twiml("<Hangup/>")
    harness.network.street_phone(MOBILE)
    create(harness)
    harness.network.settle()


def made(harness: Harness) -> int:
    return len(harness.network.exchange.calls.legs)


# --- callbacks ------------------------------------------------------------------------------------


def test_f5_a_lost_callback_is_never_sent(harness: Harness) -> None:
    rung(harness, Faults(callback_lost=1))
    harness.network.advance(100)

    assert told(harness) == []


def test_f5_a_repeated_callback_is_sent_twice_with_the_same_parameters(harness: Harness) -> None:
    rung(harness, Faults(callback_repeated=1))
    harness.network.advance(100)

    assert sorted(told(harness)) == ["0", "0", "1", "1", "2", "2", "3", "3"]
    said = [asked.pairs for asked in harness.customer.to("/told")]
    assert len(set(said)) == 4


def test_f5_shuffled_callbacks_are_all_sent_in_another_order(harness: Harness) -> None:
    orders = set()
    for _ in range(6):
        harness.customer.asked.clear()
        rung(harness, Faults(callback_shuffled=1))
        harness.network.advance(10)
        orders.add(tuple(told(harness)))

    assert all(sorted(order) == ["0", "1", "2", "3"] for order in orders)
    assert len(orders) > 1


def test_f5_a_late_callback_comes_long_after(harness: Harness) -> None:
    rung(harness, Faults(callback_late=1, late=Span(20, 20)))
    harness.network.advance(19)

    assert told(harness) == []
    harness.network.advance(1)
    assert told(harness) == ["0", "1", "2", "3"]


def test_f5_documents_are_no_callbacks_and_are_never_lost(harness: Harness) -> None:
    rung(harness, Faults(callback_lost=1))

    assert len(harness.customer.to("/go")) == 1


# --- REST -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "status", "code"),
    [(Faults(rest_too_many=1), 429, 20429), (Faults(rest_failed=1), 500, 20500)],
)
def test_c1_a_refused_request_was_not_done(
    harness: Harness, faults: Faults, status: int, code: int
) -> None:
    harness.network.inject_faults(faults)
    answer = create(harness)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert made(harness) == 0


def test_c1_the_official_client_raises_429(harness: Harness) -> None:
    harness.network.inject_faults(Faults(rest_too_many=1))

    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls.create(to=MOBILE, from_=harness.number, url=f"{BASE}/go")
    assert (refused.value.status, refused.value.code) == (429, 20429)


@pytest.mark.parametrize(
    ("faults", "done"), [(Faults(rest_request_lost=1), 0), (Faults(rest_answer_lost=1), 1)]
)
def test_c1_no_answer_says_nothing_about_what_was_done(
    harness: Harness, faults: Faults, done: int
) -> None:
    harness.network.inject_faults(faults)

    with pytest.raises(requests.ConnectionError):
        create(harness)
    assert made(harness) == done


def test_without_a_connection_a_lost_answer_is_raised(harness: Harness) -> None:
    harness.network.inject_faults(Faults(rest_answer_lost=1))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": URL, "wsgi.input": None}

    with pytest.raises(AnswerLost):
        harness.network.rest_app()(environ, lambda _status, _headers: None)


def test_c1_half_an_answer_is_no_json_and_the_call_is_made(harness: Harness) -> None:
    harness.network.inject_faults(Faults(rest_answer_cut=1))
    answer = create(harness)

    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    assert made(harness) == 1


def test_f5_callbacks_may_arrive_before_the_201(harness: Harness) -> None:
    harness.network.inject_faults(Faults(rest_answer_late=1))
    harness.network.street_phone(MOBILE)
    harness.customer.pages["/go"] = twiml("<Pause length='60'/>")
    told_before: list[str] = []

    def while_it_answers(_asked: Asked) -> Says:
        sid = create(harness).json()["sid"]
        told_before.extend(a["CallStatus"] for a in harness.customer.to("/told"))
        assert {a["CallSid"] for a in harness.customer.to("/told")} == {sid}
        return twiml("")

    harness.customer.pages["/voice"] = while_it_answers
    harness.network.dial("+15005550010", harness.number)
    harness.network.settle()

    assert told_before == ["initiated", "ringing", "in-progress"]
    assert harness.customer.last("/go")["CallStatus"] == "in-progress"


# --- legs -----------------------------------------------------------------------------------------


def test_a_leg_that_dies_sends_the_callbacks_of_any_end(harness: Harness) -> None:
    harness.network.inject_faults(Faults(leg_dies=1, life=Span(7, 7)))
    leg = harness.call("<Pause length='60'/>")
    harness.network.advance(6.9)

    assert harness.status(leg) == "in-progress"
    harness.network.advance(0.2)
    assert harness.customer.last("/status")["CallStatus"] == "completed"
    assert harness.customer.last("/status")["CallDuration"] == "7"


def test_a_leg_that_only_rings_does_not_die(harness: Harness) -> None:
    harness.network.inject_faults(Faults(leg_dies=1, life=Span(1, 1)))
    harness.network.street_phone(MOBILE, OnRing.IGNORE)
    sid = create(harness).json()["sid"]
    harness.network.advance(10)

    assert harness.status(sid) == "ringing"


# --- the drawing ----------------------------------------------------------------------------------


class Undrawn:
    def random(self) -> float:
        raise AssertionError("a table of noughts draws nothing")


def test_a_table_of_zeros_draws_nothing() -> None:
    fortune = FaultInjector(Faults(), Undrawn())  # type: ignore[arg-type]

    assert fortune.callback_delays_seconds() == (0.0,)
    assert fortune.request_fault() is None
    assert fortune.leg_lifetime_seconds() is None


def test_the_same_seed_gives_the_same_faults(harness: Harness) -> None:
    chances = [field.name for field in fields(Faults) if field.default == 0.0]
    faults = Faults(**dict.fromkeys(chances, 0.3))  # type: ignore[arg-type]

    def day(seed: int) -> list[object]:
        fortune = FaultInjector(faults, Random(seed))
        drawn = (
            (
                fortune.callback_delays_seconds(),
                fortune.request_fault(),
                fortune.leg_lifetime_seconds(),
            )
            for _ in range(50)
        )
        return list(drawn)

    assert day(1) == day(1)
    assert day(1) != day(2)
