"""The overview says what is true, and a change of it says enough to go from one to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.agent import Agent, Away, Offline, OnCall, Presence, Ready, Reserved, WrapUp
from app.domain.board import WaitingRow
from app.domain.overview import (
    LATE,
    HeldNow,
    Overview,
    PersonNow,
    QueueNow,
    change_of,
    overview,
)
from app.domain.states import CoolDown

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


instants = st.integers(0, 300).map(ago)
people = st.dictionaries(
    st.sampled_from(("anna", "ben", "cleo")),
    st.builds(PersonNow, st.just(""), st.sampled_from(("ready", "away")), instants),
)
queues = st.dictionaries(
    st.sampled_from(("sales", "claims")), st.builds(QueueNow, st.just(""), st.integers(1, 3))
)


@st.composite
def overviews(draw: st.DrawFn) -> Overview:
    here, waits = draw(people), draw(queues)
    return Overview(
        draw(st.integers(1, 9)),
        LATER,
        tuple(replace(here[agent], agent=agent) for agent in sorted(here)),
        tuple(replace(waits[node], node=node) for node in sorted(waits)),
    )


@given(overviews(), overviews())
def test_a_change_leads_from_one_overview_to_the_other(before: Overview, after: Overview) -> None:
    change = change_of(before, after)

    shown = {one.agent: one for one in before.people} | {one.agent: one for one in change.people}
    rows = {one.node: one for one in before.queues} | {one.node: one for one in change.queues}
    assert {one for one in shown.values() if one.kind != "offline"} == set(after.people)
    assert {one for one in rows.values() if one.waiting} == set(after.queues)
    assert (change.before, change.version) == (before.version, after.version)


@given(overviews())
def test_nothing_changes_between_an_overview_and_itself(seen: Overview) -> None:
    change = change_of(seen, replace(seen, version=10, kept_until=NOW))

    assert (change.people, change.queues, change.concerned) == ((), (), ())


def test_each_presence_is_shown_and_who_is_offline_is_left_out() -> None:
    presences: dict[str, Presence] = {
        "a": Ready(ago(5)),
        "b": Reserved("c1", "2", LATER, ago(9)),
        "c": OnCall("c1", ago(6)),
        "l": OnCall("c1", ago(4), has_begun=False, supervises=True),
        "d": WrapUp("c1", ago(7), LATER),
        "e": Away("lunch", ago(8)),
        "f": Offline(),
    }
    agents = [Agent(name, presence=presence) for name, presence in presences.items()]

    seen = overview(1, LATER, agents, (), {}, NOW)

    assert seen.people == (
        PersonNow("a", "ready", ago(5)),
        PersonNow("b", "reserved"),
        PersonNow("c", "on-call", ago(6), call="c1"),
        PersonNow("d", "wrap-up", ago(7)),
        PersonNow("e", "away", ago(8), "lunch"),
        PersonNow("l", "on-call", ago(4)),
    )
    assert seen.person("f") == PersonNow("f")


def _row(call: str, node: str, since: datetime, *cool_downs: CoolDown) -> WaitingRow:
    return WaitingRow(call, node, 5, since, cool_downs)


def test_a_queue_has_its_count_its_longest_wait_and_the_instant_when_it_is_late() -> None:
    rows = (_row("c1", "sales", ago(30)), _row("c2", "sales", ago(90)), _row("c3", "box", ago(120)))

    seen = overview(1, LATER, (), rows, {}, NOW)

    assert seen.queue("sales") == QueueNow("sales", 2, ago(90))
    assert seen.queue("box") == QueueNow("box", 1, ago(120), late=True)
    assert seen.queue("claims") == QueueNow("claims")
    assert seen.late_at == ago(90) + LATE


def test_nobody_waits_and_nobody_is_here() -> None:
    seen = overview(1, LATER, (), (), {}, NOW)

    assert seen == Overview(1, LATER)
    assert seen.late_at is None


def test_who_is_held_back_from_a_caller_is_concerned_and_is_again_when_that_is_over() -> None:
    ready = Agent("anna", presence=Ready(ago(9)), queues=("sales",))
    cooling = _row("c1", "sales", ago(9), CoolDown("anna", LATER))
    free = overview(1, LATER, [ready], (), {}, NOW)
    held = overview(2, LATER, [ready], [cooling], {}, NOW)

    assert held.held_back == (HeldNow("anna", "sales", LATER),)
    assert change_of(free, held).concerned == ("anna",)
    assert change_of(held, free).concerned == ("anna",)
    assert change_of(held, replace(held, version=3)).concerned == ()
