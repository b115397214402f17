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
    RecordingJob,
    RecordingRecord,
    Recordings,
    Register,
    Timers,
)

AGAIN_SECONDS = 10
TRIES = 60  # ten minutes: then it is put down as failed, for the sweep and for people
SOUND_TYPES = ("audio/x-wav", "audio/wav", "audio/vnd.wave")
HEADER_BYTES = 44


class NotSound(ValueError):
    """What came is no WAV file of the promised length."""


class RecordingArchiver:
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

    def keep(self, job: RecordingJob) -> None:
        """Idempotent: everything is by key, and a copy already forgotten there is here."""
        if not self.takes(job):
            self._later(job)

    def takes(self, job: RecordingJob) -> bool:
        """One try; whether it is settled now, or was before."""
        now = self._clock.now()
        if self._is_kept(job):
            return True
        if job.status != "completed":
            gone = RecordingRecord(job.sid, job.kind, job.status, at=now)
            self._register.put_recording(job.call, gone)
            return True
        try:
            content_type, body = self._recorder.fetch(job.sid)
            check(content_type, body, job.seconds)
        except (CarrierRefused, CarrierUnsure, NotSound):
            return False
        sha = hashlib.sha256(body).hexdigest()
        key = f"recordings/{job.call}/{job.sid}.wav"
        self._recordings.put(key, body, "audio/wav", sha)
        channels, seconds = shape(body)
        record = RecordingRecord(
            job.sid, job.kind, "stored", job.seconds or seconds, channels, sha, key, now
        )
        self._register.put_recording(job.call, record)
        self.forgets(job.sid)
        return True

    def forgets(self, sid: str) -> None:
        """At the carrier, if it shall. Raises CarrierRefused, CarrierUnsure."""
        if self._forget:
            self._recorder.forget(sid)

    def _later(self, job: RecordingJob) -> None:
        now = self._clock.now()
        if job.tries >= TRIES:
            failed = RecordingRecord(job.sid, job.kind, "failed", at=now)
            self._register.put_recording(job.call, failed)
            return
        again = replace(job, tries=job.tries + 1)
        self._timers.at(now + timedelta(seconds=AGAIN_SECONDS), again)

    def _is_kept(self, job: RecordingJob) -> bool:
        whole = self._register.get(job.call)
        kept = whole.recordings if whole else ()
        return any(r.sid == job.sid and r.status in ("stored", "absent") for r in kept)


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
