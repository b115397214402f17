"""The demo's sounds: they fit the line, say in words what is heard, and are equally loud."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest

from demo.loudness import loudness
from demo.make_sounds import LOUDNESS_LUFS, VOICE
from infra.local.exchange.sound.speech import speak

SOUNDS = Path(__file__).parents[3] / "demo" / "sounds"
PROMPTS = ("uk-menu.wav", "uk-deliveries.wav")
RATE = 8000
FRAME = RATE // 50
LONGEST_MUSIC_SECONDS = 18


def _samples(name: str) -> array[int]:
    with wave.open(str(SOUNDS / name), "rb") as sound:
        assert sound.getparams()[:3] == (1, 2, RATE)
        return array("h", sound.readframes(sound.getnframes()))


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_begins_with_its_words(name: str) -> None:
    """Nothing but speech: the voice's own samples, at another gain."""
    samples = _samples(name)
    title = (SOUNDS / name).read_bytes().split(b"INAM")[1][4:].split(b"\0")[0].decode()

    spoken = speak(title, *VOICE)

    assert abs(len(samples) - len(spoken)) <= 2 * FRAME  # the engine rounds by what it said before
    first = next(n for n, sample in enumerate(samples) if abs(sample) > 500)
    assert first < RATE // 2


def test_the_music_fits_one_wait_document() -> None:
    assert len(_samples("harbour.wav")) <= LONGEST_MUSIC_SECONDS * RATE


@pytest.mark.parametrize("name", [*PROMPTS, "harbour.wav"])
def test_music_and_prompts_are_equally_loud(name: str) -> None:
    assert loudness(SOUNDS / name) == pytest.approx(LOUDNESS_LUFS, abs=0.2)


def test_what_the_exchange_speaks_is_as_loud_as_the_music(tmp_path: Path) -> None:
    """Words of the plan without a sound of their own are heard between music."""
    spoken = speak("Thank you for calling Kestrel. An agent will be with you soon.", *VOICE)
    with wave.open(str(tmp_path / "spoken.wav"), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(array("h", spoken.tolist()).tobytes())

    assert loudness(tmp_path / "spoken.wav") == pytest.approx(LOUDNESS_LUFS, abs=1.5)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("uk-menu.wav", b"Welcome to Kestrel Parcels."),
        ("uk-deliveries.wav", b"To change a delivery, press 1."),
        ("harbour.wav", b"Music"),
    ],
)
def test_each_sound_says_in_words_what_is_heard(name: str, words: bytes) -> None:
    """As its title: the street phone shows it as the caption."""
    body = (SOUNDS / name).read_bytes()

    assert words in body[body.index(b"INAM") :]
