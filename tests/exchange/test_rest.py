"""Contract part C and K3: the official Python client, unmodified, over real HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infra.local.exchange.virtual import EPOCH, TEST_ACCOUNT, VirtualExchange
from tests.exchange.conftest import Rewriting
from tests.exchange.harness import CALLER, Harness
from tests.exchange.rest_requests import ROOT, code_of, raw


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (TEST_ACCOUNT.sid, "wrong"),
        (TEST_ACCOUNT.key_sid, TEST_ACCOUNT.auth_token),
        ("AC" + "0" * 32, TEST_ACCOUNT.auth_token),
    ],
)
def test_c1_wrong_credentials_are_20003(network: VirtualExchange, user: str, password: str) -> None:
    client = Client(user, password, TEST_ACCOUNT.sid, http_client=Rewriting(network.serve_rest()))

    with pytest.raises(TwilioRestException) as refused:
        client.calls("CA" + "0" * 32).fetch()
    assert code_of(refused) == (401, 20003)


def test_part_0_an_api_key_authenticates_like_the_token(network: VirtualExchange) -> None:
    client = Client(
        TEST_ACCOUNT.key_sid,
        TEST_ACCOUNT.key_secret,
        TEST_ACCOUNT.sid,
        http_client=Rewriting(network.serve_rest()),
    )

    assert client.calls.list() == []


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Bearer x", "Basic /////w=="])
def test_c1_any_authorization_is_answered(network: VirtualExchange, header: str) -> None:
    got = requests.get(
        network.serve_rest() + f"{ROOT}/Calls.json", headers={"Authorization": header}, timeout=5
    )

    assert (got.status_code, got.json()["code"]) == (401, 20003)


def test_c1_the_body_of_an_error(network: VirtualExchange) -> None:
    got = raw(network, "GET", f"{ROOT}/Calls/CA{'0' * 32}.json")

    assert got.status_code == 404
    assert got.json() == {
        "code": 20404,
        "message": f"The requested resource {ROOT}/Calls/CA{'0' * 32}.json was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }
    assert got.headers["Twilio-Request-Id"].startswith("RQ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", f"{ROOT}/Faxes.json", 404),
        ("PUT", f"{ROOT}/Calls.json", 405),
        ("DELETE", f"{ROOT}/Conferences.json", 405),
        ("GET", f"{ROOT}/Calls/%00%FF.json", 404),
        ("POST", f"{ROOT}/Calls.json", 400),
    ],
)
def test_any_path_is_answered_as_an_error(
    network: VirtualExchange, method: str, path: str, status: int
) -> None:
    assert raw(network, method, path).status_code == status


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_c1_a_wrong_page_size_is_20007(network: VirtualExchange, size: str) -> None:
    got = raw(network, "GET", f"{ROOT}/Calls.json?PageSize={size}")

    assert (got.status_code, got.json()["code"]) == (400, 20007)


def test_c1_lists_page_newest_first_and_keep_their_filters(harness: Harness) -> None:
    legs = [harness.call("<Pause length='600'/>") for _ in range(5)]
    harness.network.dial("+15005550077", harness.number)

    first = raw(harness.network, "GET", f"{ROOT}/Calls.json?From=%2B15005550010&PageSize=2").json()
    listed = harness.client.calls.list(from_=CALLER, page_size=2)

    assert [call["sid"] for call in first["calls"]] == [legs[4], legs[3]]
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert f"PageToken=PA{legs[3]}" in first["next_page_uri"]
    assert "From=%2B15005550010" in first["next_page_uri"]
    assert first["previous_page_uri"] is None
    assert [call.sid for call in listed] == legs[::-1]


def test_c1_the_last_page_has_no_next_and_going_back_works(harness: Harness) -> None:
    for _ in range(3):
        harness.call("<Pause length='600'/>")
    page = harness.client.calls.page(page_size=2)
    last = page.next_page()

    assert last is not None
    assert len(list(last)) == 1
    assert last.next_page() is None
    back = last.previous_page()
    assert back is not None
    assert len(list(back)) == 2


def test_c1_filters_by_date(harness: Harness) -> None:
    harness.call("<Pause length='600'/>")
    yesterday, tomorrow = EPOCH - timedelta(days=1), EPOCH + timedelta(days=1)

    calls = harness.client.calls
    assert len(calls.list(start_time_after=yesterday)) == 1
    assert calls.list(start_time_before=yesterday) == []
    assert calls.list(start_time_after=tomorrow) == []
    assert len(calls.list(start_time=EPOCH)) == 1
