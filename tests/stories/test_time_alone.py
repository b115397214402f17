"""Stories in which only the passing of time changes the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from app.domain import agent as a
from app.domain.events import TimePassed
from app.domain.replies import Prompt
from app.domain.states import Offered, Waiting
from app.ports import AgentJob, CallJob
from infra.local.exchange.journal import WebhookSent
from tests.stories.company import MUSIC, PLAN, SALES
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


LONGEST_WAIT = 30


@pytest.mark.parametrize(
    "comfort",
    [
        Prompt("All our colleagues are talking."),
        Prompt("Thank you for calling Kestrel. Please stay on the line, an agent comes soon. "),
        Prompt("word " * 600),
        Prompt("Ring 0800 12 34 56 78, 0800 12 34 56 79 or 0800 12 34 56 80 instead. " * 4),
        Prompt("Uploaded.", MUSIC, seconds=60),
    ],
    ids=["short", "two sentences", "three minutes", "numbers", "a sound of a minute"],
)
def test_who_waits_too_long_goes_on_within_seconds_of_it_whatever_the_words(
    office: Office, comfort: Prompt
) -> None:
    """D5: the wait documents are the caller's clock."""
    sales = replace(PLAN.wait_point("sales"), comfort=comfort, max_wait_seconds=LONGEST_WAIT)
    office.publishes(replace(PLAN, sha="d" * 64, nodes={**PLAN.nodes, "sales": sales}))
    caller = office.caller()

    caller.dials(SALES)
    office.passes(LONGEST_WAIT - 0.5)
    assert isinstance(caller.call.state, Waiting)
    office.passes(2.5)

    assert not isinstance(caller.call.state, Waiting)
    gaps = [(b - a).total_seconds() for a, b in pairwise(_wait_requests(office))]
    assert max(gaps) <= 20


def _wait_requests(office: Office) -> list[datetime]:
    return [
        entry.at
        for entry in office.network.exchange.journal.entries()
        if isinstance(entry.news, WebhookSent) and urlsplit(entry.news.url).path.endswith("/wait")
    ]
