"""Every clip that can be played, by key: samples are made once and coded once, then only sliced.

Making speech or decoding a file takes milliseconds. `prepare.py` calls `speech` and `media` on
another thread beforehand; on the event loop they then only look up.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from functools import cached_property

from infra.local.exchange.interfaces import Clip, Tone
from infra.local.exchange.sound import tones
from infra.local.exchange.sound.media import decode_media, title_of
from infra.local.exchange.sound.music import hold_music
from infra.local.exchange.sound.pcmu import FRAME, FRAME_SECONDS, Samples, encode, whole_frames
from infra.local.exchange.sound.speech import speak

_TONES: Mapping[Tone, Callable[[], Samples]] = {
    Tone.BEEP: tones.beep,
    Tone.MUSIC: hold_music,
    Tone.NOT_IN_SERVICE: tones.not_in_service,
    Tone.FAX_ANSWER: tones.fax_answer,
    Tone.FAX_CALL: tones.fax_call,
}


class Sample:
    """A clip's sound: coded when somebody first hears it."""

    def __init__(self, samples: Samples) -> None:
        self.samples = whole_frames(samples)
        self.frames = len(self.samples) // FRAME

    @property
    def seconds(self) -> float:
        return self.frames * FRAME_SECONDS

    @cached_property
    def _payload(self) -> bytes:
        return encode(self.samples)

    def payload(self, frame: int) -> bytes:
        return self._payload[frame * FRAME : (frame + 1) * FRAME]


def _digest(*parts: str | bytes) -> str:
    content = hashlib.sha256()
    for part in parts:
        content.update(part if isinstance(part, bytes) else part.encode())
        content.update(b"\0")
    return content.hexdigest()[:24]


class Library:
    def __init__(self) -> None:
        self._samples: dict[str, Sample] = {}
        self._titles: dict[str, str] = {}  # of media files
        self._lock = threading.Lock()

    def sample(self, key: str) -> Sample:
        """Raises KeyError for a key that no clip of this library has."""
        return self._samples[key]

    def add(self, key: str, samples: Samples, caption: str) -> Clip:
        """A clip of samples that the caller made; the first samples of a key stay."""
        self._put(key, samples)
        return self._clip(key, caption)

    @cached_property
    def ringback(self) -> Sample:
        return Sample(tones.ringback())

    def speech(self, text: str, language: str, voice: str) -> Clip:
        key = "speech:" + _digest(text, language, voice)
        if key not in self._samples:
            self._put(key, speak(text, language, voice))
        return self._clip(key, text)

    def spoken(self, text: str, language: str) -> bytes:
        """PCMU of `text`, not kept: what a person types instead of speaking."""
        return encode(speak(text, language, ""))

    def media(self, url: str, body: bytes) -> Clip:
        """Raises Unplayable. The content decides, so a changed file under one URL is heard."""
        key = "media:" + _digest(body)
        if key not in self._samples:
            self._titles[key] = title_of(body)
            self._put(key, decode_media(body))
        return self._clip(key, self._titles[key] or url.partition("?")[0].rsplit("/", 1)[-1])

    def digits(self, digits: str) -> Clip:
        key = "digits:" + digits
        if key not in self._samples:
            self._put(key, tones.digits(digits))
        return self._clip(key, f"keys {digits}", digits)

    def tone(self, tone: Tone) -> Clip:
        key = f"tone:{tone}"
        if key not in self._samples:
            self._put(key, _TONES[tone]())
        return self._clip(key, tone)

    def _put(self, key: str, samples: Samples) -> None:
        with self._lock:
            self._samples.setdefault(key, Sample(samples))

    def _clip(self, key: str, caption: str, keys: str = "") -> Clip:
        return Clip(key, self._samples[key].seconds, caption, keys)
