"""Stories of a parked call: the caller waits at a numbered slot, and any agent may take it."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.board import ParkedRow
from app.domain.park import SLOTS
from app.domain.states import Offered, Parked, Waiting
from app.domain.value import replace
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller, talk
from tests.support.overviews import make_overview


def _parked(office: Office) -> tuple[Caller, AgentPerson, int]:
    """Anna has talked to the caller, and parked the call; nobody else is there."""
    caller, anna = talk(office)
    return caller, anna, anna.parks()


def test_a_parked_caller_hears_music_and_the_agent_is_done(office: Office) -> None:
    """T6: two commands; the caller is in silence for a second at most."""
    caller, anna, slot = _parked(office)
    office.passes(3)

    assert slot == SLOTS[0]
    caller.hears_music()
    caller.waits()
    caller.never_sat_in_silence(longer_than_seconds=1)
    anna.is_cut_off()
    anna.is_in(a.WrapUp)


def test_any_agent_takes_a_parked_call_and_the_slot_is_free_again(office: Office) -> None:
    """D15: of no queue of the call's, too. The register has both agents and no transfer's loss."""
    caller, anna, slot = _parked(office)
    ben = office.agent("ben")
    ben.takes_a_break()
    office.passes(10)

    ben.picks_up_call(caller.call.id)
    office.passes(3)

    caller.talks_to(ben)
    other, _ = office.caller("+447700900362"), anna
    ben.hangs_up()
    office.passes(40)
    assert caller.record.head.agents == ("anna", "ben")
    assert caller.record.head.outcome == "answered"
    assert caller.record.head.waited_seconds in range(9, 30)
    assert not office.services.ports.board.parked("default")
    other.dials(SALES)
    office.passes(3)
    anna.answers()
    office.passes(3)
    assert anna.parks() == slot


def test_a_parked_call_that_nobody_takes_rings_at_who_parked_it(office: Office) -> None:
    caller, anna, _ = _parked(office)
    anna.is_ready()

    office.passes(121)

    assert isinstance(caller.call.state, Offered)
    assert caller.call.agent == "anna"
    caller.hears_music()
    anna.answers()
    office.passes(3)
    caller.talks_to(anna)


def test_a_parked_call_whose_agent_is_not_free_waits_at_the_old_place(office: Office) -> None:
    caller, anna, _ = _parked(office)
    place = caller.call.position
    anna.goes_home()

    office.passes(125)

    assert isinstance(caller.call.state, Waiting)
    assert place is not None
    assert caller.call.state.position.since == place.since
    caller.hears_music()


def test_no_queue_offers_a_parked_call(office: Office) -> None:
    caller, anna, _ = _parked(office)
    ben = office.agent("ben")
    ben.is_ready()
    anna.is_ready()

    office.passes(60)

    ben.is_quiet()
    anna.is_quiet()
    assert isinstance(caller.call.state, Parked)


def test_a_parked_caller_who_hangs_up_frees_the_slot_and_gave_up_in_a_transfer(
    office: Office,
) -> None:
    caller, _, _ = _parked(office)
    office.passes(5)

    caller.hangs_up()
    office.passes(3)

    assert caller.record.head.outcome == "lost in transfer"
    assert not office.services.ports.board.parked("default")


def test_two_calls_are_parked_at_two_slots_and_one_too_many_is_refused(office: Office) -> None:
    _, anna, first = _parked(office)
    board = office.services.ports.board
    (row,) = board.parked("default")
    for slot in SLOTS[1:-1]:
        board.put("default", replace(row, slot=slot))
    second = office.caller("+447700900362")
    anna.is_ready()
    second.dials(SALES)
    office.passes(3)
    anna.answers()
    office.passes(3)

    assert (first, anna.parks()) == (SLOTS[0], SLOTS[-1])

    third = office.caller("+447700900363")
    anna.is_ready()
    third.dials(SALES)
    office.passes(3)
    anna.answers()
    office.passes(3)
    assert "All places to park are taken" in anna.cannot("park")
    third.talks_to(anna)


def test_a_slot_that_was_taken_a_moment_ago_is_passed_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two who park at once each has a slot of its own: the save of the second is refused."""
    _, anna = talk(office)
    board, now = office.services.ports.board, office.services.ports.clock.now()
    board.put("default", ParkedRow(SLOTS[0], "other", "sales", "", now, now, "ben"))
    monkeypatch.setattr(board, "parked", lambda _: ())  # as it was read before that

    assert anna.parks() == SLOTS[1]


def test_who_takes_calls_reads_where_one_is_parked_and_by_whom(office: Office) -> None:
    caller, _, slot = _parked(office)
    ben = office.agent("ben")

    make_overview(office)
    seen = office.services.ports.overviews.get()
    assert seen is not None
    (listed,) = office.services.pickup.listed(ben.person, seen)

    assert (listed.call, listed.slot, listed.parked_by) == (caller.call.id, slot, "anna")


def test_pick_up_any_leaves_a_parked_call_alone(office: Office) -> None:
    """It waits for somebody in particular."""
    _parked(office)
    ben = office.agent("ben")
    ben.takes_a_break()
    make_overview(office)

    assert "is waiting now" in ben.cannot_pick_up()


def test_a_call_on_hold_may_be_parked(office: Office) -> None:
    caller, anna = talk(office)
    anna.holds()
    office.passes(2)

    anna.parks()
    office.passes(3)

    caller.hears_music()
    anna.is_cut_off()
