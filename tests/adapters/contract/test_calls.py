"""The promise of Calls and Agents: one atomic save, lost or won, known again by its writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.agent import Agent, Offline
from app.domain.board import POOL
from app.domain.states import AtNode, CoolDown, Ended, Waiting
from app.ports import CallSnapshot, Stale, WriteSet
from tests.adapters.contract.switch_stores import (
    NOW,
    POSITION,
    Stores,
    anna,
    anna_reserved,
    anna_talking,
    applied,
    call,
    first,
    offered,
    pairing,
    ready,
    waiting,
)


def test_a_call_never_saved_is_none(stores: Stores) -> None:
    loaded = stores.calls.get("c1")

    assert loaded is None


def test_an_agent_never_saved_is_offline_at_rev_0(stores: Stores) -> None:
    agent = stores.agents.get("anna")

    assert (agent.presence, agent.rev) == (Offline(), 0)


def test_what_is_saved_is_read(stores: Stores) -> None:
    cool_downs = (CoolDown("ben", NOW + timedelta(seconds=60)),)
    saved = call(
        state=Waiting(replace(POSITION, cool_downs=cool_downs)),
        name="Łucja „L” O'Neill",
        choices=("é",),
    )

    stores.calls.save(WriteSet("w1", call=saved, applied=applied()))

    assert stores.calls.get("c1") == CallSnapshot(saved)


def test_the_second_first_save_is_stale(stores: Stores) -> None:
    stores.calls.save(first("w1"))

    with pytest.raises(Stale):
        stores.calls.save(first("w2"))


@pytest.mark.parametrize("rev", [1, 2, 4, 9])
def test_only_the_next_rev_is_saved(stores: Stores, rev: int) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", call=call(2)))

    with pytest.raises(Stale):
        stores.calls.save(WriteSet("w3", call=call(rev)))


def test_a_call_that_is_not_there_has_no_second_save(stores: Stores) -> None:
    with pytest.raises(Stale):
        stores.calls.save(WriteSet("w1", call=call(2)))


def test_a_repeated_save_is_one_save(stores: Stores) -> None:  # W3, F33
    stores.calls.save(first("w1"))

    stores.calls.save(first("w1"))

    assert len(stores.drain()) == 1


@pytest.mark.parametrize("later", [1, 3, 7])
def test_a_save_is_known_again_after_up_to_seven_others(stores: Stores, later: int) -> None:  # W3
    stores.calls.save(first("w1"))
    for rev in range(2, 2 + later):
        stores.calls.save(WriteSet(f"w{rev}", call=call(rev), applied=applied()))

    stores.calls.save(first("w1"))

    assert stores.calls.get("c1") == CallSnapshot(call(1 + later))


def test_the_write_id_of_another_rev_is_not_this_save(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", call=call(2)))

    with pytest.raises(Stale):
        stores.calls.save(WriteSet("w1", call=call(2)))


def test_a_repeated_save_of_an_agent_is_one_save(stores: Stores) -> None:  # W3
    stores.calls.save(WriteSet("w1", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(WriteSet("w2", agents=(anna_talking(2),), drop_ready=("anna",)))

    stores.calls.save(WriteSet("w1", agents=(anna(1),), put_ready=(ready(),)))

    assert stores.agents.get("anna") == anna_talking(2)
    assert stores.board.ready(POOL) == ()


def test_call_agent_and_rows_change_together(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))

    stores.calls.save(pairing("w3", 2, 2))

    assert stores.calls.get("c1") == CallSnapshot(offered(2), (anna_reserved(2),))
    assert stores.agents.get("anna") == anna_reserved(2)
    assert (stores.board.waiting(POOL), stores.board.ready(POOL)) == ((), ())


def test_a_stale_agent_rejects_the_whole_save(stores: Stores) -> None:  # F2, F68
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(WriteSet("w3", agents=(anna(2),)))

    with pytest.raises(Stale):
        stores.calls.save(pairing("w4", 2, 2))

    assert stores.calls.get("c1") == CallSnapshot(call(1))
    assert stores.agents.get("anna") == anna(2)
    assert stores.board.waiting(POOL) == (waiting(),)
    assert stores.board.ready(POOL) == (ready(),)


def test_a_stale_call_rejects_the_whole_save(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(WriteSet("w3", call=call(2)))

    with pytest.raises(Stale):
        stores.calls.save(pairing("w4", 2, 2))

    assert stores.agents.get("anna") == anna(1)
    assert stores.board.ready(POOL) == (ready(),)


def test_a_repeated_transaction_is_one(stores: Stores) -> None:  # W3
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(pairing("w3", 2, 2))

    stores.calls.save(pairing("w3", 2, 2))

    assert [saved.after.rev for saved in stores.drain()] == [1, 2]


def test_agents_beside_a_call_are_those_of_the_save_or_those_of_now(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(pairing("w3", 2, 2))
    wish = replace(anna_reserved(3), next="lunch")
    stores.calls.save(WriteSet("w4", agents=(wish,)))

    kept, fresh = stores.calls.get("c1"), stores.calls.get("c1", fresh=True)

    assert kept == CallSnapshot(offered(2), (anna_reserved(2),))
    assert fresh == CallSnapshot(offered(2), (wish,))


def test_a_save_without_named_agents_forgets_those_of_before(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(pairing("w3", 2, 2))

    stores.calls.save(WriteSet("w4", call=call(3)))

    assert stores.calls.get("c1", fresh=True) == CallSnapshot(call(3))


def test_a_save_of_nothing_is_an_error(stores: Stores) -> None:
    with pytest.raises(ValueError, match="nothing"):
        stores.calls.save(WriteSet("w1"))


def test_the_stream_delivers_each_save_with_its_event(stores: Stores) -> None:  # S8
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    stores.calls.save(pairing("w3", 2, 2))

    one, two = stores.drain()

    assert (one.before, one.after, one.applied) == (None, call(1), applied())
    assert (two.before, two.after, two.applied) == (call(1), offered(2), applied())


def test_many_calls_are_read_in_one_go(stores: Stores) -> None:
    ids = [f"c{n:03}" for n in range(101)]
    for call_id in ids:
        stores.calls.save(first(f"w-{call_id}", call_id))

    read = stores.calls.read_all([*ids, "nobody"])

    assert {one.id for one in read} == set(ids)
    assert len(read) == 101
    assert stores.calls.read_all([]) == ()


def test_a_call_is_live_until_it_has_ended_and_its_legs_are_over(stores: Stores) -> None:
    ended = call(2, "c1", Ended("abandoned", NOW))
    stores.calls.save(WriteSet("w1", call=call(1, "c1"), applied=applied()))
    stores.calls.save(WriteSet("w2", call=call(1, "c2", AtNode("box")), applied=applied()))
    stores.calls.save(WriteSet("w3", call=ended, applied=applied()))
    before = stores.live()

    stores.calls.save(WriteSet("w4", call=replace(ended, rev=3, legs=()), applied=applied()))

    assert before == ("c1", "c2")
    assert stores.live() == ("c2",)


def test_agents_of_several_revs_are_apart(stores: Stores) -> None:
    stores.calls.save(WriteSet("w1", agents=(anna(1), Agent("ben", rev=1))))

    with pytest.raises(Stale):
        stores.calls.save(WriteSet("w2", agents=(anna(2), Agent("ben", rev=1))))

    assert stores.agents.get("anna") == anna(1)


def test_all_of_many_agents_are_read_and_who_was_never_saved_is_offline(stores: Stores) -> None:
    ready_ones = [replace(anna(1), id=f"a{number}") for number in range(120)]
    for agent in ready_ones:
        stores.calls.save(WriteSet(f"w{agent.id}", agents=(agent,)))

    found = stores.agents.get_all([*(agent.id for agent in ready_ones), "nobody"])

    assert list(found) == [*ready_ones, Agent("nobody")]
