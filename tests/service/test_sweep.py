"""The sweep: each live call is looked at alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.adapters.memory import (
    MemoryClock,
    MemoryDirectory,
    MemoryIds,
    MemoryNotices,
    MemorySwitch,
    MemoryTimers,
)
from app.domain.call import CALLER, Call, Leg, QueuePosition, Room, Waiting
from app.domain.facts import Facts
from app.ports import CallSnapshot, SweepJob, Unreadable, WriteSet
from app.service.distributor import Distributor
from app.service.recording_reconciliation import RecordingReconciliation
from app.service.sweep import RECHECK_SECONDS, Sweep
from app.service.switchboard import Switchboard
from tests.adapters.operations import SilentCarrier
from tests.service.test_recordings import Services, sound
from tests.stories.company import MAIN, PLAN


class OneUnreadable:
    """Calls of which a newer version wrote one."""

    def __init__(self, switch: MemorySwitch, call_id: str) -> None:
        self._calls = switch.calls
        self._call_id = call_id

    def get(self, call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        if call_id == self._call_id:
            raise Unreadable(call_id, "this version knows no Parked")
        return self._calls.get(call_id, fresh=fresh)

    def live(self) -> Sequence[str]:
        return self._calls.live()

    def save(self, write_set: WriteSet) -> None:
        self._calls.save(write_set)


def test_a_call_that_cannot_be_read_hinders_no_other_ones_repair() -> None:
    switch, clock, timers, directory = (
        MemorySwitch(),
        MemoryClock(),
        MemoryTimers(),
        MemoryDirectory(),
    )
    directory.publish(PLAN, previous=None)
    calls = OneUnreadable(switch, "c1")
    distributor = Distributor(
        board=switch.board,
        calls=calls,
        agents=switch.agents,
        timers=timers,
        notices=MemoryNotices(),
        clock=clock,
        ids=MemoryIds(),
    )
    switchboard = Switchboard(
        calls=calls,
        agents=switch.agents,
        carrier=SilentCarrier(),
        timers=timers,
        notices=MemoryNotices(),
        directory=directory,
        clock=clock,
        ids=MemoryIds("w"),
        distributor=distributor,
    )
    recordings = Services(("audio/x-wav", sound(5, 1)))
    sweep = Sweep(
        calls=calls,
        carrier=SilentCarrier(),
        switchboard=switchboard,
        distributor=distributor,
        reconciliation=RecordingReconciliation(
            calls=calls,
            recorder=recordings.recorder,
            archiver=recordings.archiver,
            register=recordings.register,
            directory=directory,
            clock=clock,
        ),
        directory=directory,
        timers=timers,
        clock=clock,
    )
    now = clock.now()
    for call_id in ("c1", "c2"):
        position = QueuePosition("sales", now, now + timedelta(seconds=600))
        call = Call(
            call_id,
            "+447700900361",
            MAIN,
            "en",
            PLAN.sha,
            Waiting(position),
            now,
            now,
            (Leg(CALLER, f"CA{call_id}", now),),
            Room(f"{call_id}-1"),
            Facts(now),
            rev=1,
        )
        switch.calls.save(WriteSet(call_id, call=call))
    clock.advance(60)

    sweep.sweep()

    (job,) = timers.due(now + timedelta(seconds=60 + RECHECK_SECONDS))
    assert job == SweepJob(("CAc2",))
