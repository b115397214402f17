"""Runs the jobs that timers deliver: deadlines, retries, finished recordings.

Clocks of two functions differ (W12): a timer set by one that is ahead may fire a moment before it
is due here. Then the job is scheduled once more, so that it is not lost.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from app.domain.agent import WrapUp
from app.domain.call import Call
from app.domain.events import OutboxDue, TimePassed
from app.ports import (
    AgentJob,
    CallJob,
    Clock,
    Ids,
    Job,
    Leases,
    PoolJob,
    ReconcileJob,
    RecordingJob,
    SharedChangeJob,
    SharedJob,
    SweepJob,
    Timers,
)
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.recording_reconciliation import RecordingReconciliation
from app.service.recordings import RecordingArchiver
from app.service.sharing import Sharing
from app.service.sweep import Sweep
from app.service.switchboard import Switchboard, UnknownCall

SKEW = timedelta(seconds=2)
ONE_MATCH = timedelta(minutes=1)  # a look that comes later than that is done all the same


class JobRunner:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        desk: Desk,
        distributor: Distributor,
        archiver: RecordingArchiver,
        sweep: Sweep,
        reconciliation: RecordingReconciliation,
        sharing: Sharing,
        leases: Leases,
        timers: Timers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._leases = leases
        self._timers = timers
        self._clock = clock
        self._ids = ids
        self._switchboard = switchboard
        self._desk = desk
        self._distributor = distributor
        self._archiver = archiver
        self._sweep = sweep
        self._reconciliation = reconciliation
        self._sharing = sharing

    def run(self, job: Job) -> None:
        """Idempotent: a job may be delivered twice."""
        match job:
            case CallJob(call, event):
                try:
                    now = self._switchboard.handle(call, event).call
                except UnknownCall:
                    return  # the call has expired from the store: nothing is due
                if isinstance(event, TimePassed | OutboxDue):
                    self._reschedule_if_early(_deadlines(now), job)
            case AgentJob(agent):
                presence = self._desk.end_due_wrap_up(agent).presence
                if isinstance(presence, WrapUp):
                    self._reschedule_if_early((presence.until,), job)
            case PoolJob(at=at):
                self._match(job, at)
            case RecordingJob():
                self._archiver.archive(job)
            case SweepJob():
                self._sweep.sweep(job)
            case ReconcileJob():
                self._reconciliation.run()
            case SharedJob(topic):
                self._sharing.send(topic)
            case SharedChangeJob(topic):
                self._sharing.tell(topic)
            case _:
                assert_never(job)

    def _match(self, job: PoolJob, at: datetime | None) -> None:
        """One match of all that are scheduled for that instant."""
        now = self._clock.now()
        if at is not None and now < at:
            self._timers.at(at, job)
            return
        until = now + ONE_MATCH
        if at is None or self._leases.take(f"match/{at.isoformat()}", self._ids.new(), until):
            self._distributor.distribute()

    def _reschedule_if_early(self, deadlines: Iterable[datetime], job: Job) -> None:
        now = self._clock.now()
        for until in deadlines:
            if now < until <= now + SKEW:
                self._timers.at(until, job)


def _deadlines(call: Call) -> Iterator[datetime]:
    if call.out and call.claim_until:
        yield call.claim_until
    yield from call.deadlines
