"""Planted defects of parking (docs/rules.md, T6, D15), and of a hold outside the room (R11)."""

from __future__ import annotations

from tests.simulation.planted import Defect

PARK_DEFECTS = (
    Defect(
        "a parked call waits in the queue when its time is over",
        "app/domain/park.py",
        "    transition.returns_to(state.by, transition.restart_wait(state.position))",
        "    transition.wait_again(transition.restart_wait(state.position), state.by)",
        laws=(
            "tests/domain/test_laws_of_parking.py::test_a_parked_call_ends_that_state_in_one_of_five_ways",
        ),
    ),
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
    ),
    Defect(
        "who is to be held joins the room when they ask",
        "app/domain/view.py",
        '    return caller is not None and caller.wanted == "hold"',
        '    return caller is not None and caller.wanted == "out"',
        profile="all-faults",
        laws=(
            "tests/stories/test_hold.py::test_a_caller_on_hold_who_is_refreshed_again_hears_music_and_nobody",
        ),
    ),
)
