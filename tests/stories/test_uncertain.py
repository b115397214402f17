"""Stories that lead past what the carrier leaves open; `test_switches.py` tells them both ways."""

from __future__ import annotations

from app.domain import agent as a
from app.ports import SweepWake
from tests.stories.company import CLAIMS, MAIN, SALES
from tests.stories.office import Office


def test_a_caller_hangs_up_before_anything_was_said(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.leg = office.network.dial(caller.number, MAIN)
    office.network.hang_up(caller.leg)
    office.settles()

    anna.is_quiet()
    assert caller.record.head.outcome == "abandoned"


def test_a_caller_whose_goodbye_is_lost_is_not_talked_to(office: Office) -> None:
    """The refresh is refused, for the leg is over: the agent is let go, without a conversation."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.accepts()
    office.loses_all_callbacks()
    office.network.hang_up(caller.leg)
    anna.connects()
    office.passes(5)
    for _ in range(2):  # the carrier may show a call for a while after its end
        office.house.waker.wake(SweepWake())
        office.passes(45)

    anna.is_cut_off()
    assert not isinstance(anna.presence, a.OnCall)


def test_an_app_that_is_not_registered_costs_the_caller_only_its_turn(office: Office) -> None:
    caller, emma, ben = office.caller(), office.agent("emma"), office.agent("ben")
    emma.is_ready()
    office.passes(1)
    ben.is_ready()

    caller.dials(CLAIMS)
    office.passes(5)

    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()
