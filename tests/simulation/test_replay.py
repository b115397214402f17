"""S8: what each save put down of itself is enough to come to the very same states again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.adapters.memory import MemoryClock, MemoryDirectory, MemoryRegister
from app.domain.events import HungUp
from app.entrypoints.command import replay_call
from app.ports import CallRecord
from app.service.replay import NotReplayable, replay
from tests.simulation.replays import fold
from tests.simulation.standard import Outcome, Records, run


@pytest.fixture(scope="module", params=["faultless", "all-faults"])
def world(request: pytest.FixtureRequest) -> tuple[Outcome, Records]:
    kept: list[Records] = []
    outcome = run(7, profile=request.param, told=kept.append)
    return outcome, kept[0]


def test_each_call_of_a_world_is_replayed_to_the_states_that_were_saved(
    world: tuple[Outcome, Records],
) -> None:
    _, records = world

    folded = fold(records)

    assert folded.different == ()
    assert folded.calls > 40
    assert folded.saves > 5 * folded.calls


def test_a_replay_reports_a_state_that_differs(world: tuple[Outcome, Records]) -> None:
    """Else the comparison would compare nothing."""
    _, records = world
    whole = records.register.get(records.calls[0])
    assert whole is not None
    other = replace(whole.timeline[1], event=HungUp("1"))
    changed = replace(whole, timeline=(whole.timeline[0], other, *whole.timeline[2:]))

    steps = list(replay(changed, records.directory.plan(whole.head.plan)))

    assert not all(step.same for step in steps)


def test_a_timeline_with_a_gap_cannot_be_replayed(world: tuple[Outcome, Records]) -> None:
    _, records = world
    whole = records.register.get(records.calls[0])
    assert whole is not None
    gap = replace(whole, timeline=whole.timeline[1:])

    with pytest.raises(NotReplayable, match="rev 1"):
        list(replay(gap, records.directory.plan(whole.head.plan)))


def test_the_replay_command_prints_each_save_and_the_number_that_differ(
    world: tuple[Outcome, Records],
) -> None:
    _, records = world
    said: list[str] = []

    ended = replay_call(records.register, records.directory, records.calls[0], said.append)

    assert ended == 0
    assert said[-1].endswith("saves, 0 different.")
    assert replay_call(records.register, records.directory, "nobody", said.append) == 2


def test_a_message_taken_during_an_outage_has_no_save_to_replay() -> None:
    register, said = MemoryRegister(), list[str]()
    stranger = CallRecord("stranger", "+44", "", "+44", MemoryClock().now(), "message left")
    register.put_head(stranger)

    ended = replay_call(register, MemoryDirectory(), "stranger", said.append)

    assert ended == 2
    assert "while we were down" in said[0]
