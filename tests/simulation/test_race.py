"""64 threads in 4 processes want one agent, or one caller, on a real database API (F1, F2, F68)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.race import race

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

ROUNDS = 2 * 20  # in turn for one agent and for one caller


def test_exactly_one_of_many_threads_wins(cloud: Cloud) -> None:
    assert race(cloud, ROUNDS) == [1] * ROUNDS
