"""Recordings that nobody told us of: a callback that was lost, a message left while we were down.

M3, F47: the carrier's list is compared with the register once a minute. What is missing there is
fetched; a message of a caller whose call we never saw becomes a call in the register.
"""

from datetime import datetime, timedelta

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
    Unreadable,
)
from app.service.recordings import RecordingArchiver

TOLD_WITHIN = timedelta(seconds=60)  # of its end: the callback and the first tries come before
LOOK_BACK = timedelta(minutes=15)
LONG_LOOK_BACK = timedelta(days=1)  # once an hour: we may have been down for long


class RecordingReconciliation:
    def __init__(
        self,
        *,
        calls: Calls,
        recorder: Recorder,
        archiver: RecordingArchiver,
        register: Register,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._recorder = recorder
        self._archiver = archiver
        self._register = register
        self._directory = directory
        self._clock = clock

    def look(self) -> None:
        """One try for each; what does not come now is in the list again a minute later."""
        now = self._clock.now()
        back = LOOK_BACK if now.minute else LONG_LOOK_BACK
        try:
            recorded = self._recorder.since(now - back)
        except (CarrierRefused, CarrierUnsure):
            return
        for one in recorded:
            if one.status in RECORDED and _ended(one) <= now - TOLD_WITHIN:
                self._takes(one)

    def _takes(self, one: Recorded) -> None:
        whole = self._register.get(one.call)
        recordings = whole.recordings if whole else ()
        known = next((record for record in recordings if record.sid == one.sid), None)
        try:
            if known is not None and known.status == "stored":
                self._archiver.forgets(one.sid)
                return
            is_new = known is None or one.status == "completed"  # that failed here may come now
            if is_new and (whole is not None or self._enters(one)):
                self._archiver.takes(_job(one))
        except (CarrierRefused, CarrierUnsure, Unreadable):
            return  # the next look takes it

    def _enters(self, one: Recorded) -> bool:
        """Whether it is of a call of ours, which a stranger's message becomes.

        Others may use this account as well; and what was saved may not be in the register yet.
        """
        if self._calls.get(one.call) is not None:
            return True
        if one.kind != "message":
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
            outcome="message left",
            ended=_ended(one),
            plan=plan.sha,
        )
        self._register.put_head(head)
        return True


def _job(one: Recorded) -> RecordingJob:
    return RecordingJob(one.call, one.sid, one.kind, one.status, one.seconds, one.channels)


def _ended(one: Recorded) -> datetime:
    return one.at + timedelta(seconds=one.seconds)
