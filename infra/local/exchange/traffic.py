"""How many calls at once, and how many a second: the account's limits, applied (C2, C4, part L)."""

from __future__ import annotations

from enum import StrEnum

from infra.local.exchange.core import Core
from infra.local.exchange.dialler import LONGEST_BACKLOG_SECONDS, Dialler
from infra.local.exchange.leg import Leg


class Lane(StrEnum):
    """Which of the REST resources asks: its calls a second may be counted apart."""

    CALLS = "calls"
    PARTICIPANTS = "participants"


class Traffic:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._diallers: dict[Lane, Dialler] = {}

    def dialler(self, lane: Lane) -> Dialler:
        """One for all that REST asks for, unless Participants have their own."""
        own = self._core.ahead.participants_per_second
        apart = own is not None and lane is Lane.PARTICIPANTS
        of = lane if apart else Lane.CALLS
        if of not in self._diallers:
            rate = own if own is not None and apart else self._core.limits.calls_per_second
            self._diallers[of] = Dialler(self._core.clock, rate)
        return self._diallers[of]

    def backlogged(self, lane: Lane) -> bool:
        """22005: one more would wait for longer than a day."""
        return self.dialler(lane).wait_seconds() > LONGEST_BACKLOG_SECONDS

    def at_capacity(self, without: Leg | None = None) -> bool:
        """As many calls are up (`without` not counted) as the account may have at once."""
        most = self._core.limits.concurrent_calls
        if most is None:
            return False
        legs = self._core.calls.legs.values()
        return sum(1 for leg in legs if not leg.over and leg is not without) >= most
