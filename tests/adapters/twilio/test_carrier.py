"""Commands as the carrier gets them, and what its errors mean (W8, V4)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
import responses

from app.adapters.memory.clock import MemoryClock
from app.adapters.memory.directory import MemoryDirectory
from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import COMMAND_SECONDS, TwilioCarrier
from app.adapters.twilio.urls import Urls
from app.domain.call import (
    Call,
    Command,
    HangUp,
    Hold,
    Leg,
    Pending,
    Place,
    Refresh,
    Room,
    StartRecording,
    StopRecording,
    Talking,
    Unhold,
)
from app.ports import CarrierRefused, CarrierUnsure, Done
from tests.adapters.twilio.stand import CALL, PLAN, ROOM_SID, SID

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
    state=Talking(Place("sales", NINE, NINE), "maya", "maya.1", NINE),
    started=NINE,
    updated=NINE,
    legs=(Leg("1", SID, NINE),),
    room=Room(f"{CALL}-1", ROOM_SID, started=True),
)


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()


@pytest.fixture
def carrier(clock: MemoryClock) -> TwilioCarrier:
    directory = MemoryDirectory()
    directory.publish(PLAN, previous=None)
    return TwilioCarrier(
        account=Account(ACCOUNT_SID, "SK1", "secret", API),
        urls=Urls("https://pbx.example", "dev"),
        directory=directory,
        clock=clock,
    )


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def _do(carrier: TwilioCarrier, command: Command, call: Call = TALKING) -> Done:
    return carrier.do(call, Pending("1:1:x", command))


def _error(code: int, status: int) -> dict[str, Any]:
    return {"status": status, "json": {"code": code, "message": "no", "status": status}}


def _form(call: responses.Call) -> dict[str, str]:
    return dict(parse_qsl(str(call.request.body or ""), keep_blank_values=True))


def _page(key: str, *items: dict[str, str]) -> dict[str, Any]:
    return {key: list(items), "page": 0, "page_size": 50, "next_page_uri": None}


# --- what is asked ------------------------------------------------------------------------------


def test_a_refresh_names_url_fallback_and_callback_each_time(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """V2, V3."""
    api.post(CALL_URL, json={"sid": SID})

    assert _do(carrier, Refresh("1")) == Done()

    form = _form(api.calls[0])
    assert {name: url.partition("#")[0] for name, url in form.items()} == {
        "Url": f"https://pbx.example/voice/calls/{CALL}/1",
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

    _do(carrier, HangUp("1"))

    assert _form(api.calls[0]) == {"Status": "completed"}


def test_hold_plays_the_queues_music_by_get_and_unhold_ends_it(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """R4, R7."""
    api.post(PARTICIPANT, json={"call_sid": SID})

    _do(carrier, Hold("1"))
    _do(carrier, Unhold("1"))

    assert _form(api.calls[0]) == {
        "Hold": "true",
        "HoldUrl": f"https://pbx.example/voice/music.xml?sound={'f' * 64}&moment=pl",
        "HoldMethod": "GET",
    }
    assert _form(api.calls[1]) == {"Hold": "false"}


def test_a_room_whose_sid_is_not_known_is_looked_up_once(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """R7."""
    found = _page("conferences", {"sid": ROOM_SID})
    api.get(f"{ROOT}/Conferences.json", json=found)
    api.post(PARTICIPANT, json={"call_sid": SID})

    _do(carrier, Hold("1"), replace(TALKING, room=Room(f"{CALL}-1", started=True)))

    asked = dict(parse_qsl(str(api.calls[0].request.url).partition("?")[2]))
    assert (asked["FriendlyName"], asked["Status"]) == (f"dev-{CALL}-1", "in-progress")


def test_a_room_that_has_not_started_holds_nobody(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(f"{ROOT}/Conferences.json", json=_page("conferences"))

    with pytest.raises(CarrierRefused):
        _do(carrier, Hold("1"), replace(TALKING, room=Room(f"{CALL}-1")))


def test_a_recording_is_dual_untrimmed_and_told_of(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """C1."""
    api.get(CALL_RECORDINGS, json=_page("recordings"))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert _do(carrier, StartRecording("1")) == Done(RE)

    form = _form(api.calls[1])
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
    api.get(CALL_RECORDINGS, json=_page("recordings", running))

    assert _do(carrier, StartRecording("1")) == Done(RE)


def test_a_finished_recording_or_a_message_is_no_reason_not_to_record(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    old = (
        {"sid": "RE1", "status": "completed", "source": "StartCallRecordingAPI"},
        {"sid": "RE2", "status": "processing", "source": "RecordVerb"},
    )
    api.get(CALL_RECORDINGS, json=_page("recordings", *old))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert _do(carrier, StartRecording("1")) == Done(RE)


@pytest.mark.parametrize("status", ["in-progress", "processing"])
def test_the_recording_of_an_earlier_conversation_is_not_taken_for_a_new_one(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    """C3, C6: a GET says of one that was stopped a moment ago what it says of one that runs."""
    earlier = {"sid": "RE1", "status": status, "source": "StartCallRecordingAPI"}
    api.get(CALL_RECORDINGS, json=_page("recordings", earlier))
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    assert _do(carrier, StartRecording("1"), replace(TALKING, recorded=("RE1",))) == Done(RE)


def test_a_recording_is_stopped_by_its_own_sid(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """C3: never by "the current one"."""
    api.post(RECORDING, json={"sid": RE, "status": "stopped"})

    assert _do(carrier, StopRecording("1", RE)) == Done(RE)
    assert _form(api.calls[0]) == {"Status": "stopped"}


@pytest.mark.parametrize("code", [16114, 20404, 21220])
def test_a_recording_that_is_over_is_stopped(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int
) -> None:
    """A redirect may have ended it, or the leg's end; that says nothing of the leg."""
    api.post(RECORDING, status=404 if code == 20404 else 400, json={"code": code})

    assert _do(carrier, StopRecording("1", RE)) == Done(RE)


