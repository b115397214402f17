"""Recording by hand at the desk: the buttons, what is said of the recording, and the timeline."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.console import views as v
from app.domain import events as e
from app.domain.commands import PauseRecording
from app.domain.recording import PAUSE_SECONDS
from app.domain.states import RecordPolicy
from infra.local.exchange.faults import Faults
from tests.console.fakes import Company
from tests.console.viewers import ANNA, register_of, seen, told
from tests.console.visitor import Visitor
from tests.stories.office import Office
from tests.stories.people import Caller, talk
from tests.stories.test_recording_by_hand import records, talk_by_hand

BY_HAND = {"record", "stop-recording", "pause-recording", "resume-recording"}


def line(office: Office) -> v.Line:
    moment = seen(office).moment
    assert isinstance(moment, v.Line)
    return moment


def offered(office: Office) -> set[str]:
    return {button.verb for button in line(office).buttons} & BY_HAND


def happened(office: Office, caller: Caller) -> list[str]:
    shown = register_of(office).call(ANNA, caller.call_id)
    assert shown is not None
    return told(shown.timeline)


def words_of(page: str) -> str:
    """The main part as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("never", set()), ("always", {"pause-recording"}), ("by hand", {"record"})],
)
def test_the_buttons_are_those_that_the_plan_permits(
    office: Office, policy: RecordPolicy, expected: set[str]
) -> None:
    records(office, policy)
    talk(office)

    assert offered(office) == expected
    assert (line(office).recording.kind == "running") == (policy == "always")


def test_while_it_is_recorded_and_paused_the_buttons_are_the_ways_out(office: Office) -> None:
    _, anna = talk_by_hand(office)

    anna.records()
    recorded = offered(office)
    anna.pauses_recording()
    paused = offered(office)
    anna.holds()

    assert recorded == {"stop-recording", "pause-recording"}
    assert paused == {"stop-recording", "resume-recording"}
    assert offered(office) == set()


def test_a_pause_says_when_it_is_over_and_promises_nothing_on_hold(office: Office) -> None:
    _, anna = talk(office)

    anna.pauses_recording()
    paused = line(office).recording
    anna.holds()
    held = line(office).recording

    assert paused.resumes is not None
    left = (paused.resumes - office.network.clock.now()).total_seconds()
    assert PAUSE_SECONDS - 2 <= left <= PAUSE_SECONDS
    assert (held.kind, held.resumes) == ("paused", None)


def test_what_was_begun_by_hand_is_said_to_run_since_then(office: Office) -> None:
    _, anna = talk_by_hand(office)
    office.passes(30)

    anna.records()
    now = line(office).recording

    assert now.since is not None
    assert office.network.clock.now() - now.since < timedelta(seconds=3)


def test_a_pause_that_the_carrier_refuses_is_told_as_that_until_another_is_asked_for(
    office: Office,
) -> None:
    """R16: whoever relies on a pause is not to ask for a card number."""
    caller, anna = talk(office)
    office.network.inject_faults(Faults(rest_failed=1))
    anna.pauses_recording()

    for _ in range(2):
        pending = next(p for p in caller.call.out if isinstance(p.command, PauseRecording))
        refused = e.CommandRefused(pending.key, pending.command, 21220)
        office.services.switchboard.handle(caller.call_id, refused)
    not_paused = line(office).recording
    office.network.inject_faults(Faults())
    anna.pauses_recording()
    office.passes(5)

    assert (not_paused.kind, not_paused.not_paused) == ("running", True)
    assert (line(office).recording.kind, line(office).recording.not_paused) == ("paused", False)
    assert happened(office, caller).count("The recording could not be paused") == 2


def test_the_timeline_says_who_began_paused_and_ended_the_recording(office: Office) -> None:
    caller, anna = talk_by_hand(office)

    anna.records()
    office.passes(2)
    anna.pauses_recording()
    office.passes(PAUSE_SECONDS + 2)
    anna.pauses_recording()
    office.passes(2)
    anna.resumes_recording()
    office.passes(2)
    anna.stops_recording()
    office.passes(2)

    titles = happened(office, caller)
    assert [title for title in titles if "ecord" in title] == [
        "Anna Nowak began to record",
        "Recording started",
        "Anna Nowak paused the recording",
        "Recording paused",
        "Recording goes on: the pause was over",
        "Anna Nowak paused the recording",
        "Recording paused",
        "Anna Nowak resumed the recording",
        "Recording goes on",
        "Anna Nowak stopped recording",
        "Recording stopped",
        "Recording stored",
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (v.RecordingNow(), "Not recorded"),
        (v.RecordingNow("starting"), "Recording begins…"),
        (v.RecordingNow("pausing"), "Still recording: the pause begins…"),
        (v.RecordingNow("paused"), "Recording paused"),
        (v.RecordingNow("stopping"), "Still recording: it is being stopped…"),
        (
            v.RecordingNow("running", not_paused=True),
            "Do not ask for card numbers: all that is said is recorded.",
        ),
    ],
)
def test_the_desk_and_the_strip_say_in_words_what_is_recorded(
    kestrel: Company, agent: Visitor, now: v.RecordingNow, words: str
) -> None:
    kestrel.desk.talks()
    kestrel.desk.changes(recording=now)

    assert words in words_of(agent.get("/desk").text)
    assert words in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", agent.get("/calls").text))


def test_a_pause_says_the_time_that_is_left(kestrel: Company, agent: Visitor) -> None:
    kestrel.desk.talks()
    kestrel.desk.records("pause-recording")

    for path in ("/desk", "/calls"):
        page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", agent.get(path).text))
        assert "Recording paused, resumes in 1:40" in page
