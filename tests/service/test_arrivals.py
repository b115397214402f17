"""The first save of a call: refused for a moment, made by somebody else, or never possible."""

from __future__ import annotations

import pytest

from app.ports import Stale, WriteSet
from tests.stories import environments
from tests.stories.company import MAIN


@pytest.mark.parametrize("times", [1, 3])
def test_a_caller_whose_first_save_meets_another_transaction_is_served_all_the_same(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """The store refuses it though there is no such call yet (W3)."""
    with environments.in_memory() as office:
        calls, left = office.services.ports.calls, [times]
        save = calls.save

        def refused(write_set: WriteSet) -> None:
            if left[0]:
                left[0] -= 1
                raise Stale("a transaction was in progress")
            save(write_set)

        monkeypatch.setattr(calls, "save", refused)
        caller = office.caller()

        caller.dials(MAIN)

        caller.hears("For deliveries, press 1")
        office.closes()


def test_a_caller_whose_first_save_is_never_possible_is_asked_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with environments.in_memory() as office:
        calls = office.services.ports.calls

        def refused(write_set: WriteSet) -> None:
            raise Stale("a transaction was in progress")

        monkeypatch.setattr(calls, "save", refused)
        caller = office.caller()

        caller.dials(MAIN)

        caller.hears("One moment")
        monkeypatch.undo()
        office.passes(5)
        caller.hears("For deliveries, press 1")
        office.closes()
