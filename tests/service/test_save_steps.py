"""The steps that follow a save are apart: a failure stops no other step and no other save."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from app.ports import Unavailable
from app.service.register import Saved
from app.service.save_steps import Failure, Outcome, SaveSteps
from tests.adapters.contract.switch_stores import applied, call

SAVES = tuple(Saved(None, call(1, name), applied()) for name in ("c1", "c2", "c3"))
BROKEN = KeyError("a bug")


class Recorder:
    """A step that keeps the calls that it took, and raises for some."""

    def __init__(self, error: Exception | None = None, calls: Sequence[str] = ()) -> None:
        self.taken: list[str] = []
        self._error = error
        self._calls = calls

    def __call__(self, saves: Sequence[Saved]) -> None:
        names = [saved.after.id for saved in saves]
        if self._error is not None and set(names) & set(self._calls):
            raise self._error
        self.taken += names


def _steps(**steps: Callable[[Sequence[Saved]], None]) -> SaveSteps:
    return SaveSteps(steps)


def test_each_step_takes_all_saves_at_once_in_their_order() -> None:
    first, second = Recorder(), Recorder()

    outcome = _steps(first=first, second=second).run(SAVES)

    assert outcome == Outcome()
    assert first.taken == second.taken == ["c1", "c2", "c3"]


@pytest.mark.parametrize("error", [Unavailable("throttled"), BROKEN], ids=repr)
def test_a_step_that_fails_stops_no_other_step(error: Exception) -> None:
    before, after = Recorder(), Recorder()
    broken = Recorder(error, ["c1", "c2", "c3"])

    _steps(before=before, broken=broken, after=after).run(SAVES)

    assert before.taken == after.taken == ["c1", "c2", "c3"]


def test_what_may_work_later_comes_again() -> None:
    outcome = _steps(store=Recorder(Unavailable("throttled"), ["c2"])).run(SAVES)

    assert outcome == Outcome(again=frozenset({0, 1, 2}))


def test_one_save_that_a_step_cannot_take_stops_no_other_save() -> None:
    step = Recorder(BROKEN, ["c2"])

    outcome = _steps(register=step).run(SAVES)

    assert step.taken == ["c1", "c3"]
    assert outcome == Outcome(failures=(Failure(1, "register", BROKEN),))


def test_what_two_steps_cannot_take_is_told_of_each() -> None:
    steps = _steps(jobs=Recorder(BROKEN, ["c1"]), register=Recorder(BROKEN, ["c1", "c3"]))

    outcome = steps.run(SAVES)

    told = [(failure.at, failure.step) for failure in outcome.failures]
    assert told == [(0, "jobs"), (0, "register"), (2, "register")]
