"""A pair is committed, or found to be stale: the distributor goes on by what it is told."""

from __future__ import annotations

from app.domain.agent import Ready
from app.domain.call import Leg
from app.domain.matching import Pair
from app.domain.value import replace
from app.ports import WriteSet
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
        pair = Pair(caller.call.id, "anna", "sales")

        too_early = switchboard.offer(pair, None, None)
        caller.hangs_up()
        anna.is_ready()
        too_late = switchboard.offer(pair, None, None)

        assert (too_early, too_late) == (False, False)
        assert not switchboard.offer(Pair("nobody", "anna", "sales"), None, None)
        office.closes()


def test_a_pair_of_another_queue_is_stale() -> None:
    """The caller was sent on since the board was read: whose turn it is there is another matter."""
    with environments.in_memory() as office:
        switchboard, caller, ports = (
            office.services.switchboard,
            office.caller(),
            office.services.ports,
        )
        caller.dials(SALES)
        ben = ports.agents.get("ben")
        ready = replace(ben, presence=Ready(ports.clock.now()), rev=ben.rev + 1)
        ports.calls.save(WriteSet("w", agents=(ready,)))

        elsewhere = switchboard.offer(Pair(caller.call_id, "ben", "claims"), None, None)
        here = switchboard.offer(Pair(caller.call_id, "ben", "sales"), None, None)

        assert (elsewhere, here) == (False, True)
        caller.hangs_up()
        office.closes()


def test_a_stale_pair_changes_nothing_of_a_call_that_rings_elsewhere() -> None:
    """A wish of that call is left to others: its own agent would not stand beside it any more."""
    with environments.in_memory() as office:
        caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
        ports = office.services.ports
        anna.is_ready()
        caller.dials(SALES)
        before = office.services.switchboard.load(caller.call_id, fresh=True)
        left = Leg("cleo.9", "CA9", before.call.updated, "cleo", "agent", "out", "ringing")
        call = replace(before.call.with_leg(left), rev=before.call.rev + 1)
        ports.calls.save(WriteSet("w", call, named=before.agents))
        ben.is_ready()

        office.services.switchboard.offer(Pair(caller.call_id, "ben", "sales"), None, None)

        after = ports.calls.get(caller.call_id)
        assert after is not None
        assert [agent.id for agent in after.agents] == ["anna"]
        caller.hangs_up()
        office.closes()
