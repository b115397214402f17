"""A sample of all (port call, fault) pairs of all stories; `make faults` plays every one."""

from __future__ import annotations

import multiprocessing

import pytest

from tests.simulation import faults
from tests.simulation.fault_profiles import Fault, Mishap, repair_seconds
from tests.simulation.faults import Piece
from tests.simulation.scripts import Planned, Strike
from tests.simulation.story_runner import run_story, stories

SAMPLE = 120
SHORT = "test_a_caller_hangs_up_in_the_menu"


@pytest.mark.parametrize("name", stories())
def test_each_story_ends_the_same_way_in_the_simulation(name: str) -> None:
    """Else its numbered port calls would be those of another story."""
    played = run_story(stories()[name])

    assert (played.violated, played.abandoned) == (None, "")


def test_a_sample_of_faults_violates_no_invariant() -> None:
    verdicts = [faults.judge(*trial) for trial in faults.some(0, SAMPLE)]

    failed = [faults.report(verdict) for verdict in verdicts if verdict.violated]
    assert not failed, "\n".join(failed)
    assert len({verdict.digest for verdict in verdicts}) > SAMPLE / 2


def test_a_fault_strikes_where_it_was_planned() -> None:
    point = run_story(stories()[SHORT]).points[0][0]

    played = run_story(stories()[SHORT], Planned((Strike(point, Fault.CRASH_BEFORE),)), whole=True)

    assert any(f"{point} " in line and "crash before" in line for line in played.lines)
    assert played.violated is None


def test_a_walk_gives_the_verdict_of_each_trial_run_alone() -> None:
    """Singles and pairs: what a copy of the process did is what a playing from the start does."""
    parts = [
        Piece(SHORT, part, parts, depth, share, seed=1)
        for depth, parts, share, some in ((1, 8, 1.0, (0, 3)), (2, 40, 0.03, (0, 7)))
        for part in some
    ]
    with multiprocessing.get_context("spawn").Pool(1, faults.quiet) as pool:
        walked = [
            verdict for verdicts in pool.map(faults.judge_piece, parts) for verdict in verdicts
        ]

    alone = [faults.judge(verdict.story, verdict.strikes) for verdict in walked]

    assert {len(verdict.strikes) for verdict in walked} == {1, 2}
    assert [verdict.digest for verdict in walked] == [verdict.digest for verdict in alone]


def test_a_walk_tries_every_single_fault() -> None:
    piece = Piece(SHORT, 0, 1)
    with multiprocessing.get_context("spawn").Pool(1, faults.quiet) as pool:
        (walked,) = pool.map(faults.judge_piece, [piece])

    assert {verdict.strikes for verdict in walked} == {(s,) for s in faults.singles(SHORT)}


def test_the_pieces_of_a_story_hold_each_trial_once() -> None:
    every = faults.singles(SHORT)

    for parts in (1, 3):
        wanted = [Piece(SHORT, part, parts) for part in range(parts)]
        assert [sum(piece.wants((s,)) for piece in wanted) for s in every] == [1] * len(every)


def test_every_fault_and_mishap_has_a_repair_time() -> None:
    """Issue 4: a crash 10 s, what freezes or times out 20 s, what needs the sweep 60 s."""
    limits = {what: repair_seconds(what) for what in (*Fault, *Mishap)}

    assert limits[Fault.CRASH_BEFORE] == limits[Fault.CRASH_AFTER] == 10
    assert max(limits.values()) == 60
    assert [what for what, seconds in limits.items() if seconds > 20] == [
        Fault.REFUSED,
        Fault.STALE,
    ]


ONCE = (
    ("test_a_caller_hangs_up_in_the_menu", "/inbound", "calls", "save", Fault.FREEZE),
    ("test_a_caller_ends_the_conversation", "anna/AgentJob", "agents", "get", Fault.CRASH_BEFORE),
    (
        "test_a_caller_waits_with_music_until_somebody_is_ready",
        "anna/set_ready",
        "calls",
        "save",
        Fault.CRASH_AFTER,
    ),
    (
        "test_the_sweep_ends_a_call_whose_last_callback_was_lost",
        "SweepJob",
        "rest",
        "POST",
        Fault.LOST_BEFORE,
    ),
    (
        "test_a_caller_hangs_up_while_leaving_a_message",
        "/recordings",
        "timers",
        "at",
        Fault.LOST_BEFORE,
    ),
)


@pytest.mark.parametrize(("story", "task", "port", "operation", "fault"), ONCE)
def test_faults_once_repaired_too_late_are_repaired_in_time(
    story: str, task: str, port: str, operation: str, fault: Fault
) -> None:
    """An end told before its arrival was saved; a wrap-up's only timer; a look never taken; a leg
    that is hung up after its call has ended, and of which the carrier tells nothing; a message
    whose callback could not be put in the queue.
    """
    points = run_story(stories()[story]).points
    where = next(name for name, *what in points if task in name and what == [port, operation])

    played = run_story(stories()[story], Planned((Strike(where, fault),)), whole=True)

    assert any(f"{where} " in line and str(fault) in line for line in played.lines)
    assert played.violated is None
