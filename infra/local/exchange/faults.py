"""Fault mode: lost and late callbacks, failing REST requests, legs that die.

`Faults` is a frozen table of probabilities, each from 0 to 1; `FaultInjector` draws from it by a
random source of its own, so that the same seed gives the same faults, and a table of zeros draws
nothing. In virtual time only: the exchange for people has no faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from infra.local.exchange.latency import Span

SHUFFLED, LATE, LIFE = Span(0.0, 2.0), Span(10.0, 40.0), Span(1.0, 60.0)


@dataclass(frozen=True, slots=True)
class Faults:
    """A status callback (F5): sent twice, out of order, late, or never. A REST request: refused,
    failed, or done without an answer. A leg: hung up at any moment."""

    callback_lost: float = 0.0
    callback_repeated: float = 0.0
    callback_shuffled: float = 0.0
    callback_late: float = 0.0
    rest_too_many: float = 0.0  # 429, 20429: not done
    rest_failed: float = 0.0  # 500, 20500: not done
    rest_request_lost: float = 0.0  # no answer: not done
    rest_answer_lost: float = 0.0  # no answer: done
    rest_answer_cut: float = 0.0  # half an answer: done
    rest_answer_late: float = 0.0  # done; its callbacks arrive before the answer
    leg_dies: float = 0.0  # of each leg that is answered
    shuffled: Span = SHUFFLED
    late: Span = LATE
    life: Span = LIFE


class RestFault(StrEnum):
    TOO_MANY = "too many"
    FAILED = "failed"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    ANSWER_CUT = "answer cut"
    ANSWER_LATE = "answer late"


class AnswerLost(TimeoutError):
    """The client gets no answer: its request, or our answer, is lost."""


class FaultInjector:
    def __init__(self, faults: Faults, random: Random) -> None:
        self.faults = faults
        self._random = random

    def callback_delays_seconds(self) -> tuple[float, ...]:
        """The extra delay of each copy of a callback that is sent; empty when it is lost."""
        faults = self.faults
        if self._happens(faults.callback_lost):
            return ()
        extra = 0.0
        if self._happens(faults.callback_shuffled):
            extra = faults.shuffled.draw(self._random)
        if self._happens(faults.callback_late):
            extra = faults.late.draw(self._random)
        if self._happens(faults.callback_repeated):
            return (extra, extra + faults.shuffled.draw(self._random))
        return (extra,)

    def request_fault(self) -> RestFault | None:
        faults = self.faults
        chances = (
            (faults.rest_too_many, RestFault.TOO_MANY),
            (faults.rest_failed, RestFault.FAILED),
            (faults.rest_request_lost, RestFault.REQUEST_LOST),
            (faults.rest_answer_lost, RestFault.ANSWER_LOST),
            (faults.rest_answer_cut, RestFault.ANSWER_CUT),
            (faults.rest_answer_late, RestFault.ANSWER_LATE),
        )
        return next((fault for chance, fault in chances if self._happens(chance)), None)

    def leg_lifetime_seconds(self) -> float | None:
        """How long this leg lives once it is answered; None for as long as people talk."""
        faults = self.faults
        return faults.life.draw(self._random) if self._happens(faults.leg_dies) else None

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance
