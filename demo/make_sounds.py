"""Makes the demo company's sounds: `python -m demo.make_sounds`, from the repository's root.

The words of a prompt are those of `switchroom.yaml`, spoken by the local exchange's voice. The hold
music is of our own making, and as loud as speech: nobody who waits holds the telephone away from
the ear, or believes the line dead. All is 8 kHz, mono, 16 bit: what a telephone carries. Each
file's title says what is heard, for those who read captions.
"""

import math
import struct
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from demo.loudness import loudness
from infra.local.exchange.sound.speech import speak

ROOT = Path(__file__).parents[1]
RATE = 8000
LOUD = 32767

LOUDNESS_LUFS = -19.0
VOICE = ("en-GB", "Polly.Amy")

MUSIC, MUSIC_TITLE = "demo/sounds/harbour.wav", "Music"
BEAT_SECONDS = 0.4
# Eight bars of four beats: the bass note, then the chord that is plucked (MIDI numbers).
BARS = (
    (45, (60, 64, 69, 72)),
    (41, (60, 65, 69, 72)),
    (48, (60, 64, 67, 72)),
    (43, (59, 62, 67, 71)),
    (45, (60, 64, 69, 76)),
    (38, (57, 62, 65, 74)),
    (41, (57, 60, 65, 72)),
    (43, (59, 62, 67, 74)),
)
PATTERN = (0, 2, 1, 3)


def main() -> int:
    words = dict(_words(yaml.safe_load((ROOT / "switchroom.yaml").read_text(encoding="utf-8"))))
    words.pop(MUSIC, None)
    for name, said in sorted(words.items()):
        _write(name, speak(said, *VOICE).tolist(), said)
    _write(MUSIC, _music(), MUSIC_TITLE)
    return 0


def _words(part: Any) -> Iterator[tuple[str, str]]:
    """Each sound of the company's file with the words that belong to it."""
    if isinstance(part, dict):
        if "sound" in part and "say" in part:
            yield part["sound"], part["say"]
        yield from chain.from_iterable(_words(inner) for inner in part.values())
    elif isinstance(part, list):
        yield from chain.from_iterable(_words(inner) for inner in part)


def _music() -> Sequence[int]:
    """Plucked strings over a soft bass, 12.8 s; what rings beyond the end sounds at the start."""
    beat = int(BEAT_SECONDS * RATE)
    mix = [0.0] * (beat * len(BARS) * len(PATTERN))
    for bar, (bass, chord) in enumerate(BARS):
        begin = bar * len(PATTERN) * beat
        _pluck(mix, begin, bass, seconds=2.4, loud=0.5)
        for step, note in enumerate(PATTERN):
            _pluck(mix, begin + step * beat, chord[note], seconds=1.6, loud=0.35)
    peak = max(map(abs, mix))
    return [round(0.2 * LOUD * sample / peak) for sample in mix]


def _pluck(mix: list[float], at: int, note: int, *, seconds: float, loud: float) -> None:
    hertz = 440 * 2 ** ((note - 69) / 12)
    for n in range(int(seconds * RATE)):
        t = n / RATE
        rise = min(1.0, t / 0.012)
        tone = math.sin(2 * math.pi * hertz * t) + 0.35 * math.sin(4 * math.pi * hertz * t)
        mix[(at + n) % len(mix)] += loud * rise * math.exp(-2.2 * t) * tone


def _write(name: str, samples: Sequence[int], title: str) -> None:
    """The file, at our loudness."""
    _save(name, samples)
    gain = 10 ** ((LOUDNESS_LUFS - loudness(ROOT / name)) / 20)
    _save(name, [max(-LOUD, min(LOUD, round(gain * sample))) for sample in samples])
    _entitle(ROOT / name, title)
    print(f"{name}: {loudness(ROOT / name):.1f} LUFS")  # noqa: T201 - it runs in a terminal


def _save(name: str, samples: Sequence[int]) -> None:
    frames = array("h", (int(sample) for sample in samples))
    if sys.byteorder == "big":
        frames.byteswap()
    with wave.open(str(ROOT / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())


def _entitle(file: Path, title: str) -> None:
    """The title as WAV files carry it: INAM in a list of INFO, after the samples."""
    named = _chunk(b"LIST", b"INFO" + _chunk(b"INAM", title.encode() + b"\0"))
    sound = file.read_bytes()[8:] + named
    file.write_bytes(_chunk(b"RIFF", sound))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


if __name__ == "__main__":
    sys.exit(main())
