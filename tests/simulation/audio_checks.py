"""What people hear: looked at once a second, in the exchange's own rooms and its own ledger."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.call import CALLER, Call, InConversation, Unhold
from infra.local.exchange.ledger import Hearing, Interval
from tests.simulation.deployment import Deployment

ALONE_SECONDS = 1.0
TURNS_SECONDS = 3.0  # where others may have their turn first: two functions, 1.5 s each
QUIET_SECONDS = 2.0


class Heard:
    def __init__(self, deployment: Deployment) -> None:
        self._site = deployment

    def looks(self, live: Iterable[Call], tolerance_seconds: float, *, is_faultless: bool) -> None:
        """`live`: the calls that have not ended."""
        self._nobody_is_alone(self._alone_seconds(tolerance_seconds, is_faultless=is_faultless))
        for call in live:
            self._nobody_on_hold_hears_talk(call, QUIET_SECONDS + tolerance_seconds)
            self._who_talks_is_heard(call, QUIET_SECONDS + tolerance_seconds)

    def _alone_seconds(self, tolerance_seconds: float, *, is_faultless: bool) -> float:
        if not is_faultless:
            return ALONE_SECONDS + tolerance_seconds
        return ALONE_SECONDS + (0.0 if self._site.cloud.is_in_turn else TURNS_SECONDS)

    def _nobody_is_alone(self, most_seconds: float) -> None:
        """R3: alone in a started room there is music."""
        for sid, joined in self._site.exchange.conferences.participants.items():
            if not joined.conference.started or len(joined.conference.participants) > 1:
                continue
            now = self._now(sid)
            if now is not None and now.hearing is Hearing.SILENCE:
                seconds = (self._site.world.now() - now.since).total_seconds()
                if seconds > most_seconds:
                    name = self._site.names.of(sid)
                    self._violate("nobody is alone without music", f"{name} {seconds:.1f} s")

    def _nobody_on_hold_hears_talk(self, call: Call, most_seconds: float) -> None:
        leg = call.leg(CALLER)
        if leg is None or not leg.held or any(p.command == Unhold(CALLER) for p in call.out):
            return
        now = self._now(leg.sid)
        if now is not None and now.legs:
            since = max(now.since, call.updated)
            if (self._site.world.now() - since).total_seconds() > most_seconds:
                self._violate("nobody on hold hears talk", self._site.names.of(call.id))

    def _who_talks_is_heard(self, call: Call, most_seconds: float) -> None:
        """What we call a conversation is one at the carrier too."""
        if not isinstance(call.state, InConversation) or call.state.away or call.state.hold:
            return
        caller, headset = call.leg(CALLER), call.leg(call.state.headset)
        seconds = (self._site.world.now() - call.updated).total_seconds()
        if caller is None or headset is None or seconds <= most_seconds:
            return
        exchange = self._site.exchange
        if exchange.leg(caller.sid).over or exchange.leg(headset.sid).over:
            return
        if not exchange.ledger.hear_each_other(caller.sid, headset.sid):
            self._violate("who talks is heard", f"{self._site.names.of(call.id)}: {call}")

    def _now(self, sid: str) -> Interval | None:
        return next(iter(self._site.exchange.ledger.intervals(sid)[-1:]), None)

    def _violate(self, name: str, detail: str) -> None:
        self._site.world.violate(name, detail)
