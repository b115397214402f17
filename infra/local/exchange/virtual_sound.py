"""Sound without samples: only its duration. For tests and the simulation.

Speech takes 0.06 s a character; media the length that its WAV header says, or 1 s; a recording is a
real WAV file of silence, as long and with as many channels as it should be.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from infra.local.exchange.interfaces import PAUSES_SECONDS, Clip, Clock, Tap, Tone, Unplayable

SECONDS_PER_CHARACTER = 0.06
RATE = 8000
TONE_SECONDS = {
    Tone.BEEP: 0.25,
    Tone.MUSIC: 30.0,
    Tone.NOT_IN_SERVICE: 2.0,
    Tone.FAX_ANSWER: 3.0,
    Tone.FAX_CALL: 3.5,
}
PLAYABLE = frozenset(
    {
        "audio/mpeg",
        "audio/wav",
        "audio/wave",
        "audio/x-wav",
        "audio/aiff",
        "audio/x-aifc",
        "audio/x-aiff",
        "audio/x-gsm",
        "audio/gsm",
        "audio/ulaw",
    }
)


@dataclass(slots=True)
class _Tape:
    tap: Tap
    since: datetime | None
    seconds: float = 0.0


def silent_wav(seconds: float, channels: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(bytes(round(seconds * RATE) * 2 * channels))
    return file.getvalue()


def wav_seconds(body: bytes) -> float | None:
    try:
        with wave.open(io.BytesIO(body)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError):
        return None


class VirtualSound:
    """`tapes` may be read by tests: which recordings run, and on which legs."""

    def __init__(self, clock: Clock) -> None:
        self._now: Callable[[], datetime] = clock.now
        self.tapes: dict[str, _Tape] = {}

    def speech(self, text: str, language: str, voice: str) -> Clip:
        return Clip(f"say:{language}:{text}", SECONDS_PER_CHARACTER * len(text), text)

    def media(self, url: str, content_type: str, body: bytes) -> Clip:
        if content_type not in PLAYABLE:
            raise Unplayable(f"{content_type or 'no content type'} is not played")
        return Clip(f"media:{url}", wav_seconds(body) or 1.0, f"♪ {url.rpartition('/')[2]}")

    def digits(self, digits: str) -> Clip:
        seconds = sum(PAUSES_SECONDS.get(digit, 0.2) for digit in digits)
        return Clip(f"digits:{digits}", seconds, f"keys {digits}", digits)

    def tone(self, tone: Tone) -> Clip:
        return Clip(f"tone:{tone}", TONE_SECONDS[tone], tone)

    def start(self, tap: Tap) -> None:
        self.tapes[tap.recording] = _Tape(tap, self._now())

    def pause(self, recording: str, *, skip: bool) -> None:
        if skip:
            self._count(self.tapes[recording])

    def resume(self, recording: str) -> None:
        tape = self.tapes[recording]
        tape.since = tape.since or self._now()

    def stop(self, recording: str) -> bytes:
        tape = self.tapes.pop(recording)
        self._count(tape)
        return silent_wav(tape.seconds, tape.tap.channels)

    def _count(self, tape: _Tape) -> None:
        if tape.since is not None:
            tape.seconds += (self._now() - tape.since).total_seconds()
        tape.since = None
