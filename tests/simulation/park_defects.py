"""Planted defects of parking (docs/rules.md, T6, D15)."""

from __future__ import annotations

from tests.simulation.planted import Defect

PARK_DEFECTS = (
    Defect(
        "a parked call has no end of its own",
        "app/domain/park.py",
        "        case e.TimePassed() | e.AskedWhileWaiting() if state.until <= transition.now:",
        "        case e.AskedWhileWaiting() if state.until <= state.since:",
        laws=(
            "tests/domain/test_laws_of_parking.py::test_it_stays_parked_for_as_long_as_the_plan_says_and_no_longer",
        ),
    ),
    Defect(
        "who takes a parked call leaves its slot taken",
        "app/service/commit.py",
        "        drop_parked=left if taken is None else None,",
        "        drop_parked=left if taken is None and call.outcome else None,",
    ),
    Defect(
        "the time at a slot counts as waiting",
        "app/domain/pickup.py",
        "    position = transition.restart_wait(state.position) if is_parked else state.position",
        "    position = state.position",
        profile="all-faults",
    ),
)
