"""Contract F5, K6 and part L: fault mode, and that a bad day is the same day with the same seed."""

from __future__ import annotations

import json
from dataclasses import fields
from random import Random

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.faults import AnswerLost, Faults, Misfortune
from infra.local.exchange.latency import Span
from infra.local.exchange.phones import OnRing
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.line import Line
from tests.exchange.test_agents_phones import EVENTS, MOBILE

URL = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Calls.json"


def create(line: Line) -> requests.Response:
    """As the official client sends it, but without its reading of the answer."""
    form = {"To": MOBILE, "From": line.number, "Url": f"{BASE}/go"}
    told = {"StatusCallback": f"{BASE}/told", "StatusCallbackEvent": EVENTS}
    auth = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)
    return requests.post(line.network.serve_rest() + URL, data=form | told, auth=auth, timeout=5)


def told(line: Line) -> list[str]:
    return [asked["SequenceNumber"] for asked in line.customer.to("/told")]


def rung(line: Line, faults: Faults) -> None:
    line.network.suffers(faults)
    line.customer.pages["/go"] = twiml("<Hangup/>")
    line.network.street_phone(MOBILE)
    create(line)
    line.network.settle()


def made(line: Line) -> int:
    return len(line.network.exchange.core.calls.legs)


# --- callbacks ------------------------------------------------------------------------------------


def test_f5_a_lost_callback_is_never_told(line: Line) -> None:
    rung(line, Faults(callback_lost=1))
    line.network.advance(100)

    assert told(line) == []


def test_f5_a_repeated_callback_is_told_twice_in_the_same_words(line: Line) -> None:
    rung(line, Faults(callback_repeated=1))
    line.network.advance(100)

    assert sorted(told(line)) == ["0", "0", "1", "1", "2", "2", "3", "3"]
    said = [asked.pairs for asked in line.customer.to("/told")]
    assert len(set(said)) == 4


def test_f5_shuffled_callbacks_are_all_told_in_another_order(line: Line) -> None:
    orders = set()
    for _ in range(6):
        line.customer.asked.clear()
        rung(line, Faults(callback_shuffled=1))
        line.network.advance(10)
        orders.add(tuple(told(line)))

    assert all(sorted(order) == ["0", "1", "2", "3"] for order in orders)
    assert len(orders) > 1


def test_f5_a_late_callback_comes_long_after(line: Line) -> None:
    rung(line, Faults(callback_late=1, late=Span(20, 20)))
    line.network.advance(19)

    assert told(line) == []
    line.network.advance(1)
    assert told(line) == ["0", "1", "2", "3"]


def test_f5_documents_are_no_callbacks_and_are_never_lost(line: Line) -> None:
    rung(line, Faults(callback_lost=1))

    assert len(line.customer.to("/go")) == 1


# --- REST -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "status", "code"),
    [(Faults(rest_too_many=1), 429, 20429), (Faults(rest_failed=1), 500, 20500)],
)
def test_c1_a_refused_request_was_not_done(
    line: Line, faults: Faults, status: int, code: int
) -> None:
    line.network.suffers(faults)
    answer = create(line)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert made(line) == 0


def test_c1_the_official_client_raises_429(line: Line) -> None:
    line.network.suffers(Faults(rest_too_many=1))

    with pytest.raises(TwilioRestException) as refused:
        line.client.calls.create(to=MOBILE, from_=line.number, url=f"{BASE}/go")
    assert (refused.value.status, refused.value.code) == (429, 20429)


@pytest.mark.parametrize(
    ("faults", "done"), [(Faults(rest_request_lost=1), 0), (Faults(rest_answer_lost=1), 1)]
)
def test_w8_no_answer_says_nothing_about_what_was_done(
    line: Line, faults: Faults, done: int
) -> None:
    line.network.suffers(faults)

    with pytest.raises(requests.ConnectionError):
        create(line)
    assert made(line) == done


def test_w8_without_a_connection_a_lost_answer_is_raised(line: Line) -> None:
    line.network.suffers(Faults(rest_answer_lost=1))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": URL, "wsgi.input": None}

    with pytest.raises(AnswerLost):
        line.network.rest_app()(environ, lambda _status, _headers: None)


def test_c1_half_an_answer_is_no_json_and_the_call_is_made(line: Line) -> None:
    line.network.suffers(Faults(rest_answer_cut=1))
    answer = create(line)

    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    assert made(line) == 1


def test_r9_callbacks_overtake_the_201(line: Line) -> None:
    line.network.suffers(Faults(rest_answer_late=1))
    line.network.street_phone(MOBILE)
    line.customer.pages["/go"] = twiml("<Pause length='60'/>")
    told_before: list[str] = []

    def while_it_answers(_asked: Asked) -> Says:
        sid = create(line).json()["sid"]
        told_before.extend(a["CallStatus"] for a in line.customer.to("/told"))
        assert {a["CallSid"] for a in line.customer.to("/told")} == {sid}
        return twiml("")

    line.customer.pages["/voice"] = while_it_answers
    line.network.dial("+15005550010", line.number)
    line.network.settle()

    assert told_before == ["initiated", "ringing", "in-progress"]
    assert line.customer.last("/go")["CallStatus"] == "in-progress"


# --- legs -----------------------------------------------------------------------------------------


def test_a_leg_that_dies_is_told_as_any_end(line: Line) -> None:
    line.network.suffers(Faults(leg_dies=1, life=Span(7, 7)))
    leg = line.call("<Pause length='60'/>")
    line.network.advance(6.9)

    assert line.status(leg) == "in-progress"
    line.network.advance(0.2)
    assert line.customer.last("/status")["CallStatus"] == "completed"
    assert line.customer.last("/status")["CallDuration"] == "7"


def test_a_leg_that_only_rings_does_not_die(line: Line) -> None:
    line.network.suffers(Faults(leg_dies=1, life=Span(1, 1)))
    line.network.street_phone(MOBILE, OnRing.IGNORE)
    sid = create(line).json()["sid"]
    line.network.advance(10)

    assert line.status(sid) == "ringing"


# --- the drawing ----------------------------------------------------------------------------------


class Undrawn:
    def random(self) -> float:
        raise AssertionError("a table of noughts draws nothing")


def test_a_table_of_noughts_draws_nothing() -> None:
    fortune = Misfortune(Faults(), Undrawn())  # type: ignore[arg-type]

    assert fortune.of_callback() == (0.0,)
    assert fortune.of_request() is None
    assert fortune.of_leg() is None


def test_the_same_seed_is_the_same_bad_day(line: Line) -> None:
    chances = [field.name for field in fields(Faults) if field.default == 0.0]
    faults = Faults(**dict.fromkeys(chances, 0.3))  # type: ignore[arg-type]

    def day(seed: int) -> list[object]:
        fortune = Misfortune(faults, Random(seed))
        drawn = ((fortune.of_callback(), fortune.of_request(), fortune.of_leg()) for _ in range(50))
        return list(drawn)

    assert day(1) == day(1)
    assert day(1) != day(2)
