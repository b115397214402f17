"""The promise of the Register: everything by key, and a late write never reopens what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from app.domain.commands import StartRecording
from app.domain.events import Arrived, CommandDone, Pressed
from app.ports import (
    CallRecord,
    CallUpdate,
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


def _update(
    rev: int,
    head: CallRecord | None,
    *,
    call: str = "c1",
    began: tuple[LegRecord, ...] = (),
    joined: tuple[str, ...] = (),
) -> CallUpdate:
    at = NOW + timedelta(seconds=rev)
    return CallUpdate(call, Entry(rev, at, Arrived(), "AtNode", legs=began), head, joined)


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
        Entry(
            rev,
            NOW + timedelta(seconds=rev),
            event,
            "AtNode",
            node="menu",
            choice="Deliveries",
            legs=begun,
        )
        for rev, event, begun in (
            (1, Arrived(), legs[:1]),
            (2, Pressed("1", 1, "1"), ()),
            (10, done, legs[1:]),
        )
    )
    notes = (Note("anna", "Rang about “KP 6628”", NOW, "v1"), Note("ben", "ok", NOW, "v1"))
    recording = RecordingRecord("RE1", "conversation", "stored", 61, 2, "ab", "k.wav", NOW)
    heard = (Listening("anna", "RE1", NOW), Listening("priya", "RE1", NOW + timedelta(seconds=1)))

    updates = [CallUpdate("c1", entry, head if entry.rev == 10 else None) for entry in entries]
    register.put_updates(updates)
    for note in notes:
        register.put_note("c1", note, "")
    register.put_recording("c1", recording)
    for listening in heard:
        register.put_listening("c1", listening)

    assert register.get("c1") == WholeCall(head, legs, entries, notes, (recording,), heard)


@pytest.mark.parametrize("kept", ["stored", "empty", "failed"])
def test_a_recording_that_failed_replaces_nothing_and_is_replaced(
    register: Register, kept: str
) -> None:
    """Its row may be one that this version cannot read, of a recording that is here."""
    register.put_head(_head())
    register.put_recording("c1", RecordingRecord("RE1", "message", kept))
    register.put_recording("c1", RecordingRecord("RE1", "message", "failed", at=NOW))
    before = register.get("c1")
    register.put_recording("c1", RecordingRecord("RE1", "message", "stored", sha256="ab"))
    after = register.get("c1")

    assert before is not None
    assert after is not None
    assert before.recordings == (RecordingRecord("RE1", "message", kept),)
    assert after.recordings == (RecordingRecord("RE1", "message", "stored", sha256="ab"),)


def test_writing_twice_is_writing_once(register: Register) -> None:
    for _ in range(2):
        register.put_updates([_update(1, _head(), began=(LegRecord("1", "x", "CA1", NOW),))])
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
    register.put_updates([_update(2, None)])

    assert register.get("c1") is None


BEGAN = LegRecord("1", "x", "CA1", NOW)
OVER = replace(BEGAN, ended=NOW + timedelta(minutes=5))
HEADSET = LegRecord("anna.1", "anna", "CA2", NOW)


def _whole_life() -> list[CallUpdate]:
    """A call from its arrival to its end, one update a save."""
    return [
        _update(1, _head(), began=(BEGAN,)),
        _update(2, None),
        _update(3, _head(agents=("anna",)), began=(HEADSET,), joined=("anna",)),
        _update(4, _ended(agents=("anna",)), began=(OVER, replace(HEADSET, ended=NOW))),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_the_order_in_which_saves_are_told_does_not_matter(
    register: Register, order: tuple[int, ...]
) -> None:
    life = _whole_life()

    for told in order:
        register.put_updates([life[told]])

    _is_whole(register)


@pytest.mark.parametrize("sizes", [(4,), (1, 3), (3, 1)], ids=str)
def test_saves_are_told_together_or_one_by_one_and_again(
    register: Register, sizes: tuple[int, ...]
) -> None:
    life = _whole_life()

    for _ in range(2):
        rest = life
        for size in sizes:
            register.put_updates(rest[:size])
            rest = rest[size:]
    register.put_updates([*reversed(life), *life])

    _is_whole(register)


def test_a_late_update_never_reopens_a_call_or_a_leg(register: Register) -> None:
    life = _whole_life()
    register.put_updates(life)

    for late in life[:-1]:
        register.put_updates([late])

        _is_whole(register)


def _is_whole(register: Register) -> None:
    whole = register.get("c1")
    assert whole is not None
    assert whole.head == _ended(agents=("anna",))
    assert whole.legs == (OVER, replace(HEADSET, ended=NOW))
    assert [entry.rev for entry in whole.timeline] == [1, 2, 3, 4]
    for agent in (None, "anna"):
        assert register.newest(agent=agent, limit=9).calls == (whole.head,)


def test_what_one_stale_head_stands_beside_is_written_all_the_same(register: Register) -> None:
    register.put_updates(_whole_life())

    register.put_updates([_update(1, _head()), _update(1, _head("c2", 1), call="c2")])

    _other = register.get("c2")
    assert _other is not None
    assert [head.id for head in register.newest(agent=None, limit=9).calls] == ["c2", "c1"]


def test_more_saves_than_fit_into_one_request_are_all_written(register: Register) -> None:
    updates = [
        _update(1, _head(f"c{n:03d}", n, agents=("anna",)), call=f"c{n:03d}", joined=("anna",))
        for n in range(70)
    ]

    register.put_updates(updates)

    for agent in (None, "anna"):
        assert len(register.newest(agent=agent, limit=99).calls) == 70


def test_no_update_is_no_request_and_no_error(register: Register) -> None:
    register.put_updates([])

    assert register.newest(agent=None, limit=9).calls == ()


def test_an_update_that_is_too_long_raises_a_clear_error(register: Register) -> None:
    with pytest.raises(ValueError, match="too long"):
        register.put_updates([_update(1, _head(name="x" * 500_000))])

    assert register.get("c1") is None


def test_a_head_in_progress_that_no_save_tells_of_never_reopens_a_call(register: Register) -> None:
    ended = _ended(agents=("anna",))
    register.put_head(ended)

    register.put_head(_head())

    whole = register.get("c1")
    assert whole is not None
    assert whole.head == ended
    assert register.newest(agent="anna", limit=9).calls == (ended,)


def test_a_call_in_progress_is_listed_as_it_is_now(register: Register) -> None:
    talking = _head(agents=("anna",), talked_seconds=0)
    register.put_updates([_update(1, _head()), _update(2, talking, joined=("anna",))])

    register.put_updates([_update(3, replace(talking, held_seconds=4))])

    for agent in (None, "anna"):
        (listed,) = register.newest(agent=agent, limit=9).calls
        assert (listed.ended, listed.held_seconds) == (None, 4)


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
