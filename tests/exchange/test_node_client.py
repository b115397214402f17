"""Contract C, a second opinion: the official Node client drives the exchange, unmodified."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange
from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

SCRIPT = Path(__file__).parent / "node" / "drive.mjs"
PHONE = "+15005550020"
ROOM = '<Dial><Conference beep="false" waitUrl="">r</Conference></Dial>'


def drive(network: VirtualExchange, **said: str) -> dict[str, Any]:
    """Runs the script to its end: time passes here whenever it asks for it there."""
    process = subprocess.Popen(
        ["node", str(SCRIPT)],
        env={**os.environ, "EXCHANGE": network.serve_rest(), **said},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    last = ""
    with process:
        for line in process.stdout:
            last = line
            if line.startswith("advance "):
                network.advance(float(line.split()[1]))
                process.stdin.write("done\n")
                process.stdin.flush()
    assert process.returncode == 0, last
    saw: dict[str, Any] = json.loads(last)
    return saw


def test_k3_the_official_node_client_makes_moves_records_lists_and_is_refused(
    harness: Harness,
) -> None:
    harness.network.street_phone(PHONE)
    harness.customer.pages |= {"/go": twiml("<Pause length='60'/>"), "/conference": twiml(ROOM)}
    caller = harness.join_conference()

    saw = drive(
        harness.network,
        ACCOUNT=TEST_ACCOUNT.sid,
        TOKEN=TEST_ACCOUNT.auth_token,
        NUMBER=harness.number,
        PHONE=PHONE,
        CALLER=caller,
        PRODUCT=BASE,
    )

    assert saw["errors"] == {
        "unknown": [404, 20404],
        "nobody": [400, 21211],
        "stranger": [400, 21210],
        "over": [400, 21220],
        "token": [401, 20003],
        "conference": [400, 16022],
    }
    assert saw["listed"] == [leg.sid for leg in reversed(_legs(harness))]
    told = [asked["CallStatus"] for asked in harness.customer.to("/told")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    assert harness.customer.last("/recorded")["RecordingSid"] == saw["recording"]
    assert saw["conference"] in harness.network.exchange.conferences.conferences
    assert harness.network.exchange.violations == ()


def _legs(harness: Harness) -> list[Any]:
    return list(harness.network.exchange.calls.legs.values())
