"""What was put off until later comes back here: timers, retries, finished recordings.

Clocks of two functions differ (W12): what was armed by one that is ahead may come here a moment
before it is due. Then it is put off once more, and never lost.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from app.domain.agent import WrapUp
from app.domain.call import Call
from app.domain.events import OutboxDue, TimePassed
from app.ports import AgentJob, CallJob, Clock, Job, PoolJob, RecordingJob, SweepJob, Timers
from app.service.desk import Desk
from app.service.distributor import Distributor
from app.service.recordings import RecordingArchiver
from app.service.sweep import Sweep
from app.service.switchboard import Switchboard, UnknownCall

SKEW = timedelta(seconds=2)


class JobRunner:
    def __init__(
        self,
        *,
        switchboard: Switchboard,
        desk: Desk,
        distributor: Distributor,
        archiver: RecordingArchiver,
        sweep: Sweep,
        timers: Timers,
        clock: Clock,
    ) -> None:
        self._timers = timers
        self._clock = clock
        self._switchboard = switchboard
        self._desk = desk
        self._distributor = distributor
        self._archiver = archiver
        self._sweep = sweep

    def run(self, job: Job) -> None:
        """Perform it; a repeated one does no harm."""
        match job:
            case CallJob(call, event):
                try:
                    now = self._switchboard.handle(call, event).call
                except UnknownCall:
                    return  # the call is long over and forgotten: nothing is due
                if isinstance(event, TimePassed | OutboxDue):
                    self._again_if_early(_deadlines(now), job)
            case AgentJob(agent):
                presence = self._desk.look_at_clock(agent).presence
                if isinstance(presence, WrapUp):
                    self._again_if_early((presence.until,), job)
            case PoolJob():
                self._distributor.look()
            case RecordingJob():
                self._archiver.keep(job)
            case SweepJob(missed):
                self._sweep.sweep(missed)
            case _:
                assert_never(job)

    def _again_if_early(self, deadlines: Iterable[datetime], job: Job) -> None:
        now = self._clock.now()
        for until in deadlines:
            if now < until <= now + SKEW:
                self._timers.at(until, job)


def _deadlines(call: Call) -> Iterator[datetime]:
    if call.out and call.claim_until:
        yield call.claim_until
    yield from call.deadlines
