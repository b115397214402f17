"""What `reconcile` is ready for, and no call brings about.

The simulation leaves it out of what its worlds must reach (tests/simulation/coverage.py). When
something brings it about, this fails, and the worlds must go there.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.call import Call
from app.domain.parties import parties_of
from tests.domain.world import walk


def _calls() -> Iterator[Call]:
    return (point.call for point in walk().places())


def test_nobody_who_is_wanted_on_hold_rings() -> None:
    """Only who has answered is held: a caller, or whoever is consulted."""
    for call in _calls():
        for party in parties_of(call):
            assert (party.wanted, party.observed) != ("hold", "ringing"), call
