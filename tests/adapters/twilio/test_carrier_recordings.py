"""Recordings at the carrier: fetched with their type, forgotten once."""

import pytest
import requests
import responses

from app.adapters.twilio.carrier import TwilioCarrier
from app.ports import CarrierRefused, CarrierUnsure
from tests.adapters.twilio.asking import RE, ROOT, error


def test_a_recording_is_fetched_with_its_type(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", body=b"RIFF", content_type="audio/x-wav")

    assert carrier.fetch_recording(RE) == ("audio/x-wav", b"RIFF")
    assert "Authorization" in api.calls[0].request.headers


def test_a_recording_that_is_not_there_yet_is_refused(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """C8, F45: a 404's page is no sound."""
    api.get(f"{ROOT}/Recordings/{RE}.wav", status=404, body="<html>")

    with pytest.raises(CarrierRefused):
        carrier.fetch_recording(RE)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_recording_that_could_not_be_served_may_come_later(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: int
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", status=status)

    with pytest.raises(CarrierUnsure):
        carrier.fetch_recording(RE)


def test_a_recording_that_does_not_come_is_uncertain(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Recordings/{RE}.wav", body=requests.ReadTimeout())

    with pytest.raises(CarrierUnsure):
        carrier.fetch_recording(RE)


@pytest.mark.parametrize("status", [204, 404])
def test_a_recording_is_forgotten_once_and_again(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: int
) -> None:
    api.delete(f"{ROOT}/Recordings/{RE}.json", status=status)

    carrier.forget_recording(RE)

    assert len(api.calls) == 1


def test_a_recording_that_may_not_be_deleted_is_told(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.delete(f"{ROOT}/Recordings/{RE}.json", **error(20403, 403))

    with pytest.raises(CarrierRefused):
        carrier.forget_recording(RE)
