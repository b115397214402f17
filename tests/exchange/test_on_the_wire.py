"""Virtual time with real sockets: the customer's server on one port, our REST API on another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infra.local.exchange.journal import WebhookAnswered
from infra.local.exchange.virtual import TEST_ACCOUNT, HttpFetcher, VirtualExchange
from tests.exchange.conftest import Rewriting
from tests.exchange.customer import Asked, Customer, Says, twiml
from tests.support.serving import serving


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """The customer remembers."""


@pytest.fixture
def base(customer: Customer) -> Iterator[str]:
    server = WSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(customer)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def network() -> Iterator[VirtualExchange]:
    with VirtualExchange(HttpFetcher(), serve=True) as network:
        yield network


def test_the_customer_may_call_rest_while_it_answers(
    network: VirtualExchange, client: Client, customer: Customer, base: str
) -> None:
    client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=f"{base}/voice")
    seen: list[str] = []

    def looks_itself_up(asked: Asked) -> Says:
        seen.append(str(client.calls(asked["CallSid"]).fetch().status))
        return twiml("<Say loop='0'>Hello</Say>")

    customer.pages["/voice"] = looks_itself_up
    leg = network.dial("+15005550010", "+15005550001")
    network.settle()

    assert seen == ["ringing"]
    assert customer.last("/voice").signed
    assert network.exchange.leg(leg).status == "in-progress"


def test_a_timer_of_the_products_may_call_rest(
    network: VirtualExchange, client: Client, customer: Customer, base: str
) -> None:
    client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=f"{base}/voice")
    customer.pages["/voice"] = twiml("<Pause length='60'/>")
    leg = network.dial("+15005550010", "+15005550001")
    network.later(10, lambda: client.calls(leg).update(status="completed"))
    network.advance(9)
    assert network.exchange.leg(leg).status == "in-progress"
    network.advance(1)

    assert network.exchange.leg(leg).status == "completed"


def test_requests_from_many_threads_and_the_clock_do_not_interfere(
    network: VirtualExchange, client: Client, customer: Customer, base: str
) -> None:
    client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=f"{base}/voice")
    customer.pages["/voice"] = twiml("<Pause length='3600'/>")
    refused: list[BaseException] = []

    def ends(leg: str) -> None:
        own = Client(
            TEST_ACCOUNT.sid,
            TEST_ACCOUNT.auth_token,
            http_client=Rewriting(network.serve_rest()),
        )
        try:
            own.calls(leg).recordings.create()
            own.calls(leg).update(status="completed")
        except TwilioRestException as error:
            refused.append(error)

    legs = [network.dial(f"+150055500{n:02}", "+15005550001") for n in range(12)]
    network.settle()
    threads = [threading.Thread(target=ends, args=(leg,)) for leg in legs]
    for thread in threads:
        thread.start()
    for _ in range(50):
        network.advance(0.1)
    for thread in threads:
        thread.join()
    network.settle()

    assert refused == []
    assert network.exchange.live() == ()
    assert network.sound.tapes == {}


def test_a_port_where_nobody_listens_is_a_failed_connection(
    network: VirtualExchange, client: Client
) -> None:
    nowhere = "http://127.0.0.1:9/voice"
    client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=nowhere)
    network.dial("+15005550010", "+15005550001")
    network.settle()

    news = [entry.news for entry in network.exchange.journal.entries()]
    answered = [item for item in news if isinstance(item, WebhookAnswered)]
    assert [item.body.partition(":")[0] for item in answered] == ["connect", "connect"]


def test_recording_urls_lead_to_the_exchange(
    network: VirtualExchange, client: Client, customer: Customer, base: str
) -> None:
    client.incoming_phone_numbers.create(phone_number="+15005550001", voice_url=f"{base}/voice")
    customer.pages["/voice"] = twiml('<Record action="/recorded" maxLength="3" playBeep="false"/>')
    network.dial("+15005550010", "+15005550001")
    network.advance(4)

    url = customer.last("/recorded")["RecordingUrl"]
    assert url.startswith(network.serve_rest())
    transport = Rewriting(network.serve_rest())
    got = transport._session.get(
        f"{url}.wav", auth=(TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token), timeout=5
    )
    assert got.headers["Content-Type"] == "audio/x-wav"
