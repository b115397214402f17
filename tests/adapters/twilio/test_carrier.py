"""Commands as the carrier gets them."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
import requests
import responses

from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.urls import DOCUMENT_RETRIES
from app.domain.call import Room
from app.domain.commands import (
    Command,
    HangUp,
    Hold,
    PauseRecording,
    Refresh,
    ResumeRecording,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.ports import CarrierRefused, Done
from tests.adapters.twilio.carrier_requests import (
    ACCOUNT_SID,
    API,
    CALL_RECORDINGS,
    CALL_URL,
    PARTICIPANT,
    RE,
    RECORDING,
    ROOT,
    TALKING,
    do,
    form_of,
    page,
)
from tests.adapters.twilio.webhook_company import CALL, ROOM_SID, SID


def test_a_refresh_names_url_fallback_and_callback_each_time(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """V2, V3."""
    api.post(CALL_URL, json={"sid": SID})

    assert do(carrier, Refresh("1")) == Done()

    form = form_of(api.calls[0])
    assert {name: url.partition("#")[0] for name, url in form.items()} == {
        "Url": f"https://pbx.example/voice/calls/{CALL}/1?r=1",
        "Method": "POST",
        "FallbackUrl": f"https://pbx.example/voice/one-moment.xml?call={CALL}&leg=1&language=pl",
        "FallbackMethod": "GET",
        "StatusCallback": f"https://pbx.example/voice/status/{CALL}/1",
        "StatusCallbackMethod": "POST",
    }
    assert form["Url"].endswith("#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500&tt=14500")
    assert form["StatusCallback"].endswith("#rc=3&rp=5xx,ct,rt&ct=2000&rt=4500")


def test_a_hang_up_completes_the_leg(carrier: TwilioCarrier, api: responses.RequestsMock) -> None:
    """R15."""
    api.post(CALL_URL, json={"sid": SID})

    do(carrier, HangUp("1"))

    assert form_of(api.calls[0]) == {"Status": "completed"}


def test_hold_plays_the_queues_music_by_get_and_unhold_ends_it(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """R4, R7."""
    api.post(PARTICIPANT, json={"call_sid": SID})

    do(carrier, Hold("1"))
    do(carrier, Unhold("1"))

    assert form_of(api.calls[0]) == {
        "Hold": "true",
        "HoldUrl": f"https://pbx.example/voice/music.xml?sound={'f' * 64}&moment=pl"
        + DOCUMENT_RETRIES,
        "HoldMethod": "GET",
    }
    assert form_of(api.calls[1]) == {"Hold": "false"}


def test_a_room_whose_sid_is_not_known_is_looked_up_once(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """R7."""
    found = page("conferences", {"sid": ROOM_SID})
    api.get(f"{ROOT}/Conferences.json", json=found)
    api.post(PARTICIPANT, json={"call_sid": SID})

    do(carrier, Hold("1"), replace(TALKING, room=Room(f"{CALL}-1", started=True)))

    asked = dict(parse_qsl(str(api.calls[0].request.url).partition("?")[2]))
    assert (asked["FriendlyName"], asked["Status"]) == (f"dev-{CALL}-1", "in-progress")


def test_a_hold_in_a_room_that_has_not_started_is_refused(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Conferences.json", json=page("conferences"))

    with pytest.raises(CarrierRefused):
        do(carrier, Hold("1"), replace(TALKING, room=Room(f"{CALL}-1")))


def test_a_recording_is_dual_channel_untrimmed_and_has_a_callback(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """C1."""
    api.get(CALL_RECORDINGS, json=page("recordings"))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert do(carrier, StartRecording("1")) == Done(RE)

    form = form_of(api.calls[1])
    assert form.pop("RecordingStatusCallback").startswith(
        f"https://pbx.example/voice/recordings/{CALL}?kind=conversation#"
    )
    assert form == {
        "RecordingChannels": "dual",
        "RecordingTrack": "both",
        "Trim": "do-not-trim",
        "RecordingStatusCallbackMethod": "POST",
        "RecordingStatusCallbackEvent": "in-progress completed absent",
    }


@pytest.mark.parametrize("status", ["in-progress", "paused", "processing"])
def test_a_recording_that_runs_already_is_not_started_twice(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    """C3, W7: the answer to the first start may have been lost."""
    running = {"sid": RE, "status": status, "source": "StartCallRecordingAPI"}
    api.get(CALL_RECORDINGS, json=page("recordings", running))

    assert do(carrier, StartRecording("1")) == Done(RE)


def test_a_finished_recording_or_a_message_is_no_reason_not_to_record(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    old = (
        {"sid": "RE1", "status": "completed", "source": "StartCallRecordingAPI"},
        {"sid": "RE2", "status": "processing", "source": "RecordVerb"},
    )
    api.get(CALL_RECORDINGS, json=page("recordings", *old))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert do(carrier, StartRecording("1")) == Done(RE)


@pytest.mark.parametrize("status", ["in-progress", "processing"])
def test_the_recording_of_an_earlier_conversation_is_not_taken_for_a_new_one(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    """C3, C6: a GET says of one that was stopped a moment ago what it says of one that runs."""
    earlier = {"sid": "RE1", "status": status, "source": "StartCallRecordingAPI"}
    api.get(CALL_RECORDINGS, json=page("recordings", earlier))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert do(carrier, StartRecording("1"), replace(TALKING, recorded=("RE1",))) == Done(RE)


def test_a_recording_is_stopped_by_its_own_sid(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """C3: never by "the current one"."""
    api.post(RECORDING, json={"sid": RE, "status": "stopped"})

    assert do(carrier, StopRecording("1", RE)) == Done(RE)
    assert form_of(api.calls[0]) == {"Status": "stopped"}


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (PauseRecording("1", RE), {"Status": "paused", "PauseBehavior": "silence"}),
        (ResumeRecording("1", RE), {"Status": "in-progress"}),
    ],
)
def test_a_recording_is_paused_with_silence_and_resumed_by_its_own_sid(
    carrier: TwilioCarrier,
    api: responses.RequestsMock,
    command: Command,
    asked: dict[str, str],
) -> None:
    """C2: silence keeps the time line for whoever reads the recording later."""
    api.post(RECORDING, json={"sid": RE, "status": "paused"})

    assert do(carrier, command) == Done(RE)
    assert form_of(api.calls[0]) == asked


@pytest.mark.parametrize("code", [16114, 20404, 21220])
def test_a_recording_that_is_over_is_stopped(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int
) -> None:
    """A redirect may have ended it, or the leg's end; that says nothing of the leg."""
    api.post(RECORDING, status=404 if code == 20404 else 400, json={"code": code})

    assert do(carrier, StopRecording("1", RE)) == Done(RE)


