"""Contract A2: connection overrides, in virtual time, against a server that answers by script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from infra.local.exchange.clock import VirtualClock
from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.journal import Journal, Warned
from infra.local.exchange.overrides import Overrides, split_overrides
from infra.local.exchange.switches import Switches
from infra.local.exchange.virtual import EPOCH, TEST_ACCOUNT
from infra.local.exchange.webhook import Delivered, Result, Undelivered, Webhooks
from infra.local.exchange.wire import Endpoint

OK = Answer(200, {"content-type": "text/xml"}, b"<Response/>")
ERROR = Answer(500, {}, b"")
MISSING = Answer(404, {}, b"")
REFUSED = NoAnswer("connect", "refused")
STALLED = NoAnswer("read", "nothing came")


@dataclass
class Scripted:
    """Answers in turn; None never answers."""

    answers: list[Answer | NoAnswer | None]
    requests: list[Request] = field(default_factory=list)

    def fetch(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if answer is not None:
            done(answer)


@dataclass
class Sent:
    server: Scripted
    clock: VirtualClock
    journal: Journal
    results: list[Result]


def send(url: str, *answers: Answer | NoAnswer | None, method: str = "POST") -> Sent:
    clock = VirtualClock(EPOCH)
    journal, server = Journal(clock), Scripted(list(answers))
    results: list[Result] = []
    webhooks = Webhooks(TEST_ACCOUNT, clock, server, journal, Switches(), Random(0))
    pairs = (("CallSid", "CA1"), ("To", "+1 500"))
    webhooks.send(Endpoint(url, method), pairs, "CA1", "document", results.append)
    return Sent(server, clock, journal, results)


def codes(sent: Sent) -> list[int]:
    return [result.code for result in sent.results if isinstance(result, Undelivered)]


def test_a2_the_fragment_is_not_sent() -> None:
    sent = send("https://h.example/x?y=1#rc=2", OK)

    assert sent.server.requests[0].url == "https://h.example/x?y=1"


def test_a2_defaults() -> None:
    assert split_overrides("https://h.example/")[1] == Overrides(5, 15, 15, 1, frozenset({"ct"}))


def test_a2_all_are_read() -> None:
    bare, overrides, wrong = split_overrides(
        "https://h.example/#ct=2000&rt=4500&tt=14500&rc=2&rp=5xx,ct,rt&sni=y&e=dublin"
    )

    assert bare == "https://h.example/"
    assert overrides == Overrides(2, 4.5, 14.5, 2, frozenset({"5xx", "ct", "rt"}))
    assert wrong == ()


@pytest.mark.parametrize("wrong", ["ct=99", "rt=15001", "rc=6", "rp=3xx", "zz=1", "ct=soon"])
def test_a2_what_is_wrong_is_warned_of_and_ignored(wrong: str) -> None:
    sent = send(f"https://h.example/#{wrong}", OK)

    news = [entry.news for entry in sent.journal.entries()]
    assert any(isinstance(item, Warned) and item.code == 11240 for item in news)
    assert isinstance(sent.results[0], Delivered)


def test_a2_by_default_only_a_failed_connection_is_tried_again_and_once() -> None:
    again = send("https://h.example/", REFUSED, OK)
    twice = send("https://h.example/", REFUSED, REFUSED)
    error = send("https://h.example/", ERROR)
    stalled = send("https://h.example/", STALLED)

    assert isinstance(again.results[0], Delivered)
    assert codes(twice) == [11205]
    assert codes(error) == [11200]
    assert codes(stalled) == [11205]


def test_a2_rc_and_rp_say_what_is_tried_again_and_how_often() -> None:
    sent = send("https://h.example/#rc=2&rp=5xx,rt", ERROR, STALLED, OK)
    refusal = send("https://h.example/#rc=2&rp=5xx,rt", MISSING)

    assert isinstance(sent.results[0], Delivered)
    assert len(sent.server.requests) == 3
    assert codes(refusal) == [11200]


def test_a2_retries_carry_the_same_idempotency_token() -> None:
    sent = send("https://h.example/", REFUSED, OK)

    tokens = [dict(r.headers)["I-Twilio-Idempotency-Token"] for r in sent.server.requests]
    assert tokens[0] == tokens[1]


def test_a2_the_total_time_is_bounded_whatever_the_server_does() -> None:
    silent = send("https://h.example/#tt=3000", None)
    longest = send("https://h.example/", None)

    silent.clock.advance(2.9)
    assert silent.results == []
    silent.clock.advance(0.1)
    longest.clock.advance(15)
    assert codes(silent) == [11205]
    assert codes(longest) == [11205]


def test_a1_a_redirect_is_followed_by_get_without_the_fields() -> None:
    sent = send("https://h.example/x", Answer(302, {"location": "/y?z=1"}, b""), OK)

    followed = sent.server.requests[1]
    assert (followed.method, followed.url, followed.body) == ("GET", "https://h.example/y?z=1", b"")
    assert isinstance(sent.results[0], Delivered)
    assert sent.results[0].url == "https://h.example/y?z=1"


def test_a1_a_307_keeps_method_and_fields() -> None:
    sent = send("https://h.example/x", Answer(307, {"location": "/y"}, b""), OK)

    assert sent.server.requests[1].method == "POST"
    assert sent.server.requests[1].body == b"CallSid=CA1&To=%2B1+500"


def test_a1_the_eleventh_redirect_is_one_too_many() -> None:
    ten = send("https://h.example/", *[Answer(302, {"location": "/"}, b"")] * 10, OK)
    eleven = send("https://h.example/", *[Answer(302, {"location": "/"}, b"")] * 11)

    assert isinstance(ten.results[0], Delivered)
    assert codes(eleven) == [11215]


def test_a1_a_redirect_to_nowhere() -> None:
    assert codes(send("https://h.example/", Answer(302, {}, b""))) == [11216]


def test_a1_get_appends_the_pairs_to_the_query_in_order() -> None:
    sent = send("https://h.example/x?y=1", OK, method="GET")

    assert sent.server.requests[0].url == "https://h.example/x?y=1&CallSid=CA1&To=%2B1+500"
    assert sent.server.requests[0].body == b""


def test_a1_headers() -> None:
    headers = dict(send("https://h.example/", OK).server.requests[0].headers)

    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Accept"] == "*/*"
    assert headers["X-Home-Region"] == "us1"
    assert headers["Cache-Control"] == "max-age=259200"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert headers["X-Twilio-Signature"]


def test_a1_credentials_in_the_url_become_basic_authentication() -> None:
    request = send("https://u:p%40ss@h.example/x", OK).server.requests[0]

    assert request.url == "https://h.example/x"
    assert dict(request.headers)["Authorization"] == "Basic dTpwQHNz"


def test_a4_a_protocol_violation_and_a_url_that_is_none() -> None:
    assert codes(send("https://h.example/", NoAnswer("protocol", "garbage"))) == [11206]
    assert codes(send("nowhere")) == [11100]


def test_a_late_answer_changes_nothing() -> None:
    kept: list[Callable[[Answer | NoAnswer], None]] = []
    clock = VirtualClock(EPOCH)
    results: list[Result] = []

    class Late:
        def fetch(self, request: Request, done: Callable[[Answer | NoAnswer], None]) -> None:
            kept.append(done)

    webhooks = Webhooks(TEST_ACCOUNT, clock, Late(), Journal(clock), Switches(), Random(0))
    webhooks.send(Endpoint("https://h.example/"), (), None, "document", results.append)
    clock.advance(20)
    kept[0](OK)

    assert len(results) == 1
