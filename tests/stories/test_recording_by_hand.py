"""Stories of recording by policy and by hand: what is kept is what policy and clicks say (C10).

The seconds are the exchange's: between what its journal has of a recording that runs and of one
that is paused or over. A command takes effect within half a second of the click.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from app.console.presenters.recording import recording
from app.domain.recording import PAUSE_SECONDS
from app.domain.states import RecordPolicy
from app.domain.value import replace
from infra.local.exchange.faults import Faults
from infra.local.exchange.journal import RecordingChanged
from tests.stories.office import Office
from tests.stories.people import HOME, AgentPerson, Caller, talk

WITHIN = 0.6  # seconds: a webhook or a click, and one request
NEVER = "Calls of this queue are not recorded."
ALWAYS = "All calls of this queue are recorded: you can only pause it."
NOT_NOW = "That goes only while you talk with the caller alone."


def records(office: Office, policy: RecordPolicy) -> None:
    plan = office.services.ports.directory.head()
    sales = replace(plan.wait_point("sales"), record=policy)
    changed = replace(plan, sha=f"recorded-{policy}", nodes={**plan.nodes, "sales": sales})
    office.publishes(changed)


def talk_by_hand(office: Office) -> tuple[Caller, AgentPerson]:
    records(office, "by hand")
    return talk(office)


def spans(caller: Caller) -> list[tuple[str, float]]:
    """Each time that something was recorded of the caller: by which recording, how many seconds."""
    return [
        (sid, (until - since).total_seconds()) for sid, since, until in _recorded(caller) if until
    ]


def _recorded(caller: Caller) -> Iterator[tuple[str, datetime, datetime | None]]:
    since: dict[str, datetime] = {}
    for entry in caller.office.network.exchange.journal.entries():
        match entry.news:
            case RecordingChanged(recording=sid, leg=caller.leg, status="in-progress"):
                since.setdefault(sid, entry.at)
            case RecordingChanged(recording=sid, leg=caller.leg) if sid in since:
                yield sid, since.pop(sid), entry.at
            case _:
                pass
    yield from ((sid, at, None) for sid, at in since.items())


def seconds(caller: Caller) -> list[float]:
    return [length for _, length in spans(caller)]


def told(caller: Caller) -> str:
    """What the agent's page says of the recording."""
    return recording(caller.call).kind


def about(*expected: float) -> list[object]:
    return [pytest.approx(one, abs=WITHIN) for one in expected]


def test_what_is_recorded_by_hand_begins_and_ends_with_the_agents_clicks(office: Office) -> None:
    caller, anna = talk_by_hand(office)
    caller.is_not_recorded()
    before = told(caller)

    anna.records()
    office.passes(7)
    caller.is_recorded()
    during = told(caller)
    anna.stops_recording()
    office.passes(3)

    caller.is_not_recorded()
    caller.talks_to(anna)
    assert (before, during, told(caller)) == ("off", "running", "off")
    assert seconds(caller) == about(7)
    assert caller.record.recordings


def test_a_start_after_a_stop_makes_a_second_recording_and_both_are_kept(office: Office) -> None:
    caller, anna = talk_by_hand(office)

    anna.records()
    office.passes(4)
    anna.stops_recording()
    office.passes(5)
    anna.records()
    office.passes(6)
    anna.hangs_up()
    office.passes(60)

    assert seconds(caller) == about(4, 6)
    assert len({sid for sid, _ in spans(caller)}) == 2
    assert [kept.status for kept in caller.record.recordings] == ["stored"] * 2


def test_nothing_is_recorded_during_a_pause_which_ends_by_itself(office: Office) -> None:
    """F49: the timer is the call's own; no page needs to be there."""
    caller, anna = talk(office)

    anna.pauses_recording()
    office.passes(PAUSE_SECONDS - 2)
    caller.is_recorded_with_silence()
    paused = recording(caller.call)
    office.passes(4)
    caller.is_recorded()
    office.passes(3)
    anna.hangs_up()
    office.passes(2)

    assert paused.kind == "paused"
    assert paused.resumes is not None
    assert seconds(caller) == about(5, 5)


def test_a_pause_ends_when_the_agent_says_so(office: Office) -> None:
    caller, anna = talk(office)

    anna.pauses_recording()
    office.passes(10)
    anna.resumes_recording()
    office.passes(8)
    anna.hangs_up()
    office.passes(2)

    assert seconds(caller) == about(5, 8)


