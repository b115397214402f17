"""The measuring itself: what grows is found, what is seldom is not judged."""

from __future__ import annotations

from tests.load.meter import Kind, Work
from tests.load.report import Side, compared
from tests.load.run import TALKS
from tests.load.worlds import Scene, play


def test_a_request_that_costs_more_in_the_large_world_is_found() -> None:
    small, large = _side("small", reads=2), _side("large", reads=3)

    broken = compared(small, large)

    assert broken == ["voice inbound: operations grow from 2.00 to 3.00"]


def test_a_request_that_costs_the_same_breaks_nothing() -> None:
    assert compared(_side("small", reads=2), _side("large", reads=2)) == []


def test_a_kind_that_is_seldom_is_not_compared() -> None:
    small, large = _side("small", reads=2, count=3), _side("large", reads=3)

    assert compared(small, large) == []


def test_a_webhook_is_limited_in_modelled_seconds() -> None:
    slow = _side("large", reads=2, seconds=1.6)

    broken = compared(_side("small", reads=2), slow)

    assert broken == ["large: voice inbound took 1.6 s"]


def test_what_one_call_does_is_counted_by_kind_of_request() -> None:
    measured = play(Scene("one call", 1, TALKS, seconds=120.0, calls=1))

    arrival = measured.kinds["voice inbound: Arrived (AtNode)"]
    assert (arrival.count, arrival.operations, arrival.commands) == (1, 2.0, 0.0)
    assert round(arrival.most_seconds, 3) == 0.012  # a read of the contact, and the save
    assert measured.counts == {}


def _side(name: str, *, reads: int, count: int = 100, seconds: float = 0.1) -> Side:
    done = dict.fromkeys(Work, 0) | {Work.READ: reads * count}
    return Side(name, {"voice inbound": Kind(count, done, 0, seconds, count)})
