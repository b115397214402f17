"""The account at the carrier as a story finds it: numbers rented, the desks' application made.

It is what `configure` leaves there, without its eleven requests, which were half of a story's.
They have tests of their own (tests/adapters/twilio/test_on_the_exchange.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from app.adapters.twilio.numbers import application_fields, number_fields
from app.adapters.twilio.urls import Urls
from app.domain.dialplan import Plan
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.rest.wsgi import RestApp
from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange

AUTHORIZATION = urllib3.make_headers(basic_auth=f"{TEST_ACCOUNT.sid}:{TEST_ACCOUNT.auth_token}")


def rented(network: VirtualExchange, plan: Plan, urls: Urls) -> str:
    """Answers the sid of the application."""
    api = network.rest_app()
    for number in plan.numbers:
        _created(api, "IncomingPhoneNumbers.json", number_fields(number, urls))
    return str(_created(api, "Applications.json", application_fields(urls))["sid"])


def _created(api: RestApp, resource: str, fields: Mapping[str, str]) -> dict[str, Any]:
    answer = api.answer(
        RestRequest(
            "POST",
            TEST_ACCOUNT.path(resource),
            form=tuple(fields.items()),
            authorization=AUTHORIZATION["authorization"],
        )
    )
    assert answer.status == 201, answer
    created: dict[str, Any] = json.loads(answer.body)
    return created
