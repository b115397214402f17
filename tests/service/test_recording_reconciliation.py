"""M3, F47: what the carrier recorded and nobody told us of is found, and only what is ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.adapters.memory import MemoryDirectory, MemorySwitch
from app.domain.call import Call, Room
from app.domain.facts import Facts
from app.domain.states import QueuePosition, Waiting
from app.ports import (
    CallRecord,
    CarrierUnsure,
    DialledIn,
    Recorded,
    RecordingJob,
    RecordingRecord,
    WriteSet,
)
from app.service.recording_reconciliation import RecordingReconciliation
from tests.service.test_recordings import Services, sound
from tests.stories.company import ELEANOR, MAIN, PLAN

MINUTE = timedelta(minutes=1)


class Office(Services):
    """A carrier that has one finished recording of five seconds, ended two minutes ago."""

    def __init__(self, call: str = "c1", kind: str = "message", status: str = "completed") -> None:
        super().__init__(("audio/x-wav", sound(5, 1)))
        self.clock.advance(20 * 60)
        self.switch, directory = MemorySwitch(), MemoryDirectory()
        directory.publish(PLAN, previous=None)
        directory.put_contact(ELEANOR)
        self.at = self.clock.now() - 2 * MINUTE - timedelta(seconds=5)
        self.recorder.listed = [Recorded(call, "RE1", kind, status, 5, 1, self.at)]
        self.reconciliation = RecordingReconciliation(
            calls=self.switch.calls,
            recorder=self.recorder,
            archiver=self.archiver,
            register=self.register,
            directory=directory,
            timers=self.timers,
            clock=self.clock,
        )

    def reconciles(self) -> None:
        """One run, and the downloads that it schedules, which are jobs of another queue."""
        self.reconciliation.run()
        early = self.recorder.fetched
        for job in self.timers.due(self.clock.now()):
            if isinstance(job, RecordingJob):
                self.archiver.archive(job)
        assert self.recorder.fetched <= early + 1

    def was_dialled(self, did: str) -> None:
        self.recorder.dialled["c2"] = DialledIn(ELEANOR.phone, did, self.at - MINUTE)

    def kept(self, call: str) -> list[tuple[str, str, str]]:
        whole = self.register.get(call)
        return [(r.sid, r.kind, r.status) for r in whole.recordings] if whole else []


@pytest.mark.parametrize("kind", ["message", "conversation"])
def test_a_recording_of_a_call_in_the_register_is_archived_and_deleted_at_the_carrier(
    kind: str,
) -> None:
    office = Office(kind=kind)

    office.reconciles()

    assert office.kept("c1") == [("RE1", kind, "stored")]
    assert office.recorder.forgotten == ["RE1"]


def test_a_recording_whose_callback_may_still_come_is_left_alone() -> None:
    office = Office()
    office.clock.advance(-65)

    office.reconciles()

    assert office.recorder.fetched == 0


@pytest.mark.parametrize("status", ["in-progress", "paused", "processing"])
def test_a_recording_that_is_not_over_is_left_alone(status: str) -> None:
    office = Office(status=status)

    office.reconciles()

    assert office.kept("c1") == []


def test_a_stored_recording_still_at_the_carrier_is_deleted_and_not_fetched_again() -> None:
    """C8: the answer to a delete may have been lost, and then its function."""
    office = Office()
    here = RecordingRecord("RE1", "message", "stored", 5)
    office.register.put_recording("c1", here)

    office.reconciles()

    assert office.recorder.fetched == 0
    assert office.recorder.forgotten == ["RE1"]


def test_one_that_stays_cut_is_fetched_ever_more_seldom_and_after_a_day_no_more() -> None:
    office = Office()
    office.recorder.answer = ("audio/x-wav", sound(5, 1)[:1000])
    office.clock.advance(-120)
    tried = []

    for minute in range(60 * 26):
        early = office.recorder.fetched
        office.reconciles()
        if office.recorder.fetched > early:
            tried.append(minute)
        office.clock.advance(60)

    assert tried[:5] == [1, 2, 4, 8, 14]
    assert len(tried) <= 5 + 24
    assert tried[-1] <= 60 * 24


def test_a_failed_fetch_is_tried_again_soon() -> None:
    office = Office()
    office.clock.advance(-60)
    office.recorder.answer = CarrierUnsure("timed out")
    office.reconciles()
    early = office.kept("c1")
    office.recorder.answer = ("audio/x-wav", sound(5, 1))
    office.clock.advance(60)

    office.reconciles()

    assert early == []
    assert office.kept("c1") == [("RE1", "message", "stored")]
    assert office.counted == ["recording.failed"]


def test_a_message_that_its_caller_may_record_again_is_no_failure() -> None:
    office = Office("c4")
    office.register.put_head(CallRecord("c4", "+44", "", MAIN, office.at))

    office.reconciles()

    assert (office.kept("c4"), office.counted) == ([], [])


def test_a_run_downloads_nothing_itself() -> None:
    """It has a minute; a recording of hours takes longer."""
    office = Office()

    office.reconciliation.run()

    assert office.recorder.fetched == 0


def test_a_failed_recording_that_appears_later_is_archived() -> None:
    office = Office()
    office.register.put_recording("c1", RecordingRecord("RE1", "message", "failed"))

    office.reconciles()

    assert office.kept("c1") == [("RE1", "message", "stored")]


def test_a_recording_that_failed_at_the_carrier_is_entered_once() -> None:
    office = Office(status="failed")

    office.reconciles()
    first = office.register.get("c1")
    office.clock.advance(60)
    office.reconciles()

    assert office.kept("c1") == [("RE1", "message", "failed")]
    assert office.register.get("c1") == first


def test_a_strangers_message_becomes_a_call_in_the_register() -> None:
    office = Office("c2")
    office.was_dialled(MAIN)

    office.reconciles()

    whole = office.register.get("c2")
    assert whole is not None
    assert (whole.head.outcome, whole.head.name, whole.head.did) == (
        "message left",
        ELEANOR.name,
        MAIN,
    )
    assert whole.head.ended == office.at + timedelta(seconds=5)
    assert office.kept("c2") == [("RE1", "message", "stored")]
    assert [head.id for head in office.register.newest(agent=None, limit=9).calls] == ["c2", "c1"]


@pytest.mark.parametrize(("kind", "did"), [("conversation", MAIN), ("message", "+15005550099")])
def test_a_recording_of_another_application_is_neither_archived_nor_deleted(
    kind: str, did: str
) -> None:
    office = Office("c2", kind=kind)
    office.was_dialled(did)

    office.reconciliation.run()
    jobs = office.later()
    office.reconciles()

    assert jobs == []
    assert office.register.get("c2") is None
    assert office.recorder.fetched == 0
    assert office.recorder.forgotten == []


def test_a_message_whose_call_did_not_dial_in_is_ignored() -> None:
    office = Office("c2")

    office.reconciles()

    assert office.register.get("c2") is None
    assert office.recorder.forgotten == []


def test_a_saved_call_that_is_not_yet_in_the_register_gets_no_head() -> None:
    office = Office("c3", kind="conversation")
    now = office.clock.now()
    waiting = Waiting(QueuePosition("sales", now, now))
    call = Call(
        id="c3", caller="+44", did=MAIN, language="en", plan="p1", state=waiting,
        started=now, updated=now, legs=(), room=Room("c3-1"), facts=Facts(now), rev=1,
    )  # fmt: skip
    office.switch.save(WriteSet("w1", call))

    office.reconciles()

    assert office.register.get("c3") is None
    assert office.recordings.kept
    assert office.recorder.forgotten == ["RE1"]


def test_once_an_hour_it_looks_back_a_day() -> None:
    office = Office()
    office.recorder.listed[0] = Recorded(
        "c1", "RE1", "message", "completed", 5, 1, office.at - timedelta(hours=3)
    )
    minutes = 60 - office.clock.now().minute

    office.reconciles()
    early = office.kept("c1")
    office.clock.advance(60 * minutes)
    office.reconciles()

    assert early == []
    assert office.kept("c1") == [("RE1", "message", "stored")]
