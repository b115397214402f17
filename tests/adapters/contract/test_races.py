"""Two writers and more: exactly one wins, in memory and on the wire (F1, F2, F68)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from app.domain.board import POOL
from app.domain.call import Call
from app.ports import Stale, WriteSet
from tests.adapters.contract.switch_stores import (
    Stores,
    anna,
    anna_reserved,
    applied,
    call,
    first,
    offered,
    pairing,
    ready,
    waiting,
)

THREADS = 16
ROUNDS = 20
SECONDS = 30  # a test that hangs fails


def _at_once(tries: list[Callable[[], None]]) -> list[int]:
    """All of them from the same instant; answers which won, by index. Others must be Stale."""
    gate = threading.Barrier(len(tries))

    def one(index: int) -> int | None:
        gate.wait(SECONDS)
        try:
            tries[index]()
        except Stale:
            return None
        return index

    with ThreadPoolExecutor(len(tries)) as pool:
        results = list(pool.map(one, range(len(tries)), timeout=SECONDS))
    return [index for index in results if index is not None]


def test_of_many_writers_of_one_rev_exactly_one_wins(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    for rev in range(2, 2 + ROUNDS):
        names = [f"caller-{n}" for n in range(THREADS)]

        def save(name: str, rev: int = rev) -> None:
            stores.calls.save(
                WriteSet(f"{rev}-{name}", call=call(rev, name=name), applied=applied())
            )

        winners = _at_once([lambda name=name: save(name) for name in names])  # type: ignore[misc]

        assert len(winners) == 1
        loaded = stores.calls.get("c1")
        assert loaded is not None
        assert (loaded.call.rev, loaded.call.name) == (rev, names[winners[0]])
    assert [saved.after.rev for saved in stores.drain()] == list(range(1, 2 + ROUNDS))


def test_of_many_callers_exactly_one_gets_the_agent(stores: Stores) -> None:
    ids = [f"c{n:02d}" for n in range(THREADS)]
    for call_id in ids:
        stores.calls.save(first(f"w-{call_id}", call_id))
    stores.calls.save(WriteSet("ready", agents=(anna(1),), put_ready=(ready(),)))

    winners = _at_once([lambda c=c: stores.calls.save(pairing(f"p-{c}", 2, 2, c)) for c in ids])  # type: ignore[misc]

    assert len(winners) == 1
    winner = ids[winners[0]]
    assert stores.agents.get("anna") == anna_reserved(2, winner)
    assert [row.call for row in stores.board.waiting(POOL)] == [c for c in ids if c != winner]
    offers = [c for c in ids if _call(stores, c) == offered(2, c)]
    assert offers == [winner]


def test_of_many_agents_exactly_one_gets_the_caller(stores: Stores) -> None:
    stores.calls.save(first("w1"))
    names = [f"a{n:02d}" for n in range(THREADS)]
    for name in names:
        free = replace(anna(1), id=name)
        stores.calls.save(WriteSet(f"r-{name}", agents=(free,), put_ready=(ready(name),)))

    def pair(name: str) -> None:
        reserved = replace(anna_reserved(2), id=name)
        stores.calls.save(
            WriteSet(
                f"p-{name}",
                call=offered(2, agent=name),
                agents=(reserved,),
                applied=applied(),
                drop_waiting=waiting(),
                drop_ready=(name,),
                named=(reserved,),
            )
        )

    winners = _at_once([lambda name=name: pair(name) for name in names])  # type: ignore[misc]

    assert len(winners) == 1
    assert _call(stores, "c1") == offered(2, agent=names[winners[0]])
    left = [row.agent for row in stores.board.ready(POOL)]
    assert left == [name for name in names if name != names[winners[0]]]


def test_the_same_save_by_many_is_one_save(stores: Stores) -> None:  # W3
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("ready", agents=(anna(1),), put_ready=(ready(),)))

    winners = _at_once([lambda: stores.calls.save(pairing("w2", 2, 2))] * THREADS)

    assert len(winners) == THREADS
    assert [saved.after.rev for saved in stores.drain()] == [1, 2]


def _call(stores: Stores, call_id: str) -> Call | None:
    loaded = stores.calls.get(call_id)
    return loaded.call if loaded else None
