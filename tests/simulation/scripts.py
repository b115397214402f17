"""Which faults strike in one run of a story, and where: planned, or tried point by point.

A point is one port call of one function, a delivery one webhook, timer or record of the stream;
both have names that are the same in each run of a story.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tests.simulation.fault_profiles import (
    NEXT_SWEEP_SECONDS,
    SWEPT_SECONDS,
    Fault,
    Mishap,
    repair_seconds,
)


@dataclass(frozen=True, slots=True)
class Strike:
    """`what` strikes the port call or the delivery of that name."""

    where: str
    what: Fault | Mishap

    def __str__(self) -> str:
        return f"{self.what} at {self.where}"


Strikes: TypeAlias = tuple[Strike, ...]


class Script(Protocol):
    on_strike: Callable[[Strikes], None]  # told of all strikes so far, at each

    def strikes(self, point: str, possible: Sequence[Fault], second: float) -> Fault | None:
        """The fault that strikes this port call now."""

    def has_mishap(self, mishap: Mishap, delivery: str, second: float) -> bool: ...


class Planned:
    """Exactly these strikes."""

    def __init__(self, strikes: Strikes = ()) -> None:
        self.on_strike: Callable[[Strikes], None] = lambda strikes: None
        self._planned = strikes
        self._struck: Strikes = ()

    def strikes(self, point: str, possible: Sequence[Fault], second: float) -> Fault | None:
        return next((fault for fault in possible if self._comes(Strike(point, fault))), None)

    def has_mishap(self, mishap: Mishap, delivery: str, second: float) -> bool:
        return self._comes(Strike(delivery, mishap))

    def _comes(self, strike: Strike) -> bool:
        if strike not in self._planned:
            return False
        self._struck = (*self._struck, strike)
        self.on_strike(self._struck)
        return True


def tolerance_seconds(strikes: Strikes) -> float:
    """Until all is repaired: a later fault may strike the repair of an earlier one."""
    return sum(_repair_seconds(strike) for strike in strikes)


def _repair_seconds(strike: Strike) -> float:
    """A fault in the sweep leaves what it would have repaired to the next one.

    That one is begun within a minute, though the schedule may find the lease of who crashed. A job
    that died is handled again after three minutes; the sweep sees before that what it should have
    ended, and matches an agent whose wrap-up has just ended (ADR 10).
    """
    if is_of_a_sweep(strike.where):
        return SWEPT_SECONDS
    seconds = repair_seconds(strike.what)
    is_of_a_job = any(job in strike.where for job in ("AgentJob", "CallJob"))
    return max(seconds, NEXT_SWEEP_SECONDS) if is_of_a_job else seconds


def is_of_a_sweep(where: str) -> bool:
    return any(word.lower().startswith("sweep") for word in where.split("/"))
