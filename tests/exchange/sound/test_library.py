"""Speech, uploaded files, keys, tones and music."""

from __future__ import annotations

import asyncio
import struct
import wave
from io import BytesIO

import av
import numpy as np
import pytest

from infra.local.exchange.interfaces import Answer, Tone, Unplayable
from infra.local.exchange.sound import tones
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.pcmu import Samples
from infra.local.exchange.sound.prepare import Preparation
from infra.local.exchange.sound.real_sound import RealSound
from infra.local.exchange.sound.recorder import Recorder
from infra.local.exchange.sound.speech import espeak_voice


def loudest_hertz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / 8000)[spectrum.argmax()])


def file_of(samples: Samples, rate: int, channels: int, container: str, codec: str) -> bytes:
    """A sound file as a customer would upload it, made by libav."""
    layout = "stereo" if channels == 2 else "mono"
    frame = av.AudioFrame.from_ndarray(
        np.repeat(samples, channels).reshape(1, -1), format="s16", layout=layout
    )
    frame.sample_rate = rate
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            out.mux(stream.encode(piece))
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, your parcel is on its way.", "en-GB"),
        ("Dzień dobry, zażółć gęślą jaźń.", "pl-PL"),
        ("Guten Tag, Ihre Bestellung ist unterwegs.", "de-DE"),
        ("Здравствуйте, ваш заказ в пути.", "ru-RU"),
    ],
)
def test_words_are_spoken_in_each_language(text: str, language: str) -> None:
    library = Library()

    clip = library.speech(text, language, "")
    samples = library.sample(clip.key).samples

    assert 1 < clip.seconds < 5
    assert clip.seconds == pytest.approx(len(samples) / 8000)
    assert clip.caption == text
    assert np.sqrt((samples.astype(float) ** 2).mean()) > 500


def test_each_language_is_spoken_by_its_own_voice() -> None:
    library = Library()

    keys = [library.speech("Auto 1 2 3", tag, "").key for tag in ("en-US", "pl-PL", "de-DE")]
    spoken = [library.sample(key).samples.tobytes() for key in keys]

    assert len(set(spoken)) == 3


@pytest.mark.parametrize(
    ("language", "voice", "wanted"),
    [
        ("pl-PL", "", "pl+f2"),
        ("en-GB", "man", "en-gb+m3"),
        ("", "Polly.Vicki-Neural", "de+f2"),
        ("xx-YY", "", "en-us+f2"),
    ],
)
def test_the_voice_follows_language_then_name(language: str, voice: str, wanted: str) -> None:
    assert espeak_voice(language, voice) == wanted


def test_words_without_sound_are_a_short_silence() -> None:
    assert 0 < Library().speech("", "en-US", "").seconds < 0.2


@pytest.mark.parametrize(
    ("container", "codec", "rate", "channels"),
    [
        ("wav", "pcm_s16le", 44100, 2),
        ("wav", "pcm_mulaw", 8000, 1),
        ("mp3", "libmp3lame", 22050, 1),
    ],
)
def test_an_uploaded_prompt_keeps_its_tone_and_length(
    container: str, codec: str, rate: int, channels: int
) -> None:
    time = np.arange(2 * rate) / rate
    tone = (8000 * np.sin(2 * np.pi * 600 * time)).astype(np.int16)
    library = Library()

    clip = library.media("http://host/prompt", file_of(tone, rate, channels, container, codec))

    assert clip.seconds == pytest.approx(2, abs=0.12)
    assert loudest_hertz(library.sample(clip.key).samples) == pytest.approx(600, abs=3)


def test_the_caption_of_a_file_is_its_title_or_else_its_name() -> None:
    plain = file_of(tones.sine(440.0, seconds=0.5), 8000, 1, "wav", "pcm_s16le")
    title = b"LIST" + struct.pack("<I", 20) + b"INFOINAM" + struct.pack("<I", 8) + b"Press 1\0"
    titled = b"RIFF" + struct.pack("<I", len(plain) - 8 + len(title)) + plain[8:] + title

    captions = [
        Library().media("http://host/menu.wav?x=1", body).caption for body in (plain, titled)
    ]

    assert captions == ["menu.wav", "Press 1"]


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"RIFF\x00\x00"])
def test_what_is_no_sound_is_refused(body: bytes) -> None:
    with pytest.raises(Unplayable):
        RealSound(Library(), Recorder()).media("http://host/x", "audio/wav", body)


def test_a_page_is_no_sound_whatever_it_holds() -> None:
    with pytest.raises(Unplayable):
        RealSound(Library(), Recorder()).media("http://host/x", "text/html", b"x")


def test_the_same_content_is_made_once() -> None:
    library = Library()

    first, again = (library.speech("Hello", "en-US", "") for _ in range(2))

    assert first == again
    assert library.sample(first.key) is library.sample(again.key)


@pytest.mark.parametrize("key", "0123456789*#ABCD")
def test_a_key_is_its_two_tones(key: str) -> None:
    sound = tones.digits(key)[:800].astype(float)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8000))

    low, high = spectrum[600:1050].argmax() + 600, spectrum[1150:1750].argmax() + 1150

    assert (low, high) == pytest.approx(tones.KEYS[key], abs=6)


def test_pauses_between_keys_are_half_a_second_and_a_second() -> None:
    assert Library().digits("1wW2").seconds == pytest.approx(2 * 0.2 + 0.5 + 1)


def test_hold_music_is_quiet_and_loops_without_a_gap() -> None:
    library = Library()
    music = library.sample(library.tone(Tone.MUSIC).key).samples.astype(int)

    steps = np.abs(np.diff(music))
    seam = abs(music[0] - music[-1])

    assert np.abs(music).max() < 6000
    assert seam <= np.percentile(steps, 99.9)


async def _prepared(answer: Answer) -> Library:
    library = Library()
    preparation = Preparation(library)
    await preparation(answer)
    preparation.close()
    return library


@pytest.fixture
def forbidden_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nobody may synthesise."""

    def refuse(*_arguments: object) -> Samples:
        raise AssertionError("speech was made on the machines' thread")

    monkeypatch.setattr("infra.local.exchange.sound.library.speak", refuse)


def test_a_documents_words_are_spoken_before_the_interpreter_needs_them(
    request: pytest.FixtureRequest,
) -> None:
    body = b'<Response><Gather><Say language="pl-PL">Tak</Say></Gather><Say>Yes</Say></Response>'
    library = asyncio.run(_prepared(Answer(200, {"content-type": "text/xml"}, body)))

    request.getfixturevalue("forbidden_speech")

    assert library.speech("Tak", "pl-PL", "").seconds > 0.1
    assert library.speech("Yes", "en-US", "").seconds > 0.1


def test_a_wav_without_frames_is_refused() -> None:
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)

    with pytest.raises(Unplayable):
        Library().media("http://host/empty.wav", file.getvalue())
