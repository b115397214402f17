"""What is stored as a recording is sound, whole, and once (F45, F46; C8)."""

from __future__ import annotations

import hashlib
import io
import wave
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryNotices,
    MemoryRecordings,
    MemoryRegister,
    MemoryTimers,
)
from app.domain.call import CALLER
from app.domain.events import MessageEmpty, MessageRecorded
from app.ports import (
    CallJob,
    CallRecord,
    CarrierRefused,
    CarrierUnsure,
    DialledIn,
    MailboxMessage,
    Recorded,
    RecordingJob,
)
from app.service.recordings import TRIES, RecordingArchiver

WAKE = RecordingJob("c1", "RE1", "conversation", "completed", seconds=2, channels=2)


def sound(seconds: float, channels: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(seconds * 8000) * 2 * channels))
    return file.getvalue()


@dataclass
class OneRecording:
    """A carrier that has one recording, or something else under its name."""

    answer: tuple[str, bytes] | Exception
    fetched: int = 0
    forgotten: list[str] = field(default_factory=list)
    listed: list[Recorded] = field(default_factory=list)
    dialled: dict[str, DialledIn] = field(default_factory=dict)

    def fetch(self, sid: str) -> tuple[str, bytes]:
        self.fetched += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

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
        ("audio/x-wav", b""),
        CarrierRefused(404, "not yet"),
        CarrierUnsure("timed out"),
    ],
    ids=["a 404's page", "a page called sound", "cut off", "empty", "not ready", "no answer"],
)
def test_a_body_that_is_no_audio_is_never_stored_and_fetched_again(
    answer: tuple[str, bytes] | Exception,
) -> None:
    services = Services(answer)

    services.archiver.archive(WAKE)

    assert services.recordings.kept == {}
    assert services.recorder.forgotten == []
    (again,) = services.later()
    assert isinstance(again, RecordingJob)
    assert again.tries == 1


def test_a_recording_that_never_comes_is_entered_as_failed() -> None:
    services = Services(CarrierRefused(404, "never"))

    services.archiver.archive(RecordingJob("c1", "RE1", "message", "completed", 2, 1, tries=TRIES))

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

    services.archiver.archive(replace(MESSAGE, seconds=1))

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
