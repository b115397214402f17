"""Stories of two calls of one agent: one is spoken in, the other is on hold (R6)."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.states import Ended, InConversation, Waiting
from infra.local.exchange.faults import Faults
from tests.stories.company import MOBILE, SALES
from tests.stories.office import Office
from tests.stories.people import HOME, AgentPerson, CalledPerson, Caller, talk


def _two_lines(office: Office) -> tuple[Caller, CalledPerson, AgentPerson]:
    """Anna talks with somebody whom she called; her caller is on hold."""
    caller, anna = talk(office)
    eleanor = office.outside(HOME)
    anna.calls(HOME)
    office.passes(3)
    eleanor.picks_up()
    office.passes(3)
    return caller, eleanor, anna


def test_an_agent_calls_somebody_else_while_the_caller_is_on_hold(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    eleanor.talks_to(anna)
    caller.hears_music()
    caller.never_sat_in_silence(longer_than_seconds=1)
    assert anna.lines == (caller.call.id,)
    assert caller.came_into_the_room() == 1
    office.closes()


def test_a_switch_holds_the_one_and_takes_the_other(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    anna.switches_to(caller)
    office.passes(3)

    caller.talks_to(anna)
    eleanor.hears_music()
    assert anna.lines == (eleanor.call.id,)
    for one in (caller, eleanor):
        one.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


def test_there_and_back_again(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    for _ in range(2):
        anna.switches_to(caller)
        office.passes(3)
        caller.talks_to(anna)
        anna.switches_to(eleanor)
        office.passes(3)
        eleanor.talks_to(anna)
        caller.hears_music()

    assert (caller.call.rev < 80, eleanor.call.rev < 80) == (True, True)
    office.closes()


def test_the_end_of_one_call_leaves_the_other_on_hold_until_the_agent_takes_it(
    office: Office,
) -> None:
    caller, eleanor, anna = _two_lines(office)

    anna.hangs_up()
    office.passes(2)

    eleanor.is_cut_off()
    anna.is_in(a.Holding)
    caller.hears_music()
    anna.switches_to(caller)
    office.passes(3)
    caller.talks_to(anna)
    anna.hangs_up()
    office.passes(2)
    anna.is_in(a.WrapUp)
    office.closes()


def test_whoever_hangs_up_on_hold_changes_nothing_for_the_other(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    caller.hangs_up()
    office.passes(2)

    eleanor.talks_to(anna)
    assert anna.lines == ()
    assert caller.record.head.outcome == "answered"
    anna.hangs_up()
    office.passes(2)
    anna.is_in(a.WrapUp)
    office.closes()


def test_the_last_line_that_is_gone_ends_with_a_wrap_up(office: Office) -> None:
    caller, _, anna = _two_lines(office)
    anna.hangs_up()
    office.passes(2)

    caller.hangs_up()
    office.passes(2)

    anna.is_in(a.WrapUp)
    office.closes()


def test_a_call_on_hold_may_be_ended_from_its_line(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    anna.ends(caller)
    office.passes(2)

    caller.is_cut_off()
    eleanor.talks_to(anna)
    assert anna.lines == ()
    office.closes()


def test_a_forgotten_line_rings_and_then_goes_back_to_the_queue(office: Office) -> None:
    """F32: the agent stays with the other caller, and is set aside for nothing."""
    caller, eleanor, anna = _two_lines(office)

    office.passes(116)
    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.hold is not None
    assert state.hold.is_ringing
    office.passes(30)

    assert isinstance(caller.call.state, Waiting)
    caller.hears_music()
    eleanor.talks_to(anna)
    assert anna.lines == ()
    anna.is_in(a.OnCall)
    office.closes()


def test_a_lost_headset_gives_up_one_call_and_leaves_the_other_on_hold(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    anna.loses_the_connection()
    office.passes(30)

    assert isinstance(eleanor.call.state, Waiting)
    anna.is_in(a.Holding)
    caller.hears_music()
    anna.switches_to(caller)
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_a_page_that_does_not_call_in_for_a_line_gives_the_caller_to_the_queue(
    office: Office,
) -> None:
    caller, _, anna = _two_lines(office)

    anna.clicks_switch(caller.call.id)
    office.passes(30)

    assert isinstance(caller.call.state, Waiting)
    anna.is_in(a.Holding)
    office.closes()


def test_a_call_that_waits_is_picked_up_while_another_is_on_hold(office: Office) -> None:
    caller, anna = talk(office)
    other = office.caller(number=MOBILE)
    other.dials(SALES)
    office.passes(3)

    anna.picks_up_call(other.call.id)
    office.passes(3)

    other.talks_to(anna)
    caller.hears_music()
    assert anna.lines == (caller.call.id,)
    office.closes()


def test_a_call_that_is_gone_puts_nobody_on_hold(office: Office) -> None:
    caller, anna = talk(office)
    other = office.caller(number=MOBILE)
    other.dials(SALES)
    office.passes(3)
    other.hangs_up()

    reason = anna.cannot_pick_up(other.call.id)

    assert reason == "This call is gone: the caller hung up, or went on."
    caller.talks_to(anna)
    office.closes()


def test_a_number_that_may_not_be_called_puts_nobody_on_hold(office: Office) -> None:
    caller, anna = talk(office)

    anna.cannot_call("0900 1234")

    caller.talks_to(anna)
    office.closes()


def test_who_consults_somebody_calls_nobody_else(office: Office) -> None:
    caller, anna = talk(office)
    anna.consults(HOME)
    office.passes(2)

    reason = anna.cannot_call("+442079460151")

    assert reason == "You consult somebody: complete or cancel that first."
    caller.hears_music()
    office.closes()


def test_whoever_was_dismissed_keeps_no_caller_on_hold(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)

    office.services.desk.dismiss("anna")
    office.passes(2)

    assert isinstance(caller.call.state, Waiting)
    eleanor.talks_to(anna)
    anna.hangs_up()
    office.passes(2)
    anna.is_in(a.WrapUp)
    office.passes(120)
    anna.is_in(a.Offline)
    office.closes()


def test_both_clicks_of_a_double_click_switch_to_the_same_call(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)
    anna.clicks_switch(caller.call.id)
    first = anna.grant

    anna.clicks_switch(caller.call.id)

    assert anna.grant == first
    anna.connects()
    office.passes(3)
    caller.talks_to(anna)
    eleanor.hears_music()
    office.closes()


def test_a_line_of_somebody_else_is_not_taken(office: Office) -> None:
    caller, _, _ = _two_lines(office)
    ben = office.agent("ben")
    ben.is_ready()

    reason = ben.cannot_switch_to(caller.call.id)

    assert reason == "This call is not on hold for you any more."
    office.closes()


def test_the_register_has_both_calls_as_they_were(office: Office) -> None:
    caller, eleanor, anna = _two_lines(office)
    office.passes(10)
    anna.switches_to(caller)
    office.passes(10)
    anna.hangs_up()
    office.passes(1)
    anna.switches_to(eleanor)
    office.passes(5)
    anna.hangs_up()
    office.passes(2)

    first, second = caller.record.head, eleanor.record.head
    assert isinstance(caller.call.state, Ended)
    assert (first.agents, second.agents) == (("anna",), ("anna",))
    assert 14 <= first.talked_seconds <= 18
    assert 13 <= first.held_seconds <= 22
    assert 16 <= second.talked_seconds <= 20
    assert 9 <= second.held_seconds <= 15
    today = office.services.ports.agents.get("anna").today
    assert today.calls == 2
    office.closes()


@pytest.mark.parametrize(
    "fault", [Faults(rest_too_many=1), Faults(rest_failed=1)], ids=["429", "500"]
)
def test_a_hold_that_the_carrier_refuses_leaves_the_agent_with_the_caller(
    office: Office, fault: Faults
) -> None:
    caller, anna = talk(office)
    office.network.inject_faults(fault)

    reason = anna.cannot_call(HOME)

    assert reason == "The carrier has not put the caller on hold yet. Try again."
    caller.talks_to(anna)
    assert isinstance(caller.call.state, InConversation)
    assert anna.lines == ()
    office.network.inject_faults(Faults())
    office.closes()
