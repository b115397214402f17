"""The safety net: what every other repair missed is found by asking the carrier (F5, F37).

While calls are live the sweep queues itself again; the schedule only restarts the chain (D7). The
carrier's lists are a moment behind the truth, so a leg is given up only when two sightings, 20 s
apart, both miss it (M12). It ends nothing itself: it tells the call what the carrier did not.
"""

from datetime import datetime, timedelta

from app.domain.call import Call
from app.domain.decide import wishes
from app.domain.events import HungUp, OutboxDue, TimePassed
from app.ports import (
    Calls,
    Carrier,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    Directory,
    SweepJob,
    Timers,
    Unreadable,
)
from app.service.distributor import Distributor
from app.service.recording_reconciliation import RecordingReconciliation
from app.service.switchboard import Switchboard

SIGHTING_SECONDS = 20
YOUNG_SECONDS = 10  # a leg this new may not be in the carrier's lists yet


class Sweep:
    def __init__(
        self,
        *,
        calls: Calls,
        carrier: Carrier,
        switchboard: Switchboard,
        distributor: Distributor,
        reconciliation: RecordingReconciliation,
        directory: Directory,
        timers: Timers,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._calls = calls
        self._carrier = carrier
        self._switchboard = switchboard
        self._distributor = distributor
        self._reconciliation = reconciliation
        self._timers = timers
        self._clock = clock

    def every_minute(self) -> None:
        """What the schedule asks for."""
        self.sweep()
        self._reconciliation.look()

    def sweep(self, missed_before: tuple[str, ...] = ()) -> None:
        """`missed_before`: the sids that the last sighting missed."""
        now = self._clock.now()
        self._distributor.look()
        live = [call for call_id in self._calls.live() if (call := self._call(call_id))]
        for call in live:
            self._overdue(call, now)
        missed = self._missed(live, now) if live else ()
        for call in live:
            for leg in call.legs:
                if leg.sid in missed and leg.sid in missed_before:
                    self._switchboard.handle(call.id, HungUp(leg.id, "not at the carrier"))
        if live:
            again = now + timedelta(seconds=SIGHTING_SECONDS)
            self._timers.at(again, SweepJob(missed))

    def _call(self, call_id: str) -> Call | None:
        try:
            loaded = self._calls.get(call_id)
        except Unreadable:
            return None  # the version that can read it sweeps it
        return loaded.call if loaded else None

    def _overdue(self, call: Call, now: datetime) -> None:
        """A deadline or an outbox that nobody looked at, or what is wanted and not commanded."""
        is_late = any(deadline <= now for deadline in call.deadlines)
        if is_late or wishes(self._directory.plan(call.plan), call):
            self._switchboard.handle(call.id, TimePassed())
        if call.out and call.claim_until is not None and call.claim_until <= now:
            self._switchboard.handle(call.id, OutboxDue())

    def _missed(self, live: list[Call], now: datetime) -> tuple[str, ...]:
        """The sids that should be alive and are not among the carrier's living."""
        old = now - timedelta(seconds=YOUNG_SECONDS)
        try:
            living = self._carrier.living()
        except (CarrierRefused, CarrierUnsure):
            return ()  # not seen is not missed: the next sweep looks again
        legs = (leg for call in live for leg in call.legs)
        return tuple(sorted(leg.sid for leg in legs if leg.since < old and leg.sid not in living))
