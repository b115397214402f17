"""The promise of the Register about the figures of a day: a call that is over counts once.

However often its save is told, with whom, in which order, and beside older heads.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.domain.events import Arrived
from app.domain.figures import CountedCall, QueueDay
from app.domain.value import replace
from app.ports import CallRecord, CallUpdate, Entry, Register

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
DAY = "2026-11-20"


def _head(call: str) -> CallRecord:
    return CallRecord(call, "+447700900361", "", "+442079460800", NOW)


def _ended(call: str, agents: tuple[str, ...] = ()) -> CallRecord:
    over = NOW + timedelta(minutes=5)
    return replace(_head(call), outcome="answered", ended=over, agents=agents)


def _saved(call: str, rev: int, head: CallRecord) -> CallUpdate:
    return CallUpdate(call, Entry(rev, NOW + timedelta(seconds=rev), Arrived(), "AtNode"), head)


def _over(number: int, *, joined: tuple[str, ...] = (), **more: object) -> CallUpdate:
    """The save that ended call `number`, which counts in the figures."""
    call = f"c{number}"
    one = replace(CountedCall(call, DAY, "sales", soon=True), **more)  # type: ignore[arg-type]
    return replace(_saved(call, 4, _ended(call, joined)), joined=joined, counted=one)


def test_two_calls_of_one_queue_are_counted_together(register: Register) -> None:
    register.put_updates([_over(1), _over(2, soon=False)])

    assert list(register.figures_of(DAY)) == [QueueDay("sales", answered=2, soon=1)]


def test_a_call_counts_once_however_often_and_with_whom_it_is_told(register: Register) -> None:
    first, second, third = _over(1), _over(2, soon=False), _over(3, gave_up=True, soon=False)

    register.put_updates([first])
    register.put_updates([first, second, second])
    register.put_updates([second, third, first])

    assert list(register.figures_of(DAY)) == [QueueDay("sales", answered=2, soon=1, gave_up=1)]
    assert len(register.newest(agent=None, limit=9).calls) == 3


@pytest.mark.parametrize("seed", range(8))
def test_calls_that_are_told_twice_and_shuffled_with_older_saves_count_once(
    register: Register, seed: int
) -> None:
    random = Random(seed)
    ends = [_over(number, node=f"q{number % 2}") for number in range(5)]
    older = [_saved(end.call, 3, _head(end.call)) for end in ends]
    told = [*ends, *older, *ends]
    random.shuffle(told)

    while told:
        size = random.randrange(1, 6)
        batch, told = told[:size], told[size:]
        register.put_updates(batch)

    assert list(register.figures_of(DAY)) == [
        QueueDay("q0", answered=3, soon=3),
        QueueDay("q1", answered=2, soon=2),
    ]
    for end in ends:
        whole = register.get(end.call)
        assert whole is not None
        assert whole.head == end.head


def test_a_call_counts_also_if_its_head_is_older_than_what_is_there(register: Register) -> None:
    end = _over(1)
    register.put_updates([_saved("c1", 5, _ended("c1"))])

    register.put_updates([end, _over(2)])
    register.put_updates([end])

    assert list(register.figures_of(DAY)) == [QueueDay("sales", answered=2, soon=2)]


def test_what_stands_beside_a_call_that_is_counted_already_is_written(register: Register) -> None:
    register.put_updates([_over(1)])

    register.put_updates([replace(_over(1), entry=replace(_over(1).entry, rev=6)), _over(2)])

    whole = register.get("c1")
    assert whole is not None
    assert [entry.rev for entry in whole.timeline] == [4, 6]
    assert register.get("c2") is not None
    assert list(register.figures_of(DAY)) == [QueueDay("sales", answered=2, soon=2)]


def test_each_queue_and_day_has_its_own_sums(register: Register) -> None:
    register.put_updates(
        [
            _over(1),
            _over(2, node="claims", soon=False, gave_up=True),
            _over(3, day="2026-11-21"),
        ]
    )

    assert list(register.figures_of(DAY)) == [
        QueueDay("claims", gave_up=1),
        QueueDay("sales", answered=1, soon=1),
    ]
    assert list(register.figures_of("2026-11-21")) == [QueueDay("sales", answered=1, soon=1)]
    assert list(register.figures_of("2026-11-22")) == []


@pytest.mark.parametrize(
    ("calls", "joined"),
    [
        (20, ("anna",)),  # 100 writes: what fits into one request
        (21, ("anna",)),
        (25, ()),  # as well
        (26, ()),
        (120, ("anna", "ben")),
    ],
)
def test_a_group_at_the_limit_of_a_request_and_beyond_is_counted_whole(
    register: Register, calls: int, joined: tuple[str, ...]
) -> None:
    ends = [_over(number, joined=joined, node=f"q{number:03d}") for number in range(calls)]

    register.put_updates(ends)
    register.put_updates(ends)

    sums = register.figures_of(DAY)
    assert [one.answered for one in sums] == [1] * calls
    assert len(register.newest(agent=None, limit=calls + 1).calls) == calls
