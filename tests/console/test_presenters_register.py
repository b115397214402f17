"""What the register shows of a telephone call that happens: the services in memory."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from app.console import labels
from app.console import views as v
from app.domain.access import Refused
from app.domain.note import Draft
from app.domain.outcomes import IN_PROGRESS, CallOutcome
from app.ports import CallRecord, RecordingRecord
from tests.console.viewers import (
    ANNA,
    BEN,
    BOSS,
    ELEANOR,
    THIRTY,
    a_call_rings,
    desk_of,
    register_of,
    told,
)
from tests.stories.company import CLAIMS, MAIN, MOBILE, PLAN, SALES
from tests.stories.office import Office


def test_the_timeline_tells_the_call_in_plain_words(office: Office) -> None:
    caller = a_call_rings(office)
    anna = office.agent("anna")
    anna.declines()
    office.passes(61)
    anna.answers()
    anna.reloads_the_page()
    anna.comes_back()
    anna.hangs_up()

    detail = register_of(office).call(ANNA, caller.call.id)

    assert detail
    name = office.services.ports.directory.head().members[0].name
    assert [line for line in told(detail.timeline) if "music" not in line] == [
        "Dialled +44\xa020\xa07946\xa00800",
        "Pressed 1: Deliveries",
        "Joined Deliveries",
        f"Rang {name}",
        f"{name} declined",
        "Back in the queue, at the old place",
        f"Rang {name}",
        f"{name} accepted",
        f"{name} answered",
        "Recording started",
        f"{name} lost the sound",
        "Recording paused",
        f"{name} is back",
        "Recording goes on",
        f"{name} ended the call",
    ]


def test_a_telephone_that_is_rejected_is_told_as_declined_and_one_that_rings_out_as_missed(
    office: Office,
) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    cleo.rejects()
    office.passes(61)
    office.passes(45)

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    verdicts = [line for line in told(detail.timeline) if "declined" in line or "answer" in line]
    assert [verdict.split()[-1] for verdict in verdicts] == ["declined", "answer"]


def test_wrong_and_missing_keys_are_told(office: Office) -> None:
    caller = office.caller()
    caller.dials(MAIN)
    caller.presses("9")
    caller.stays_silent()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    lines = told(detail.timeline)
    assert "Pressed 9, which was no choice" in lines
    assert "Pressed nothing" in lines
    assert "Came to Reception" in lines
    assert labels.outcome(detail.row.outcome).text == "No message left"


def test_who_waits_too_long_in_one_queue_is_told_to_have_joined_the_next(office: Office) -> None:
    sales = replace(PLAN.wait_point("sales"), otherwise="claims")
    office.publishes(replace(PLAN, sha="b" * 64, nodes={**PLAN.nodes, "sales": sales}))
    office.passes(31)
    caller = office.caller()
    caller.dials(SALES)
    office.passes(330)
    caller.waits()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail
    assert told(detail.timeline)[1:] == [
        "Joined Deliveries",
        "Waited as long as this queue allows",
        "Joined Claims",
        "The caller hung up",
    ]


def test_a_message_that_was_left_while_we_were_down_is_a_call_like_others(office: Office) -> None:
    """M3: nothing of it is known but who called, when, and what was said."""
    caller = office.caller(ELEANOR)
    office.gateway.goes_down()
    caller.dials(MAIN)
    office.passes(20)
    caller.hangs_up()
    office.gateway.works()
    office.is_swept()
    office.is_swept()
    register = register_of(office)

    [row] = register.calls(BOSS, None, 9).rows
    detail = register.call(BOSS, row.id)

    assert labels.outcome(row.outcome).text == "Message left"
    assert detail
    assert (detail.legs, detail.did) == ((), MAIN)
    assert [happening.what for happening in detail.timeline] == ["recording stored"]
    [recording] = detail.recordings
    assert register.listen(BOSS, row.id, recording.id).url


def test_an_agent_sees_only_own_calls_and_a_supervisor_all(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    register = register_of(office)

    assert register.call(ANNA, caller.call.id)
    assert register.call(BOSS, caller.call.id)
    assert register.call(BEN, caller.call.id) is None
    assert not register.calls(BEN, None, 25).rows
    assert len(register.calls(BOSS, None, 25).rows) == 1
    with pytest.raises(Refused):
        register.listen(BEN, caller.call.id, "RE1")
    with pytest.raises(Refused):
        desk_of(office).save_note(BEN, caller.call.id, Draft("peek", "v1"))
    with pytest.raises(Refused):
        desk_of(office).save_note(BOSS, "no call", Draft("peek", "v1"))


def test_a_listening_is_in_the_timeline_before_anybody_listens(office: Office) -> None:
    """F50."""
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    ports = office.services.ports
    kept = RecordingRecord("RE1", "conversation", "stored", 9, 2, "", "k", ports.clock.now())
    ports.register.put_recording(caller.call.id, kept)
    ports.recordings.put("k", [b"RIFF"], "audio/wav")

    link = register_of(office).listen(BOSS, caller.call.id, "RE1").url

    detail = register_of(office).call(ANNA, caller.call.id)
    assert link
    assert detail
    assert v.Recording("RE1", 9) in detail.recordings
    assert "boss listened to the recording" in told(detail.timeline)


def test_a_listening_that_goes_on_with_a_new_link_is_written_down_once(office: Office) -> None:
    caller = a_call_rings(office)
    office.agent("anna").answers()
    caller.hangs_up()
    register, ports = register_of(office), office.services.ports
    kept = RecordingRecord("RE1", "conversation", "stored", 9, 2, "", "k", ports.clock.now())
    ports.register.put_recording(caller.call.id, kept)
    ports.recordings.put("k", [b"RIFF"], "audio/wav")
    call = caller.call.id

    begun = register.listen(BOSS, call, "RE1")
    office.passes(400)
    renewed = register.listen(BOSS, call, "RE1", begun.since)
    in_the_log = len(caller.record.listenings)
    register.listen(ANNA, call, "RE1", begun.since)  # of somebody else
    register.listen(BOSS, call, "RE1")  # the page was opened anew
    office.passes(13 * 3600)
    register.listen(BOSS, call, "RE1", begun.since)  # far too late

    assert renewed.since == begun.since
    assert in_the_log == 1
    listeners = sorted(one.person for one in caller.record.listenings)
    assert listeners == ["anna", "boss", "boss", "boss"]


def test_a_call_that_goes_on_shows_its_present_times_and_its_agent_may_open_it(
    office: Office,
) -> None:
    a_call_rings(office)
    office.passes(7)
    office.agent("anna").answers()
    office.passes(30)

    [row] = register_of(office).calls(ANNA, None, 25).rows
    detail = register_of(office).call(ANNA, row.id)

    assert (row.outcome, row.agent, row.waited_seconds) == ("in progress", "Anna Nowak", 7)
    assert (row.ticks, row.ticks_since) == ("talked", office.services.ports.clock.now() - THIRTY)
    assert detail is not None


def test_who_lost_a_caller_may_open_the_call_that_was_given_up_in_the_queue(
    office: Office,
) -> None:
    caller, anna = a_call_rings(office), office.agent("anna")
    anna.answers()
    office.passes(30)
    anna.reloads_the_page()
    office.passes(25)
    caller.hangs_up()

    detail = register_of(office).call(ANNA, caller.call.id)

    assert detail is not None
    assert (detail.row.agent, detail.rung, detail.row.outcome) == (
        "Anna Nowak",
        "Anna Nowak",
        "cut off",
    )


def test_legs_are_in_the_order_in_which_they_began(office: Office) -> None:
    caller = office.caller(ELEANOR)
    ben = office.agent("ben")
    ben.is_ready()
    caller.dials(SALES)
    ben.answers()
    office.passes(5)
    ben.reloads_the_page()
    office.passes(25)
    office.agent("anna").is_ready()
    office.agent("anna").answers()
    caller.hangs_up()

    detail = register_of(office).call(BOSS, caller.call.id)

    assert detail is not None
    assert [leg.name for leg in detail.legs] == ["caller", "Ben Marsh", "Anna Nowak"]


def test_every_outcome_has_a_label_and_a_sign() -> None:
    assert set(labels.OUTCOMES) == {*get_args(CallOutcome), IN_PROGRESS}


def test_the_list_of_calls_does_not_end_at_a_page(office: Office) -> None:
    ports = office.services.ports
    now = ports.clock.now()
    for number in range(60):
        began = now - timedelta(minutes=number)
        ports.register.put_head(CallRecord(f"c{number:02d}", ELEANOR, "", MAIN, began))

    listed, cursor = [], None
    while True:
        page = register_of(office).calls(BOSS, cursor, 25)
        listed += [row.id for row in page.rows]
        cursor = page.older
        if cursor is None:
            break

    assert listed == [f"c{number:02d}" for number in range(60)]
