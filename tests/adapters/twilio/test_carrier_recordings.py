"""Recordings at the carrier: listed, fetched with their type, forgotten once."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from app.adapters.twilio.recorder import TwilioRecorder
from app.ports import CarrierRefused, CarrierUnsure, DialledIn, Recorded
from tests.adapters.twilio.carrier_requests import CALL_URL, NINE, RE, ROOT, error, page
from tests.adapters.twilio.webhook_company import CALL, SID

LISTED = {
    "sid": RE,
    "call_sid": SID,
    "source": "RecordVerb",
    "status": "completed",
    "duration": "7",
    "channels": 1,
    "date_created": "Mon, 02 Nov 2026 09:00:00 +0000",
}


def test_a_recording_is_fetched_with_its_type(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", body=b"RIFF", content_type="audio/x-wav")

    download = recorder.fetch(RE)

    assert (download.content_type, b"".join(download.chunks)) == ("audio/x-wav", b"RIFF")
    assert "Authorization" in api.calls[0].request.headers


def test_a_recording_is_looked_up_by_its_sid(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.json", json=LISTED)

    assert recorder.recorded(RE) == Recorded(CALL, RE, "message", "completed", 7, 1, NINE)


def test_a_recording_that_is_not_there_yet_is_refused(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    """C8, F45: a 404's page is no sound."""
    api.get(f"{ROOT}/Recordings/{RE}.wav", status=404, body="<html>")

    with pytest.raises(CarrierRefused):
        recorder.fetch(RE)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_recording_that_could_not_be_served_may_come_later(
    recorder: TwilioRecorder, api: responses.RequestsMock, status: int
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", status=status)

    with pytest.raises(CarrierUnsure):
        recorder.fetch(RE)


def test_a_recording_that_does_not_come_is_uncertain(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", body=requests.ReadTimeout())

    with pytest.raises(CarrierUnsure):
        recorder.fetch(RE)


@pytest.mark.parametrize("status", [204, 404])
def test_a_recording_is_forgotten_once_and_again(
    recorder: TwilioRecorder, api: responses.RequestsMock, status: int
) -> None:
    api.delete(f"{ROOT}/Recordings/{RE}.json", status=status)

    recorder.forget(RE)

    assert len(api.calls) == 1


def test_a_recording_that_may_not_be_deleted_is_told(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    api.delete(f"{ROOT}/Recordings/{RE}.json", **error(20403, 403))

    with pytest.raises(CarrierRefused):
        recorder.forget(RE)


def test_what_began_earlier_is_left_out_though_the_carriers_filter_may_mean_whole_days(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    earlier = {**LISTED, "sid": "RE" + "e" * 32, "date_created": "Mon, 02 Nov 2026 08:59:59 +0000"}
    of_a_room = {**LISTED, "sid": "RE" + "f" * 32, "call_sid": None}
    api.get(f"{ROOT}/Recordings.json", json=page("recordings", LISTED, earlier, of_a_room))

    found = recorder.since(NINE)

    assert found == (Recorded(CALL, RE, "message", "completed", 7, 1, NINE),)
    asked = parse_qs(urlsplit(str(api.calls[0].request.url)).query)
    assert asked == {"DateCreated>": ["2026-11-02T09:00:00Z"], "PageSize": ["1000"]}


def test_a_recording_that_is_not_over_has_no_length_yet(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    runs = {"source": "StartCallRecordingAPI", "status": "in-progress", "duration": None}
    api.get(f"{ROOT}/Recordings.json", json=page("recordings", {**LISTED, **runs}))

    assert recorder.since(NINE) == (Recorded(CALL, RE, "conversation", "in-progress", 0, 1, NINE),)


def test_dialled_in_is_caller_number_and_start_of_the_carriers_call(
    recorder: TwilioRecorder, api: responses.RequestsMock
) -> None:
    leg = {
        "sid": SID,
        "from": "+15005550010",
        "to": "+15005550001",
        "direction": "inbound",
        "start_time": "Mon, 02 Nov 2026 09:00:00 +0000",
    }
    api.get(CALL_URL, json=leg)

    assert recorder.dialled_in(CALL) == DialledIn("+15005550010", "+15005550001", NINE)


@pytest.mark.parametrize(
    "answer", [{"json": {"sid": SID, "direction": "outbound-api"}}, error(20404, 404)]
)
def test_an_outbound_or_unknown_leg_did_not_dial_in(
    recorder: TwilioRecorder, api: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    api.get(CALL_URL, **answer)

    with pytest.raises(CarrierRefused):
        recorder.dialled_in(CALL)
