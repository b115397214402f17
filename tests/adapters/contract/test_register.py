"""The promise of the Register: everything by key, and late news never reopens what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.call import StartRecording
from app.domain.events import Arrived, CommandDone, Pressed
from app.ports import (
    CallRecord,
    Entry,
    LegRecord,
    Listening,
    Note,
    RecordingRecord,
    Register,
    Stale,
    WholeCall,
)

if TYPE_CHECKING:
    pass

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)


def _head(call_id: str = "c1", minute: int = 0, **more: object) -> CallRecord:
    started = NOW + timedelta(minutes=minute)
    return replace(CallRecord(call_id, "+447700900361", "", "+442079460800", started), **more)  # type: ignore[arg-type]


def _ended(call_id: str = "c1", minute: int = 0, agents: tuple[str, ...] = ()) -> CallRecord:
    over = NOW + timedelta(minutes=minute + 5)
    return _head(call_id, minute, outcome="answered", ended=over, agents=agents)


def test_an_unknown_call_in_the_register_is_none(register: Register) -> None:
    assert register.get("c1") is None


def test_a_whole_call_is_read_as_it_was_written_in_order(register: Register) -> None:
    head = replace(
        _ended(agents=("anna",)), choices=("Deliveries", "Ł"), wait_point="sales", plan="p1"
    )
    legs = (
        LegRecord("1", "+447700900361", "CA1", NOW),
        LegRecord("anna.1", "anna", "CA2", NOW, device="phone"),
    )
    done = CommandDone("1:2:startrecording", StartRecording("1"), "RE1")
    entries = tuple(
        Entry(rev, NOW + timedelta(seconds=rev), event, "AtNode", node="menu", choice="Deliveries")
        for rev, event in ((1, Arrived()), (2, Pressed("1", 1, "1")), (10, done))
    )
    notes = (Note("anna", "Rang about “KP 6628”", NOW, "v1"), Note("ben", "ok", NOW, "v1"))
    recording = RecordingRecord("RE1", "conversation", "stored", 61, 2, "ab", "k.wav", NOW)
    heard = (Listening("anna", "RE1", NOW), Listening("priya", "RE1", NOW + timedelta(seconds=1)))

    register.put_head(head)
    for leg in legs:
        register.put_leg("c1", leg)
    for entry in reversed(entries):
        register.put_entry("c1", entry)
    for note in notes:
        register.put_note("c1", note, "")
    register.put_recording("c1", recording)
    for listening in heard:
        register.put_listening("c1", listening)

    assert register.get("c1") == WholeCall(head, legs, entries, notes, (recording,), heard)


def test_writing_twice_is_writing_once(register: Register) -> None:
    for _ in range(2):
        register.put_head(_ended())
        register.put_entry("c1", Entry(1, NOW, Arrived(), "AtNode"))
        register.put_leg("c1", LegRecord("1", "x", "CA1", NOW))
        register.put_note("c1", Note("anna", "a", NOW, "v1"), "")
        register.put_recording("c1", RecordingRecord("RE1", "message", "stored"))
        register.put_listening("c1", Listening("anna", "RE1", NOW))

    whole = register.get("c1")
    assert whole is not None
    parts = (whole.legs, whole.timeline, whole.notes, whole.recordings, whole.listenings)
    assert [len(part) for part in parts] == [1, 1, 1, 1, 1]
    assert len(register.newest(agent=None, limit=9).calls) == 1


def test_a_note_replaces_the_version_that_it_names(register: Register) -> None:
    register.put_head(_ended())
    register.put_note("c1", Note("anna", "Wants a ref", NOW, "v1"), "")
    register.put_note("c1", Note("anna", "Wants a refund", NOW + timedelta(seconds=3), "v2"), "v1")

    whole = register.get("c1")

    assert whole is not None
    assert [note.text for note in whole.notes] == ["Wants a refund"]


@pytest.mark.parametrize("replaces", ["", "v0"])
def test_a_note_never_replaces_another_version_than_it_names(
    register: Register, replaces: str
) -> None:
    kept = Note("anna", "Fragile", NOW, "v1")
    register.put_note("c1", kept, "")

    with pytest.raises(Stale):
        register.put_note("c1", Note("anna", "Monday", NOW, "v2"), replaces)

    assert register.note("c1", "anna") == kept


def test_a_note_that_replaces_one_that_is_not_there_is_stale(register: Register) -> None:
    with pytest.raises(Stale):
        register.put_note("c1", Note("anna", "Monday", NOW, "v2"), "v1")

    assert register.note("c1", "anna") is None


def test_a_note_can_be_read_before_the_call_has_a_head(register: Register) -> None:
    note = Note("anna", "Grüße", NOW, "v1")
    register.put_note("c1", note, "")

    assert register.note("c1", "anna") == note
    assert register.note("c1", "ben") is None


def test_a_call_whose_head_has_not_come_yet_is_none(register: Register) -> None:
    register.put_entry("c1", Entry(1, NOW, Arrived(), "AtNode"))

    assert register.get("c1") is None


def test_a_late_write_never_reopens_a_call_or_a_leg(register: Register) -> None:
    ended = _ended(agents=("anna",))
    over = LegRecord("1", "x", "CA1", NOW, NOW + timedelta(minutes=5))
    register.put_head(ended)
    register.put_leg("c1", over)

    register.put_head(_head())
    register.put_leg("c1", replace(over, ended=None))

    whole = register.get("c1")
    assert whole is not None
    assert (whole.head, whole.legs) == (ended, (over,))
    assert register.newest(agent="anna", limit=9).calls == (ended,)


def test_calls_are_listed_newest_first_also_those_in_progress(register: Register) -> None:
    for minute, call_id in ((0, "old"), (9, "new"), (5, "middle")):
        register.put_head(_ended(call_id, minute))
    register.put_head(_head("now", 12))

    page = register.newest(agent=None, limit=10)

    assert [head.id for head in page.calls] == ["now", "new", "middle", "old"]
    assert page.calls[0].ended is None
    assert page.older is None


def test_the_list_of_one_agent_has_only_their_calls(register: Register) -> None:
    register.put_head(_ended("c1", 0, ("anna",)))
    register.put_head(_ended("c2", 1, ("anna", "ben")))
    register.put_head(_ended("c3", 2, ("ben",)))

    mine = register.newest(agent="anna", limit=10)

    assert [head.id for head in mine.calls] == ["c2", "c1"]


def test_an_agent_whom_the_call_no_longer_names_does_not_list_it(register: Register) -> None:
    register.put_head(_head("c1", agents=("anna",)))

    register.put_head(_ended("c1", agents=("ben",)))

    assert register.newest(agent="anna", limit=10).calls == ()
    assert register.newest(agent="ben", limit=10).calls == (_ended("c1", agents=("ben",)),)


def test_pages_follow_each_other_without_gap_or_repeat(register: Register) -> None:
    for n in range(7):
        register.put_head(_ended(f"c{n}", n // 2))  # some begin at the same instant

    pages: list[list[str]] = []
    older: str | None = None
    while True:
        page = register.newest(agent=None, limit=3, older=older)
        pages.append([head.id for head in page.calls])
        older = page.older
        if older is None:
            break

    assert pages == [["c6", "c5", "c4"], ["c3", "c2", "c1"], ["c0"]]


def test_a_note_that_is_too_long_raises_a_clear_error(register: Register) -> None:
    with pytest.raises(ValueError, match="too long"):
        register.put_note("c1", Note("anna", "x" * 500_000, NOW, "v1"), "")
