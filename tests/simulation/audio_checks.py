"""What people hear: checked once a second against the exchange's own rooms and its own ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.call import CALLER, Call
from app.domain.commands import Unhold
from app.domain.states import InConversation
from infra.local.exchange.ledger import Hearing, Interval
from tests.simulation.deployment import Deployment

ALONE_SECONDS = 1.0
TURNS_SECONDS = 3.0  # where other tasks may run first: two functions, 1.5 s each
QUIET_SECONDS = 2.0


class AudioChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._alone_since: dict[str, datetime] = {}  # by leg that is alone in a started room

    def check(self, live: Iterable[Call], tolerance_seconds: float, *, is_faultless: bool) -> None:
        """`live`: the calls that have not ended."""
        self._check_alone_hears_music(
            self._alone_seconds(tolerance_seconds, is_faultless=is_faultless)
        )
        for call in live:
            self._check_hold_hears_no_conversation(call, QUIET_SECONDS + tolerance_seconds)
            self._check_parties_hear_each_other(call, QUIET_SECONDS + tolerance_seconds)

    def _alone_seconds(self, tolerance_seconds: float, *, is_faultless: bool) -> float:
        if not is_faultless:
            return ALONE_SECONDS + tolerance_seconds
        return ALONE_SECONDS + (0.0 if self._deployment.cloud.is_in_turn else TURNS_SECONDS)

    def _check_alone_hears_music(self, most_seconds: float) -> None:
        """R3: alone in a started room there is music. An agent whose caller is on hold hears
        silence, wherever the caller is (R11)."""
        time, before, self._alone_since = self._deployment.world.now(), self._alone_since, {}
        for sid, joined in self._deployment.exchange.conferences.participants.items():
            supervisor, there = self._deployment.customers.is_supervisor, joined.conference
            if supervisor(sid) or not there.started:
                continue
            if sum(not supervisor(one) for one in there.participants) > 1:
                continue
            alone_since = self._alone_since[sid] = before.get(sid, time)
            now = self._hearing_now(sid)
            if self._is_spared(sid):
                continue
            if now is not None and now.hearing is Hearing.SILENCE:
                seconds = (time - max(now.since, alone_since)).total_seconds()
                if seconds > most_seconds and not self._has_a_caller_on_hold(sid):
                    name = self._deployment.names.of(sid)
                    self._violate(
                        "a participant alone in a room hears music", f"{name} {seconds:.1f} s"
                    )

    def _has_a_caller_on_hold(self, sid: str) -> bool:
        return any(
            isinstance(call.state, InConversation) and call.state.hold is not None
            for call in self._deployment.switch.all_calls
            if call.is_live and any(leg.sid == sid and leg.agent for leg in call.legs)
        )

    def _is_spared(self, sid: str) -> bool:
        """Whether the leg is of a call that could not be read; that of its agent is, too."""
        spared = self._deployment.versions.spared()
        if not spared:
            return False
        calls = (call for call in self._deployment.switch.all_calls if call.is_live)
        mine = next((c for c in calls if any(leg.sid == sid for leg in c.legs)), None)
        return mine is None or mine.id in spared or mine.agent in spared

    def _check_hold_hears_no_conversation(self, call: Call, most_seconds: float) -> None:
        leg = call.leg(CALLER)
        if leg is None or not leg.held or any(p.command == Unhold(CALLER) for p in call.out):
            return
        now = self._hearing_now(leg.sid)
        if now is not None and now.legs:
            since = max(now.since, call.updated)
            if (self._deployment.world.now() - since).total_seconds() > most_seconds:
                self._violate(
                    "a caller on hold hears no conversation", self._deployment.names.of(call.id)
                )

    def _check_parties_hear_each_other(self, call: Call, most_seconds: float) -> None:
        """In a conversation of ours both legs hear each other at the carrier.

        Who has just left the room is told of a moment later.
        """
        if not isinstance(call.state, InConversation) or call.state.away or call.state.hold:
            return
        exchange, answered = self._deployment.exchange, self._answered_at(call)
        caller, headset = call.leg(CALLER), call.leg(call.state.headset)
        if caller is None or headset is None or answered is None:
            return
        latest = [self._hearing_now(sid) for sid in (caller.sid, headset.sid)]
        changed = [now.since for now in latest if now is not None]
        since = max(call.updated, answered, *changed)
        if not caller.sid or (self._deployment.world.now() - since).total_seconds() <= most_seconds:
            return
        if exchange.leg(caller.sid).over or exchange.leg(headset.sid).over:
            return
        if not exchange.ledger.hear_each_other(caller.sid, headset.sid):
            self._violate(
                "both parties of a conversation hear each other",
                f"{self._deployment.names.of(call.id)}: {call}",
            )

    def _answered_at(self, call: Call) -> datetime | None:
        """When the customer's leg was answered; None: not yet."""
        leg = self._deployment.customers.leg_of(call.id)
        return self._deployment.exchange.leg(leg).started_at if leg else None

    def _hearing_now(self, sid: str) -> Interval | None:
        return self._deployment.exchange.ledger.latest(sid)

    def _violate(self, name: str, detail: str) -> None:
        self._deployment.world.violate(name, detail)
