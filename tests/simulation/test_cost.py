"""Where the time of a world goes is named by the parts of the repository."""

from __future__ import annotations

import json

import pytest

from tests.simulation import cost
from tests.simulation.standard import run


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("app/domain/decide.py", "app/domain"),
        ("app/adapters/twilio/carrier.py", "app"),
        ("infra/local/exchange/calls.py", "infra"),
        ("tests/simulation/world.py", "tests/simulation, the scheduler"),
        ("tests/simulation/order_checks.py", "tests/simulation, the checks"),
        ("tests/simulation/people.py", "tests/simulation, the rest"),
        (".venv/lib/python3.11/site-packages/twilio/rest/__init__.py", cost.LIBRARIES),
    ],
)
def test_each_file_belongs_to_one_place(file: str, place: str) -> None:
    named = cost.place_of(str(cost.ROOT / file))

    assert named == place


def test_the_standard_library_is_a_library() -> None:
    named = cost.place_of(json.__file__)

    assert named == cost.LIBRARIES


def test_a_world_is_seen_in_the_product_and_in_the_exchange() -> None:
    with cost.sampled() as samples:
        run(1, calls=20, seconds=1200)

    shares = dict(cost.shares(samples))

    assert sum(shares.values()) == pytest.approx(100)
    assert {"app/service", "app", "infra", "tests/simulation, the scheduler"} <= shares.keys()
