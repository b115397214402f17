"""The sound files that stand beside a company's file: read once, named by their content."""

import hashlib
import io
import math
import wave
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 5_000_000
WAV = "audio/wav"


@dataclass(frozen=True, slots=True)
class Sound:
    content_type: str
    body: bytes
    seconds: int  # rounded up


class NoSound(Exception):
    """There is no such sound; str() says why, and what to do."""


class Files:
    """`sounds` fills as files are asked for: content hash to sound."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.sounds: dict[str, Sound] = {}

    def sound(self, name: str) -> str:
        """The content hash of that file. Raises NoSound, in words for the administrator."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            raise NoSound(f"{name} lies outside of the plan's folder: put it beside it.")
        try:
            body = path.read_bytes()
        except (OSError, ValueError) as error:
            raise NoSound(f"there is no file {name}: put it there, or take it out.") from error
        if len(body) > LARGEST_BYTES:
            raise NoSound(f"{name} has more than {LARGEST_BYTES // 1_000_000} MB.")
        seconds = _seconds(body)
        if not seconds:
            raise NoSound(f"{name} is no WAV file: write it as PCM, best with 8 kHz, mono.")
        sha = hashlib.sha256(body).hexdigest()
        self.sounds[sha] = Sound(WAV, body, seconds)
        return sha


def _seconds(body: bytes) -> int:
    """Rounded up; 0: it is no WAV, or has no sound."""
    try:
        with wave.open(io.BytesIO(body)) as sound:
            return math.ceil(float(sound.getnframes()) / float(sound.getframerate() or 1))
    except (wave.Error, EOFError):
        return 0
