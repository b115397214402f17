"""A pair is committed, or found to be stale: the distributor goes on by what it is told."""

from __future__ import annotations

from app.domain.matching import Pair
from tests.stories import environments
from tests.stories.company import SALES


def test_a_pair_is_stale_when_its_agent_is_not_ready_or_its_caller_waits_no_more() -> None:
    with environments.in_memory() as office:
        switchboard, caller, anna = (
            office.services.switchboard,
            office.caller(),
            office.agent("anna"),
        )
        caller.dials(SALES)
        pair = Pair(caller.call.id, "anna")

        too_early = switchboard.offer(pair, None, None)
        caller.hangs_up()
        anna.is_ready()
        too_late = switchboard.offer(pair, None, None)

        assert (too_early, too_late) == (False, False)
        assert not switchboard.offer(Pair("nobody", "anna"), None, None)
        office.closes()
