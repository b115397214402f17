"""Recordings (C6): started, paused, resumed and stopped; listed, fetched as sound, deleted."""

from __future__ import annotations

import array
import io
import wave
from collections.abc import Callable
from dataclasses import replace

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.recording import Recording, RecordingState
from infra.local.exchange.rest.calls import find as find_call
from infra.local.exchange.rest.conferences import find as find_conference
from infra.local.exchange.rest.fields import (
    check_trim,
    chosen,
    invalid_state,
    moment,
    recording_callback,
    recording_channels,
    recording_track,
    uri,
)
from infra.local.exchange.rest.messages import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    not_found,
    refuse,
)
from infra.local.exchange.rest.pages import in_range, page
from infra.local.exchange.sound.mp3 import mp3_of_wav
from infra.local.exchange.wire import API_VERSION

CURRENT = "Twilio.CURRENT"
PAUSES = frozenset({"silence", "skip"})


def start(exchange: Exchange, request: RestRequest, call: str) -> RestResponse:
    leg = find_call(exchange, request, call)
    if not leg.answered:
        raise invalid_state(exchange, "Requested resource is not eligible for recording")
    channels = recording_channels(request)
    track = recording_track(request)
    check_trim(request)
    callback = recording_callback(request)
    recording = exchange.recordings.start(leg, channels, track, callback, "StartCallRecordingAPI")
    return answer(render_of_call(exchange, recording), 201)


def _of_call(exchange: Exchange, request: RestRequest, call: str, key: str) -> Recording:
    """Twilio.CURRENT names the one that runs, and fails when there are several."""
    found = [
        r for r in exchange.recordings.of_leg(find_call(exchange, request, call).sid) if _kept(r)
    ]
    if key == CURRENT:
        found = [recording for recording in found if recording.running]
    else:
        found = [recording for recording in found if recording.sid == key]
    if len(found) != 1:
        raise not_found(request.path)
    return found[0]


def _of_conference(
    exchange: Exchange, request: RestRequest, conference_sid: str, key: str
) -> Recording:
    conference = find_conference(exchange, request, conference_sid)
    for recording in exchange.recordings.recordings.values():
        same = key == recording.sid or (key == CURRENT and recording.running)
        if recording.conference_sid == conference.sid and same and _kept(recording):
            return recording
    raise not_found(request.path)


def _kept(recording: Recording) -> bool:
    return recording.state is not RecordingState.DELETED


def update_of_call(exchange: Exchange, request: RestRequest, call: str, key: str) -> RestResponse:
    recording = _of_call(exchange, request, call, key)
    stopping = request.text("Status") == "stopped" and recording.running
    if stopping:
        exchange.recordings.stop(recording)
    else:
        _pause_or_resume(exchange, request, recording)
    shown = render_of_call(exchange, recording)
    return answer({**shown, "status": "stopped"} if stopping else shown)


def update_of_conference(
    exchange: Exchange, request: RestRequest, conference_sid: str, key: str
) -> RestResponse:
    recording = _of_conference(exchange, request, conference_sid, key)
    _pause_or_resume(exchange, request, recording)
    return answer(render_of_conference(exchange, recording))


def _pause_or_resume(exchange: Exchange, request: RestRequest, recording: Recording) -> None:
    """Pause or resume; anything else is no possible state (16114)."""
    if not recording.running:
        raise refuse(16114, f"The recording is {recording.state}")
    match request.text("Status"):
        case "paused":
            skip = chosen(request, "PauseBehavior", "silence", PAUSES) == "skip"
            exchange.recordings.pause(recording, skip=skip)
        case "in-progress":
            request.given("PauseBehavior")  # C6: only with paused
            exchange.recordings.resume(recording)
        case other:
            raise refuse(16114, f"A recording cannot be made {other or 'nothing'}")


def fetch_of_call(exchange: Exchange, request: RestRequest, call: str, key: str) -> RestResponse:
    return answer(render_of_call(exchange, _of_call(exchange, request, call, key)))


def fetch_of_conference(
    exchange: Exchange, request: RestRequest, conference_sid: str, key: str
) -> RestResponse:
    return answer(
        render_of_conference(exchange, _of_conference(exchange, request, conference_sid, key))
    )


def delete_of_call(exchange: Exchange, request: RestRequest, call: str, key: str) -> RestResponse:
    exchange.recordings.delete(_of_call(exchange, request, call, key))
    return NO_CONTENT


def delete_of_conference(
    exchange: Exchange, request: RestRequest, conference_sid: str, key: str
) -> RestResponse:
    exchange.recordings.delete(_of_conference(exchange, request, conference_sid, key))
    return NO_CONTENT


