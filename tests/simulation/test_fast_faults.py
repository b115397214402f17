"""A sample of all (port call, fault) pairs of all stories; `make faults` plays every one."""

from __future__ import annotations

import pytest

from tests.simulation import faults
from tests.simulation.theatre import play, stories
from tests.simulation.weather import Fault

SAMPLE = 120


@pytest.mark.parametrize("name", stories())
def test_each_story_is_the_same_on_the_simulated_site(name: str) -> None:
    """Else its numbered port calls would be those of another story."""
    played = play(stories()[name])

    assert (played.violated, played.gave_up) == (None, "")


def test_no_fault_of_a_sample_leaves_anything_behind() -> None:
    verdicts = [faults.judge(trial) for trial in faults.some(0, SAMPLE)]

    failed = [faults.report(verdict) for verdict in verdicts if verdict.violated]
    assert not failed, "\n".join(failed)
    assert len({verdict.digest for verdict in verdicts}) > SAMPLE / 2


def test_a_fault_strikes_where_it_was_planned() -> None:
    name = "test_a_caller_hangs_up_in_the_menu"
    point = play(stories()[name]).points[0][0]

    played = play(stories()[name], planned={point: Fault.CRASH_BEFORE}, whole=True)

    assert any(f"{point} " in line and "crash before" in line for line in played.lines)
    assert played.violated is None
