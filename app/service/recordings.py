"""Archives a finished recording: fetch, check, store, enter in the register, delete at the carrier.

An error page is never stored as audio (F45): type, length and WAV header are checked first, and a
body that does not pass is fetched again later. The carrier's copy is deleted only after ours is
stored with its checksum (C8).

A message waits for the end of its call: until then its caller may record it again. One in which
nothing is heard is no message, and the call is told so.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta

from app.domain.call import CALLER, SHORTEST_MESSAGE_SECONDS
from app.domain.events import MessageEmpty, MessageRecorded
from app.domain.topics import BOARD, call_topics
from app.ports import (
    CallJob,
    CallRecord,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    MailboxMessage,
    Notices,
    Recorder,
    RecordingJob,
    RecordingRecord,
    Recordings,
    Register,
    Timers,
    WholeCall,
)

RETRY_SECONDS = 10
TRIES = 60  # ten minutes: then the register says failed, for the reconciliation and for people
SETTLED = ("stored", "absent", "empty")
AUDIO_TYPES = ("audio/x-wav", "audio/wav", "audio/vnd.wave")
HEADER_BYTES = 44


class NotAudio(ValueError):
    """The body is no WAV file of the expected length."""


class RecordingArchiver:
    def __init__(
        self,
        *,
        recorder: Recorder,
        recordings: Recordings,
        register: Register,
        timers: Timers,
        notices: Notices,
        clock: Clock,
        forget: bool,
    ) -> None:
        self._recorder = recorder
        self._recordings = recordings
        self._register = register
        self._timers = timers
        self._notices = notices
        self._clock = clock
        self._forget = forget

    def archive(self, job: RecordingJob) -> None:
        """Try now, and schedule a retry if that fails. Idempotent: all writes are by key."""
        if not self.try_archive(job):
            self._retry_later(job)

    def try_archive(self, job: RecordingJob) -> bool:
        """Try once; whether the recording needs no further try."""
        whole = self._register.get(job.call)
        known = whole.recordings if whole else ()
        if any(r.sid == job.sid and r.status in SETTLED for r in known):
            return True
        done = self._try(job, whole)
        if done:
            for topic in call_topics(whole.head.agents if whole else ()):
                self._notices.notify(topic)
        return done

    def _try(self, job: RecordingJob, whole: WholeCall | None) -> bool:
        if job.kind != "message" or job.status != "completed":
            return self._archive(job, None)
        if whole is None or whole.head.ended is None:
            return False
        if job.sid in whole.head.replaced:
            return self._drop_replaced(job, whole)
        return self._archive(job, whole.head)

    def _archive(self, job: RecordingJob, head: CallRecord | None) -> bool:
        """`head`: of the call whose message it is."""
        if job.status != "completed":
            return self._is_nothing(job, job.status)
        try:
            content_type, body = self._recorder.fetch(job.sid)
            check_wav(content_type, body, job.seconds)
        except (CarrierRefused, CarrierUnsure, NotAudio):
            return False
        sha = hashlib.sha256(body).hexdigest()
        channels, seconds = channels_and_seconds(body)
        if head is not None and (job.seconds or seconds) < SHORTEST_MESSAGE_SECONDS:
            self._is_nothing(job, "empty")
            self.delete_at_carrier(job.sid)
            return True
        key = f"recordings/{job.call}/{job.sid}.wav"
        self._recordings.put(key, body, "audio/wav", sha)
        record = RecordingRecord(
            job.sid, job.kind, "stored", job.seconds or seconds, channels, sha, key,
            self._clock.now(),
        )  # fmt: skip
        if head is not None and head.message in ("", job.sid):
            self._put_message(head, record)
        self._register.put_recording(job.call, record)
        self.delete_at_carrier(job.sid)
        return True

    def _is_nothing(self, job: RecordingJob, status: str) -> bool:
        gone = RecordingRecord(job.sid, job.kind, status, at=self._clock.now())
        self._register.put_recording(job.call, gone)
        if job.kind == "message":
            self._tell(job.call, MessageEmpty(CALLER, job.sid))
        return True

    def _drop_replaced(self, job: RecordingJob, whole: WholeCall) -> bool:
        """Only when what its caller recorded over it is here: until then it may be the message."""
        kept = whole.head.message
        if not any(r.sid == kept and r.status == "stored" for r in whole.recordings):
            return False
        self.delete_at_carrier(job.sid)
        return True

    def _put_message(self, head: CallRecord, record: RecordingRecord) -> None:
        """Into its mailbox; a call that does not know of its message yet is told."""
        if not head.message:
            self._tell(head.id, MessageRecorded(CALLER, record.sid, record.seconds))
        message = MailboxMessage(
            call=head.id,
            mailbox=head.mailbox,
            caller=head.caller,
            name=head.name,
            did=head.did,
            at=head.started,
            recording=record.sid,
            seconds=record.seconds,
        )
        self._register.put_message(message)
        self._notices.notify(BOARD)

    def _tell(self, call: str, event: MessageEmpty | MessageRecorded) -> None:
        self._timers.at(self._clock.now(), CallJob(call, event))

    def delete_at_carrier(self, sid: str) -> None:
        """Delete the carrier's copy, if configured. Raises CarrierRefused, CarrierUnsure."""
        if self._forget:
            self._recorder.forget(sid)

    def _retry_later(self, job: RecordingJob) -> None:
        now = self._clock.now()
        if job.tries >= TRIES:
            failed = RecordingRecord(job.sid, job.kind, "failed", at=now)
            self._register.put_recording(job.call, failed)
            return
        again = replace(job, tries=job.tries + 1)
        self._timers.at(now + timedelta(seconds=RETRY_SECONDS), again)


def channels_and_seconds(body: bytes) -> tuple[int, int]:
    """Channels and seconds, from the WAV header (bytes 22 and 28); rounded as the carrier does.

    With half a second cut off, a message of 1.8 s would be shorter than the shortest.
    """
    channels = int.from_bytes(body[22:24], "little")
    bytes_a_second = max(int.from_bytes(body[28:32], "little"), 1)
    return max(channels, 1), (len(body) - HEADER_BYTES + bytes_a_second // 2) // bytes_a_second


def check_wav(content_type: str, body: bytes, seconds: int) -> None:
    """Raises NotAudio. A telephone WAV has at least 8,000 bytes a second; one second is slack."""
    if content_type.partition(";")[0].strip().lower() not in AUDIO_TYPES:
        raise NotAudio(f"it is {content_type}")
    if len(body) < HEADER_BYTES or body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise NotAudio("it has no WAV header")
    if len(body) - HEADER_BYTES < max(seconds - 1, 0) * 8000:
        raise NotAudio(f"{len(body)} bytes are too few for {seconds} s")
