"""What the stream of saves sets going: whoever vanished after a save is made good for (W6, D3).

A save may be the last thing that its writer did. The stream knows of it all the same, and has
somebody look when the writer's time is over: at commands that are still in the outbox, and at the
board that the writer should have looked at.
"""

from datetime import timedelta

from app.domain.call import Ended, Waiting
from app.domain.events import MessageLeft, OutboxDue
from app.ports import CallWake, PoolWake, RecordingWake, Timers
from app.service.distributor import POOL
from app.service.register import Saved

LOOK_AGAIN = timedelta(seconds=1)
RECORDING_DUE = timedelta(minutes=3)  # by then the carrier has told of it, or never will (F47)


class Aftercare:
    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def follow(self, saved: Saved) -> None:
        call = saved.after
        if call.out and call.claim_until is not None:
            self._timers.at(call.claim_until, CallWake(call.id, OutboxDue()))
        if sid := _recorded(saved):
            wake = RecordingWake(call.id, sid, _kind(saved), "completed", seconds=0, channels=1)
            self._timers.at(call.updated + RECORDING_DUE, wake)
        waited = saved.before is not None and isinstance(saved.before.state, Waiting)
        if isinstance(call.state, Waiting) or waited:
            self._timers.at(call.updated + LOOK_AGAIN, PoolWake(POOL))


def _recorded(saved: Saved) -> str | None:
    """The recording that a call which has just ended must have left."""
    ends = isinstance(saved.after.state, Ended)
    if not ends or (saved.before is not None and isinstance(saved.before.state, Ended)):
        return None
    match saved.news.event:
        case MessageLeft(recording=sid):
            return sid
        case _:
            return saved.after.recording


def _kind(saved: Saved) -> str:
    return "message" if isinstance(saved.news.event, MessageLeft) else "conversation"
