"""The measuring itself: what grows is found, what is seldom is not judged."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.load.meter import WRITE_SECONDS, Kind, Request, Work
from tests.load.people import Habits
from tests.load.report import Side, ages, compared
from tests.load.run import TALKS
from tests.load.worlds import Scene, play

QUICK = Habits(talk_seconds=60.0, patience_seconds=120.0)
SHORT_SECONDS = 240.0
STEREO_BYTES = 8000 * 2 * 2  # a second


def test_a_request_that_costs_more_in_the_large_world_is_found() -> None:
    small, large = _side("small", reads=2), _side("large", reads=3)

    broken = compared(small, large)

    assert broken == ["voice inbound: operations grow from 2.00 to 3.00 (calls.get 2.00 3.00)"]


def test_a_request_that_costs_the_same_breaks_nothing() -> None:
    assert compared(_side("small", reads=2), _side("large", reads=2)) == []


def test_a_kind_that_is_seldom_is_not_compared() -> None:
    small, large = _side("small", reads=2, count=3), _side("large", reads=3)

    assert compared(small, large) == []


def test_a_webhook_is_limited_in_modelled_seconds() -> None:
    slow = _side("large", reads=2, seconds=1.6)

    broken = compared(_side("small", reads=2), slow)

    assert broken == ["large: voice inbound took 1.6 s"]


def test_a_row_that_a_page_shows_is_judged_by_itself() -> None:
    """A page of three hundred colleagues is larger than one of three; its rows are not."""
    small, large = _page(rows=3, row_bytes=60), _page(rows=300, row_bytes=60)
    longer = _page(rows=300, row_bytes=70)

    assert compared(small, large) == []
    assert compared(small, longer) == ["page all: bytes a row grow from 60.00 to 70.00"]


def test_a_request_that_reads_all_who_wait_is_found() -> None:
    small, large = _side("small", reads=2), _side("large", reads=2, waiting=26)

    broken = compared(small, large)

    assert broken == ["large: voice inbound reads 26 callers of the board"]


def test_what_one_call_does_is_counted_by_kind_of_request() -> None:
    measured = play(Scene("one call", 1, TALKS, seconds=120.0, calls=1))

    arrival = measured.kinds["voice inbound, caller: Arrived (AtNode)"]
    means = {name: figure.mean for name, figure in arrival.figures.items()}
    assert (arrival.count, means["carrier"], means["posts"]) == (1, 0.0, 0.0)
    assert 0.0 < arrival.most_seconds <= means["operations"] * WRITE_SECONDS
    assert measured.counts == {}


def test_a_recording_is_archived_and_its_sound_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.load.worlds.ONE_IN", 1)

    measured = play(Scene("one recorded call", 1, QUICK, SHORT_SECONDS, calls=1))

    archived = measured.kinds["job RecordingJob"].figures
    assert (archived["bytes"].count, measured.counts) == (1, {})
    assert archived["bytes"].mean > QUICK.talk_seconds * 0.5 * STEREO_BYTES


def test_a_function_that_fails_breaks_the_limits() -> None:
    small, large = _side("small", reads=2), _side("large", reads=2)
    large.counts = {"job RecordingJob raised KeyError('x')": 2}

    broken = compared(small, large)

    assert broken == ["large: counted job RecordingJob raised KeyError('x') 2 times"]


def _page(*, rows: int, row_bytes: int) -> Side:
    kind = Kind()
    for _ in range(100):
        kind.add(Request("page all", 0.0, shown=rows, shown_bytes=rows * row_bytes), 0.1)
    return Side("page", {"page all": kind})


def _side(
    name: str, *, reads: int, count: int = 100, seconds: float = 0.1, waiting: int = 0
) -> Side:
    kind = Kind()
    for _ in range(count):
        done = dict.fromkeys(Work, 0) | {Work.READ: reads}
        named = Counter({"calls.get": reads})
        kind.add(Request("voice inbound", 0.0, done, named=named, waiting=waiting), seconds)
    return Side(name, {"voice inbound": kind})


def test_a_request_costs_the_same_with_three_desks_and_with_forty() -> None:
    """`make load` in small: 300 desks, live calls, and hours."""
    small, large = Side("3 desks"), Side("40 desks")

    for seed in range(3):
        small.add(play(Scene("3 desks", 3, QUICK, SHORT_SECONDS, calls=10, seed=seed)))
    large.add(play(Scene("40 desks", 40, QUICK, SHORT_SECONDS, calls=60)))

    assert compared(small, large) == []


def test_sweeps_do_not_multiply_with_age() -> None:
    old = play(Scene("a few calls", 2, QUICK, 1800.0, live=2))

    assert ages(old) == []
