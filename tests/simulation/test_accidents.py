"""Accidents that bring a call to where they strike: step by step, and no other befalls it then."""

from __future__ import annotations

import logging
import re

import pytest

from tests.simulation import accidents, standard
from tests.simulation.accident_kinds import (
    ALL,
    CALLING_OUT,
    COLLEAGUES,
    CONSULTING,
    WAYS,
    Where,
    way_to,
)
from tests.simulation.fault_profiles import Accident, repair_seconds

KINDS = (*ALL, *CALLING_OUT, *CONSULTING, *COLLEAGUES)
SEED = 8  # whose agents consult all day
A, W = Accident, Where
STRUCK = re.compile(r" (accident\d+): (.*) of (\S+), ([^,].*)$")


@pytest.fixture(autouse=True)
def quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)


def test_each_way_begins_where_calls_come_by_themselves_and_comes_nowhere_twice() -> None:
    for where, what in KINDS:
        places = [place for place, _ in way_to(where, what)]

        assert places[-1] is where
        assert places[0] not in WAYS
        assert len(set(places)) == len(places)


def test_each_place_that_is_led_to_is_struck_or_passed_on_the_way() -> None:
    used = {place for where, what in KINDS for place, _ in way_to(where, what)}

    assert set(WAYS) <= used


def test_a_call_is_brought_to_where_it_is_struck_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accidents, "ALL", ())
    monkeypatch.setattr(accidents, "CONSULTING", ((W.FOURTH_SWAPPED, A.CANCELS),) * 3)
    monkeypatch.setattr(accidents, "BY_CHANCE", frozenset())

    outcome = standard.run(SEED, profile="accidents", whole=True)

    struck = [found.groups() for line in outcome.lines if (found := STRUCK.search(line))]
    done = [one for one in struck if one[1] == A.CANCELS]
    assert outcome.violated is None
    assert done
    for name, _, call, _ in done:
        steps = [(where, what) for aim, what, of, where in struck if (aim, of) == (name, call)]
        assert steps == [(str(place), str(what)) for place, what in _way()]


def _way() -> tuple[tuple[Where, Accident], ...]:
    return way_to(W.FOURTH_SWAPPED, A.CANCELS)


def test_a_click_where_nothing_is_broken_excuses_nothing() -> None:
    assert repair_seconds(A.JOINS) == repair_seconds(A.TAKES_OVER) == 0.0
    assert repair_seconds(A.HEADSET_DIES) == 10.0
    assert repair_seconds(A.REJOINS) == 20.0
