"""The sweep: one chain, whatever happens to it, in which each live call is looked at alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from app.adapters.memory import (
    MemoryClock,
    MemoryDirectory,
    MemoryIds,
    MemoryLeases,
    MemoryNotices,
    MemorySwitch,
    MemoryTimers,
    MemoryUnreadableItems,
)
from app.domain.call import CALLER, Call, Leg, Room
from app.domain.commands import Ring
from app.domain.facts import Facts
from app.domain.states import Ended, QueuePosition, Waiting
from app.ports import (
    Job,
    ReconcileJob,
    SweepJob,
    Unavailable,
    WriteSet,
)
from app.service.distributor import Distributor
from app.service.sweep import RECHECK_SECONDS, Sweep
from app.service.switchboard import Switchboard
from app.service.unreadable import COUNTED, Restoration, UnreadableReport
from tests.adapters.operations import SilentCarrier
from tests.stories.company import MAIN, PLAN


class CountingCarrier(SilentCarrier):
    """Has no leg; counts how often it was asked for its list, which is once a sweep."""

    def __init__(self, clock: MemoryClock) -> None:
        self.asked: list[datetime] = []
        self._clock = clock

    def live_legs(self) -> Mapping[str, bool]:
        self.asked.append(self._clock.now())
        return {}


@dataclass
class Swept:
    """A company whose timers are delivered by the second, and its sweep."""

    switch: MemorySwitch = field(default_factory=MemorySwitch)
    clock: MemoryClock = field(default_factory=MemoryClock)
    timers: MemoryTimers = field(default_factory=MemoryTimers)
    deliveries: int = 1  # of each message

    def __post_init__(self) -> None:
        directory = MemoryDirectory()
        directory.publish(PLAN, previous=None)
        self.kept, calls = MemoryUnreadableItems(), self.switch.calls
        self.counted: list[str] = []
        self.report = UnreadableReport(self.kept, self.clock, self.counted.append).report
        self.switch.report = self.report
        self.carrier = CountingCarrier(self.clock)
        distributor = Distributor(
            board=self.switch.board,
            calls=calls,
            agents=self.switch.agents,
            directory=directory,
            timers=self.timers,
            notices=MemoryNotices(),
            clock=self.clock,
            ids=MemoryIds(),
            report=self.report,
        )
        switchboard = Switchboard(
            calls=calls,
            agents=self.switch.agents,
            carrier=self.carrier,
            timers=self.timers,
            notices=MemoryNotices(),
            directory=directory,
            clock=self.clock,
            ids=MemoryIds("w"),
            distributor=distributor,
        )
        self.sweep = Sweep(
            calls=calls,
            carrier=self.carrier,
            switchboard=switchboard,
            distributor=distributor,
            restoration=Restoration(
                kept=self.kept,
                calls=calls,
                agents=self.switch.agents,
                board=self.switch.board,
                directory=directory,
                clock=self.clock,
            ),
            report=self.report,
            directory=directory,
            leases=MemoryLeases(self.clock.now),
            timers=self.timers,
            clock=self.clock,
            ids=MemoryIds("turn"),
        )

    def has_a_live_call(self, call_id: str = "c1", *others: Leg) -> None:
        """Too young a leg for the carrier's list, for ever: nothing is to be repaired."""
        now = self.clock.now()
        position = QueuePosition("sales", now, now + timedelta(days=1))
        call = Call(
            call_id,
            "+447700900361",
            MAIN,
            "en",
            PLAN.sha,
            Waiting(position),
            now,
            now,
            (Leg(CALLER, f"CA{call_id}", now + timedelta(days=1)), *others),
            Room(f"{call_id}-1"),
            Facts(now),
            rev=1,
        )
        self.switch.calls.save(WriteSet(call_id, call=call))

    def missed(self) -> tuple[str, ...]:
        """What the next sweep is told."""
        due = self.timers.due(self.clock.now() + timedelta(seconds=RECHECK_SECONDS))
        (job,) = (job for job in due if isinstance(job, SweepJob))
        return job.missed

    def legs(self, call_id: str) -> list[str]:
        snapshot = self.switch.calls.get(call_id)
        assert snapshot is not None
        return [leg.id for leg in snapshot.call.legs]

    def passes(self, seconds: int) -> None:
        """The schedule comes at each whole minute."""
        for _ in range(seconds):
            if self.clock.now().second == 0:
                self.sweep.run_scheduled()
            for job in self.due():
                self.sweep.sweep(job)
            self.clock.advance(1)

    def due(self) -> list[SweepJob]:
        """Each message as often as it is delivered."""
        due = self.timers.due(self.clock.now())
        return [job for job in due for _ in range(self.deliveries) if isinstance(job, SweepJob)]

    def most_in_a_minute(self) -> int:
        minute = timedelta(minutes=1)
        asked = self.carrier.asked
        return max(sum(begin <= at < begin + minute for at in asked) for begin in asked)


def test_there_are_as_many_sweeps_in_a_minute_however_old_the_call_is() -> None:
    """D7: each run of the schedule began a chain that never ended: 30 after 30 minutes."""
    company = Swept()
    company.has_a_live_call()

    company.passes(60 * 60)

    assert company.most_in_a_minute() == 3
    assert len(company.carrier.asked) == 180


