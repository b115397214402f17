"""K3: what REST answers has the fields of the carrier's own schema, no more and no fewer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.local.exchange.rest.api import ROUTES
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.harness import Harness

FILE = Path(__file__).parents[3] / "shared" / "carrier" / "rest-contract-compact.json"
ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}"

# Number fields that only concern other products (messages, emergencies, addresses, trunks).
NOT_OURS = re.compile(r"sms_|emergency_|address_sid|bundle_sid|identity_sid|trunk_sid|message_")


def contract() -> dict[str, Any]:
    if not FILE.exists():
        pytest.skip("the carrier's data files are not here")
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def get(harness: Harness, path: str) -> dict[str, Any]:
    auth = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)
    got = requests.get(harness.network.serve_rest() + ROOT + path, auth=auth, timeout=5)
    found: dict[str, Any] = got.json()
    return found


def test_every_answer_has_the_carriers_fields(harness: Harness, application: str) -> None:
    schemas = contract()["schemas"]
    one, _ = harness.join_conference(), harness.join_conference("+15005550011")
    harness.call('<Enqueue waitUrl="">q</Enqueue>')
    recording = harness.client.calls(one).recordings.create().sid
    conference = harness.client.conferences.list()[0].sid
    queue = harness.client.queues.list()[0].sid
    number = harness.client.incoming_phone_numbers.list()[0].sid
    answers = {
        "call": f"/Calls/{one}.json",
        "conference": f"/Conferences/{conference}.json",
        "conference.participant": f"/Conferences/{conference}/Participants/{one}.json",
        "queue": f"/Queues/{queue}.json",
        "queue.member": f"/Queues/{queue}/Members/Front.json",
        "recording": f"/Recordings/{recording}.json",
        "call.call_recording": f"/Calls/{one}/Recordings/{recording}.json",
        "incoming_phone_number": f"/IncomingPhoneNumbers/{number}.json",
        "application": f"/Applications/{application}.json",
    }

    differing = {}
    for name, path in answers.items():
        answered = {field for field in get(harness, path) if not NOT_OURS.match(field)}
        schema = schemas[f"api.v2010.account.{name}"]
        wanted = {field for field in schema if not NOT_OURS.match(field)}
        if answered != wanted:
            differing[name] = (sorted(answered - wanted), sorted(wanted - answered))

    assert differing == {}


def test_every_route_is_an_operation_of_the_carriers() -> None:
    operations = {
        (operation["method"], re.sub(r"\{\w+\}", "X", operation["path"]))
        for operation in contract()["operations"]
    }

    ours = set()
    for route in ROUTES:
        if route.path.endswith(".json"):  # media and its deletion are no JSON operations
            path = route.path.replace("{}", "X")
            ours.add((route.method, f"/2010-04-01/Accounts/X/{path}"))

    assert ours - operations == set()
