"""A finished recording: fetched, checked, stored, put down in the register, then forgotten there.

A 404's page is never stored as sound (F45): type, length and shape are checked first, and what
does not pass is fetched again later. At the carrier it is deleted only after our own copy's
checksum is known (C8).
"""

import hashlib
from dataclasses import replace
from datetime import timedelta

from app.ports import (
    CarrierRefused,
    CarrierUnsure,
    Clock,
    Recorder,
    RecordingRecord,
    Recordings,
    RecordingWake,
    Register,
    Timers,
)

AGAIN_SECONDS = 10
TRIES = 60  # ten minutes: then it is put down as failed, for the sweep and for people
SOUND_TYPES = ("audio/x-wav", "audio/wav", "audio/vnd.wave")
HEADER_BYTES = 44


class NotSound(ValueError):
    """What came is no WAV file of the promised length."""


class Keeper:
    def __init__(
        self,
        *,
        recorder: Recorder,
        recordings: Recordings,
        register: Register,
        timers: Timers,
        clock: Clock,
        forget: bool,
    ) -> None:
        self._recorder = recorder
        self._recordings = recordings
        self._register = register
        self._timers = timers
        self._clock = clock
        self._forget = forget

    def keep(self, wake: RecordingWake) -> None:
        """Idempotent: everything is by key, and a copy already forgotten there is here."""
        if not self.takes(wake):
            self._later(wake)

    def takes(self, wake: RecordingWake) -> bool:
        """One try; whether it is settled now, or was before."""
        now = self._clock.now()
        if self._is_kept(wake):
            return True
        if wake.status != "completed":
            gone = RecordingRecord(wake.sid, wake.kind, wake.status, at=now)
            self._register.put_recording(wake.call, gone)
            return True
        try:
            content_type, body = self._recorder.fetch(wake.sid)
            check(content_type, body, wake.seconds)
        except (CarrierRefused, CarrierUnsure, NotSound):
            return False
        sha = hashlib.sha256(body).hexdigest()
        key = f"recordings/{wake.call}/{wake.sid}.wav"
        self._recordings.put(key, body, "audio/wav", sha)
        channels, seconds = shape(body)
        record = RecordingRecord(
            wake.sid, wake.kind, "stored", wake.seconds or seconds, channels, sha, key, now
        )
        self._register.put_recording(wake.call, record)
        self.forgets(wake.sid)
        return True

    def forgets(self, sid: str) -> None:
        """At the carrier, if it shall. Raises CarrierRefused, CarrierUnsure."""
        if self._forget:
            self._recorder.forget(sid)

    def _later(self, wake: RecordingWake) -> None:
        now = self._clock.now()
        if wake.tries >= TRIES:
            failed = RecordingRecord(wake.sid, wake.kind, "failed", at=now)
            self._register.put_recording(wake.call, failed)
            return
        again = replace(wake, tries=wake.tries + 1)
        self._timers.at(now + timedelta(seconds=AGAIN_SECONDS), again)

    def _is_kept(self, wake: RecordingWake) -> bool:
        whole = self._register.get(wake.call)
        kept = whole.recordings if whole else ()
        return any(r.sid == wake.sid and r.status in ("stored", "absent") for r in kept)


def shape(body: bytes) -> tuple[int, int]:
    """Channels and whole seconds, as the WAV's own header says (bytes 22 and 28)."""
    channels = int.from_bytes(body[22:24], "little")
    bytes_a_second = int.from_bytes(body[28:32], "little")
    return max(channels, 1), (len(body) - HEADER_BYTES) // max(bytes_a_second, 1)


def check(content_type: str, body: bytes, seconds: int) -> None:
    """Raises NotSound. A telephone WAV has at least 8,000 bytes a second; one second is slack."""
    if content_type.partition(";")[0].strip().lower() not in SOUND_TYPES:
        raise NotSound(f"it is {content_type}")
    if len(body) < HEADER_BYTES or body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise NotSound("it has no WAV header")
    if len(body) - HEADER_BYTES < max(seconds - 1, 0) * 8000:
        raise NotSound(f"{len(body)} bytes are too few for {seconds} s")
