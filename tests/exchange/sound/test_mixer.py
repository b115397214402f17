"""The mixer, tick by tick: who hears what, and what a recording gets."""

from __future__ import annotations

import asyncio
import wave
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest

from infra.local.exchange.interfaces import (
    Clip,
    Heard,
    PassedOn,
    Playing,
    Ringback,
    Said,
    Tap,
    Voices,
)
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.mixer import Mixer
from infra.local.exchange.sound.pcmu import FRAME, SILENCE, Samples, decode, encode
from infra.local.exchange.sound.recorder import Recorder

ENOUGH_FRAMES = 10
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def level(amplitude: int) -> bytes:
    """A frame that can be told from others by its height."""
    return encode(np.full(FRAME, amplitude, np.int16))


@dataclass
class FakeLine:
    says: deque[bytes] = field(default_factory=deque)
    hears: list[bytes] = field(default_factory=list)
    heard_enough: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> bytes | None:
        return self.says.popleft() if self.says else None

    def give(self, payload: bytes) -> None:
        self.hears.append(payload)
        if len(self.hears) >= ENOUGH_FRAMES:
            self.heard_enough.set()


class Studio:
    """A mixer whose legs hear what a test says, on a clock that moves 20 ms a tick."""

    def __init__(self) -> None:
        self.now = START
        self.heard: dict[str, Heard] = {}
        self.said: dict[str, Said] = {}
        self.lines: dict[str, FakeLine] = {}
        self.library = Library()
        self.recorder = Recorder()
        self.mixer = Mixer(
            self.heard.get, lambda: self.said, lambda: self.now, self.library, self.recorder
        )

    def leg(self, name: str, heard: Heard = None, *says: bytes) -> FakeLine:
        self.lines[name] = FakeLine(deque(says))
        self.heard[name] = heard
        self.mixer.attach(name, self.lines[name])
        return self.lines[name]

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.mixer.tick()
            self.now += timedelta(milliseconds=20)

    def playing(self, frames: list[int], loops: int = 1, *, late_frames: int = 0) -> Playing:
        samples: Samples = np.repeat(np.array(frames, np.int16), FRAME)
        clip = self.library.add(f"levels:{frames}", samples, "levels")
        return Playing(clip, START - timedelta(milliseconds=20 * late_frames), loops)


def heights(frames: list[bytes]) -> list[int]:
    """What each frame's height was, to the nearest 500 (mu-law's steps are 256 up there)."""
    return [round(int(decode(frame)[0]) / 500) * 500 for frame in frames]


@pytest.fixture
def studio() -> Studio:
    return Studio()


def test_each_hears_the_others_and_never_itself(studio: Studio) -> None:
    one = studio.leg("one", Voices(("two", "three")), level(1000))
    two = studio.leg("two", Voices(("one", "three")), level(2000))
    three = studio.leg("three", Voices(("one", "two")), level(4000))

    studio.tick()

    assert heights(one.hears + two.hears + three.hears) == [6000, 5000, 3000]


def test_a_single_voice_passes_as_it_came(studio: Studio) -> None:
    said = bytes(range(FRAME))
    listener = studio.leg("listener", Voices(("speaker",)))
    studio.leg("speaker", None, said)

    studio.tick()

    assert listener.hears == [said]


def test_an_announcement_lies_over_the_voices(studio: Studio) -> None:
    listener = studio.leg("listener", Voices(("speaker",), studio.playing([3000])))
    studio.leg("speaker", None, level(1000))

    studio.tick()

    assert heights(listener.hears) == [4000]


def test_nobody_speaking_and_nothing_playing_is_silence(studio: Studio) -> None:
    quiet = studio.leg("quiet", None)
    alone = studio.leg("alone", Voices(()))

    studio.tick()

    assert quiet.hears == alone.hears == [SILENCE]


def test_a_clip_is_played_to_its_end_and_then_nothing(studio: Studio) -> None:
    endpoint = studio.leg("one", studio.playing([1000, 2000], loops=2))

    studio.tick(6)

    assert heights(endpoint.hears) == [1000, 2000, 1000, 2000, 0, 0]


