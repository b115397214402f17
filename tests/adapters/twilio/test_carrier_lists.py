"""Lists of the carrier come in pages: what stands behind the first one counts as well."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import responses

from app.adapters.twilio.carrier import TwilioCarrier
from app.domain.call import Leg
from app.domain.commands import Pending, Ring
from tests.adapters.twilio.carrier_requests import API, NINE, ROOT, TALKING

CALLS = f"{ROOT}/Calls.json"


def _call(number: int, status: str) -> dict[str, Any]:
    return {"sid": f"CA{number:032x}", "status": status}


def _page(calls: list[dict[str, Any]], following: str | None) -> dict[str, Any]:
    return {"calls": calls, "page": 0, "page_size": len(calls), "next_page_uri": following}


def _in_two_pages(
    api: responses.RequestsMock, first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    following = f"{CALLS.removeprefix(API)}?Page=1"
    api.get(CALLS, json=_page(first, following), match=[_is_first])
    api.get(f"{CALLS}?Page=1", json=_page(second, None))


def _is_first(request: Any) -> tuple[bool, str]:
    return "Page=1" not in request.url, "the second page"


def test_a_leg_that_was_dialled_is_found_behind_many_that_are_over(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    over = [_call(number, "completed") for number in range(1000)]
    _in_two_pages(api, over, [_call(1000, "ringing")])
    call = replace(TALKING, legs=(*TALKING.legs, Leg("2", "", NINE + timedelta(seconds=1))))

    found = carrier.find(call, Pending("1:1:x", Ring("2", "phone", "+447700900555", 20)))

    assert found.sid == _call(1000, "ringing")["sid"]


def test_the_live_legs_are_those_of_all_pages_with_whether_they_were_answered(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    first = [_call(number, "in-progress") for number in range(1000)]
    _in_two_pages(api, first, [_call(1000, "in-progress")])

    legs = carrier.live_legs()

    assert len(legs) == 1001
    assert all(legs.values())