def test_a_hold_does_not_end_a_pause_and_a_pause_does_not_end_with_a_hold(office: Office) -> None:
    """C2: neither records what the other keeps secret."""
    caller, anna = talk(office)

    anna.pauses_recording()
    office.passes(5)
    anna.holds()
    office.passes(5)
    caller.is_recorded_with_silence()
    anna.retrieves()
    office.passes(5)
    caller.talks_to(anna)
    caller.is_recorded_with_silence()
    anna.resumes_recording()
    office.passes(4)

    caller.is_recorded()
    anna.hangs_up()
    office.passes(2)
    assert seconds(caller) == about(5, 4)


def test_a_pause_that_ends_on_hold_is_followed_by_a_recording_after_the_hold(
    office: Office,
) -> None:
    caller, anna = talk(office)

    anna.pauses_recording()
    anna.holds()
    office.passes(PAUSE_SECONDS - 10)
    anna.retrieves()
    anna.holds()
    office.passes(20)
    caller.is_recorded_with_silence()
    anna.retrieves()
    office.passes(2)

    caller.is_recorded()
    office.closes()


def test_a_pause_survives_a_reload_and_so_does_what_was_started_by_hand(office: Office) -> None:
    """F49."""
    caller, anna = talk_by_hand(office)

    anna.records()
    office.passes(3)
    anna.pauses_recording()
    anna.reloads_the_page()
    office.passes(2)
    anna.comes_back()
    office.passes(3)
    caller.talks_to(anna)
    caller.is_recorded_with_silence()
    anna.resumes_recording()
    office.passes(3)

    caller.is_recorded()
    assert len({sid for sid, _ in spans(caller)}) == 1
    office.closes()


def test_what_was_started_by_hand_goes_on_for_the_next_agent_who_may_stop_it(
    office: Office,
) -> None:
    """F48: the recording of each conversation is one of its own, and the buttons are there."""
    caller, anna = talk_by_hand(office)
    ben = office.agent("ben")

    anna.records()
    office.passes(4)
    ben.is_ready()
    anna.transfers_to("sales")
    ben.answers()
    office.passes(5)
    caller.talks_to(ben)
    caller.is_recorded()
    ben.stops_recording()
    office.passes(5)

    caller.is_not_recorded()
    assert [len({sid for sid, _ in spans(caller)}), seconds(caller)[0]] == [2, about(4)[0]]
    office.closes()


def test_who_is_consulted_is_not_recorded_whatever_was_asked_by_hand(office: Office) -> None:
    """C4."""
    caller, anna = talk_by_hand(office)
    eleanor = office.outside(HOME)

    anna.records()
    office.passes(3)
    anna.consults(HOME)
    office.passes(3)
    eleanor.picks_up()
    office.passes(3)
    anna.joins_all()
    office.passes(3)
    caller.is_recorded_with_silence()
    refused = anna.cannot("stop-recording")
    anna.removes(eleanor)
    office.passes(3)

    assert refused == NOT_NOW
    caller.is_recorded()
    office.closes()


@pytest.mark.parametrize(
    ("policy", "verb", "words"),
    [
        ("never", "record", NEVER),
        ("never", "pause-recording", NEVER),
        ("always", "stop-recording", ALWAYS),
        ("by hand", "pause-recording", "Nothing is recorded now."),
    ],
)
def test_what_the_plan_does_not_permit_is_refused_in_words(
    office: Office, policy: RecordPolicy, verb: str, words: str
) -> None:
    records(office, policy)
    _, anna = talk(office)

    refused = anna.cannot(verb)

    assert refused == words
    office.closes()


def test_no_agent_records_whom_they_do_not_hear(office: Office) -> None:
    caller, anna = talk_by_hand(office)

    anna.holds()
    refused = anna.cannot("record")
    anna.retrieves()
    anna.records()
    office.passes(2)

    assert refused == NOT_NOW
    caller.is_recorded()
    office.closes()


def test_a_pause_that_the_carrier_has_not_made_yet_is_shown_as_still_recording(
    office: Office,
) -> None:
    """R16: the page says "paused" only after the carrier's yes."""
    caller, anna = talk(office)

    office.network.inject_faults(Faults(rest_failed=1))
    anna.pauses_recording()
    office.passes(1)
    while_failing = told(caller)
    caller.is_recorded()
    office.network.inject_faults(Faults())
    office.passes(15)

    assert while_failing == "pausing"
    assert told(caller) == "paused"
    caller.is_recorded_with_silence()
    office.closes()