def test_a_clip_that_began_earlier_is_heard_from_there(studio: Studio) -> None:
    endpoint = studio.leg("one", studio.playing([1000, 2000, 3000], late_frames=1))

    studio.tick(2)

    assert heights(endpoint.hears) == [2000, 3000]


def test_a_clock_that_jitters_repeats_and_skips_nothing(studio: Studio) -> None:
    endpoint = studio.leg("one", studio.playing([1000, 2000, 3000, 4000]))

    for jitter_ms in (0, 35, -30, 10):
        studio.now += timedelta(milliseconds=jitter_ms)
        studio.tick()

    assert heights(endpoint.hears) == [1000, 2000, 3000, 4000]


def test_a_new_playing_of_the_same_clip_begins_anew(studio: Studio) -> None:
    endpoint = studio.leg("one", studio.playing([1000, 2000]))
    studio.tick(1)

    again = studio.playing([1000, 2000])
    studio.heard["one"] = Playing(again.clip, studio.now)
    studio.tick(1)

    assert heights(endpoint.hears) == [1000, 1000]


def test_ringback_is_heard(studio: Studio) -> None:
    endpoint = studio.leg("one", Ringback())

    studio.tick(5)

    assert any(frame != SILENCE for frame in endpoint.hears)


def test_a_detached_leg_is_not_asked_any_more(studio: Studio) -> None:
    endpoint = studio.leg("one", Ringback())

    studio.mixer.detach("one")
    studio.tick()

    assert endpoint.hears == []


