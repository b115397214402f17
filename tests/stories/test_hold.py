"""Stories of hold: the caller hears music, is not recorded meanwhile, and is never forgotten."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.access import Refused
from app.domain.states import InConversation, OnHold
from infra.local.exchange.phones import OnRing
from tests.stories.company import CLAIMS, MOBILE
from tests.stories.office import Office
from tests.stories.people import Caller, talk


def hold_of(caller: Caller) -> OnHold | None:
    state = caller.call.state
    assert isinstance(state, InConversation)
    return state.hold


def test_a_caller_on_hold_hears_music_until_the_agent_takes_the_call_back(office: Office) -> None:
    """R3, C2: nobody is recorded on hold; one recording goes on after it."""
    caller, anna = talk(office)

    anna.holds()
    office.passes(3)

    caller.hears_music()
    caller.is_recorded_with_silence()
    assert not caller.is_talking
    anna.retrieves()
    caller.talks_to(anna)
    caller.is_recorded()
    office.passes(5)
    anna.hangs_up()
    office.passes(60)  # a download whose answer is cut off is tried again every 10 s
    assert [kept.status for kept in caller.record.recordings] == ["stored"]
    assert caller.came_into_the_room() == 1


def test_a_caller_may_hang_up_on_hold(office: Office) -> None:
    caller, anna = talk(office)

    anna.holds()
    caller.hangs_up()

    anna.is_in(a.WrapUp)
    assert caller.record.head.outcome == "answered"


def test_an_agent_may_end_the_call_on_hold(office: Office) -> None:
    caller, anna = talk(office)

    anna.holds()
    anna.hangs_up()

    caller.is_cut_off()
    anna.is_in(a.WrapUp)


def test_a_page_that_is_reloaded_on_hold_finds_the_caller_on_hold(office: Office) -> None:
    caller, anna = talk(office)

    anna.holds()
    anna.reloads_the_page()
    office.passes(2)
    anna.comes_back()
    office.passes(4)  # a hold that was commanded again begins with its words again

    caller.hears_music()
    assert hold_of(caller) is not None
    anna.retrieves()
    caller.talks_to(anna)


def test_a_forgotten_hold_rings_then_gives_the_caller_back_to_the_queue(office: Office) -> None:
    """F32: the caller keeps the old position; the agent is set aside, and told why."""
    caller, anna, ben = *talk(office), office.agent("ben")
    position = caller.call.position
    assert position is not None

    anna.holds()
    office.passes(119)
    hold = hold_of(caller)
    assert hold is not None
    assert not hold.is_ringing
    office.passes(2)
    ringing = hold_of(caller)
    assert ringing is not None
    assert ringing.is_ringing
    office.passes(30)

    caller.waits()
    caller.is_not_recorded()
    away = anna.presence
    assert isinstance(away, a.Away)
    assert (away.reason, away.automatic) == ("forgot a caller on hold", True)
    assert caller.call.position is not None
    assert caller.call.position.since == position.since
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)


def test_a_hold_that_rings_is_over_when_the_caller_is_taken_back(office: Office) -> None:
    caller, anna = talk(office)

    anna.holds()
    office.passes(125)
    anna.retrieves()
    office.passes(60)

    caller.talks_to(anna)
    anna.is_in(a.OnCall)


def test_a_second_hold_begins_its_own_time(office: Office) -> None:
    caller, anna = talk(office)

    anna.holds()
    office.passes(100)
    anna.retrieves()
    office.passes(5)
    anna.holds()
    office.passes(100)

    caller.hears_music()
    hold = hold_of(caller)
    assert hold is not None
    assert not hold.is_ringing


def test_hanging_up_a_telephone_never_drops_a_caller_on_hold(office: Office) -> None:
    """R10: the gesture ends what is active; the caller on hold rings back."""
    caller, cleo = office.caller(), office.agent("cleo")
    cleo.has_a_telephone(MOBILE, OnRing.ANSWER)
    cleo.is_ready()
    caller.dials(CLAIMS)
    office.passes(2)
    cleo.leg = cleo.telephone.leg or ""
    cleo.presses("1")
    office.passes(2)
    caller.talks_to(cleo)

    cleo.holds()
    cleo.hangs_up_the_telephone()
    office.passes(3)

    assert not office.network.exchange.leg(caller.leg).over
    assert cleo.telephone.rings == 2


def test_only_who_talks_to_a_caller_may_hold_or_retrieve(office: Office) -> None:
    caller, anna = talk(office)
    anna.holds()
    anna.holds()  # asked again, it is no error

    anna.retrieves()
    anna.retrieves()
    anna.hangs_up()

    with pytest.raises(AssertionError):
        anna.holds()
    with pytest.raises(Refused):
        anna.clicks_in("hold", caller.call.id)


def test_a_caller_on_hold_who_is_refreshed_again_hears_music_and_nobody(office: Office) -> None:
    """A Refresh may take effect twice, the second time late: it must not end the hold (V1)."""
    caller, anna = talk(office)
    anna.holds()
    office.passes(3)
    before = caller.came_into_the_room()

    caller.is_refreshed_again()
    office.passes(40)

    caller.hears_music()
    assert caller.came_into_the_room() == before
    anna.retrieves()
    office.passes(2)
    caller.talks_to(anna)
    anna.hangs_up()
    held, talked = caller.record.head.held_seconds, caller.record.head.talked_seconds
    assert held > talked + 20  # of 43 seconds on hold; a performer that vanishes costs some of them
