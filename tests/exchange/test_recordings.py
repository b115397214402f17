"""Contract C6 and A10: recordings over REST."""

from __future__ import annotations

import io
import wave
from dataclasses import replace

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.latency import Latency, Span
from infra.local.exchange.rest.recordings import mixed
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.customer import BASE, twiml
from tests.exchange.line import Line

AUTH = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)


def talk(line: Line) -> str:
    return line.call("<Pause length='600'/>")


def media(line: Line, sid: str, query: str = "", extension: str = ".wav") -> requests.Response:
    url = f"{line.network.serve_rest()}/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Recordings/{sid}"
    return requests.get(f"{url}{extension}{query}", auth=AUTH, timeout=5)


def test_c6_the_sound_is_a_wav_as_long_as_the_talk_with_its_channels(line: Line) -> None:
    leg = talk(line)
    made = line.client.calls(leg).recordings.create(recording_channels="dual")
    line.network.advance(12)
    line.client.calls(leg).recordings(made.sid).update(status="stopped")
    line.network.settle()

    got = media(line, str(made.sid))
    assert got.headers["Content-Type"] == "audio/x-wav"
    with wave.open(io.BytesIO(got.content)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        assert sound.getnframes() == 12 * 8000


def test_c6_a_recording_has_one_channel_unless_two_are_asked_for(line: Line) -> None:
    leg = talk(line)

    assert line.client.calls(leg).recordings.create().channels == 1
    assert line.client.calls(leg).recordings.create(recording_channels="dual").channels == 2


def test_c6_requested_channels(line: Line) -> None:
    leg = talk(line)
    dual = line.client.calls(leg).recordings.create(recording_channels="dual")
    mono = line.client.calls(leg).recordings.create()
    line.network.advance(1)
    line.network.hang_up(leg)
    line.network.settle()

    with wave.open(io.BytesIO(media(line, str(dual.sid), "?RequestedChannels=1").content)) as sound:
        assert sound.getnchannels() == 1
    refused = media(line, str(mono.sid), "?RequestedChannels=2")
    assert (refused.status_code, refused.json()["code"]) == (400, 16113)


def test_c6_two_channels_are_mixed_to_their_mean() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x64\x00\xc8\x00")  # 100 and 200

    with wave.open(io.BytesIO(mixed(file.getvalue()))) as mono:
        assert mono.readframes(1) == b"\x96\x00"  # 150


def test_c6_media_is_404_until_it_is_completed_and_wants_credentials(line: Line) -> None:
    core = line.network.exchange.core
    core.latency = replace(Latency(), processing=Span(5, 5))
    leg = talk(line)
    made = line.client.calls(leg).recordings.create()
    line.network.advance(3)
    assert media(line, str(made.sid)).status_code == 404
    line.network.hang_up(leg)
    line.network.advance(4.9)
    assert media(line, str(made.sid)).status_code == 404
    line.network.advance(0.1)

    assert media(line, str(made.sid), extension="").status_code == 200
    url = f"{line.network.serve_rest()}/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Recordings"
    assert requests.get(f"{url}/{made.sid}.wav", timeout=5).status_code == 401


def test_a10_the_callback_comes_after_the_calls_own(line: Line) -> None:
    leg = talk(line)
    line.client.calls(leg).recordings.create(recording_status_callback=f"{BASE}/ready")
    line.network.advance(3)
    line.network.hang_up(leg)
    line.network.settle()

    paths = [asked.path for asked in line.customer.asked]
    assert paths.index("/status") < paths.index("/ready")


def test_c6_only_a_call_in_progress_is_recorded(line: Line) -> None:
    leg = line.call("<Hangup/>")

    with pytest.raises(TwilioRestException) as refused:
        line.client.calls(leg).recordings.create()
    assert (refused.value.status, refused.value.code) == (400, 21220)


@pytest.mark.parametrize(
    ("behaviour", "seconds"), [("silence", "15"), ("skip", "10"), (None, "15")]
)
def test_c6_a_pause_is_silence_or_skipped(line: Line, behaviour: str | None, seconds: str) -> None:
    leg = talk(line)
    made = line.client.calls(leg).recordings.create(recording_channels="dual")
    recording = line.client.calls(leg).recordings(made.sid)
    given = {} if behaviour is None else {"pause_behavior": behaviour}
    line.network.advance(4)
    paused = recording.update(status="paused", **given)
    line.network.advance(5)
    resumed = recording.update(status="in-progress")
    line.network.advance(6)
    stopped = recording.update(status="stopped")
    line.network.settle()

    assert (paused.status, resumed.status, stopped.status) == ("paused", "in-progress", "stopped")
    assert recording.fetch().duration == seconds
    with wave.open(io.BytesIO(media(line, str(made.sid)).content)) as sound:
        assert sound.getnframes() == int(seconds) * 8000


def test_c6_current_names_the_one_that_runs_and_fails_with_several(line: Line) -> None:
    leg = talk(line)
    made = line.client.calls(leg).recordings.create()
    assert line.client.calls(leg).recordings("Twilio.CURRENT").update("paused").sid == made.sid
    line.client.calls(leg).recordings.create()

    with pytest.raises(TwilioRestException):
        line.client.calls(leg).recordings("Twilio.CURRENT").update("stopped")


def test_c6_16114_a_state_that_is_not_possible(line: Line) -> None:
    leg = talk(line)
    made = line.client.calls(leg).recordings.create()
    recording = line.client.calls(leg).recordings(made.sid)
    line.network.advance(1)
    recording.update(status="stopped")

    with pytest.raises(TwilioRestException) as refused:
        recording.update(status="paused")
    assert refused.value.code == 16114


@pytest.mark.parametrize("survives", [True, False])
def test_l_switch_a_recording_across_a_redirect(line: Line, survives: bool) -> None:
    line.switch(recording_survives_redirect=survives)
    line.customer.pages["/new"] = twiml("<Pause length='600'/>")
    leg = talk(line)
    made = line.client.calls(leg).recordings.create()
    line.network.advance(3)
    line.client.calls(leg).update(url=f"{BASE}/new")
    line.network.settle()

    status = line.client.calls(leg).recordings(made.sid).fetch().status
    assert status == ("in-progress" if survives else "completed")


def test_c6_lists_filters_and_deletion(line: Line) -> None:
    one, two = talk(line), talk(line)
    first = line.client.calls(one).recordings.create()
    second = line.client.calls(two).recordings.create()
    line.network.advance(2)
    for leg in (one, two):
        line.network.hang_up(leg)
    line.network.settle()

    assert [r.sid for r in line.client.recordings.list()] == [second.sid, first.sid]
    assert [r.sid for r in line.client.recordings.list(call_sid=one)] == [first.sid]
    assert [r.sid for r in line.client.calls(one).recordings.list()] == [first.sid]
    assert line.client.recordings(first.sid).delete() is True
    assert [r.sid for r in line.client.recordings.list()] == [second.sid]
    assert media(line, str(first.sid)).status_code == 404


def test_c6_nothing_recorded_is_absent(line: Line) -> None:
    leg = talk(line)
    line.client.calls(leg).recordings.create(
        recording_status_callback=f"{BASE}/ready",
        recording_status_callback_event=["in-progress", "completed", "absent"],
    )
    line.network.hang_up(leg)
    line.network.settle()

    told = [one["RecordingStatus"] for one in line.customer.to("/ready")]
    assert told == ["in-progress", "absent"]
