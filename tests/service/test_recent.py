"""A save may rest on what is remembered of a call, for it has a condition; nothing else may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.access import Refused
from app.domain.events import AskedWhileWaiting, HungUp
from app.ports import CallSnapshot, WriteSet
from app.service.recent import MOST, RecentCalls
from tests.adapters.contract.switch_stores import NOW, applied, call
from tests.stories import environments
from tests.stories.company import MAIN, SALES
from tests.stories.office import Office


def _reads(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that are read from now on."""
    reads: list[str] = []
    calls = office.services.switchboard._calls
    get = calls.get

    def counted(call_id: str, *, fresh: bool = False) -> CallSnapshot | None:
        reads.append(call_id)
        return get(call_id, fresh=fresh)

    monkeypatch.setattr(calls, "get", counted)
    return reads


def test_a_save_on_what_is_remembered_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(SALES)
        known = caller.call
        reads = _reads(office, monkeypatch)

        after = office.services.switchboard.handle(known.id, HungUp("1"))

        assert after.call.rev == known.rev + 1
        assert reads == []
        office.closes()


def test_what_saves_nothing_is_answered_by_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(SALES)
        known = caller.call
        _somebody_else_saves(office, known.id)
        office.passes(1)
        reads = _reads(office, monkeypatch)

        after = office.services.switchboard.handle(known.id, AskedWhileWaiting("1"))

        assert reads == [known.id]
        assert after.call.name == "told elsewhere"
        office.closes()


def test_a_wait_request_within_a_second_of_what_is_remembered_reads_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever moves the caller on has the carrier fetch another document."""
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(SALES)
        call_id = caller.call.id
        reads = _reads(office, monkeypatch)

        office.services.switchboard.handle(call_id, AskedWhileWaiting("1"))

        assert reads == []
        office.closes()


def test_the_end_of_a_leg_that_an_ended_call_has_not_is_answered_without_a_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(SALES)
        call_id = caller.call.id
        office.services.switchboard.handle(call_id, HungUp("1"))
        reads = _reads(office, monkeypatch)

        office.services.switchboard.handle(call_id, HungUp("1"))

        assert reads == []
        office.closes()


def test_a_save_on_what_is_old_is_decided_again_on_what_the_failed_write_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(SALES)
        known = caller.call
        _somebody_else_saves(office, known.id)
        reads = _reads(office, monkeypatch)

        after = office.services.switchboard.handle(known.id, HungUp("1"))

        assert (after.call.rev, after.call.name) == (known.rev + 2, "told elsewhere")
        assert reads == []
        office.closes()


def test_nobody_is_refused_for_what_is_old() -> None:
    with environments.in_memory() as office:
        caller = office.caller()
        caller.dials(MAIN)
        known = caller.call
        _somebody_else_saves(office, known.id)
        looked: list[str] = []

        def check(before: CallSnapshot) -> None:
            looked.append(before.call.name)
            if before.call.name != "told elsewhere":
                raise Refused("not yours")

        office.services.switchboard.handle(known.id, HungUp("1"), check)

        assert looked == ["", "told elsewhere"]
        office.closes()


def _somebody_else_saves(office: Office, call_id: str) -> None:
    """Another process, which this one does not hear of."""
    calls = office.services.ports.calls
    snapshot = calls.get(call_id)
    assert snapshot is not None
    told = replace(snapshot.call, rev=snapshot.call.rev + 1, name="told elsewhere")
    calls.save(WriteSet("elsewhere", call=told, applied=applied(), named=snapshot.agents))


def test_no_more_than_a_bounded_number_of_calls_is_remembered() -> None:
    recent = RecentCalls()

    for n in range(3 * MOST):
        recent.put(CallSnapshot(call(1, f"c{n}")), NOW)

    kept = [n for n in range(3 * MOST) if recent.get(f"c{n}")]
    assert 0 < len(kept) <= MOST
    assert 3 * MOST - 1 in kept
