from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange, WsgiFetcher
from tests.exchange.customer import BASE, Customer
from tests.exchange.harness import Harness


class Rewriting(HttpClient):  # type: ignore[misc]
    """The official client's own transport but for the host: api.twilio.com is the exchange."""

    def __init__(self, base: str) -> None:
        super().__init__(logger=logging.getLogger(__name__), is_async=False, timeout=10)
        self._base = base
        self._session = requests.Session()

    def request(  # type: ignore[no-untyped-def]
        self,
        method,
        uri,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ) -> Response:
        assert uri.startswith("https://api.twilio.com/")
        url = uri.replace("https://api.twilio.com", self._base)
        got = self._session.request(
            method, url, params=params, data=data, headers=headers, auth=auth, timeout=10
        )
        return Response(got.status_code, got.text, got.headers)


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def network(customer: Customer) -> Iterator[VirtualExchange]:
    with VirtualExchange(WsgiFetcher(customer)) as network:
        yield network


@pytest.fixture
def client(network: VirtualExchange) -> Client:
    transport = Rewriting(network.serve_rest())
    return Client(TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token, http_client=transport)


@pytest.fixture
def number(client: Client) -> str:
    """A number of the account, whose calls run /voice."""
    client.incoming_phone_numbers.create(
        phone_number="+15005550001",
        voice_url=f"{BASE}/voice",
        status_callback=f"{BASE}/status",
    )
    return "+15005550001"


@pytest.fixture
def application(client: Client) -> str:
    made = client.applications.create(
        friendly_name="desk",
        voice_url=f"{BASE}/app",
        status_callback=f"{BASE}/app-status",
    )
    return str(made.sid)


@pytest.fixture
def harness(network: VirtualExchange, customer: Customer, client: Client, number: str) -> Harness:
    return Harness(network, customer, client, number)
