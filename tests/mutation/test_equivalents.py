from __future__ import annotations

from tests.mutation.equivalents import EQUIVALENTS
from tests.mutation.mutants import mutants, sources


def test_each_equivalent_is_a_mutant_that_exists_with_a_reason() -> None:
    keys = {mutant.key for mutant in mutants(sources())}

    for one in EQUIVALENTS:
        assert one.mutant in keys, one
        assert one.reason


def test_no_equivalent_is_listed_twice() -> None:
    listed = [one.mutant for one in EQUIVALENTS]

    assert len(set(listed)) == len(listed)
