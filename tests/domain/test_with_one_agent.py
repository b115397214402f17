"""What `reconcile` is ready for, and no call brings about while a conversation has one agent.

The simulation leaves these out of what its worlds must reach (tests/simulation/coverage.py). When
a conversation has a second talker, these fail, and the worlds must go there.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.call import Call
from app.domain.commands import HangUp
from app.domain.decide import wishes
from app.domain.parties import parties_of
from app.domain.reconcile import WISHES
from tests.domain.world import PLAN, walk


def _calls() -> Iterator[Call]:
    return (point.call for point in walk().places())


def test_nobody_who_is_wanted_on_hold_rings() -> None:
    """Only a customer is held, and a customer's leg has dialled us."""
    for call in _calls():
        for party in parties_of(PLAN, call):
            assert (party.wanted, party.observed) != ("hold", "ringing"), call


def test_whoever_is_wanted_out_is_hung_up_at_once() -> None:
    """No exit gate stops it: the customer has been sent out of that room before."""
    for call in _calls():
        on_the_way = {pending.command for pending in call.out}
        for party in parties_of(PLAN, call):
            verb = WISHES.get((party.wanted, party.observed))
            if verb == "hang up" and party.can_be_told and HangUp(party.leg) not in on_the_way:
                assert HangUp(party.leg) in wishes(PLAN, call), call
