"""The promise of the Board: rows in their order, hints that are removed only as they were read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.agent import Agent, Ready
from app.domain.board import POOL, ReadyRow, WaitingRow
from app.domain.states import CoolDown
from app.ports import WriteSet
from tests.adapters.contract.switch_stores import (
    NOW,
    Stores,
    anna,
    call,
    filled,
    ready,
    waiting,
)


def _waits(stores: Stores, call_id: str, priority: int = 5, after_seconds: float = 0) -> None:
    row = waiting(call_id, priority, after_seconds)
    stores.calls.save(WriteSet(f"w-{call_id}", call=call(1, call_id), put_waiting=row))


def _is_ready(stores: Stores) -> None:
    stores.calls.save(WriteSet("r1", agents=(anna(1),), put_ready=(ready(),)))


def test_an_empty_board_is_empty(stores: Stores) -> None:
    board = stores.board

    assert (tuple(board.ready(POOL)), tuple(board.waiting(POOL))) == ((), ())


def test_callers_are_sorted_by_priority_then_age_then_id(stores: Stores) -> None:  # S4
    _waits(stores, "late", after_seconds=9.5)
    _waits(stores, "b")
    _waits(stores, "urgent", priority=1, after_seconds=60)
    _waits(stores, "a")
    _waits(stores, "patient", priority=10, after_seconds=-3600)

    rows = stores.board.waiting(POOL)

    assert [row.call for row in rows] == ["urgent", "a", "b", "late", "patient"]


def test_a_row_is_read_as_it_was_put(stores: Stores) -> None:
    cool_downs = (CoolDown("ben", NOW + timedelta(milliseconds=60_001)),)
    row = replace(waiting("c1"), node="anna", cool_downs=cool_downs, only="anna")
    free = replace(ready(), queues=("sales", "claims"))

    stores.calls.save(WriteSet("w1", call=call(), put_waiting=row))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(free,)))

    assert tuple(stores.board.waiting(POOL)) == (row,)
    assert tuple(stores.board.ready(POOL)) == (free,)


def test_a_row_is_read_with_whatever_fields_a_row_has(stores: Stores) -> None:
    row, free = filled(WaitingRow), filled(ReadyRow)

    stores.calls.save(WriteSet("w1", call=call(1, row.call), put_waiting=row))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(free,)))

    assert tuple(stores.board.waiting(POOL)) == (row,)
    assert tuple(stores.board.ready(POOL)) == (free,)
    stores.board.drop(POOL, row)
    stores.board.drop(POOL, free)
    assert (tuple(stores.board.waiting(POOL)), tuple(stores.board.ready(POOL))) == ((), ())


def test_a_row_put_again_replaces_itself(stores: Stores) -> None:
    _waits(stores, "c1")
    row = replace(waiting("c1"), cool_downs=(CoolDown("ben", NOW),))

    stores.calls.save(WriteSet("w2", call=call(2), put_waiting=row))

    assert tuple(stores.board.waiting(POOL)) == (row,)


def test_a_row_moves_when_its_place_does(stores: Stores) -> None:
    _waits(stores, "c1")
    row = waiting("c1", priority=1)

    moved = WriteSet("w2", call=call(2), put_waiting=row, drop_waiting=waiting("c1"))
    stores.calls.save(moved)

    assert tuple(stores.board.waiting(POOL)) == (row,)


def test_a_beat_prolongs_a_row_and_nothing_else(stores: Stores) -> None:  # S10
    _is_ready(stores)

    known = stores.board.beat(POOL, "anna", NOW + timedelta(seconds=200))

    assert known
    assert tuple(stores.board.ready(POOL)) == (ready(alive_seconds=200),)
    assert stores.agents.get("anna") == anna(1)


def test_a_beat_leaves_it_open_whether_the_agent_needs_a_page(stores: Stores) -> None:
    on_the_telephone = replace(ready(), needs_page=False)
    _is_ready(stores)
    stores.calls.save(WriteSet("w9", agents=(anna(2),), put_ready=(on_the_telephone,)))

    stores.board.beat(POOL, "anna", NOW + timedelta(seconds=200))

    (row,) = stores.board.ready(POOL)
    assert row == replace(on_the_telephone, alive_until=NOW + timedelta(seconds=200))


def test_a_beat_makes_no_row(stores: Stores) -> None:
    known = stores.board.beat(POOL, "anna", NOW)

    assert not known
    assert tuple(stores.board.ready(POOL)) == ()


def test_a_stale_row_is_dropped(stores: Stores) -> None:  # S3
    _waits(stores, "c1")
    _is_ready(stores)

    stores.board.drop(POOL, waiting("c1"))
    stores.board.drop(POOL, ready())

    assert (tuple(stores.board.ready(POOL)), tuple(stores.board.waiting(POOL))) == ((), ())


def test_a_row_that_has_changed_since_is_not_dropped(stores: Stores) -> None:
    _waits(stores, "c1")
    _is_ready(stores)
    stores.board.beat(POOL, "anna", NOW + timedelta(seconds=200))
    cool_downs = replace(waiting("c1"), cool_downs=(CoolDown("ben", NOW),))
    stores.calls.save(WriteSet("w2", call=call(2), put_waiting=cool_downs))

    stores.board.drop(POOL, waiting("c1"))
    stores.board.drop(POOL, ready())

    assert tuple(stores.board.waiting(POOL)) == (cool_downs,)
    assert tuple(stores.board.ready(POOL)) == (ready(alive_seconds=200),)


def test_dropping_what_is_not_there_does_nothing(stores: Stores) -> None:
    stores.board.drop(POOL, waiting("nobody"))
    stores.board.drop(POOL, ready("nobody"))

    assert tuple(stores.board.ready(POOL)) == ()


def test_another_pool_has_other_rows(stores: Stores) -> None:
    _waits(stores, "c1")
    _is_ready(stores)

    assert tuple(stores.board.waiting("second")) == ()
    assert tuple(stores.board.ready("second")) == ()
    assert not stores.board.beat("second", "anna", NOW)


def test_the_first_callers_are_read_in_the_same_order(stores: Stores) -> None:
    for call_id, seconds in (("c3", 3.0), ("c1", 1.0), ("c4", 4.0), ("c2", 2.0)):
        _waits(stores, call_id, after_seconds=seconds)

    few, more = stores.board.waiting(POOL, 3), stores.board.waiting(POOL, 5)

    assert [row.call for row in few] == ["c1", "c2", "c3"]
    assert [row.call for row in more] == ["c1", "c2", "c3", "c4"]


def test_no_more_agents_are_read_than_are_asked_for(stores: Stores) -> None:
    for agent in ("anna", "ben"):
        stores.board.put(POOL, ready(agent))

    assert len(stores.board.ready(POOL, 1)) == 1
    assert len(stores.board.ready(POOL, 2)) == 2
    assert stores.board.ready("second", 1) == ()


def test_a_board_of_many_is_read_whole(stores: Stores) -> None:
    agents = tuple(
        Agent(f"a{n:03d}", rev=1, presence=Ready(NOW), queues=("sales",) * 40) for n in range(90)
    )
    rows = tuple(replace(ready(agent.id), queues=agent.queues) for agent in agents)
    for at in range(0, 90, 45):  # a transaction takes 100 members
        write_set = WriteSet(f"w{at}", agents=agents[at : at + 45], put_ready=rows[at : at + 45])
        stores.calls.save(write_set)

    read = stores.board.ready(POOL)

    assert tuple(read) == rows
