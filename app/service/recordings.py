"""Archives a finished recording: fetch, check, store, enter in the register, delete at the carrier.

It passes through chunk by chunk, whatever its length. An error page or half a recording is never
stored (F45): type, WAV header and length are checked as it passes, and what is not whole is fetched
again later. The carrier's copy is deleted only after the checksum of ours was verified (C8).

A message waits for the end of its call: until then its caller may record it again. One in which
nothing is heard is no message, and the call is told so.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

from app.domain.call import CALLER, SHORTEST_MESSAGE_SECONDS
from app.domain.events import MessageEmpty, MessageRecorded, RecordingEnded
from app.domain.topics import BOARD, call_topics
from app.domain.value import replace
from app.ports import (
    RECORDED,
    CallJob,
    CallRecord,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    MailboxMessage,
    Notices,
    NotStored,
    Recorder,
    RecordingJob,
    RecordingRecord,
    Recordings,
    Register,
    Timers,
    WholeCall,
)
from app.service.wav import NotAudio, PassingSound

# After each try that failed: soon while the carrier may not be ready yet, then seldom, for each
# try of one that is cut costs a download. After the last, ten minutes, the register says failed,
# for the reconciliation and for people.
RETRY_AFTER_SECONDS = (10, 20, 40, 80, 150, 300)
SETTLED = ("stored", "absent", "empty")

Count = Callable[[str], None]
_log = logging.getLogger(__name__)


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
        count: Count,
    ) -> None:
        self._recorder = recorder
        self._recordings = recordings
        self._register = register
        self._timers = timers
        self._notices = notices
        self._clock = clock
        self._forget = forget
        self._count = count

    def archive(self, job: RecordingJob) -> None:
        """Try now, and schedule a retry if that fails. Idempotent: all writes are by key."""
        if not self.try_archive(job) and not job.is_repeated:
            self._retry_later(job)

    def try_archive(self, job: RecordingJob) -> bool:
        """Try once; whether the recording needs no further try."""
        is_conversation = job.kind == "conversation"
        if is_conversation and job.agents is not None and not job.tries:
            return self._archive_of_ended_call(job, job.agents)
        whole = self._register.get(job.call)
        if is_conversation and whole is not None and whole.head.ended is None:
            is_over = self._is_over(job)
            if is_over is None:
                return False
            if is_over:
                self._tell(job.call, RecordingEnded(CALLER, job.sid))  # by a redirect, perhaps
        return self._archive_unless_known(job, whole)

    def _archive_of_ended_call(self, job: RecordingJob, agents: tuple[str, ...]) -> bool:
        """The first try. Nothing is read: what is stored twice is the same.

        The second try finds out what is stored, and deleted at the carrier.
        """
        done = self._archive(job, None)
        if done:
            self._notices.notify(*call_topics(agents))
        return done

    def _is_over(self, job: RecordingJob) -> bool | None:
        """Whether the carrier says so when it is asked: the job may have been told too early.

        None: it did not answer. A call that is told so of a recording that runs begins another.
        """
        try:
            return self._recorder.recorded(job.sid).status in RECORDED
        except CarrierRefused:
            return True
        except CarrierUnsure:
            return None

    def _archive_unless_known(self, job: RecordingJob, whole: WholeCall | None) -> bool:
        known = whole.recordings if whole else ()
        settled = next((r for r in known if r.sid == job.sid and r.status in SETTLED), None)
        if settled is not None:
            if whole is not None and _is_left_out(whole, settled):
                self._put_message(whole.head, settled)
            return True
        done = self._try(job, whole)
        if done:
            self._notices.notify(*call_topics(whole.head.agents if whole else ()))
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
        try:
            job = self._as_the_carrier_has_it(job)
            if job.status not in RECORDED:
                return False
            if job.status != "completed":
                return self._is_nothing(job, job.status)
            if head is not None and job.seconds < SHORTEST_MESSAGE_SECONDS:
                self._is_nothing(job, "empty")
                self.delete_at_carrier(job.sid)
                return True
            record = self._store(job)
        except (CarrierRefused, CarrierUnsure, NotAudio, NotStored):
            if job.is_repeated:
                self._report(job)  # long after its callback: it should be there
            return False
        if head is not None and head.message in ("", job.sid):
            self._put_message(head, record)
        self._register.put_recording(job.call, record)
        self.delete_at_carrier(job.sid)
        return True

    def _as_the_carrier_has_it(self, job: RecordingJob) -> RecordingJob:
        """With its length, which not every job knows: it tells whether all of it has come."""
        if job.status != "completed" or job.seconds:
            return job
        known = self._recorder.recorded(job.sid)
        return replace(job, status=known.status, seconds=known.seconds)

    def _store(self, job: RecordingJob) -> RecordingRecord:
        """Raises NotAudio, NotStored, CarrierRefused, CarrierUnsure; nothing is stored then."""
        key = f"recordings/{job.call}/{job.sid}.wav"
        download = self._recorder.fetch(job.sid)
        with closing(download.chunks) as chunks:
            sound = PassingSound(download.content_type, job.seconds)
            sha = self._recordings.put(key, sound.passed(chunks), "audio/wav")
        channels = sound.shape.channels if sound.shape else job.channels
        return RecordingRecord(
            job.sid, job.kind, "stored", job.seconds, channels, sha, key, self._clock.now()
        )

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

    def _tell(self, call: str, event: MessageEmpty | MessageRecorded | RecordingEnded) -> None:
        self._timers.at(self._clock.now(), CallJob(call, event))

    def delete_at_carrier(self, sid: str) -> None:
        """Delete the carrier's copy, if configured. Raises CarrierRefused, CarrierUnsure."""
        if self._forget:
            self._recorder.forget(sid)

    def _report(self, job: RecordingJob) -> None:
        self._count("recording.failed")
        _log.error("recording failed", extra={"call": job.call, "recording": job.sid})

    def _retry_later(self, job: RecordingJob) -> None:
        now = self._clock.now()
        if job.tries >= len(RETRY_AFTER_SECONDS):
            self._report(job)
            failed = RecordingRecord(job.sid, job.kind, "failed", at=now)
            self._register.put_recording(job.call, failed)
            return
        pause = timedelta(seconds=RETRY_AFTER_SECONDS[job.tries])
        self._timers.at(now + pause, replace(job, tries=job.tries + 1))


def _is_left_out(whole: WholeCall, stored: RecordingRecord) -> bool:
    """It was stored before its call knew that it is the message."""
    is_message = stored.status == "stored" and whole.head.message == stored.sid
    return is_message and whole.message is None
