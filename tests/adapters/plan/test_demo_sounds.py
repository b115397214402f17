"""The demo's sounds: each uploaded prompt begins with its own tone mark, and all fit the line."""

from __future__ import annotations

import math
import wave
from array import array
from pathlib import Path

import pytest

SOUNDS = Path(__file__).parents[3] / "demo" / "sounds"
MARKS = {"uk-menu.wav": 620, "uk-deliveries.wav": 480}
RATE = 8000
LONGEST_MUSIC_SECONDS = 18


def _samples(name: str) -> array[int]:
    with wave.open(str(SOUNDS / name), "rb") as sound:
        assert sound.getparams()[:3] == (1, 2, RATE)
        return array("h", sound.readframes(sound.getnframes()))


def _power(samples: array[int], hertz: int) -> float:
    """Of one pure tone in the first 0.9 s, by Goertzel."""
    count = RATE * 9 // 10
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    last = before = 0.0
    for sample in samples[:count]:
        last, before = sample + turn * last - before, last
    return (last * last + before * before - turn * last * before) / count**2


@pytest.mark.parametrize(("name", "hertz"), MARKS.items())
def test_a_prompt_begins_with_its_own_tone_and_no_other(name: str, hertz: int) -> None:
    samples = _samples(name)

    own, others = _power(samples, hertz), [_power(samples, h) for h in {620, 480} - {hertz}]

    assert own > 10_000 * max(others)


@pytest.mark.parametrize("name", MARKS)
def test_words_follow_the_tone(name: str) -> None:
    spoken = _samples(name)[RATE + RATE // 5 :]

    assert len(spoken) > 3 * RATE
    assert max(map(abs, spoken)) > 3000


def test_the_music_has_no_tone_mark_and_fits_one_wait_document() -> None:
    music = _samples("harbour.wav")

    marks = [_power(music, hertz) for hertz in MARKS.values()]

    assert len(music) <= LONGEST_MUSIC_SECONDS * RATE
    assert max(marks) < _power(_samples("uk-menu.wav"), 620) / 1000


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