def list_of_call(exchange: Exchange, request: RestRequest, call: str) -> RestResponse:
    sid = find_call(exchange, request, call).sid
    return _page(
        exchange, request, [r for r in _newest(exchange) if r.call_sid == sid], render_of_call
    )


def list_of_conference(
    exchange: Exchange, request: RestRequest, conference_sid: str
) -> RestResponse:
    sid = find_conference(exchange, request, conference_sid).sid
    found = [r for r in _newest(exchange) if r.conference_sid == sid]
    return _page(exchange, request, found, render_of_conference)


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    found = [
        recording
        for recording in _newest(exchange, deleted=request.asked("IncludeSoftDeleted") == "true")
        if request.asked("CallSid") in (None, recording.call_sid)
        and request.asked("ConferenceSid") in (None, recording.conference_sid)
    ]
    return _page(exchange, request, found, render)


def _newest(exchange: Exchange, *, deleted: bool = False) -> list[Recording]:
    every = reversed(exchange.recordings.recordings.values())
    return [recording for recording in every if deleted or _kept(recording)]


def _page(
    exchange: Exchange,
    request: RestRequest,
    found: list[Recording],
    shown: Callable[[Exchange, Recording], dict[str, Json]],
) -> RestResponse:
    dated = [one for one in found if in_range(request, "DateCreated", one.started_at)]
    return page(request, "recordings", dated, lambda one: one.sid, lambda one: shown(exchange, one))


def _any(exchange: Exchange, request: RestRequest, sid: str) -> Recording:
    recording = exchange.recordings.recordings.get(sid)
    if recording is None or not _kept(recording):
        raise not_found(request.path)
    return recording


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    """With IncludeSoftDeleted its data stay readable when the sound has been deleted."""
    kept = exchange.recordings.recordings.get(sid)
    if kept is None or request.asked("IncludeSoftDeleted") != "true":
        kept = _any(exchange, request, sid)
    return answer(render(exchange, kept))


def delete(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    exchange.recordings.delete(_any(exchange, request, sid))
    return NO_CONTENT


def media(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    """The sound, when it is ready (else 404). RequestedChannels=2 of a mono recording: 16113."""
    recording = _any(exchange, request, sid)
    if recording.state is not RecordingState.COMPLETED:
        raise not_found(request.path)
    asked = request.asked("RequestedChannels")
    body = recording.media
    if asked == "2" and recording.channels == 1:
        raise refuse(16113, "The recording has one channel")
    recording.fetched = True
    if asked == "1" and recording.channels == 2:
        body = mixed(body)
    return RestResponse(200, body, "audio/x-wav")


def media_as_mp3(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    """C6: the same sound; it is encoded after the exchange has been let go, for that takes time."""
    found = media(exchange, request, sid)
    return replace(found, content_type="audio/mpeg", finish=mp3_of_wav)


def mixed(stereo: bytes) -> bytes:
    """Two channels of 16 bit as one, the mean of both."""
    with wave.open(io.BytesIO(stereo)) as sound:
        rate, frames = sound.getframerate(), array.array("h", sound.readframes(sound.getnframes()))
    mono = array.array("h", ((a + b) // 2 for a, b in zip(frames[::2], frames[1::2], strict=True)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(mono.tobytes())
    return file.getvalue()


def render(exchange: Exchange, recording: Recording) -> dict[str, Json]:
    """As /Recordings shows it."""
    return {
        **_common(exchange, recording, f"Recordings/{recording.sid}"),
        "subresource_uris": {
            "transcriptions": uri(exchange, f"Recordings/{recording.sid}/Transcriptions.json")
        },
        "media_url": exchange.context.account.url(f"Recordings/{recording.sid}"),
    }


def render_of_call(exchange: Exchange, recording: Recording) -> dict[str, Json]:
    """As a call's own list shows it: with the track."""
    common = _common(exchange, recording, f"Calls/{recording.call_sid}/Recordings/{recording.sid}")
    return {**common, "track": recording.track}


def render_of_conference(exchange: Exchange, recording: Recording) -> dict[str, Json]:
    return _common(
        exchange, recording, f"Conferences/{recording.conference_sid}/Recordings/{recording.sid}"
    )


def _common(exchange: Exchange, recording: Recording, path: str) -> dict[str, Json]:
    done = recording.state is RecordingState.COMPLETED
    return {
        "sid": recording.sid,
        "account_sid": exchange.context.account.sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid,
        "date_created": moment(recording.started_at),
        "date_updated": moment(recording.updated_at),
        "start_time": moment(recording.started_at),
        "duration": str(recording.duration_seconds) if done else None,
        "price": None,
        "price_unit": "USD",
        "status": recording.state.value,
        "channels": recording.channels,
        "source": recording.source,
        "error_code": None,
        "uri": uri(exchange, f"{path}.json"),
        "encryption_details": None,
    }
