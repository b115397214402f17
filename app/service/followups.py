"""Jobs that follow each save in the stream: they repair what a crashed writer left (W6, D3).

A function may crash right after its save. The stream still delivers the save, and schedules jobs
for when the writer's claim has expired: perform the commands still in the outbox, match the board,
handle the deadline.
"""

from collections.abc import Iterator
from datetime import timedelta

from app.domain.board import POOL
from app.domain.call import Call, Connecting, Ended, Offered, Waiting
from app.domain.events import OutboxDue, TimePassed
from app.ports import CallJob, PoolJob, RecordingJob, Timers
from app.service.commit import BACKUP_DELAY
from app.service.register import Saved

REMATCH_DELAY = timedelta(seconds=1)
RECORDING_DUE = timedelta(minutes=3)  # the carrier's callback has come by then, or is lost (F47)
MESSAGE_DUE = timedelta(seconds=5)  # whether it stays is known at the call's end only


class Followups:
    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def schedule(self, saved: Saved) -> None:
        call = saved.after
        if call.out and call.claim_until is not None:
            self._timers.at(call.claim_until, CallJob(call.id, OutboxDue()))
        for sid, kind in _recorded(saved):
            job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=1)
            due = MESSAGE_DUE if kind == "message" else RECORDING_DUE
            self._timers.at(call.updated + due, job)
        if call.deadlines and (saved.before is None or saved.before.state != call.state):
            self._timers.at(call.deadlines[-1] + BACKUP_DELAY, CallJob(call.id, TimePassed()))
        before = saved.before.state if saved.before is not None else None
        freed = isinstance(before, Offered | Connecting) and call.agent is None
        if isinstance(call.state, Waiting) or isinstance(before, Waiting) or freed:
            self._timers.at(call.updated + REMATCH_DELAY, PoolJob(POOL))


def _recorded(saved: Saved) -> Iterator[tuple[str, str]]:
    """Sid and kind of the recordings that ended with this save: none of them may be lost."""
    before, after = saved.before, saved.after
    earlier = before.recorded if before is not None else ()
    for sid in after.recorded:
        if sid not in earlier:
            yield sid, "conversation"
    if not isinstance(after.state, Ended):
        return
    if after.recording is not None and not _was_over(before, after.recording):
        yield after.recording, "conversation"
    was = before.message if before is not None and isinstance(before.state, Ended) else None
    for sid in after.message.takes if after.message is not None else ():
        if was is None or sid not in was.takes or after.message != was:
            yield sid, "message"


def _was_over(before: Call | None, recording: str) -> bool:
    return before is not None and isinstance(before.state, Ended) and before.recording == recording
