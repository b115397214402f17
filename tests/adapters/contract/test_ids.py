"""The promise of Ids: unique, of small letters and digits."""

from __future__ import annotations

import re

import pytest

from app.adapters.memory import MemoryIds
from app.adapters.system import RandomIds
from app.ports import Ids


@pytest.fixture(params=[MemoryIds, RandomIds])
def ids(request: pytest.FixtureRequest) -> Ids:
    made: Ids = request.param()
    return made


def test_no_id_comes_twice(ids: Ids) -> None:
    made = {ids.new() for _ in range(1_000)}

    assert len(made) == 1_000


def test_an_id_is_of_small_letters_and_digits(ids: Ids) -> None:
    made = [ids.new() for _ in range(100)]

    assert all(re.fullmatch("[a-z0-9]{1,32}", one) for one in made)


def test_a_real_id_has_96_random_bits() -> None:
    made = RandomIds().new()

    assert re.fullmatch("[0-9a-f]{24}", made)