def test_a_recording_that_may_not_be_stopped_is_told(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(RECORDING, status=403, json={"code": 20003})

    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, StopRecording("1", RE))

    assert not refused.value.gone


def test_a_recording_whose_sid_never_came_is_looked_for_to_be_stopped(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    running = {"sid": RE, "status": "processing", "source": "StartCallRecordingAPI"}
    api.get(CALL_RECORDINGS, json=_page("recordings", running))
    api.post(RECORDING, json={"sid": RE, "status": "stopped"})

    assert _do(carrier, StopRecording("1")) == Done(RE)


def test_where_nothing_was_recorded_nothing_is_stopped(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.get(CALL_RECORDINGS, json=_page("recordings"))

    assert _do(carrier, StopRecording("1")) == Done()


def test_who_asks_signs_in_with_the_configured_key(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(CALL_URL, json={"sid": SID})

    _do(carrier, HangUp("1"))

    expected = requests.Request("GET", API, auth=("SK1", "secret")).prepare()
    assert api.calls[0].request.headers["Authorization"] == expected.headers["Authorization"]


def test_without_an_address_the_carriers_own_is_asked(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    carrier._account = Account(ACCOUNT_SID, "SK1", "secret")
    api.post(CALL_URL.replace(API, "https://api.twilio.com"), json={"sid": SID})

    assert _do(carrier, HangUp("1")) == Done()


# --- what errors mean ---------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "status"), [(21220, 400), (20404, 404)])
def test_hanging_up_who_is_gone_is_settled(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    """W7."""
    api.post(CALL_URL, **_error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, HangUp("1"))

    assert (refused.value.code, refused.value.gone) == (code, True)


def test_a_leg_that_is_over_is_not_asked_for(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, HangUp("maya.1"))

    assert refused.value.gone


def test_a_refresh_that_comes_too_early_is_repeated(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """V4."""
    before = clock.now()
    api.post(CALL_URL, **_error(21220, 400))
    api.post(CALL_URL, **_error(21220, 400))
    api.post(CALL_URL, json={"sid": SID})

    assert _do(carrier, Refresh("1")) == Done()

    assert (clock.now() - before).total_seconds() == 0.75


@pytest.mark.parametrize("status", ["ringing", "in-progress", "queued"])
def test_a_refresh_of_a_leg_that_is_not_over_is_never_refused_for_good(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    """V4."""
    api.post(CALL_URL, **_error(21220, 400))
    api.get(CALL_URL, json={"sid": SID, "status": status})

    with pytest.raises(CarrierUnsure):
        _do(carrier, Refresh("1"))

    assert [c.request.method for c in api.calls] == ["POST", "POST", "POST", "GET"]


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_a_refresh_of_a_leg_that_is_over_says_so(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: str
) -> None:
    api.post(CALL_URL, **_error(21220, 400))
    api.get(CALL_URL, json={"sid": SID, "status": status})

    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, Refresh("1"))

    assert (refused.value.code, refused.value.gone) == (21220, True)


def test_too_many_requests_are_repeated_within_the_limit(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    """F42: they were never processed."""
    api.post(CALL_URL, **_error(20429, 429))
    api.post(CALL_URL, json={"sid": SID})

    assert _do(carrier, HangUp("1")) == Done()


def test_too_many_requests_for_too_long_leave_the_command_open(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    before = clock.now()
    api.post(CALL_URL, **_error(20429, 429))

    with pytest.raises(CarrierUnsure):
        _do(carrier, HangUp("1"))

    assert len(api.calls) == 3
    assert (clock.now() - before).total_seconds() <= COMMAND_SECONDS


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_of_the_carriers_own_is_not_repeated_here(
    carrier: TwilioCarrier, api: responses.RequestsMock, status: int
) -> None:
    """W8: it may have happened."""
    api.post(CALL_URL, status=status, body="<html>")

    with pytest.raises(CarrierUnsure):
        _do(carrier, HangUp("1"))

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
        _do(carrier, HangUp("1"))

    assert len(api.calls) == 1


def test_an_answer_that_is_no_json_is_no_answer(
    carrier: TwilioCarrier, api: responses.RequestsMock
) -> None:
    api.post(CALL_URL, status=200, body="<html>a proxy</html>")

    with pytest.raises(CarrierUnsure):
        _do(carrier, HangUp("1"))


@pytest.mark.parametrize(("code", "status"), [(20003, 401), (21205, 400), (20403, 403)])
def test_what_the_carrier_will_not_do_is_refused_for_good(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    api.post(CALL_URL, **_error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, Refresh("1"))

    assert (refused.value.code, refused.value.gone) == (code, False)


@pytest.mark.parametrize(("code", "status"), [(20404, 404), (16099, 400)])
def test_a_stale_hold_is_dropped_and_says_nothing_of_the_leg(
    carrier: TwilioCarrier, api: responses.RequestsMock, code: int, status: int
) -> None:
    """V12."""
    api.post(PARTICIPANT, **_error(code, status))

    with pytest.raises(CarrierRefused) as refused:
        _do(carrier, Unhold("1"))

    assert (refused.value.code, refused.value.gone) == (code, False)


def test_no_request_is_begun_when_the_time_is_over(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """W4: 1.5 s in all, not for each request."""

    def slow(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(COMMAND_SECONDS)
        return 200, {}, json.dumps(_page("recordings"))

    api.add_callback("GET", CALL_RECORDINGS, callback=slow)

    with pytest.raises(CarrierUnsure):
        _do(carrier, StartRecording("1"))

    assert [c.request.method for c in api.calls] == ["GET"]


def test_each_request_may_take_what_is_left(
    carrier: TwilioCarrier, api: responses.RequestsMock, clock: MemoryClock
) -> None:
    """W4."""

    def slow(_request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.advance(1.25)
        return 200, {}, json.dumps(_page("recordings"))

    api.add_callback("GET", CALL_RECORDINGS, callback=slow)
    api.post(CALL_RECORDINGS, status=201, json={"sid": RE})

    _do(carrier, StartRecording("1"))

    limits = [call.request.req_kwargs["timeout"] for call in api.calls]  # type: ignore[attr-defined]
    assert limits == [(0.5, 1.5), (0.25, 0.25)]


# --- recordings ---------------------------------------------------------------------------------


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
    api.delete(f"{ROOT}/Recordings/{RE}.json", **_error(20403, 403))

    with pytest.raises(CarrierRefused):
        carrier.forget_recording(RE)
