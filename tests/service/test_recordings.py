"""What is stored as a recording is sound, whole, and once (F45, F46; C8)."""

from __future__ import annotations

import hashlib
import io
import wave
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from app.adapters.memory import MemoryClock, MemoryRecordings, MemoryRegister, MemoryTimers
from app.ports import (
    CallRecord,
    CarrierRefused,
    CarrierUnsure,
    DialledIn,
    Recorded,
    RecordingJob,
)
from app.service.recordings import TRIES, RecordingArchiver

WAKE = RecordingJob("c1", "RE1", "conversation", "completed", seconds=2, channels=2)


def sound(seconds: int, channels: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(seconds * 16000 * channels))
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
        self.timers = MemoryTimers()
        now = self.clock.now()
        self.register.put_head(CallRecord("c1", "+44", "", "+44", now))
        self.archiver = RecordingArchiver(
            recorder=self.recorder,
            recordings=self.recordings,
            register=self.register,
            timers=self.timers,
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