def test_a_message_that_is_delivered_twice_is_one_sweep() -> None:
    company = Swept(deliveries=2)
    company.has_a_live_call()

    company.passes(10 * 60)

    assert company.most_in_a_minute() == 3


def test_a_chain_that_broke_is_begun_again_by_the_schedule() -> None:
    """Its owner crashed: after its lease, and not before, the schedule begins another."""
    company = Swept()
    company.has_a_live_call()
    company.passes(25)
    company.timers.due(company.clock.now() + timedelta(minutes=1))  # lost with who had it
    company.passes(30)
    before = len(company.carrier.asked)

    company.passes(60)

    assert before == 2
    assert len(company.carrier.asked) >= before + 2
    assert company.most_in_a_minute() <= 4


@pytest.mark.parametrize("crashed_after_seconds", [1, 21, 39, 41, 59])
def test_a_minute_after_a_crash_there_has_been_another_sweep(crashed_after_seconds: int) -> None:
    """The schedule may come while who crashed still has the lease: then it looks again."""
    company = Swept()
    company.has_a_live_call()
    company.passes(crashed_after_seconds)
    company.timers.due(company.clock.now() + timedelta(minutes=1))  # lost with who had it
    before = len(company.carrier.asked)

    company.passes(60)

    assert len(company.carrier.asked) > before
    assert company.most_in_a_minute() <= 4


def test_a_sweep_that_fails_is_no_end_of_sweeping() -> None:
    class FailsOnce(MemoryTimers):
        failed = False

        def at(self, when: datetime, job: Job) -> None:
            if isinstance(job, SweepJob) and not self.failed:
                self.failed = True
                raise Unavailable("no answer")
            super().at(when, job)

    company = Swept(timers=FailsOnce())
    company.has_a_live_call()
    try:
        company.passes(1)
    except Unavailable:
        company.clock.advance(1)

    company.passes(119)

    assert company.carrier.asked[-1] - company.carrier.asked[0] > timedelta(seconds=90)


def test_a_sweep_that_cannot_schedule_the_next_repairs_all_the_same() -> None:
    """What it has seen missing is forgotten with it: the next chain would have to see it twice."""

    class Fails(MemoryTimers):
        def at(self, when: datetime, job: Job) -> None:
            raise Unavailable("no answer")

    company = Swept(timers=Fails())
    company.has_a_live_call()
    company.clock.advance(24 * 3600 + 60)

    with pytest.raises(Unavailable):
        company.sweep.sweep(SweepJob(missed=("CAc1",)))

    ended = company.switch.calls.get("c1")
    assert ended is not None
    assert isinstance(ended.call.state, Ended)


def test_the_next_sweep_is_scheduled_before_anything_is_repaired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A function that freezes in a repair runs nothing more, and yet the chain goes on."""
    company = Swept()
    company.has_a_live_call()
    soon = company.clock.now() + timedelta(seconds=RECHECK_SECONDS)
    seen: list[bool] = []

    def pairs(_distributor: Distributor) -> None:
        seen.append(any(isinstance(job, SweepJob) for job in company.timers.due(soon)))

    monkeypatch.setattr(Distributor, "distribute", pairs)

    company.sweep.sweep(SweepJob())

    assert seen == [True]


def test_without_a_live_call_the_chain_ends() -> None:
    company = Swept()

    company.passes(10 * 60)

    coming = company.timers.due(company.clock.now() + timedelta(minutes=1))
    assert not [job for job in coming if isinstance(job, SweepJob)]
    assert company.carrier.asked == []


def test_the_recordings_are_compared_once_a_minute_by_a_job_of_its_own() -> None:
    company = Swept()

    company.sweep.run_scheduled()

    assert company.timers.due(company.clock.now()) == (ReconcileJob(),)


def test_a_leg_without_a_sid_is_missing_for_itself_alone() -> None:
    """The carrier's answer to its command was lost: nobody else's is over with it."""
    company = Swept()
    begun = company.clock.now()
    company.has_a_live_call("c1", Leg("2", "", begun, role="consulted", observed="ringing"))
    company.clock.advance(20)
    company.has_a_live_call("c2", Leg("2", "", begun, role="consulted", observed="ringing"))

    company.sweep.sweep(SweepJob(missed=("c1/2",)))

    assert company.missed() == ("c1/2", "c2/2")
    assert company.legs("c1") == [CALLER]
    assert company.legs("c2") == [CALLER, "2"]


def test_a_leg_that_waits_for_its_command_is_not_missing() -> None:
    company = Swept()
    ring = Ring("ben.1", "phone", "+447700900555", 20)
    waits = Leg("ben.1", "", company.clock.now(), "ben", "agent", "talk", "away", ring=ring)
    company.has_a_live_call("c1", waits)
    company.clock.advance(20)

    company.sweep.sweep(SweepJob(missed=("c1/ben.1",)))

    assert company.missed() == ()


def test_a_call_that_cannot_be_read_hinders_no_other_ones_repair() -> None:
    company = Swept()
    for call_id in ("c1", "c2"):
        company.has_a_live_call(call_id)
    company.switch.spoil("call", "c1")
    company.clock.advance(24 * 3600 + 60)

    company.sweep.sweep(SweepJob())

    assert company.missed() == ("CAc2",)
    (kept,) = company.kept.all()
    assert (kept.kind, kept.item, company.counted) == ("call", "c1", [COUNTED])
