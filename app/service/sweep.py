"""Compares live calls with the carrier's list, for what every other repair missed (F5, F37).

While calls are live the sweep schedules itself again; the timetable only restarts it (D7). The
carrier's list is a moment behind the truth, so a leg has ended only when it is missing twice, 20 s
apart (M12). The sweep gives the call the event that the carrier did not send.
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

RECHECK_SECONDS = 20
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

    def run_scheduled(self) -> None:
        """Once a minute: the sweep, and the reconciliation of recordings."""
        self.sweep()
        self._reconciliation.run()

    def sweep(self, missing_before: tuple[str, ...] = ()) -> None:
        """`missing_before`: the sids that were not in the carrier's list the last time."""
        now = self._clock.now()
        self._distributor.distribute()
        live = [call for call_id in self._calls.live() if (call := self._call(call_id))]
        for call in live:
            self._handle_overdue(call, now)
        missed = self._missing_sids(live, now) if live else ()
        for call in live:
            for leg in call.legs:
                if leg.sid in missed and leg.sid in missing_before:
                    self._switchboard.handle(call.id, HungUp(leg.id, "not at the carrier"))
        if live:
            again = now + timedelta(seconds=RECHECK_SECONDS)
            self._timers.at(again, SweepJob(missed))

    def _call(self, call_id: str) -> Call | None:
        try:
            loaded = self._calls.get(call_id)
        except Unreadable:
            return None  # the version that can read it sweeps it
        return loaded.call if loaded else None

    def _handle_overdue(self, call: Call, now: datetime) -> None:
        """Handle deadlines and commands that are overdue, and what is wanted but not commanded."""
        is_late = any(deadline <= now for deadline in call.deadlines)
        if is_late or wishes(self._directory.plan(call.plan), call):
            self._switchboard.handle(call.id, TimePassed())
        if call.out and call.claim_until is not None and call.claim_until <= now:
            self._switchboard.handle(call.id, OutboxDue())

    def _missing_sids(self, live: list[Call], now: datetime) -> tuple[str, ...]:
        """The sids of legs that should be live and are not in the carrier's list."""
        old = now - timedelta(seconds=YOUNG_SECONDS)
        try:
            living = self._carrier.living()
        except (CarrierRefused, CarrierUnsure):
            return ()  # without a list no leg is missing: the next sweep asks again
        legs = (leg for call in live for leg in call.legs)
        return tuple(sorted(leg.sid for leg in legs if leg.since < old and leg.sid not in living))
