"""What is true of each recording by policy and by hand, whatever happens to its call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from app.adapters import values
from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import (
    Hold,
    PauseRecording,
    ResumeRecording,
    StartRecording,
    StopRecording,
    Unhold,
)
from app.domain.decide import decide
from app.domain.recording import PAUSE_SECONDS, RecordingKind, kind_of
from app.domain.states import InConversation, RecordingWish
from tests.domain.recording_walk import ASKED, by_hand, recordings, talking
from tests.domain.world import NOW, PLAN, Point, Step, Walk

TAPE = (StartRecording, StopRecording, PauseRecording, ResumeRecording)
PAUSE_OVER = NOW + timedelta(seconds=PAUSE_SECONDS)


@pytest.fixture(scope="module")
def steps() -> Walk:
    return recordings()


def test_the_walk_meets_each_policy_and_each_kind_of_recording(steps: Walk) -> None:
    wishes = {s.after.call.recording_wish for s in steps}

    assert {kind_of(s.after.call) for s in steps} == set(get_args(RecordingKind))
    assert {w.policy for w in wishes} == {"always", "by hand"}
    assert {w.pause_failed for w in wishes} == {True, False}


def test_while_it_is_paused_by_hand_nothing_is_begun_and_what_runs_is_being_paused(
    steps: Walk,
) -> None:
    """C10: in the very decision; a command whose answer is open comes before it."""
    paused = 0
    for step in steps:
        call = step.after.call
        if not isinstance(call.state, InConversation) or call.recording_wish.pause is None:
            continue
        given = [pending.command for pending in step.decision.commands]
        assert not any(isinstance(c, StartRecording | ResumeRecording) for c in given), step
        if call.recording and not call.recording_paused and not _is_refused(step):
            assert _is_changing(call), step
        paused += call.recording_paused
    assert paused > 0


def test_a_pause_is_over_when_its_time_is_and_then_it_is_recorded_again(steps: Walk) -> None:
    over = 0
    for step in steps:
        before, after = step.before.call, step.after.call
        pause = before.recording_wish.pause
        if pause is None or step.now < pause.until or not isinstance(after.state, InConversation):
            continue
        assert after.recording_wish.pause is None, step
        over += _is_heard(after)
        if after.recording_paused and _is_heard(after):
            assert _is_changing(after), step
    assert over > 0


def test_what_nobody_wants_recorded_is_stopped_in_the_same_decision(steps: Walk) -> None:
    stopped = 0
    for step in steps:
        call = step.after.call
        if call.recording_wish.is_wanted or not isinstance(call.state, InConversation):
            continue
        assert StartRecording(CALLER) not in [p.command for p in step.decision.commands], step
        if call.recording is not None and not _is_refused(step):
            assert _is_changing(call), step
        stopped += any(isinstance(p.command, StopRecording) for p in step.decision.commands)
    assert stopped > 0


def test_only_its_agent_changes_what_is_wanted_and_only_alone_with_the_caller(
    steps: Walk,
) -> None:
    for step in steps:
        state, wish = step.before.call.state, step.before.call.recording_wish
        if not isinstance(step.event, ASKED) or step.after.call.recording_wish == wish:
            continue
        assert isinstance(state, InConversation), step
        assert step.event.agent == state.agent, step
        assert (state.hold, state.away, state.consult) == (None, None, None), step


def test_what_is_always_recorded_is_never_stopped_by_hand(steps: Walk) -> None:
    for step in steps:
        if step.before.call.recording_wish.policy == "always":
            assert step.after.call.recording_wish.is_wanted, step


def test_hold_and_a_lost_headset_leave_the_wish_as_it_was(steps: Walk) -> None:
    """F49: nothing but its own verbs, its time and a refusal end a pause."""
    for step in steps:
        before, after = step.before.call.recording_wish, step.after.call.recording_wish
        if isinstance(step.event, (*ASKED, e.CommandRefused)):
            continue
        if before.pause is not None and step.now >= before.pause.until:
            before = replace(before, pause=None)
        if isinstance(step.after.call.state, InConversation):
            assert (before.started, before.pause) == (after.started, after.pause), step


def test_what_is_told_of_the_recording_is_observed_or_on_its_way(steps: Walk) -> None:
    for step in steps:
        call = step.after.call
        match kind_of(call):
            case "paused":
                assert call.recording_paused, step
            case "off":
                assert call.recording is None, step
            case "running":
                assert call.recording is not None, step
                assert not call.recording_paused, step
            case _:
                assert _is_changing(call), step


# --- One by one ---------------------------------------------------------------------------------


def test_a_pause_survives_a_hold_and_its_end() -> None:
    point = _done(_asks(talking(), e.PauseRecordingRequested), PauseRecording)

    point = _done(_asks(point, e.HoldRequested), Hold)
    point = _done(_asks(point, e.RetrieveRequested), Unhold)

    assert point.call.recording_paused
    assert not _is_changing(point.call)


def test_the_pause_ends_by_itself_on_hold_and_it_runs_again_only_after_the_hold() -> None:
    point = _done(_asks(talking(), e.PauseRecordingRequested), PauseRecording)
    point = _done(_asks(point, e.HoldRequested), Hold)

    point, on_hold = point.after(e.TimePassed(), PAUSE_OVER)
    _, retrieved = point.after(e.RetrieveRequested("anna"), PAUSE_OVER)

    assert on_hold.commands == ()
    assert [p.command for p in retrieved.commands] == [
        ResumeRecording(CALLER, "RE0"),
        Unhold(CALLER),
    ]


def test_a_pause_that_is_refused_twice_is_over_and_told_until_another_is_asked_for() -> None:
    point = _asks(talking(), e.PauseRecordingRequested)

    point = _refused(point, PauseRecording)
    again = kind_of(point.call)
    point = _refused(point, PauseRecording)

    assert again == "pausing"
    assert point.call.recording_wish == RecordingWish("always", pause_failed=True)
    assert kind_of(point.call) == "running"
    assert not _asks(point, e.PauseRecordingRequested).call.recording_wish.pause_failed


def test_a_stop_that_is_refused_is_no_stop_and_is_asked_for_again() -> None:
    point = _done(_asks(by_hand(), e.RecordRequested), StartRecording, "RE1")

    point = _refused(_asks(point, e.StopRecordingRequested), StopRecording)
    told = kind_of(point.call)
    point, again = point.after(e.TimePassed())

    assert told == "running"
    assert [p.command for p in again.commands] == [StopRecording(CALLER, "RE1")]


def test_a_start_after_a_stop_makes_a_second_recording_of_the_call() -> None:
    point = _done(_asks(by_hand(), e.RecordRequested), StartRecording, "RE1")
    point = _done(_asks(point, e.StopRecordingRequested), StopRecording, "RE1")

    point = _done(_asks(point, e.RecordRequested), StartRecording, "RE2")

    assert (point.call.recording, point.call.recorded) == ("RE2", ("RE1",))


def test_a_pause_before_the_recording_has_begun_keeps_it_from_beginning() -> None:
    point = _asks(_asks(by_hand(), e.RecordRequested), e.PauseRecordingRequested)

    point = _done(point, StartRecording, "RE1")

    assert [p.command for p in point.call.out] == [PauseRecording(CALLER, "RE1")]


@pytest.mark.parametrize(("stored", "policy"), [("", "always"), (', "record": false', "never")])
def test_a_plan_that_was_stored_before_means_what_it_meant(stored: str, policy: str) -> None:
    """Yes was the default, so it was not written; no was written as false."""
    prompt = '{"_": "Prompt", "text": "Please hold."}'
    text = f'{{"_": "Queue", "label": "Sales", "otherwise": "box", "comfort": {prompt}{stored}}}'
    plan = replace(PLAN, nodes={**PLAN.nodes, "sales": values.loads(text)})
    point = talking()

    call = decide(plan, point.call, point.agents, e.TimePassed(), NOW).call

    assert call.recording_wish == RecordingWish(policy)  # type: ignore[arg-type]


def _asks(
    point: Point, asked: type[e.HoldRequested | e.RetrieveRequested | e.RecordingAsked]
) -> Point:
    return point.after(asked("anna"))[0]


def _done(point: Point, kind: type, sid: str | None = None) -> Point:
    pending = next(p for p in point.call.out if isinstance(p.command, kind))
    return point.after(e.CommandDone(pending.key, pending.command, sid))[0]


def _refused(point: Point, kind: type) -> Point:
    pending = next(p for p in point.call.out if isinstance(p.command, kind))
    return point.after(e.CommandRefused(pending.key, pending.command, 21220))[0]


def _is_refused(step: Step) -> bool:
    return isinstance(step.event, e.CommandRefused)


def _is_changing(call: Call) -> bool:
    return any(isinstance(pending.command, TAPE) for pending in call.out)


def _is_heard(call: Call) -> bool:
    """The caller is in the room, not on hold, nor on the way there."""
    caller, commands = call.leg(CALLER), [pending.command for pending in call.out]
    is_in = caller is not None and caller.observed == "talk" and caller.wanted == "talk"
    return is_in and Hold(CALLER) not in commands