def test_a_recording_that_may_not_be_stopped_is_told(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(RECORDING, status=403, json={"code": 20003})

    with pytest.raises(CarrierRefused) as refused:
        do(carrier, StopRecording("1", RE))

    assert not refused.value.gone


def test_a_recording_whose_sid_never_came_is_looked_for_to_be_stopped(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    running = {"sid": RE, "status": "processing", "source": "StartCallRecordingAPI"}
    api.get(CALL_RECORDINGS, json=page("recordings", running))
    api.post(RECORDING, json={"sid": RE, "status": "stopped"})

    assert do(carrier, StopRecording("1")) == Done(RE)


def test_stopping_without_a_running_recording_does_nothing(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(CALL_RECORDINGS, json=page("recordings"))

    assert do(carrier, StopRecording("1")) == Done()


def test_requests_are_authenticated_with_the_configured_key(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(CALL_URL, json={"sid": SID})

    do(carrier, HangUp("1"))

    expected = requests.Request("GET", API, auth=("SK1", "secret")).prepare()
    assert api.calls[0].request.headers["Authorization"] == expected.headers["Authorization"]


def test_without_an_address_the_carriers_own_is_asked(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    carrier._api.account = Account(ACCOUNT_SID, "SK1", "secret")
    api.post(CALL_URL.replace(API, "https://api.twilio.com"), json={"sid": SID})

    assert do(carrier, HangUp("1")) == Done()
