"""Whatever a client sends, REST answers with one of the carrier's errors and never raises."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.exchange.interfaces import Playing
from infra.local.exchange.overrides import split_overrides
from infra.local.exchange.rest.api import ROUTES, handle
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.twiml.parse import Document, Refused, parse
from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange, WsgiFetcher
from tests.exchange.customer import BASE, Customer, Says, twiml

ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/"
CREDENTIALS = base64.b64encode(f"{TEST_ACCOUNT.sid}:{TEST_ACCOUNT.auth_token}".encode()).decode()
ROOM = f'<Dial><Conference waitUrl="">r</Conference></Dial>{"<Pause/>" * 3}'

NAMES = st.sampled_from(
    """
    To From Url Twiml Method Status Timeout TimeLimit Label Hold HoldUrl Muted AnnounceUrl
    Coaching CallSidToCoach EndConferenceOnExit RecordingChannels RecordingTrack PauseBehavior
    FriendlyName MaxSize PhoneNumber VoiceUrl VoiceMethod VoiceFallbackUrl MaxParticipants
    StatusCallback StatusCallbackEvent StatusCallbackMethod ApplicationSid CallToken Record
    SendDigits WaitUrl BeepOnExit CallReason MachineDetection
    PageSize Page PageToken StartTime StartTime< DateCreated> RequestedChannels Trim
    """.split()  # noqa: SIM905 - a list this long is read as words
)
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ("", "true", "-1", "0", "²", "5", "POST", "+15005550020", "+15005550001", "client:a?b=c")
    ),
    st.sampled_from(
        (
            f"{BASE}/x",
            "http://",
            "http://[",
            "http://h:99999/",
            "//x",
            "completed",
            "canceled",
            "paused",
        )
    ),
    st.sampled_from(("2026-03-02", "2026-13-01", "2026-03-02T25:00", "stopped", "<Response/>")),
)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)


def keys(network: VirtualExchange) -> list[str]:
    exchange = network.exchange
    return [
        *exchange.calls.legs,
        *exchange.conferences.conferences,
        *exchange.queues.queues,
        *exchange.recordings.recordings,
        *exchange.context.inventory.numbers,
        "Front",
        "Twilio.CURRENT",
        "r",
        "x\u0000",
    ]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_form_on_any_route_is_answered(data: st.DataObject) -> None:
    network = VirtualExchange(WsgiFetcher(Customer({"/voice": twiml(ROOM)})))
    post = {"PhoneNumber": "+15005550001", "VoiceUrl": f"{BASE}/voice"}
    send(network, "POST", "IncomingPhoneNumbers.json", tuple(post.items()), ())
    legs = [network.dial(f"+1500555001{n}", "+15005550001") for n in range(2)]
    network.settle()
    send(network, "POST", f"Calls/{legs[0]}/Recordings.json", (), ())

    for _ in range(3):
        route = data.draw(st.sampled_from(ROUTES))
        path = route.path
        while "{}" in path:
            path = path.replace("{}", data.draw(st.sampled_from(keys(network))), 1)
        status, body = send(network, route.method, path, data.draw(PAIRS), data.draw(PAIRS))

        assert status in (200, 201, 204, 400, 404, 501)
        if status >= 400:
            assert set(body) >= {"code", "message", "more_info", "status"}
    network.advance(1)


def send(
    network: VirtualExchange,
    method: str,
    path: str,
    form: tuple[tuple[str, str], ...],
    query: tuple[tuple[str, str], ...],
) -> tuple[int, dict[str, object]]:
    request = RestRequest(method, ROOT + path, query, form, f"Basic {CREDENTIALS}")
    with network.locked() as exchange:
        response = handle(exchange, request)
    is_json = response.content_type == "application/json" and response.body
    return response.status, json.loads(response.body) if is_json else {}


@given(st.binary(max_size=200))
def test_any_body_is_a_document_or_refused(body: bytes) -> None:
    assert isinstance(parse(body), Document | Refused)


@given(st.text(max_size=60))
def test_any_fragment_is_read(fragment: str) -> None:
    bare, _, _ = split_overrides(f"https://h.example/#{fragment}")

    assert bare == "https://h.example/"


def test_urls_that_are_none_are_refused_or_fail_as_documents_do() -> None:
    network = VirtualExchange(WsgiFetcher(Customer({"/voice": twiml(ROOM)})))
    for wrong in (
        "http://a_b.example/",
        "http://[",
        "http://h:99999/",
        "ftp://h/",
        "h/x",
        "http://",
    ):
        form = (("To", "client:a"), ("From", "x"), ("Url", wrong))
        assert send(network, "POST", "Calls.json", form, ())[0] == 400


@pytest.mark.parametrize("wrong", ["http://[", "http://h:99999/", "ftp://h/"])
def test_a4_a_document_that_cannot_be_had_is_the_error_sentence(wrong: str) -> None:
    customer = Customer({"/voice": twiml(f"<Redirect>{wrong}</Redirect>")})
    network = VirtualExchange(WsgiFetcher(customer))
    form = (("PhoneNumber", "+15005550001"), ("VoiceUrl", f"{BASE}/voice"))
    send(network, "POST", "IncomingPhoneNumbers.json", form, ())
    leg = network.dial("+15005550010", "+15005550001")
    network.settle()

    heard = network.exchange.hears(leg)
    assert isinstance(heard, Playing)
    assert "application error" in heard.clip.caption
    customer.pages["/voice"] = Says(b"", status=302, headers=(("Location", wrong),))
    network.dial("+15005550010", "+15005550001")
    network.settle()
    assert len(customer.to("/voice")) == 2
