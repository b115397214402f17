"""Recordings: each tick adds one coded frame a channel; the WAV file is made when it stops.

Channel 1 is what the leg says, channel 2 what it hears. A mono recording is the mix of both.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np

from infra.local.exchange.interfaces import Tap
from infra.local.exchange.sound.pcmu import RATE, SILENCE, decode, mix


@dataclass(slots=True)
class _Tape:
    tap: Tap
    said: bytearray = field(default_factory=bytearray)
    heard: bytearray = field(default_factory=bytearray)
    paused: bool = False
    skipping: bool = False

    def add(self, said: bytes, heard: bytes) -> None:
        if self.paused and self.skipping:
            return
        self.said += said if self._takes("inbound") else SILENCE
        self.heard += heard if self._takes("outbound") else SILENCE

    def _takes(self, track: str) -> bool:
        return not self.paused and self.tap.track in (track, "both")

    def wav(self) -> bytes:
        channels = [decode(bytes(self.said)), decode(bytes(self.heard))]
        if self.tap.channels == 1:
            channels = [mix(channels)]
        file = BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(len(channels))
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(np.stack(channels, axis=1).astype("<i2").tobytes())
        return file.getvalue()


class Recorder:
    def __init__(self) -> None:
        self._tapes: dict[str, _Tape] = {}

    @property
    def taps(self) -> tuple[Tap, ...]:
        return tuple(tape.tap for tape in self._tapes.values())

    def start(self, tap: Tap) -> None:
        self._tapes[tap.recording] = _Tape(tap)

    def pause(self, recording: str, *, skip: bool) -> None:
        tape = self._tapes[recording]
        tape.paused, tape.skipping = True, skip

    def resume(self, recording: str) -> None:
        self._tapes[recording].paused = False

    def add(self, recording: str, said: bytes, heard: bytes) -> None:
        self._tapes[recording].add(said, heard)

    def stop(self, recording: str) -> bytes:
        return self._tapes.pop(recording).wav()
