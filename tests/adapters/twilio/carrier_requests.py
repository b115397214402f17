"""A call in conversation, and what the carrier is asked for it, over pretended HTTP."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import responses

from app.adapters.twilio.carrier import TwilioCarrier
from app.domain.call import Call, Leg, Room
from app.domain.commands import Command, Pending
from app.domain.facts import Facts
from app.domain.states import InConversation, QueuePosition
from app.ports import Done
from tests.adapters.twilio.webhook_company import CALL, ROOM_SID, SID

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ACCOUNT_SID = "AC" + "0" * 32
API = "http://localhost:8100"
ROOT = f"{API}/2010-04-01/Accounts/{ACCOUNT_SID}"
CALL_URL = f"{ROOT}/Calls/{SID}.json"
CALL_RECORDINGS = f"{ROOT}/Calls/{SID}/Recordings.json"
PARTICIPANT = f"{ROOT}/Conferences/{ROOM_SID}/Participants/{SID}.json"
RE = "RE" + "d" * 32
RECORDING = f"{ROOT}/Calls/{SID}/Recordings/{RE}.json"
TALKING = Call(
    id=CALL,
    caller="+15005550010",
    did="+15005550001",
    language="pl",
    plan="p1",
    state=InConversation(QueuePosition("sales", NINE, NINE), "maya", "maya.1", NINE),
    started=NINE,
    updated=NINE,
    legs=(Leg("1", SID, NINE),),
    room=Room(f"{CALL}-1", ROOM_SID, started=True),
    facts=Facts(NINE),
)


def do(carrier: TwilioCarrier, command: Command, call: Call = TALKING) -> Done:
    return carrier.perform(call, Pending("1:1:x", command))


def error(code: int, status: int) -> dict[str, Any]:
    return {"status": status, "json": {"code": code, "message": "no", "status": status}}


def form_of(call: responses.Call) -> dict[str, str]:
    return dict(parse_qsl(str(call.request.body or ""), keep_blank_values=True))


def page(key: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {key: list(items), "page": 0, "page_size": 50, "next_page_uri": None}
