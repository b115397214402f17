"""What the inspector makes of a story: which entries are a call's, and its ladder."""

from __future__ import annotations

from dataclasses import replace

from infra.local.exchange.inspection.call_index import CallIndex
from infra.local.exchange.inspection.ladder import Ladder, draw
from infra.local.exchange.inspection.names import Names
from infra.local.exchange.inspection.saved_call import load, save
from infra.local.exchange.journal import LegChanged, RecordingChanged, RestCalled
from tests.stories.company import CLAIMS, MOBILE, NIGHT, SALES
from tests.stories.office import Office

ELEANOR, STRANGER = "+442079460142", "+447700900361"
NAMES = Names(
    {
        "client:anna": "Anna Nowak",
        ELEANOR: "Eleanor Whitcombe",
        MOBILE: "Cleo's mobile",
        "queue:story-sales": "Sales",
        "node:sales": "Sales",
    }
)


def index_of(office: Office) -> CallIndex:
    index = CallIndex(office.network.exchange.journal)
    index.catch_up()
    return index


def ladder_of(office: Office, call: str) -> Ladder:
    index = index_of(office)
    return draw(index.legs_of(call), index.entries_of(call), NAMES)


def talk(office: Office) -> str:
    """Eleanor talks to Anna at her desk; the sid of the call."""
    caller, anna = office.caller(ELEANOR), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    office.passes(3)
    anna.answers()
    office.passes(5)
    caller.hangs_up()
    office.passes(60)
    return caller.leg


def test_a_call_has_one_column_for_each_party(office: Office) -> None:
    call = talk(office)

    ladder = ladder_of(office, call)

    names = [column.name for column in ladder.columns]
    assert names == ["Eleanor Whitcombe", "The carrier", "Our functions", "Anna Nowak"]
    assert [column.address for column in ladder.columns] == [ELEANOR, "", "", "browser"]


def test_a_mobile_that_is_rung_over_rest_is_of_the_call(office: Office) -> None:
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    office.passes(3)
    cleo.picks_up()
    office.passes(2)
    cleo.presses("1")
    office.passes(5)
    caller.hangs_up()

    ladder = ladder_of(office, caller.leg)

    assert [column.name for column in ladder.columns][3:] == ["Cleo's mobile"]
    assert "presses 1" in [one.words for one in ladder.arrows if one.source == 3]


def test_two_calls_at_once_are_apart(office: Office) -> None:
    one, other = office.caller(ELEANOR), office.caller(STRANGER)
    one.dials(SALES)
    other.dials(NIGHT)
    office.passes(12)
    other.hangs_up()
    one.hangs_up()
    office.passes(60)

    index = index_of(office)

    assert [leg.sid for leg in index.calls()] == [other.leg, one.leg]
    mine = {entry.sequence for entry in index.entries_of(one.leg)}
    theirs = {entry.sequence for entry in index.entries_of(other.leg)}
    assert mine
    assert theirs
    assert not mine & theirs


def test_the_arrows_tell_the_call_in_its_order(office: Office) -> None:
    call = talk(office)

    ladder = ladder_of(office, call)

    told = [(one.kind, one.words) for one in ladder.arrows]
    assert [one.sequence for one in ladder.arrows] == sorted(one.sequence for one in ladder.arrows)
    steps = [
        ("leg", "calls +442079460801"),
        ("webhook", "POST /voice/inbound"),
        ("document", "Enqueue"),
        ("queue", "Sales: entered"),
        ("conference", "joins the room"),
        ("recording", "recording is in-progress"),
        ("conference", "leaves the room"),
        ("recording", "recording is deleted"),
    ]
    assert set(steps) <= set(told)
    first = [told.index(step) for step in steps]
    assert first == sorted(first)


def test_no_arrow_shows_a_sid_before_it_is_opened(office: Office) -> None:
    call = talk(office)

    ladder = ladder_of(office, call)

    shown = [f"{one.words} {one.small}" for one in ladder.arrows]
    assert not [words for words in shown if call[2:] in words]
    assert not [words for words in shown if " CA" in words or " CF" in words or " RE" in words]
    opened = [pair for one in ladder.arrows for part in one.parts for pair in part.pairs]
    assert ("CallSid", call, "Eleanor Whitcombe") in opened


def test_each_request_opens_its_parameters_and_each_document_its_text(office: Office) -> None:
    call = talk(office)

    ladder = ladder_of(office, call)

    kinds = {
        kind: [one for one in ladder.arrows if one.kind == kind]
        for kind in ("webhook", "document", "REST", "conference")
    }
    for arrows in kinds.values():
        assert arrows
        assert all(one.parts for one in arrows)


def test_a_recording_that_was_stored_and_then_deleted_is_no_error(office: Office) -> None:
    call = talk(office)

    ladder = ladder_of(office, call)

    assert [one.words for one in ladder.arrows if one.kind == "recording"][-1] == (
        "recording is deleted"
    )
    assert [one.words for one in ladder.arrows if one.failed] == []


def test_a_recording_that_is_deleted_before_it_was_fetched_is_one(office: Office) -> None:
    call = talk(office)
    legs, entries = index_of(office).legs_of(call), index_of(office).entries_of(call)
    unheard = [
        replace(entry, news=replace(entry.news, fetched=False))
        if isinstance(entry.news, RecordingChanged)
        else entry
        for entry in entries
    ]

    ladder = draw(legs, unheard, NAMES)

    assert [one.words for one in ladder.arrows if one.failed] == ["recording is deleted"]


def test_deleting_it_again_is_no_error(office: Office) -> None:
    call = talk(office)
    legs, entries = index_of(office).legs_of(call), index_of(office).entries_of(call)
    again = [
        replace(one, sequence=9999, news=replace(one.news, status=404))
        for one in entries
        if isinstance(one.news, RestCalled) and one.news.method == "DELETE"
    ]

    ladder = draw(legs, (*entries, *again), NAMES)

    assert ladder.arrows[-1].words == "DELETE /Recordings/the recording.json → 404"
    assert not ladder.arrows[-1].failed


def test_a_saved_call_is_loaded_as_it_was(office: Office) -> None:
    call = talk(office)
    entries = index_of(office).entries_of(call)

    saved = load(save(call, "AC1", NAMES, entries))

    assert (saved.call, saved.names, saved.entries) == (call, NAMES, entries)
    assert isinstance(saved.entries[0].news, LegChanged)
