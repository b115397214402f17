"""The agent's page is reloaded in mid-call, with the carrier's delays: what the caller hears of it.

The first signal is whatever we hear first: the page's goodbye, or, where that was lost, the new
page's request. A page is back after two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app.domain import agent as a
from infra.local.exchange.journal import RecordingChanged
from infra.local.exchange.latency import MODELLED
from infra.local.exchange.ledger import Hearing
from tests.stories import environments
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller

PAGE_SECONDS = 2.0
MOST_SILENCE_SECONDS = 1.0
MOST_AWAY_SECONDS = 5.0


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory(latency=MODELLED) as office:
        yield office
        office.closes()


def talk(office: Office) -> tuple[Caller, AgentPerson]:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    office.passes(2)
    anna.answers()
    office.passes(6)
    caller.talks_to(anna)
    return caller, anna


def silence_since(caller: Caller, since: datetime) -> float:
    """The longest, in seconds."""
    ledger, now = caller.office.network.exchange.ledger, caller.office.network.clock.now()
    silent = [
        (i.until or now) - max(i.since, since)
        for i in ledger.intervals(caller.leg)
        if i.hearing is Hearing.SILENCE and (i.until or now) > since
    ]
    return max(silent, default=timedelta()).total_seconds()


def back_after(caller: Caller, agent: AgentPerson, since: datetime) -> float:
    heard = caller.office.network.exchange.ledger.intervals(caller.leg)
    return min((i.since - since).total_seconds() for i in heard if agent.leg in i.legs)


def voices_at_once(caller: Caller) -> int:
    """At most."""
    return max(len(i.legs) for i in caller.office.network.exchange.ledger.intervals(caller.leg))


def recordings(caller: Caller) -> int:
    entries = caller.office.network.exchange.journal.entries()
    begun = {
        entry.news.recording
        for entry in entries
        if isinstance(entry.news, RecordingChanged)
        and (entry.news.leg, entry.news.status) == (caller.leg, "in-progress")
    }
    return len(begun)


@pytest.mark.parametrize("kind", ["clean", "goodbye lost", "twice"])
def test_a_reload_costs_the_caller_a_moment_of_silence_and_some_seconds_of_music(
    office: Office, kind: str
) -> None:
    """F25: silent for a second at most, back within five; one headset, one recording."""
    caller, anna = talk(office)
    old = anna.leg

    signal = office.network.clock.now()
    anna.reloads_the_page(says_goodbye=kind != "goodbye lost")
    if kind == "twice":
        office.passes(PAGE_SECONDS / 2)
        anna.asks_to_come_back()
    office.passes(PAGE_SECONDS)
    if kind == "goodbye lost":
        signal = office.network.clock.now()
    anna.comes_back()
    office.passes(10)

    caller.talks_to(anna)
    assert office.network.exchange.leg(old).over
    assert silence_since(caller, signal) <= MOST_SILENCE_SECONDS
    assert back_after(caller, anna, signal) <= MOST_AWAY_SECONDS
    assert voices_at_once(caller) == 1
    assert recordings(caller) == 1
    caller.hangs_up()


def test_a_microphone_denied_after_the_reload_returns_the_caller_after_the_grace_period(
    office: Office,
) -> None:
    """F26: music from the first moment, then the old place, and the next agent."""
    caller, anna = talk(office)
    ben = office.agent("ben")

    signal = office.network.clock.now()
    anna.reloads_the_page()
    office.passes(PAGE_SECONDS)
    grant = anna.asks_to_come_back()
    office.services.desk.report_headset_lost("anna", grant.call, grant.headset, "error 31401")
    ben.is_ready()
    office.passes(10)
    caller.hears_music()
    office.passes(11)  # the grace counts from the page's last sign
    ben.answers()
    office.passes(6)

    caller.talks_to(ben)
    assert silence_since(caller, signal) <= MOST_SILENCE_SECONDS
    assert voices_at_once(caller) == 1
    assert recordings(caller) == 2  # of each conversation one
    anna.is_in(a.Away)
    caller.hangs_up()
