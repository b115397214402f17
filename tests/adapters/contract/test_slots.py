"""The promise of the slots: one parked call each, taken and freed with the save of its call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.board import PARKED_ROW_KEPT, POOL, ParkedRow
from app.ports import SlotTaken, Stale, WriteSet
from tests.adapters.contract.switch_stores import NOW, Stores, anna, call, filled

UNTIL = NOW + timedelta(seconds=120)


def row(slot: int, call_id: str = "c1") -> ParkedRow:
    return ParkedRow(slot, call_id, "sales", "+447700900361", NOW, UNTIL, "anna")


def parks(stores: Stores, slot: int, call_id: str, rev: int = 1) -> WriteSet:
    save = WriteSet(f"{call_id}-{rev}", call=call(rev, call_id), put_parked=row(slot, call_id))
    stores.calls.save(save)
    return save


def test_parked_calls_are_read_by_slot_as_they_were_put(stores: Stores) -> None:
    parks(stores, 703, "c3")
    parks(stores, 701, "c1")

    assert tuple(stores.board.parked(POOL)) == (row(701, "c1"), row(703, "c3"))
    assert tuple(stores.board.parked("another")) == ()
    assert tuple(stores.board.waiting(POOL)) == ()


def test_a_row_is_read_with_whatever_fields_it_has(stores: Stores) -> None:
    full = filled(ParkedRow)

    stores.calls.save(WriteSet("w1", call=call(1, full.call), put_parked=full))

    assert tuple(stores.board.parked(POOL)) == (full,)


def test_of_two_calls_one_has_the_slot_and_of_the_other_nothing_is_saved(stores: Stores) -> None:
    parks(stores, 701, "c1")

    with pytest.raises(SlotTaken):
        stores.calls.save(
            WriteSet("c2-1", call=call(1, "c2"), agents=(anna(1),), put_parked=row(701, "c2"))
        )

    assert tuple(stores.board.parked(POOL)) == (row(701, "c1"),)
    assert stores.calls.get("c2") is None
    assert stores.agents.get("anna").rev == 0


def test_a_call_that_has_changed_is_stale_though_the_slot_is_taken_too(stores: Stores) -> None:
    """Whoever decides again may find that it need not be parked any more."""
    parks(stores, 701, "c1")
    stores.calls.save(WriteSet("c2-1", call=call(1, "c2")))

    with pytest.raises(Stale):
        parks(stores, 701, "c2", rev=1 + 2)


def test_a_repeated_save_that_took_a_slot_is_one_save(stores: Stores) -> None:
    save = parks(stores, 701, "c1")

    stores.calls.save(save)

    assert tuple(stores.board.parked(POOL)) == (row(701, "c1"),)


def test_the_save_that_leaves_a_slot_frees_it(stores: Stores) -> None:
    parks(stores, 701, "c1")

    stores.calls.save(WriteSet("c1-2", call=call(2, "c1"), drop_parked=row(701, "c1")))

    assert tuple(stores.board.parked(POOL)) == ()
    parks(stores, 701, "c2")


def test_a_slot_that_was_left_behind_is_free_after_an_hour(stores: Stores) -> None:
    parks(stores, 701, "c1")
    later = UNTIL + PARKED_ROW_KEPT + timedelta(seconds=1)
    newer = replace(row(701, "c2"), since=later, until=later + timedelta(seconds=120))

    stores.calls.save(WriteSet("c2-1", call=call(1, "c2"), put_parked=newer))

    assert tuple(stores.board.parked(POOL)) == (newer,)


def test_a_row_that_is_put_again_leaves_the_slot_to_who_has_it(stores: Stores) -> None:
    parks(stores, 701, "c1")
    stores.board.drop(POOL, row(701, "c1"))
    assert tuple(stores.board.parked(POOL)) == ()

    stores.board.put(POOL, row(701, "c1"))
    stores.board.put(POOL, row(701, "c2"))

    assert tuple(stores.board.parked(POOL)) == (row(701, "c1"),)


def test_only_the_row_that_was_read_is_dropped(stores: Stores) -> None:
    parks(stores, 701, "c1")

    stores.board.drop(POOL, replace(row(701, "c1"), by="ben"))

    assert tuple(stores.board.parked(POOL)) == (row(701, "c1"),)
