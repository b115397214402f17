"""The second performer: jobs that repair what a crashed writer left (W6, D3).

A function may crash right after its save. The stream still delivers the save, and schedules jobs
for when the writer's claim has expired: perform the commands still in the outbox, match the board,
handle the deadline. Of several saves of one call the last one says what is left to do.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from app.domain.board import POOL
from app.domain.call import Call
from app.domain.events import OutboxDue, TimePassed
from app.domain.states import Connecting, Ended, Offered, Waiting
from app.ports import Board, CallJob, Job, PoolJob, RecordingJob, Timers
from app.service.commit import BACKUP_DELAY
from app.service.recording_reconciliation import LOOKBACK
from app.service.register import Saved

REMATCH_DELAY = timedelta(seconds=1)
RECORDING_DUE = timedelta(minutes=3)  # the carrier's callback has come by then, or is lost (F47)
LISTED = LOOKBACK - timedelta(minutes=5)  # what began later, the minutely comparison finds itself
MESSAGE_DUE = timedelta(seconds=5)  # whether it stays is known at the call's end only


class Followups:
    def __init__(self, timers: Timers, board: Board) -> None:
        self._timers = timers
        self._board = board

    def schedule(self, saves: Sequence[Saved]) -> None:
        """The jobs of all these saves, in one request; none, where nothing is left to do."""
        last = {saved.after.id: saved.after for saved in saves}
        jobs = [job for saved in saves for job in _recording_jobs(saved)]
        for call in last.values():
            jobs += _call_jobs(call, [saved for saved in saves if saved.after.id == call.id])
        moved = [saved.after for saved in saves if _frees_an_agent(saved)]
        moved += [call for call in last.values() if isinstance(call.state, Waiting)]
        if moved and self._is_a_pair_possible():
            jobs.append((max(call.updated for call in moved) + REMATCH_DELAY, PoolJob(POOL)))
        self._timers.schedule(jobs)

    def _is_a_pair_possible(self) -> bool:
        """Whether both sides of the board have rows: else whoever joins later reads it then (D2).

        The writer has read the board, or has crashed before it could: a pair that it left is seen
        here, and committed by the job, unless the writer has committed it by then.
        """
        is_ready = bool(self._board.ready(POOL, limit=1))
        return is_ready and bool(self._board.waiting(POOL, limit=1))


def _call_jobs(call: Call, saves: Sequence[Saved]) -> Iterator[tuple[datetime, Job]]:
    if call.out and call.claim_until is not None:
        yield call.claim_until, CallJob(call.id, OutboxDue())
    before = saves[0].before
    has_clock = isinstance(call.state, Offered | Connecting)  # the caller's wait requests (D5)
    is_new = before is None or (before.state, before.deadlines) != (call.state, call.deadlines)
    if call.deadlines and not has_clock and is_new:
        yield call.deadlines[-1] + BACKUP_DELAY, CallJob(call.id, TimePassed())


def _frees_an_agent(saved: Saved) -> bool:
    """An offer came to nothing: that agent is ready for somebody else."""
    before = saved.before.state if saved.before is not None else None
    return isinstance(before, Offered | Connecting) and saved.after.agent != before.agent


def _recording_jobs(saved: Saved) -> Iterator[tuple[datetime, Job]]:
    """A look at each message, and at a recording too old for the list compared each minute."""
    call = saved.after
    is_listed = call.updated - call.started < LISTED
    for sid, kind in _recorded(saved):
        if kind == "conversation" and is_listed:
            continue
        job = RecordingJob(call.id, sid, kind, "completed", seconds=0, channels=1)
        yield call.updated + (MESSAGE_DUE if kind == "message" else RECORDING_DUE), job


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
