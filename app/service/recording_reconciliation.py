"""Finds recordings whose callback was lost, and messages left while our webhooks were down.

M3, F47: once a minute the carrier's list is compared with the register. A recording that is
missing there is to be fetched, which takes long and has a queue of its own; a message whose call
was never saved gets a call in the register.
"""

from datetime import datetime, timedelta

from app.domain.call import SHORTEST_MESSAGE_SECONDS
from app.domain.outcomes import MESSAGE_LEFT
from app.ports import (
    RECORDED,
    CallRecord,
    Calls,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    Directory,
    Recorded,
    Recorder,
    RecordingJob,
    Register,
    Timers,
    Unreadable,
)
from app.service.recordings import RecordingArchiver

# After its end, ever more seldom, for each try of one that stays cut costs a download. In the first
# minute come the callback and the first tries of its own.
TRIED_AT_MINUTES = (1, 2, 4, 8, 14)
LOOKBACK = timedelta(minutes=15)
LONG_LOOKBACK = timedelta(days=1)  # once an hour, for a long outage


class RecordingReconciliation:
    def __init__(
        self,
        *,
        calls: Calls,
        recorder: Recorder,
        archiver: RecordingArchiver,
        register: Register,
        directory: Directory,
        timers: Timers,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._recorder = recorder
        self._archiver = archiver
        self._register = register
        self._directory = directory
        self._timers = timers
        self._clock = clock

    def run(self) -> None:
        """Tries each recording that is due once; one that fails is in a later list again."""
        now = self._clock.now()
        back = LOOKBACK if now.minute else LONG_LOOKBACK
        try:
            recorded = self._recorder.since(now - back)
        except (CarrierRefused, CarrierUnsure):
            return
        for one in recorded:
            if one.status in RECORDED and _is_due(one, now):
                self._compare(one)

    def _compare(self, one: Recorded) -> None:
        whole = self._register.get(one.call)
        recordings = whole.recordings if whole else ()
        known = next((record for record in recordings if record.sid == one.sid), None)
        try:
            if known is not None and known.status == "stored":
                self._archiver.delete_at_carrier(one.sid)
                return
            # A fetch that failed may succeed now.
            is_new = known is None or one.status == "completed"
            if is_new and (whole is not None or self._ensure_head(one)):
                self._timers.at(self._clock.now(), _job(one))
        except (CarrierRefused, CarrierUnsure, Unreadable):
            return  # the next run takes it

    def _ensure_head(self, one: Recorded) -> bool:
        """Whether the recording is of one of our calls; a message to our number gets a head.

        Other applications may use this account; and a saved call may not be in the register yet.
        """
        if self._calls.get(one.call) is not None:
            return True
        is_message = one.status == "completed" and one.seconds >= SHORTEST_MESSAGE_SECONDS
        if one.kind != "message" or not is_message:
            return False
        dialled = self._recorder.dialled_in(one.call)
        plan = self._directory.head()
        if plan.number(dialled.did) is None:
            return False
        contact = self._directory.contact(dialled.caller)
        head = CallRecord(
            id=one.call,
            caller=dialled.caller,
            name=contact.name if contact else "",
            did=dialled.did,
            started=dialled.at,
            outcome=MESSAGE_LEFT,
            ended=_ended(one),
            plan=plan.sha,
            message=one.sid,
        )
        self._register.put_head(head)
        return True


def _job(one: Recorded) -> RecordingJob:
    return RecordingJob(
        one.call, one.sid, one.kind, one.status, one.seconds, one.channels, is_repeated=True
    )


def _is_due(one: Recorded, now: datetime) -> bool:
    """What is older than the last of these minutes is listed once an hour."""
    minutes = (now - _ended(one)) // timedelta(minutes=1)
    return minutes in TRIED_AT_MINUTES or minutes > TRIED_AT_MINUTES[-1]


def _ended(one: Recorded) -> datetime:
    return one.at + timedelta(seconds=one.seconds)
