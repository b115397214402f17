"""What is true of every parked call, whatever happens to it."""

from __future__ import annotations

from app.domain import agent as a
from app.domain import events as e
from app.domain.board import ParkedRow
from app.domain.call import CALLER
from app.domain.commands import Dial, Ring
from app.domain.matching import waiting_row
from app.domain.park import SLOTS, parked_row
from app.domain.replies import HoldTheLine
from app.domain.states import AtNode, Connecting, Ended, Offered, Parked, Waiting
from app.domain.view import view
from tests.domain.park_walk import parking, parkings
from tests.domain.world import PLAN


def test_who_parks_is_done_with_the_call_and_the_caller_leaves_the_room() -> None:
    for point in parking():
        assert isinstance(point.call.state, Parked)
        assert {leg.wanted for leg in point.call.legs if leg.agent} == {"out"}
        caller = point.call.leg(CALLER)
        assert caller is not None
        assert caller.wanted == "document"
        assert not a.holds(point.anna, point.call.id)


def test_a_parked_call_ends_that_state_in_one_of_five_ways() -> None:
    """Taken, back at the agent, back in the queue, where who is refused goes, or over."""
    ways = set[tuple[type, type]]()
    for step in parkings():
        if isinstance(step.before.call.state, Parked) and step.before.call != step.after.call:
            ways.add((type(step.event), type(step.after.call.state)))
    left = {(event, after) for event, after in ways if after is not Parked}

    assert left == {
        (e.PickupRequested, Connecting),
        (e.TimePassed, Offered),
        (e.TimePassed, Waiting),
        (e.AskedWhileWaiting, Offered),
        (e.AskedWhileWaiting, Waiting),
        (e.QueueRefused, AtNode),
        (e.HungUp, Ended),
    }


def test_it_stays_parked_for_as_long_as_the_plan_says_and_no_longer() -> None:
    for step in parkings():
        state = step.before.call.state
        if not isinstance(state, Parked) or not isinstance(step.event, e.TimePassed):
            continue
        seconds = (state.until - state.since).total_seconds()
        is_over = not isinstance(step.after.call.state, Parked)

        assert seconds == PLAN.wait_point(state.position.node).park_seconds, step
        assert is_over == (step.now >= state.until), step


def test_who_comes_back_has_the_age_of_the_old_place_and_as_long_to_wait_as_anybody() -> None:
    for step in parkings():
        before, after = step.before.call, step.after.call
        if isinstance(before.state, Parked) and isinstance(after.state, Offered | Waiting):
            was, now = before.state.position, after.state.position
            longest = PLAN.wait_point(now.node).max_wait_seconds
            assert (now.node, now.since) == (was.node, was.since), step
            assert (now.until - step.now).total_seconds() == longest, step


def test_a_parked_call_is_at_its_slot_on_the_board_and_in_no_queue_of_it() -> None:
    seen = 0
    for step in parkings():
        call = step.after.call
        match call.state:
            case Parked(slot=slot, by="anna"):
                seen += 1
                assert waiting_row(PLAN, call) is None, step
                row = parked_row(call)
                assert isinstance(row, ParkedRow), step
                assert (row.slot, row.call) == (slot, call.id), step
                assert slot == SLOTS[0], step  # who has parked it cannot park it elsewhere
            case _:
                assert parked_row(call) is None, step
    assert seen


def test_nobody_is_dialled_for_a_parked_call_and_the_caller_hears_the_queue() -> None:
    for step in parkings():
        if isinstance(step.after.call.state, Parked):
            new = [pending.command for pending in step.decision.commands]
            assert not [one for one in new if isinstance(one, Ring | Dial)], step
            queue = HoldTheLine(step.after.call.state.position.node)
            assert view(PLAN, step.after.call, CALLER) == queue, step


def test_the_walk_comes_to_each_place_that_a_parked_call_may_reach() -> None:
    reached = {type(step.after.call.state) for step in parkings()}

    assert reached >= {Parked, Offered, Waiting, Connecting, Ended, AtNode}
