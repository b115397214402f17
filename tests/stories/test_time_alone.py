"""Stories in which only the passing of time changes the state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain import agent as a
from app.domain.call import Offered, Waiting
from app.domain.events import TimePassed
from app.ports import AgentJob, CallJob
from tests.stories.company import SALES
from tests.stories.office import Office

FAR = datetime(2100, 1, 1, tzinfo=UTC)


def test_an_agent_who_comes_back_and_declines_is_asked_again_after_the_new_cool_down(
    office: Office,
) -> None:
    """D1, F13: the caller waits all the time; only the clock makes the second offer."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.rings()
    office.passes(21)
    anna.is_in(a.Away)
    office.passes(20)

    anna.is_ready()
    anna.declines()  # the cool-down that now begins is a new one
    office.passes(58)
    anna.is_quiet()
    office.passes(4)

    anna.rings()


def test_an_offer_expires_though_the_clock_of_its_function_is_behind(office: Office) -> None:
    """W12: a timer that comes a moment too early by another function's clock is not lost."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    call = anna.rings()
    assert isinstance(call.state, Offered)
    office.passes(18.5)
    office.timers.due(FAR)

    office.services.job_runner.run(CallJob(call.id, TimePassed()))
    assert office.timers.next_at == call.state.until
    office.passes(2)

    assert isinstance(caller.call.state, Waiting)
    anna.is_in(a.Away)


def test_a_wrap_up_ends_though_the_clock_of_its_function_is_behind(office: Office) -> None:
    """W12, F17."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    anna.hangs_up()
    wrapping = anna.presence
    assert isinstance(wrapping, a.WrapUp)
    office.passes((wrapping.until - wrapping.since - timedelta(seconds=1)).total_seconds())
    office.timers.due(FAR)

    office.services.job_runner.run(AgentJob("anna"))
    assert office.timers.next_at == wrapping.until
    office.passes(2)

    anna.is_in(a.Ready)
