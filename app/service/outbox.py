"""What the stream of saves sets going: whoever vanished after a save is made good for (W6, D3).

A save may be the last thing that its writer did. The stream knows of it all the same, and has
somebody look when the writer's time is over: at commands that are still in the outbox, and at the
board that the writer should have looked at.
"""

from datetime import timedelta

from app.domain.call import Waiting
from app.domain.events import OutboxDue
from app.ports import CallWake, PoolWake, Timers
from app.service.distributor import POOL
from app.service.register import Saved

LOOK_AGAIN = timedelta(seconds=1)


class Aftercare:
    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def follow(self, saved: Saved) -> None:
        call = saved.after
        if call.out and call.claim_until is not None:
            self._timers.at(call.claim_until, CallWake(call.id, OutboxDue()))
        waited = saved.before is not None and isinstance(saved.before.state, Waiting)
        if isinstance(call.state, Waiting) or waited:
            self._timers.at(call.updated + LOOK_AGAIN, PoolWake(POOL))
