"""Contract C6 and A10: recordings over REST."""

from __future__ import annotations

import io
import wave
from dataclasses import replace

import av
import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.journal import RecordingChanged
from infra.local.exchange.latency import Latency, Span
from infra.local.exchange.rest.recordings import mixed
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

AUTH = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)


def talk(harness: Harness) -> str:
    return harness.call("<Pause length='600'/>")


def media(
    harness: Harness, sid: str, query: str = "", extension: str = ".wav"
) -> requests.Response:
    url = f"{harness.network.serve_rest()}/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Recordings/{sid}"
    return requests.get(f"{url}{extension}{query}", auth=AUTH, timeout=5)


def test_c6_the_sound_is_a_wav_as_long_as_the_talk_with_its_channels(harness: Harness) -> None:
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create(recording_channels="dual")
    harness.network.advance(12)
    harness.client.calls(leg).recordings(made.sid).update(status="stopped")
    harness.network.settle()

    got = media(harness, str(made.sid))
    assert got.headers["Content-Type"] == "audio/x-wav"
    with wave.open(io.BytesIO(got.content)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        assert sound.getnframes() == 12 * 8000


def test_c6_a_recording_has_one_channel_unless_two_are_asked_for(harness: Harness) -> None:
    leg = talk(harness)

    assert harness.client.calls(leg).recordings.create().channels == 1
    assert harness.client.calls(leg).recordings.create(recording_channels="dual").channels == 2


def test_c6_requested_channels(harness: Harness) -> None:
    leg = talk(harness)
    dual = harness.client.calls(leg).recordings.create(recording_channels="dual")
    mono = harness.client.calls(leg).recordings.create()
    harness.network.advance(1)
    harness.network.hang_up(leg)
    harness.network.settle()

    with wave.open(
        io.BytesIO(media(harness, str(dual.sid), "?RequestedChannels=1").content)
    ) as sound:
        assert sound.getnchannels() == 1
    refused = media(harness, str(mono.sid), "?RequestedChannels=2")
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


def test_c6_media_is_404_until_it_is_completed_and_wants_credentials(harness: Harness) -> None:
    context = harness.network.exchange.context
    context.latency = replace(Latency(), processing=Span(5, 5))
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create()
    harness.network.advance(3)
    assert media(harness, str(made.sid)).status_code == 404
    harness.network.hang_up(leg)
    harness.network.advance(4.9)
    assert media(harness, str(made.sid)).status_code == 404
    harness.network.advance(0.1)

    assert media(harness, str(made.sid), extension="").status_code == 200
    url = f"{harness.network.serve_rest()}/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/Recordings"
    assert requests.get(f"{url}/{made.sid}.wav", timeout=5).status_code == 401


def test_a10_the_callback_comes_after_the_calls_own(harness: Harness) -> None:
    leg = talk(harness)
    harness.client.calls(leg).recordings.create(recording_status_callback=f"{BASE}/ready")
    harness.network.advance(3)
    harness.network.hang_up(leg)
    harness.network.settle()

    paths = [asked.path for asked in harness.customer.asked]
    assert paths.index("/status") < paths.index("/ready")


def test_c6_only_a_call_in_progress_is_recorded(harness: Harness) -> None:
    leg = harness.call("<Hangup/>")

    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls(leg).recordings.create()
    assert (refused.value.status, refused.value.code) == (400, 21220)


@pytest.mark.parametrize(
    ("behaviour", "seconds"), [("silence", "15"), ("skip", "10"), (None, "15")]
)
def test_c6_a_pause_is_silence_or_skipped(
    harness: Harness, behaviour: str | None, seconds: str
) -> None:
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create(recording_channels="dual")
    recording = harness.client.calls(leg).recordings(made.sid)
    given = {} if behaviour is None else {"pause_behavior": behaviour}
    harness.network.advance(4)
    paused = recording.update(status="paused", **given)
    harness.network.advance(5)
    resumed = recording.update(status="in-progress")
    harness.network.advance(6)
    stopped = recording.update(status="stopped")
    harness.network.settle()

    assert (paused.status, resumed.status, stopped.status) == ("paused", "in-progress", "stopped")
    assert recording.fetch().duration == seconds
    with wave.open(io.BytesIO(media(harness, str(made.sid)).content)) as sound:
        assert sound.getnframes() == int(seconds) * 8000


def test_c6_current_names_the_one_that_runs_and_fails_with_several(harness: Harness) -> None:
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create()
    assert harness.client.calls(leg).recordings("Twilio.CURRENT").update("paused").sid == made.sid
    harness.client.calls(leg).recordings.create()

    with pytest.raises(TwilioRestException):
        harness.client.calls(leg).recordings("Twilio.CURRENT").update("stopped")


def test_c6_16114_a_state_that_is_not_possible(harness: Harness) -> None:
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create()
    recording = harness.client.calls(leg).recordings(made.sid)
    harness.network.advance(1)
    recording.update(status="stopped")

    with pytest.raises(TwilioRestException) as refused:
        recording.update(status="paused")
    assert refused.value.code == 16114


@pytest.mark.parametrize("survives", [True, False])
def test_l_switch_a_recording_across_a_redirect(harness: Harness, survives: bool) -> None:
    harness.set_switches(recording_survives_redirect=survives)
    harness.customer.pages["/new"] = twiml("<Pause length='600'/>")
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create()
    harness.network.advance(3)
    harness.client.calls(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    status = harness.client.calls(leg).recordings(made.sid).fetch().status
    assert status == ("in-progress" if survives else "completed")


def test_c6_lists_filters_and_deletion(harness: Harness) -> None:
    one, two = talk(harness), talk(harness)
    first = harness.client.calls(one).recordings.create()
    second = harness.client.calls(two).recordings.create()
    harness.network.advance(2)
    for leg in (one, two):
        harness.network.hang_up(leg)
    harness.network.settle()

    assert [r.sid for r in harness.client.recordings.list()] == [second.sid, first.sid]
    assert [r.sid for r in harness.client.recordings.list(call_sid=one)] == [first.sid]
    assert [r.sid for r in harness.client.calls(one).recordings.list()] == [first.sid]
    assert harness.client.recordings(first.sid).delete() is True
    assert [r.sid for r in harness.client.recordings.list()] == [second.sid]
    assert media(harness, str(first.sid)).status_code == 404


def test_c6_nothing_recorded_is_absent(harness: Harness) -> None:
    leg = talk(harness)
    harness.client.calls(leg).recordings.create(
        recording_status_callback=f"{BASE}/ready",
        recording_status_callback_event=["in-progress", "completed", "absent"],
    )
    harness.network.hang_up(leg)
    harness.network.settle()

    told = [one["RecordingStatus"] for one in harness.customer.to("/ready")]
    assert told == ["in-progress", "absent"]


@pytest.mark.parametrize("channels", ["mono", "dual"])
def test_c6_the_sound_is_to_be_had_as_mp3(harness: Harness, channels: str) -> None:
    leg = talk(harness)
    made = harness.client.calls(leg).recordings.create(recording_channels=channels)
    harness.network.advance(12)
    harness.network.hang_up(leg)
    harness.network.settle()

    got = media(harness, str(made.sid), extension=".mp3")
    assert got.headers["Content-Type"] == "audio/mpeg"
    with av.open(io.BytesIO(got.content), "r") as sound:
        assert sound.format.name == "mp3"
        assert sound.streams.audio[0].channels == (2 if channels == "dual" else 1)
        assert sum(f.samples for f in sound.decode(audio=0)) / 8000 == pytest.approx(12, abs=0.3)


@pytest.mark.parametrize("track", ["inbound", "outbound", "both"])
def test_c2_the_track_of_a_whole_calls_recording(harness: Harness, track: str) -> None:
    harness.network.street_phone("+15005550020")
    harness.customer.pages["/go"] = twiml("<Pause length='60'/>")
    made = harness.client.calls.create(
        to="+15005550020",
        from_=harness.number,
        url=f"{BASE}/go",
        record=True,
        recording_track=track,
    )
    harness.network.settle()

    [recording] = harness.client.calls(made.sid).recordings.list()
    assert recording.track == track
    assert harness.network.sound.tapes[recording.sid].tap.track == track


def test_c6_a_conferences_recording_can_be_deleted_below_it(harness: Harness) -> None:
    record = 'record="record-from-start"'
    one = harness.join_conference(attributes=record)
    harness.join_conference("+15005550011", attributes=record)
    harness.network.advance(5)
    harness.network.hang_up(one)
    conference = harness.client.conferences.list()[0].sid
    [recording] = harness.client.conferences(conference).recordings.list()

    assert harness.client.conferences(conference).recordings(recording.sid).delete() is True
    assert harness.client.conferences(conference).recordings.list() == []


def test_c6_the_data_of_a_deleted_recording_are_shown_on_demand(harness: Harness) -> None:
    leg = talk(harness)
    sid = harness.client.calls(leg).recordings.create().sid
    harness.client.recordings(sid).delete()

    assert harness.client.recordings(sid).fetch(include_soft_deleted=True).status == "deleted"
    with pytest.raises(TwilioRestException) as refused:
        harness.client.recordings(sid).fetch()
    assert refused.value.status == 404


@pytest.mark.parametrize("fetches", [True, False])
def test_the_journal_says_whether_a_deleted_recording_had_been_fetched(
    harness: Harness, fetches: bool
) -> None:
    leg = talk(harness)
    sid = str(harness.client.calls(leg).recordings.create().sid)
    harness.network.advance(5)
    harness.network.hang_up(leg)
    harness.network.settle()
    if fetches:
        media(harness, sid)
    harness.client.recordings(sid).delete()

    entries = harness.network.exchange.journal.entries()
    changes = [entry.news for entry in entries if isinstance(entry.news, RecordingChanged)]
    assert (changes[-1].status, changes[-1].fetched) == ("deleted", fetches)
