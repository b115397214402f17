"""What is stored as a recording is sound, whole, and once (F45, F46; C8)."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryNotices,
    MemoryRecordings,
    MemoryRegister,
    MemoryTimers,
)
from app.domain.call import CALLER
from app.domain.events import MessageEmpty, MessageRecorded, RecordingEnded
from app.ports import (
    CallJob,
    CallRecord,
    CarrierRefused,
    CarrierUnsure,
    DialledIn,
    Download,
    MailboxMessage,
    NotStored,
    Recorded,
    RecordingJob,
)
from app.service.recordings import RETRY_AFTER_SECONDS, RecordingArchiver

WAKE = RecordingJob("c1", "RE1", "conversation", "completed", seconds=2, channels=2)


def sound(seconds: float, channels: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(seconds * 8000) * 2 * channels))
    return file.getvalue()


def _announcing(chunk: bytes, size: int) -> bytes:
    """Two seconds of sound whose header says another length."""
    whole = sound(2)
    at = whole.index(chunk) + 4
    return whole[:at] + size.to_bytes(4, "little") + whole[at + 4 :]


CHUNK = 1000


@dataclass
class OneRecording:
    """A carrier that has one recording, or something else under its name."""

    answer: tuple[str, bytes] | Exception
    seconds: int = 2  # as it lists the recording
    status: str = "completed"
    is_silent: bool = False  # when it is asked what it has
    breaks_after: int | None = None  # chunks; then the connection is lost
    fetched: int = 0
    forgotten: list[str] = field(default_factory=list)
    listed: list[Recorded] = field(default_factory=list)
    dialled: dict[str, DialledIn] = field(default_factory=dict)

    def recorded(self, sid: str) -> Recorded:
        if self.is_silent:
            raise CarrierUnsure("no answer")
        at = datetime(2026, 11, 2, tzinfo=UTC)
        return Recorded("c1", sid, "conversation", self.status, self.seconds, 2, at)

    def fetch(self, sid: str) -> Download:
        self.fetched += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        content_type, body = self.answer
        return Download(content_type, self._chunks(body))

    def _chunks(self, body: bytes) -> Generator[bytes, None, None]:
        for number, start in enumerate(range(0, len(body), CHUNK)):
            if number == self.breaks_after:
                raise CarrierUnsure("the connection was lost")
            yield body[start : start + CHUNK]

    def forget(self, sid: str) -> None:
        self.forgotten.append(sid)

    def since(self, when: datetime) -> tuple[Recorded, ...]:
        return tuple(one for one in self.listed if one.at >= when)

    def dialled_in(self, call: str) -> DialledIn:
        if call not in self.dialled:
            raise CarrierRefused(20404, "nobody dialled in", gone=True)
        return self.dialled[call]


class Services:
    def __init__(self, answer: tuple[str, bytes] | Exception) -> None:
        self.clock = MemoryClock()
        self.recorder = OneRecording(answer)
        self.recordings, self.register = MemoryRecordings(), MemoryRegister()
        self.timers, self.notices = MemoryTimers(), MemoryNotices()
        self.counted: list[str] = []
        now = self.clock.now()
        self.register.put_head(CallRecord("c1", "+44", "", "+44", now, ended=now))
        self.archiver = self.made(self.register)

    def made(self, register: MemoryRegister) -> RecordingArchiver:
        return RecordingArchiver(
            recorder=self.recorder,
            recordings=self.recordings,
            register=register,
            timers=self.timers,
            notices=self.notices,
            clock=self.clock,
            forget=True,
            count=self.counted.append,
        )

    @property
    def statuses(self) -> list[str]:
        whole = self.register.get("c1")
        return [r.status for r in whole.recordings] if whole else []

    def later(self) -> list[object]:
        self.clock.advance(3600)
        return list(self.timers.due(self.clock.now()))


def test_a_recording_is_stored_with_its_checksum_and_only_then_deleted_at_the_carrier() -> None:
    body = sound(2)
    services = Services(("audio/x-wav", body))

    services.archiver.archive(WAKE)

    assert services.recordings.kept == {"recordings/c1/RE1.wav": ("audio/wav", body)}
    whole = services.register.get("c1")
    assert whole is not None
    assert whole.recordings[0].sha256 == hashlib.sha256(body).hexdigest()
    assert services.recorder.forgotten == ["RE1"]


def test_pages_of_a_call_are_told_once_its_recording_is_stored() -> None:
    services = Services(CarrierRefused(404, "not yet"))
    now = services.clock.now()
    services.register.put_head(CallRecord("c1", "+44", "", "+44", now, ended=now, agents=("anna",)))

    services.archiver.archive(WAKE)
    told_early = [*services.notices.topics]
    services.recorder.answer = ("audio/x-wav", sound(2))
    services.archiver.archive(WAKE)

    assert told_early == []
    assert services.notices.topics == ["calls", "calls:anna"]


@pytest.mark.parametrize(
    "answer",
    [
        ("application/xml", b"<TwilioResponse><RestException/></TwilioResponse>"),
        ("audio/x-wav", b"<?xml version='1.0'?>" + b" " * 70_000),
        ("audio/x-wav", sound(2)[:2000]),
        ("audio/x-wav", sound(2)[: len(sound(2)) * 26 // 100]),
        ("audio/x-wav", sound(2)[:-1]),
        ("audio/x-wav", sound(2) + b"x"),
        ("audio/x-wav", sound(2)[:44]),
        ("audio/x-wav", sound(0)),
        ("audio/x-wav", sound(4)),
        ("audio/x-wav", sound(0.5)),
        ("audio/x-wav", _announcing(b"data", 0xFFFFFFFF)),
        ("audio/x-wav", _announcing(b"RIFF", 36)),
        ("audio/x-wav", b"RIFF\xff\xff\xff\x7fWAVE" + b"LIST\0\0\0\0" * 5000),
        ("audio/x-wav", b""),
        CarrierRefused(404, "not yet"),
        CarrierUnsure("timed out"),
    ],
    ids=[
        "a 404's page", "a page called sound", "cut off", "26 % of it", "one byte less",
        "one byte more", "a bare header", "a header of nothing", "too long", "a short one",
        "without a known length", "sound beyond the file", "a header without end", "empty",
        "not ready", "no answer",
    ],
)  # fmt: skip
def test_a_body_that_is_no_audio_is_never_stored_and_fetched_again(
    answer: tuple[str, bytes] | Exception,
) -> None:
    services = Services(answer)

    services.archiver.archive(WAKE)

    assert services.recordings.kept == {}
    assert services.recorder.forgotten == []
    assert services.statuses == []
    (again,) = services.later()
    assert isinstance(again, RecordingJob)
    assert again.tries == 1


@pytest.mark.parametrize("answer", [sound(2)[:16_000], sound(2)[:44]], ids=["a quarter", "header"])
def test_a_recording_whose_length_no_callback_told_is_measured_by_the_carriers_list(
    answer: bytes,
) -> None:
    """The job that follows a save knows nothing of it."""
    unknown = replace(WAKE, seconds=0)
    cut, whole = Services(("audio/x-wav", answer)), Services(("audio/x-wav", sound(2)))

    for services in (cut, whole):
        services.archiver.archive(unknown)

    assert (cut.statuses, whole.statuses) == ([], ["stored"])
    known = whole.register.get("c1")
    assert known is not None
    assert (known.recordings[0].seconds, known.recordings[0].channels) == (2, 2)


@pytest.mark.parametrize(("status", "then"), [("processing", []), ("absent", ["absent"])])
def test_what_the_carrier_has_not_finished_is_asked_for_again(status: str, then: list[str]) -> None:
    services = Services(("audio/x-wav", sound(2)))
    services.recorder.status = status

    done = services.archiver.try_archive(replace(WAKE, seconds=0))

    assert (done, services.statuses, services.recorder.fetched) == (bool(then), then, 0)


def test_a_connection_that_is_lost_half_way_stores_nothing_and_is_tried_again() -> None:
    services = Services(("audio/x-wav", sound(2)))
    services.recorder.breaks_after = 30

    services.archiver.archive(WAKE)
    services.recorder.breaks_after = None
    early, again = {**services.recordings.kept}, services.later()
    assert isinstance(again[0], RecordingJob)
    services.archiver.archive(again[0])

    assert early == {}
    assert services.statuses == ["stored"]


def test_the_carriers_copy_stays_until_the_checksum_of_ours_is_verified() -> None:
    services = Services(("audio/x-wav", sound(2)))
    services.recordings.put = _not_stored  # type: ignore[method-assign]

    services.archiver.archive(WAKE)

    assert services.recorder.forgotten == []
    assert services.statuses == []
    assert len(services.later()) == 1


def _not_stored(key: str, chunks: Iterable[bytes], content_type: str) -> str:
    for _ in chunks:
        pass
    raise NotStored(key)


@pytest.mark.parametrize("part", [0.26, 0.999])
def test_a_file_that_stays_cut_is_alarmed_at_the_end_and_the_carriers_copy_is_kept(
    part: float, caplog: pytest.LogCaptureFixture
) -> None:
    whole = sound(2)
    services = Services(("audio/x-wav", whole[: int(len(whole) * part)]))
    jobs: list[object] = [WAKE]

    while jobs:
        (job,) = jobs
        assert isinstance(job, RecordingJob)
        services.archiver.archive(job)
        jobs = services.later()

    assert services.recorder.fetched == 1 + len(RETRY_AFTER_SECONDS)
    assert services.statuses == ["failed"]
    assert services.counted == ["recording.failed"]
    assert services.recorder.forgotten == []
    assert services.recordings.kept == {}
    assert caplog.records[-1].__dict__["call"] == "c1"


def test_one_that_stays_cut_is_downloaded_seven_times_in_ten_minutes_ever_more_seldom() -> None:
    services = Services(("audio/x-wav", sound(2)[:1000]))
    began, downloads = services.clock.now(), [0]

    services.archiver.archive(WAKE)
    for second in range(1, 3601):
        services.clock.advance(1)
        for job in services.timers.due(services.clock.now()):
            assert isinstance(job, RecordingJob)
            services.archiver.archive(job)
            downloads.append(second)

    assert services.recorder.fetched == len(downloads)
    assert downloads == [0, 10, 30, 70, 150, 300, 600]
    assert services.statuses == ["failed"]
    assert services.clock.now() - began == timedelta(hours=1)


def test_a_recording_that_never_comes_is_entered_as_failed() -> None:
    services = Services(CarrierRefused(404, "never"))

    last = len(RETRY_AFTER_SECONDS)
    services.archiver.archive(RecordingJob("c1", "RE1", "message", "completed", 2, 1, tries=last))

    assert services.statuses == ["failed"]
    assert services.later() == []


def test_a_stored_recording_is_not_fetched_again() -> None:
    """F33: the callback may come twice."""
    services = Services(("audio/x-wav", sound(2)))

    services.archiver.archive(WAKE)
    services.archiver.archive(WAKE)

    assert services.recorder.fetched == 1


def test_a_recording_without_audio_is_entered_as_absent() -> None:
    services = Services(CarrierRefused(404, "none"))

    services.archiver.archive(RecordingJob("c1", "RE1", "message", "absent", 0, 1))

    assert services.statuses == ["absent"]


# --- Messages -------------------------------------------------------------------------------------

MESSAGE = RecordingJob("c1", "RE1", "message", "completed", seconds=5, channels=1)


def _message_of(message: str = "RE1", **more: object) -> Services:
    """The carrier has five seconds; the call has ended at a mailbox, `message` was left."""
    services = Services(("audio/x-wav", sound(5, 1)))
    now = services.clock.now()
    head = CallRecord(
        "c1", "+447700900361", "Eleanor", "+442079460801", now,
        ended=now, mailbox="box", message=message,
    )  # fmt: skip
    services.register.put_head(replace(head, **more))  # type: ignore[arg-type]
    return services


def _entered(services: Services) -> MailboxMessage | None:
    whole = services.register.get("c1")
    assert whole is not None
    return whole.message


def test_a_message_comes_into_its_mailbox_with_its_recording() -> None:
    services = _message_of()

    services.archiver.archive(MESSAGE)

    message = _entered(services)
    assert message is not None
    assert (message.mailbox, message.recording, message.seconds) == ("box", "RE1", 5)
    assert (message.caller, message.name, message.did) == (
        "+447700900361",
        "Eleanor",
        "+442079460801",
    )
    assert services.statuses == ["stored"]
    assert services.register.open_messages() == {"box": 1}


def test_a_message_that_came_twice_is_in_its_mailbox_once_and_stays_done() -> None:
    """F33."""
    services = _message_of()
    services.archiver.archive(MESSAGE)
    services.register.settle_message("c1", "anna", services.clock.now())

    services.archiver.archive(MESSAGE)

    message = _entered(services)
    assert message is not None
    assert message.done_by == "anna"
    assert services.register.open_messages() == {"box": 0}


def test_a_call_that_goes_on_is_told_that_its_recording_is_over() -> None:
    """A redirect may have ended it, and what they say from then on is to be recorded, too."""
    services = Services(("audio/x-wav", sound(2)))
    services.register = MemoryRegister()
    services.register.put_head(CallRecord("c1", "+44", "", "+44", services.clock.now()))

    services.made(services.register).archive(WAKE)

    assert services.later() == [CallJob("c1", RecordingEnded(CALLER, "RE1"))]


def test_a_call_is_not_told_that_its_recording_is_over_while_the_carrier_does_not_say_so() -> None:
    """It would begin another beside it (C3). The next try asks again."""
    services = Services(("audio/x-wav", sound(2)))
    services.register = MemoryRegister()
    services.register.put_head(CallRecord("c1", "+44", "", "+44", services.clock.now()))
    archiver, services.recorder.is_silent = services.made(services.register), True

    first = archiver.try_archive(WAKE)
    told, services.recorder.is_silent = services.later(), False
    second = archiver.try_archive(replace(WAKE, tries=1))

    assert (first, told) == (False, [])
    assert (second, services.later()) == (True, [CallJob("c1", RecordingEnded(CALLER, "RE1"))])


def test_a_call_that_is_over_is_told_of_no_recording() -> None:
    services = _message_of()

    services.archiver.archive(WAKE)

    assert CallJob("c1", RecordingEnded(CALLER, "RE1")) not in services.later()


def test_a_message_waits_for_the_end_of_its_call_since_it_may_be_recorded_again() -> None:
    services = Services(("audio/x-wav", sound(5, 1)))
    services.register = MemoryRegister()
    services.register.put_head(CallRecord("c1", "+44", "", "+44", services.clock.now()))
    archiver = services.made(services.register)

    done = archiver.try_archive(MESSAGE)

    assert not done
    assert services.recorder.fetched == 0


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_a_message_that_the_carrier_does_not_have_is_none_and_the_call_is_told(
    status: str,
) -> None:
    services = _message_of()

    services.archiver.archive(replace(MESSAGE, status=status))

    assert _entered(services) is None
    assert services.statuses == [status]
    assert services.later() == [CallJob("c1", MessageEmpty(CALLER, "RE1"))]


def test_a_recording_that_is_too_short_is_no_message_and_goes_from_the_carrier() -> None:
    services = _message_of(message="")
    services.recorder.answer = ("audio/x-wav", sound(1, 1))

    is_done = services.archiver.try_archive(replace(MESSAGE, seconds=1))

    assert is_done
    assert _entered(services) is None
    assert services.recordings.kept == {}
    assert services.statuses == ["empty"]
    assert services.recorder.forgotten == ["RE1"]


def test_the_length_of_a_message_is_rounded_as_the_carrier_rounds_it() -> None:
    """A callback without a duration: 1.8 s of sound are the 2 s that the carrier would name."""
    services = _message_of()
    services.recorder.answer = ("audio/x-wav", sound(1.8, 1))

    services.archiver.archive(replace(MESSAGE, seconds=0))

    assert services.statuses == ["stored"]
    entered = _entered(services)
    assert entered is not None
    assert entered.seconds == 2


def test_a_call_that_does_not_know_of_its_message_is_told() -> None:
    services = _message_of(message="")

    services.archiver.archive(MESSAGE)

    assert _entered(services) is not None
    assert services.later() == [CallJob("c1", MessageRecorded(CALLER, "RE1", 5))]


def test_what_was_recorded_over_is_deleted_and_never_entered() -> None:
    services = _message_of(message="RE2", replaced=("RE1",))

    early = services.archiver.try_archive(MESSAGE)
    services.archiver.archive(replace(MESSAGE, sid="RE2"))
    later = services.archiver.try_archive(MESSAGE)

    assert (early, later) == (False, True)
    assert services.recorder.forgotten == ["RE2", "RE1"]
    assert list(services.recordings.kept) == ["recordings/c1/RE2.wav"]


def test_a_recording_that_the_call_does_not_know_is_kept_beside_its_message() -> None:
    services = _message_of(message="RE2")

    services.archiver.archive(MESSAGE)

    assert services.statuses == ["stored"]
    assert _entered(services) is None


def test_a_message_that_was_stored_before_its_call_knew_of_it_comes_into_its_mailbox() -> None:
    """The carrier's callback of a second try may overtake the caller's word of it (C9)."""
    services = _message_of(message="RE0")
    services.archiver.archive(MESSAGE)
    whole = services.register.get("c1")
    assert whole is not None
    services.register.put_head(replace(whole.head, message="RE1", replaced=("RE0",)))

    services.archiver.archive(MESSAGE)

    message = _entered(services)
    assert message is not None
    assert (message.recording, message.seconds) == ("RE1", 5)
    assert services.recorder.fetched == 1
    assert services.register.open_messages() == {"box": 1}
