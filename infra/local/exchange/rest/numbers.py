"""IncomingPhoneNumbers (C7): the numbers of the account."""

from __future__ import annotations

import re

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.inventory import Voice
from infra.local.exchange.rest import voices
from infra.local.exchange.rest.fields import E164, moment, uri
from infra.local.exchange.rest.messages import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    look_up,
    refuse,
)
from infra.local.exchange.rest.pages import page
from infra.local.exchange.wire import API_VERSION


def find(exchange: Exchange, request: RestRequest, sid: str) -> Voice:
    return look_up(exchange.context.inventory.numbers, sid, request)


def create(exchange: Exchange, request: RestRequest) -> RestResponse:
    wanted = request.text("PhoneNumber")
    if not E164.fullmatch(wanted):
        raise refuse(21421, f"PhoneNumber {wanted} is invalid")
    if exchange.context.inventory.number(wanted) is not None:
        raise refuse(21422, f"PhoneNumber {wanted} is not available")
    now = exchange.context.now()
    number = Voice(exchange.context.sids.make("PN"), wanted, now, now, wanted)
    _change(number, request)
    exchange.context.inventory.numbers[number.sid] = number
    return answer(render(exchange, number), 201)


def _change(number: Voice, request: RestRequest) -> None:
    voices.change(number, request)
    number.voice_application_sid = request.text("VoiceApplicationSid", number.voice_application_sid)


def update(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    number = find(exchange, request, sid)
    _change(number, request)
    number.updated_at = exchange.context.now()
    return answer(render(exchange, number))


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(exchange, find(exchange, request, sid)))


def delete(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    del exchange.context.inventory.numbers[find(exchange, request, sid).sid]
    return NO_CONTENT


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    numbers = [
        number
        for number in reversed(exchange.context.inventory.numbers.values())
        if matches(request.asked("PhoneNumber"), number.phone_number)
        and request.asked("FriendlyName") in (None, number.friendly_name)
    ]
    key = "incoming_phone_numbers"
    return page(request, key, numbers, lambda n: n.sid, lambda n: render(exchange, n))


def matches(pattern: str | None, phone_number: str) -> bool:
    """C7: a part of the number is enough, and `*` stands for any one digit."""
    if not pattern:
        return True
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.search(r"\d".join(parts), phone_number) is not None


def render(exchange: Exchange, number: Voice) -> dict[str, Json]:
    return {
        "sid": number.sid,
        "account_sid": exchange.context.account.sid,
        "friendly_name": number.friendly_name,
        "phone_number": number.phone_number,
        "voice_application_sid": number.voice_application_sid or None,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "status": "in-use",
        "type": "local",
        "origin": "twilio",
        "beta": False,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "date_created": moment(number.created_at),
        "date_updated": moment(number.updated_at),
        "uri": uri(exchange, f"IncomingPhoneNumbers/{number.sid}.json"),
        **voices.render(number),
    }
