"""The sound files that stand beside a company's file: read once, named by their content."""

import hashlib
import io
import wave
from dataclasses import dataclass
from pathlib import Path

from app.adapters.plan.problems import Problems

LARGEST_BYTES = 5_000_000
WAV = "audio/wav"


@dataclass(frozen=True, slots=True)
class Sound:
    content_type: str
    body: bytes


class Files:
    """`sounds` fills as files are asked for: content hash to sound."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self._folder = folder.resolve()
        self._problems = problems
        self.sounds: dict[str, Sound] = {}

    def sound(self, name: str, line: int) -> str | None:
        """The content hash of that file; None and a problem when it is no sound."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            self._problems.add(line, f"{name} lies outside of the plan's folder: put it beside it.")
            return None
        try:
            body = path.read_bytes()
        except OSError:
            self._problems.add(line, f"there is no file {name}: put it there, or take it out.")
            return None
        if len(body) > LARGEST_BYTES:
            self._problems.add(line, f"{name} has more than {LARGEST_BYTES // 1_000_000} MB.")
            return None
        if not _is_wav(body):
            said = f"{name} is no WAV file: write it as PCM, best with 8 kHz, mono."
            self._problems.add(line, said)
            return None
        sha = hashlib.sha256(body).hexdigest()
        self.sounds[sha] = Sound(WAV, body)
        return sha


def _is_wav(body: bytes) -> bool:
    try:
        with wave.open(io.BytesIO(body)) as sound:
            return bool(sound.getnframes() > 0)
    except (wave.Error, EOFError):
        return False
