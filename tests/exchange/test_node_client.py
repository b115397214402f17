"""Contract C, a second opinion: the official Node client drives the exchange, unmodified."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange
from tests.exchange.customer import BASE, twiml
from tests.exchange.line import Line

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


def test_k3_the_official_node_client_makes_moves_records_lists_and_is_refused(line: Line) -> None:
    line.network.street_phone(PHONE)
    line.customer.pages |= {"/go": twiml("<Pause length='60'/>"), "/room": twiml(ROOM)}
    caller = line.in_room()

    saw = drive(
        line.network,
        ACCOUNT=TEST_ACCOUNT.sid,
        TOKEN=TEST_ACCOUNT.auth_token,
        NUMBER=line.number,
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
        "room": [400, 16022],
    }
    assert saw["listed"] == [leg.sid for leg in reversed(_legs(line))]
    told = [asked["CallStatus"] for asked in line.customer.to("/told")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    assert line.customer.last("/recorded")["RecordingSid"] == saw["recording"]
    assert saw["room"] in line.network.exchange.core.conferences.rooms
    assert line.network.exchange.violations == ()


def _legs(line: Line) -> list[Any]:
    return list(line.network.exchange.core.calls.legs.values())
