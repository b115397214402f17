"""The account's limits, which depend on its approval by the carrier (no uncertainty, no switch).

C2: one call a second by default, five with an approved profile. Part L: accounts upgraded since
2026-02-03 have 2 calls at a time without an approved profile, individuals 3, trials 5, businesses
no limit. F1: a call lasts four hours at most.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    calls_per_second: float = 1.0
    concurrent_calls: int | None = None
    longest_call_seconds: int = 14_400


UNAPPROVED = Limits(concurrent_calls=2)
INDIVIDUAL = Limits(concurrent_calls=3)
TRIAL = Limits(concurrent_calls=5)
BUSINESS = Limits(calls_per_second=5.0)
