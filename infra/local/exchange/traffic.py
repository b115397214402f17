"""The account's limits: how many calls at once, and how many a second (C2, C4, L)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from infra.local.exchange.context import Context
from infra.local.exchange.dialler import LONGEST_BACKLOG_SECONDS, Dialler
from infra.local.exchange.leg import Leg


class RateGroup(StrEnum):
    """Which REST resource makes the call: each may have a rate of its own."""

    CALLS = "calls"
    PARTICIPANTS = "participants"


class Traffic:
    """`legs` are all of the account's, by sid: those that are not over count."""

    def __init__(self, context: Context, legs: Mapping[str, Leg]) -> None:
        self._context = context
        self._legs = legs
        self._diallers: dict[RateGroup, Dialler] = {}

    def dialler(self, rate_group: RateGroup) -> Dialler:
        """One for all calls made by REST, unless Participants have their own rate."""
        own = self._context.unused_switches.participants_per_second
        apart = own is not None and rate_group is RateGroup.PARTICIPANTS
        of = rate_group if apart else RateGroup.CALLS
        if of not in self._diallers:
            rate = own if own is not None and apart else self._context.limits.calls_per_second
            self._diallers[of] = Dialler(self._context.clock, rate)
        return self._diallers[of]

    def backlogged(self, rate_group: RateGroup) -> bool:
        """22005: one more would wait for longer than a day."""
        return self.dialler(rate_group).wait_seconds() > LONGEST_BACKLOG_SECONDS

    def at_capacity(self, without: Leg | None = None) -> bool:
        """As many calls are up (`without` not counted) as the account may have at once."""
        most = self._context.limits.concurrent_calls
        if most is None:
            return False
        legs = self._legs.values()
        return sum(1 for leg in legs if not leg.over and leg is not without) >= most
