"""The exchange's `Sound` interface, with real samples."""

from __future__ import annotations

from infra.local.exchange.interfaces import Clip, Tap, Tone, Unplayable
from infra.local.exchange.sound.library import Library
from infra.local.exchange.sound.recorder import Recorder


class RealSound:
    """Implements `interfaces.Sound`. The mixer feeds the recorder."""

    def __init__(self, library: Library, recorder: Recorder) -> None:
        self._library = library
        self._recorder = recorder

    def speech(self, text: str, language: str, voice: str) -> Clip:
        return self._library.speech(text, language, voice)

    def media(self, url: str, content_type: str, body: bytes) -> Clip:
        if content_type.startswith(("text/", "application/json", "image/")):
            raise Unplayable(f"{content_type} is no sound")
        return self._library.media(url, body)

    def digits(self, digits: str) -> Clip:
        return self._library.digits(digits)

    def tone(self, tone: Tone) -> Clip:
        return self._library.tone(tone)

    def start(self, tap: Tap) -> None:
        self._recorder.start(tap)

    def pause(self, recording: str, *, skip: bool) -> None:
        self._recorder.pause(recording, skip=skip)

    def resume(self, recording: str) -> None:
        self._recorder.resume(recording)

    def stop(self, recording: str) -> bytes:
        return self._recorder.stop(recording)