def channels_of(wav: bytes) -> list[list[int]]:
    with wave.open(BytesIO(wav)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
        flat = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        frames = flat.reshape(-1, file.getnchannels())[::FRAME]
    return [[round(int(value) / 500) * 500 for value in channel] for channel in frames.T]


def test_channel_one_is_what_the_leg_says_and_two_what_it_hears(studio: Studio) -> None:
    studio.leg("customer", Voices(("agent",)), level(1000), level(1000))
    studio.leg("agent", Voices(("customer",)), level(2000), level(2000))

    studio.recorder.start(Tap("RE1", "customer", 2))
    studio.tick(2)

    assert channels_of(studio.recorder.stop("RE1")) == [[1000, 1000], [2000, 2000]]


def test_a_mono_recording_holds_both(studio: Studio) -> None:
    studio.leg("customer", Voices(("agent",)), level(1000))
    studio.leg("agent", Voices(("customer",)), level(2000))

    studio.recorder.start(Tap("RE1", "customer", 1))
    studio.tick(1)

    assert channels_of(studio.recorder.stop("RE1")) == [[3000]]


@pytest.mark.parametrize(("track", "level_of"), [("inbound", 1000), ("outbound", 2000)])
@pytest.mark.parametrize("channels", [1, 2])
def test_one_track_leaves_the_other_silent(
    studio: Studio, track: str, level_of: int, channels: int
) -> None:
    studio.leg("customer", Voices(("agent",)), level(1000))
    studio.leg("agent", Voices(("customer",)), level(2000))

    studio.recorder.start(Tap("RE1", "customer", channels, track))
    studio.tick(1)

    heard = channels_of(studio.recorder.stop("RE1"))
    assert [one for channel in heard for one in channel if one] == [level_of]


def test_a_paused_recording_keeps_time_as_silence_or_skips_it(studio: Studio) -> None:
    studio.leg("customer", None, *[level(1000)] * 3)
    for name in ("silent", "skipped"):
        studio.recorder.start(Tap(name, "customer", 2))
    studio.tick()

    studio.recorder.pause("silent", skip=False)
    studio.recorder.pause("skipped", skip=True)
    studio.tick()
    studio.recorder.resume("silent")
    studio.recorder.resume("skipped")
    studio.tick()

    assert channels_of(studio.recorder.stop("silent"))[0] == [1000, 0, 1000]
    assert channels_of(studio.recorder.stop("skipped"))[0] == [1000, 1000]


def test_a_conferences_recording_leaves_out_the_music_of_who_waits(studio: Studio) -> None:
    studio.leg("first", studio.playing([5000, 5000]), level(1000), level(1000))
    studio.leg("second", None, level(2000), level(2000))
    studio.recorder.start(Tap("RE1", "first", 1, conference="CF1"))

    studio.tick()
    studio.heard["first"] = Voices(("second",))
    studio.tick()

    assert channels_of(studio.recorder.stop("RE1")) == [[1000, 3000]]


def test_a_recording_of_a_leg_without_sound_is_silence(studio: Studio) -> None:
    studio.recorder.start(Tap("RE1", "nobody", 2))

    studio.tick()

    assert channels_of(studio.recorder.stop("RE1")) == [[0], [0]]


def test_who_hears_a_far_end_without_a_connection_hears_what_it_says(studio: Studio) -> None:
    agent = studio.leg("agent", Voices(("machine", "customer")))
    studio.leg("customer", None, level(500), level(500))
    studio.said["machine"] = studio.playing([1000, 2000])

    studio.tick(2)

    assert heights(agent.hears) == [1500, 2500]


def test_what_a_far_end_says_ends_with_its_last_frame(studio: Studio) -> None:
    agent = studio.leg("agent", Voices(("machine",)))
    studio.said["machine"] = studio.playing([1000], loops=2)

    studio.tick(3)

    assert heights(agent.hears) == [1000, 1000, 0]


def test_a_telephone_that_rings_is_heard_beside_the_talk(studio: Studio) -> None:
    agent = studio.leg("agent", Voices(("customer",), ringback=True))
    studio.leg("customer", None, *[level(1000)] * 3)

    studio.tick(3)

    rings = [studio.library.ringback.samples[FRAME * n : FRAME * (n + 1)] for n in range(1, 4)]
    for heard, ring in zip(agent.hears, rings, strict=True):
        assert np.abs(decode(heard).astype(int) - ring - 1000).max() < 200


def test_a_leg_says_what_the_leg_that_it_passes_on_hears(studio: Studio) -> None:
    """Two legs of one call between own numbers: an agent on one, a document on the other."""
    agent = studio.leg("agent", Voices(("calling",)), *[level(500)] * 3)
    studio.heard["calling"] = Voices(("agent",))
    studio.heard["called"] = studio.playing([1000, 2000, 3000])
    studio.said |= {"calling": PassedOn("called"), "called": PassedOn("calling")}

    studio.tick(3)

    assert heights(agent.hears) == [0, 1000, 2000]


def test_a_far_end_without_a_connection_is_recorded_with_what_it_hears(studio: Studio) -> None:
    studio.leg("agent", Voices(("machine",)), level(2000))
    studio.heard["machine"] = Voices(("agent",))
    studio.said["machine"] = studio.playing([1000])
    studio.recorder.start(Tap("RE1", "machine", 2))

    studio.tick()

    assert channels_of(studio.recorder.stop("RE1")) == [[1000], [2000]]


def test_a_defect_in_one_leg_is_logged_and_silences_no_other(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    broken = studio.leg("broken", Playing(Clip("no such clip", 1.0, ""), START))
    endpoint = studio.leg("one", studio.playing([1000, 2000]))

    studio.tick(2)

    assert heights(endpoint.hears) == [1000, 2000]
    assert broken.hears == [SILENCE, SILENCE]
    assert "what broken hears cannot be made" in caplog.text


async def _let_it_run(studio: Studio, endpoint: FakeLine) -> None:
    running = asyncio.create_task(studio.mixer.run())
    await asyncio.wait_for(endpoint.heard_enough.wait(), timeout=3)
    running.cancel()


def test_the_mixer_ticks_fifty_times_a_second(studio: Studio) -> None:
    async def script() -> float:
        endpoint = studio.leg("one", Ringback())
        began = asyncio.get_running_loop().time()
        await _let_it_run(studio, endpoint)
        return asyncio.get_running_loop().time() - began

    seconds = asyncio.run(script())

    assert seconds > 0.9 * ENOUGH_FRAMES * 0.02
