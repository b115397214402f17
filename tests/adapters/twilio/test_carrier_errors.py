"""What the carrier's errors mean, and what is asked again (W8, V4)."""

import json

import pytest
import requests
import responses

from app.adapters.memory.clock import MemoryClock
from app.adapters.twilio.api import COMMAND_SECONDS
from app.adapters.twilio.carrier import TwilioCarrier
from app.domain.commands import HangUp, Refresh, StartRecording, Unhold
from app.ports import CarrierRefused, CarrierUnsure, Done
from tests.adapters.twilio.carrier_requests import (
    CALL_RECORDINGS,
    CALL_URL,
    PARTICIPANT,
    RE,
    do,
    error,
    page,
)
from tests.adapters.twilio.webhook_company import SID


@pytest.mark.parametrize(("code", "status"), [(21220, 400), (20404, 404)])
def test_hanging_up_an_ended_leg_is_settled(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    """W7."""
    api.post(CALL_URL, **error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        do(carrier, HangUp("1"))

    assert (refused.value.code, refused.value.gone) == (code, True)


def test_a_leg_that_is_over_is_not_asked_for(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    with pytest.raises(CarrierRefused) as refused:
        do(carrier, HangUp("maya.1"))

    assert refused.value.gone


def test_a_refresh_that_comes_too_early_is_repeated(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """V4."""
    before = clock.now()
    api.post(CALL_URL, **error(21220, 400))
    api.post(CALL_URL, **error(21220, 400))
    api.post(CALL_URL, json={"sid": SID})

    assert do(carrier, Refresh("1")) == Done()

    assert (clock.now() - before).total_seconds() == 0.75


@pytest.mark.parametrize("status", ["ringing", "in-progress", "queued"])
def test_a_refresh_of_a_leg_that_is_not_over_is_never_refused_for_good(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    """V4."""
    api.post(CALL_URL, **error(21220, 400))
    api.get(CALL_URL, json={"sid": SID, "status": status})

    with pytest.raises(CarrierUnsure):
        do(carrier, Refresh("1"))

    assert [c.request.method for c in api.calls] == ["POST", "POST", "POST", "GET"]


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_a_refresh_of_a_leg_that_is_over_says_so(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    api.post(CALL_URL, **error(21220, 400))
    api.get(CALL_URL, json={"sid": SID, "status": status})

    with pytest.raises(CarrierRefused) as refused:
        do(carrier, Refresh("1"))

    assert (refused.value.code, refused.value.gone) == (21220, True)


def test_too_many_requests_are_repeated_within_the_limit(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """F42: they were never processed."""
    api.post(CALL_URL, **error(20429, 429))
    api.post(CALL_URL, json={"sid": SID})

    assert do(carrier, HangUp("1")) == Done()


def test_too_many_requests_for_too_long_leave_the_command_open(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    before = clock.now()
    api.post(CALL_URL, **error(20429, 429))

    with pytest.raises(CarrierUnsure):
        do(carrier, HangUp("1"))

    assert len(api.calls) == 3
    assert (clock.now() - before).total_seconds() <= COMMAND_SECONDS


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_of_the_carriers_own_is_not_repeated_here(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: int
) -> None:
    """W8: it may have happened."""
    api.post(CALL_URL, status=status, body="<html>")

    with pytest.raises(CarrierUnsure):
        do(carrier, HangUp("1"))

    assert len(api.calls) == 1


@pytest.mark.parametrize(
    "error", [requests.ConnectTimeout(), requests.ReadTimeout(), requests.ConnectionError()]
)
def test_no_answer_is_not_repeated_here(
    carrier: TwilioCarrier, api: responses.RequestsMock, error: Exception
) -> None:
    """W8, F44."""
    api.post(CALL_URL, body=error)

    with pytest.raises(CarrierUnsure):
        do(carrier, HangUp("1"))

    assert len(api.calls) == 1


def test_an_answer_that_is_no_json_is_no_answer(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(CALL_URL, status=200, body="<html>a proxy</html>")

    with pytest.raises(CarrierUnsure):
        do(carrier, HangUp("1"))


@pytest.mark.parametrize(("code", "status"), [(20003, 401), (21205, 400), (20403, 403)])
def test_what_the_carrier_will_not_do_is_refused_for_good(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    api.post(CALL_URL, **error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        do(carrier, Refresh("1"))

    assert (refused.value.code, refused.value.gone) == (code, False)


@pytest.mark.parametrize(("code", "status"), [(20404, 404), (16099, 400)])
def test_a_stale_hold_is_dropped_and_says_nothing_of_the_leg(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    """V12."""
    api.post(PARTICIPANT, **error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        do(carrier, Unhold("1"))

    assert (refused.value.code, refused.value.gone) == (code, False)


def test_no_request_is_begun_when_the_time_is_over(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """W4: 1.5 s in all, not for each request."""

    def slow(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(COMMAND_SECONDS)
        return 200, {}, json.dumps(page("recordings"))

    api.add_callback("GET", CALL_RECORDINGS, callback=slow)

    with pytest.raises(CarrierUnsure):
        do(carrier, StartRecording("1"))

    assert [c.request.method for c in api.calls] == ["GET"]


def test_each_request_may_take_what_is_left(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """W4."""

    def slow(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(1.25)
        return 200, {}, json.dumps(page("recordings"))

    api.add_callback("GET", CALL_RECORDINGS, callback=slow)
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    do(carrier, StartRecording("1"))

    limits = [call.request.req_kwargs["timeout"] for call in api.calls]  # type: ignore[attr-defined]
    assert limits == [(0.5, 1.5), (0.25, 0.25)]
