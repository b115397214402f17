"""A few simulated worlds as part of every test run; `make simulate` and `make soak` run many."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from infra.local.exchange.virtual import EPOCH
from tests.simulation import regressions
from tests.simulation.choices import Choices
from tests.simulation.fault_profiles import Fault
from tests.simulation.laws import LAWS
from tests.simulation.shrinking import shrunk
from tests.simulation.standard import MODES, Outcome, run
from tests.simulation.world import Violated, World

FREEZING = 4  # with all faults a function freezes in it


@pytest.mark.parametrize("seed", range(6))
def test_a_world_without_faults_keeps_every_invariant(seed: int) -> None:
    outcome = run(seed, profile="faultless")

    assert outcome.violated is None, "\n".join((str(outcome.violated), *outcome.lines))
    assert outcome.calls == 50


@pytest.mark.parametrize("seed", range(6))
def test_a_world_without_crashes_keeps_every_invariant(seed: int) -> None:
    outcome = run(seed, profile="no-crashes")

    assert outcome.violated is None, "\n".join((str(outcome.violated), *outcome.lines))


def test_the_seeds_of_every_run_cover_all_scheduling_modes() -> None:
    ways = {Choices(seed).pick("mode", MODES) for seed in range(6)}

    assert ways == set(MODES)


def test_the_same_seed_gives_the_same_trace_and_another_seed_another() -> None:
    one, again, other = (run(seed, calls=10, seconds=600) for seed in (1, 1, 2))

    assert one.digest == again.digest
    assert one.digest != other.digest


def test_a_world_run_from_its_recorded_choices_gives_the_same_trace() -> None:
    """Else a regression file would not be what it was made from."""
    whole = run(4, calls=10, seconds=600)

    again = run(4, calls=10, seconds=600, only=frozenset(whole.choices))

    assert again.digest == whole.digest


def test_a_world_stops_before_the_given_step() -> None:
    whole = run(4, calls=10, seconds=600, whole=True)

    half = run(4, calls=10, seconds=600, until=whole.steps // 2, whole=True)

    assert half.steps == whole.steps // 2
    assert half.lines == whole.lines[: len(half.lines)]


@pytest.mark.parametrize("goes_on", [False, True])
def test_only_a_world_that_goes_on_sees_what_is_violated_after_the_first(*, goes_on: bool) -> None:
    world = World(Choices(1), EPOCH, goes_on=goes_on)
    first, second = list(LAWS)[:2]
    for seconds, name in enumerate((first, second, first)):
        world.later(seconds, name, partial(world.violate, name, "on purpose"))

    with nullcontext() if goes_on else pytest.raises(Violated, match=first):
        world.run(EPOCH + timedelta(seconds=9))

    assert world.violated is not None
    assert world.violated.name == first
    assert world.broken == ([first, second] if goes_on else [first])


@pytest.fixture
def unlogged() -> Iterator[None]:
    """What pytest keeps of the log has tracebacks, and they have their world."""
    logging.disable(logging.CRITICAL)  # unlike its attribute, it clears what loggers remember
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("unlogged")
def test_a_finished_world_frees_its_memory() -> None:
    """Functions that froze in it held all of it: a soak plays thousands."""
    earlier = _worlds()

    frozen = run(FREEZING, profile="all-faults", calls=10, seconds=600, whole=True)

    gc.collect()

    assert any(line.endswith(f": {Fault.FREEZE}") for line in frozen.lines)
    assert [world for world in _worlds() if world not in earlier] == []


def _worlds() -> list[World]:
    return [thing for thing in gc.get_objects() if isinstance(thing, World)]


def test_shrinking_leaves_only_what_the_failure_needs() -> None:
    def attempt(kept: frozenset[str]) -> Outcome:
        failed = {"a", "q"} <= kept
        return _outcome(kept, failed=failed)

    small = shrunk(attempt(frozenset("abcdefghijklmnopq")), attempt, lambda _: None, 200)

    assert set(small.choices) == {"a", "q"}


def test_every_regression_file_passes() -> None:
    """Each file of `regressions/`, as `shrink` wrote it."""
    for file in regressions.all_of_them():
        kept = regressions.read(file)

        outcome = run(kept.seed, profile=kept.profile, only=frozenset(kept.choices))

        assert outcome.violated is None, f"{file.name}: {outcome.violated}"


def test_a_regression_file_is_read_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regressions, "FOLDER", tmp_path)
    failed = _outcome(frozenset("ab"), failed=True)

    kept = regressions.read(regressions.write(failed, "all-faults"))

    assert kept == regressions.Regression(0, "all-faults", "planted", ("a", "b"))


def _outcome(kept: frozenset[str], *, failed: bool) -> Outcome:
    violated = Violated("planted", "", 0, datetime(2026, 1, 1, tzinfo=UTC)) if failed else None
    return Outcome(0, "", len(kept), 0, violated, (), tuple(sorted(kept)))
