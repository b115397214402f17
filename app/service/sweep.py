"""Compares live calls with the carrier's list, for what every other repair missed (F5, F37).

While calls are live, a chain of sweeps goes on: each schedules the next one (D7). There is one
chain, whose turn is written in a lease: a sweep takes its turn by one conditional write, or does
nothing. So a job that comes twice, or a second chain, ends there, and however old the calls are,
there are at most four sweeps a minute. The schedule begins a chain when the lease is over: nobody
swept, or who did crashed. If the lease is not over yet, it looks again when it must be: a minute
after a crash there has been another sweep.

The carrier's list is a moment behind the truth, so a leg has ended only when it is missing twice,
20 s apart (M12). One that was commanded, and whose sid we were never told, is missing by its own
name; one that still waits for its command is not. That a leg was answered is believed at once: it
does not ring again. The sweep gives the call the event that the carrier did not send.

Its cost (docs/operations.md): a write, one or two queries of the board, a query of the calls that
are live and a batch read of each 100 of them; at the carrier three lists, a request for each 1,000
legs. Nothing is read of a call but that, unless there is something to repair.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from app.domain.call import Call, Leg
from app.domain.decide import wishes
from app.domain.events import HungUp, JoinedRoom, OutboxDue, TimePassed
from app.ports import (
    Calls,
    Carrier,
    CarrierRefused,
    CarrierUnsure,
    Clock,
    Directory,
    Ids,
    Leases,
    ReconcileJob,
    Report,
    SweepJob,
    Timers,
    Unavailable,
    Unreadable,
)
from app.service.distributor import Distributor
from app.service.switchboard import Switchboard, UnknownCall
from app.service.unreadable import Restoration

_log = logging.getLogger(__name__)
RECHECK_SECONDS = 20
LEASE = "sweep"
LEASE_SECONDS = RECHECK_SECONDS + 5  # after that the next one is not late, it is lost
YOUNG_SECONDS = 10  # a leg this new may not be in the carrier's lists yet


class Sweep:
    def __init__(
        self,
        *,
        calls: Calls,
        carrier: Carrier,
        switchboard: Switchboard,
        distributor: Distributor,
        restoration: Restoration,
        report: Report,
        directory: Directory,
        leases: Leases,
        timers: Timers,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._directory = directory
        self._calls = calls
        self._carrier = carrier
        self._switchboard = switchboard
        self._distributor = distributor
        self._leases = leases
        self._restoration = restoration
        self._report = report
        self._timers = timers
        self._clock = clock
        self._ids = ids

    def run_scheduled(self) -> None:
        """Once a minute: begin a chain if none goes on, and have the recordings compared.

        What could not be read, and now can be, comes back to the board before that.
        """
        self._timers.at(self._clock.now(), ReconcileJob())
        if self._restoration.run():
            self._distributor.distribute()
        if not self.sweep(SweepJob()):
            self._timers.at(self._clock.now() + timedelta(seconds=LEASE_SECONDS), SweepJob())

    def sweep(self, job: SweepJob) -> bool:
        """Sweep if it is this job's turn, and schedule the next one while calls are live.

        Whether it was.
        """
        now, turn = self._clock.now(), self._ids.new()
        until = now + timedelta(seconds=LEASE_SECONDS)
        if not self._leases.take(LEASE, turn, until, held_by=job.turn):
            return False
        ids = self._calls.live()
        live: Sequence[Call] = ()
        missed: tuple[str, ...] = ()
        listed: Mapping[str, bool] | None = None
        lost: Unavailable | None = None
        try:
            live = self._calls.read_all(ids)
            listed = self._list() if live else None
            missed = _missing(live, listed, now)
        finally:  # before the repairs: a crash in one of them breaks no chain, and forgets no miss
            if ids:
                lost = self._schedule_next(SweepJob(missed, turn), now)
        self._distributor.distribute()
        gone = {name for name in missed if name in job.missed}
        for call in live:
            self._repair(call, now, gone, listed or {})
        if lost is not None:
            raise lost
        return True

    def _schedule_next(self, job: SweepJob, now: datetime) -> Unavailable | None:
        """What failed, if it did: the calls are repaired all the same, for a miss is forgotten."""
        try:
            self._timers.at(now + timedelta(seconds=RECHECK_SECONDS), job)
        except Unavailable as unavailable:
            return unavailable
        return None

    def _repair(
        self, call: Call, now: datetime, gone: Collection[str], listed: Mapping[str, bool]
    ) -> None:
        """`gone`: the legs that were missing twice, by name. A call that fails hinders no other."""
        try:
            self._handle_overdue(call, now)
            for leg in call.legs:
                if _name(call, leg) in gone:
                    self._switchboard.handle(call.id, HungUp(leg.id, "not at the carrier"))
                elif listed.get(leg.sid) and call.awaits_answer(leg) and call.room.sid:
                    joined = JoinedRoom(leg.id, call.room.sid, leg.sid)  # that is an answer (V10)
                    self._switchboard.handle(call.id, joined)
        except Unavailable:
            raise
        except (Unreadable, UnknownCall):
            return  # reported by whoever read it; or it has expired meanwhile
        except Exception as error:  # noqa: BLE001 - logged, counted and kept for a person
            _log.exception("a call cannot be swept")
            self._report(Unreadable("call", call.id, f"it cannot be swept: {error!r}"))

    def _handle_overdue(self, call: Call, now: datetime) -> None:
        """Handle deadlines and commands that are overdue, and what is wanted but not commanded."""
        is_late = any(deadline <= now for deadline in call.deadlines)
        if is_late or wishes(self._directory.plan(call.plan), call):
            self._switchboard.handle(call.id, TimePassed())
        if call.out and call.claim_until is not None and call.claim_until <= now:
            self._switchboard.handle(call.id, OutboxDue())

    def _list(self) -> Mapping[str, bool] | None:
        """The legs at the carrier; None: it gives no list now, and the next sweep asks again."""
        try:
            return self._carrier.live_legs()
        except (CarrierRefused, CarrierUnsure):
            return None


def _missing(
    live: Sequence[Call], listed: Mapping[str, bool] | None, now: datetime
) -> tuple[str, ...]:
    """The names of legs that should be live and are not in the carrier's list."""
    if listed is None:
        return ()
    old = now - timedelta(seconds=YOUNG_SECONDS)
    legs = ((call, leg) for call in live for leg in call.legs if leg.ring is None)
    missing = (_name(call, leg) for call, leg in legs if leg.since < old and leg.sid not in listed)
    return tuple(sorted(missing))


def _name(call: Call, leg: Leg) -> str:
    """Its sid; as long as the carrier has named none, the call's and our own."""
    return leg.sid or f"{call.id}/{leg.id}"
