"""An agent consults somebody outside while the caller is on hold, then decides (R11)."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.states import HandedOver, InConversation, Offered, Waiting
from infra.local.exchange.phones import OnRing
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import HOME, consult_rings, consulting, talk


def test_the_caller_hears_music_while_the_agent_consults(office: Office) -> None:
    caller, anna = talk(office)
    eleanor = office.outside(HOME)

    anna.consults("020 7946 0142")
    office.passes(3)
    seen = eleanor.is_rung()
    caller.hears_music()
    eleanor.picks_up()
    office.passes(5)

    assert seen == SALES
    eleanor.talks_to(anna)
    caller.hears_music()
    caller.is_recorded_with_silence()
    caller.never_heard(eleanor)
    office.closes()


def test_nobody_is_dialled_before_the_caller_is_on_hold(office: Office) -> None:
    """Two commands, in this order: the hold, confirmed, then the dial."""
    caller, anna = talk(office)
    office.outside(HOME)
    before = office.entries

    anna.consults(HOME)
    office.passes(3)

    moves = office.asked_of_the_carrier(before)
    assert [caller.leg in path for path in moves] == [True, False]
    assert moves[1].endswith("/Participants.json")
    office.closes()


def test_the_agent_completes_and_the_two_talk_on_without_a_gap(office: Office) -> None:
    caller, anna, eleanor = consulting(office)

    anna.completes()
    office.passes(3)

    caller.talks_to(eleanor)
    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    caller.is_not_recorded()
    office.passes(20)
    eleanor.hangs_up()
    office.passes(3)
    caller.is_cut_off()
    assert caller.record.head.outcome == "answered"
    assert caller.record.head.agents == ("anna",)
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


def test_the_caller_who_hangs_up_ends_a_call_that_was_handed_over(office: Office) -> None:
    caller, anna, eleanor = consulting(office)
    anna.completes()
    office.passes(3)

    caller.hangs_up()
    office.passes(3)

    eleanor.is_cut_off()
    assert caller.record.head.outcome == "answered"
    office.closes()


def test_who_hangs_up_before_the_caller_heard_them_leaves_the_caller_on_the_way_back(
    office: Office,
) -> None:
    """T3: that they hung up is told when the agent has completed already."""
    caller, anna, eleanor = consulting(office)
    office.hears_late_of_what_happens(0.5)

    eleanor.hangs_up()
    anna.completes()
    office.passes(3)

    assert isinstance(caller.call.state, Offered)
    caller.never_heard(eleanor)
    anna.rings()
    office.closes()


def test_the_agent_completes_while_it_rings_and_whoever_answers_has_the_caller(
    office: Office,
) -> None:
    """The caller hears music until then, and nobody who is not there yet."""
    caller, anna, eleanor = consult_rings(office)

    anna.completes()
    office.passes(3)

    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    caller.hears_music()
    eleanor.picks_up()
    office.passes(3)
    caller.talks_to(eleanor)
    office.passes(20)
    eleanor.hangs_up()
    office.passes(3)
    caller.is_cut_off()
    assert caller.record.head.outcome == "answered"
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


@pytest.mark.parametrize("how", ["declines", "does not answer"])
def test_whoever_does_not_take_a_caller_left_to_them_gives_the_caller_back(
    office: Office, how: str
) -> None:
    """T3: to the agent, in the wrap-up of that very call, too."""
    caller, anna, eleanor = consult_rings(office)
    anna.completes()

    if how == "does not answer":
        office.passes(40)
    else:
        eleanor.declines()
        office.passes(3)

    assert isinstance(caller.call.state, Offered)
    caller.never_heard(eleanor)
    anna.answers()
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_a_caller_who_gives_up_while_it_rings_at_whom_the_agent_left_is_lost_in_transfer(
    office: Office,
) -> None:
    caller, anna, eleanor = consult_rings(office)
    anna.completes()
    office.passes(3)

    caller.hangs_up()
    office.passes(3)

    eleanor.is_rung()
    eleanor.is_cut_off()
    assert caller.record.head.outcome == "lost in transfer"
    office.closes()


def test_swap_puts_one_on_hold_before_the_other_hears_anything(office: Office) -> None:
    caller, anna, eleanor = consulting(office)

    anna.swaps()
    office.passes(3)
    caller.talks_to(anna)
    eleanor.hears_music()
    caller.is_recorded()
    anna.swaps_back()
    office.passes(3)

    eleanor.talks_to(anna)
    caller.hears_music()
    caller.never_heard(eleanor)
    office.closes()


def test_all_three_talk_after_a_join_and_no_recording_runs_of_who_was_not_told(
    office: Office,
) -> None:
    """C4."""
    caller, anna, eleanor = consulting(office)

    anna.joins_all()
    office.passes(3)

    caller.talks_to(anna)
    caller.talks_to(eleanor)
    eleanor.talks_to(anna)
    caller.is_recorded_with_silence()
    anna.removes(eleanor)
    office.passes(3)
    eleanor.is_cut_off()
    caller.talks_to(anna)
    caller.is_recorded()
    office.closes()


def test_cancel_hangs_up_on_the_one_consulted_before_the_caller_is_back(office: Office) -> None:
    caller, anna, eleanor = consulting(office)

    anna.cancels()
    office.passes(3)

    eleanor.is_cut_off()
    caller.talks_to(anna)
    caller.never_heard(eleanor)
    office.closes()


@pytest.mark.parametrize(
    ("on_ring", "how"),
    [
        (OnRing.REJECT, "busy"),
        (OnRing.UNREACHABLE, "not reached"),
        (OnRing.IGNORE, "not answered"),
    ],
)
def test_who_cannot_be_consulted_is_told_and_the_caller_stays_on_hold(
    office: Office, on_ring: OnRing, how: str
) -> None:
    caller, anna = talk(office)
    office.outside(HOME, on_ring)

    anna.consults(HOME)
    office.passes(45)

    state = caller.call.state
    assert isinstance(state, InConversation)
    assert state.consult is None
    assert state.consult_over is not None
    assert (state.consult_over.number, state.consult_over.how) == (HOME, how)
    caller.hears_music()
    anna.retrieves()
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_who_was_consulted_and_hangs_up_leaves_the_caller_on_hold_with_the_agent(
    office: Office,
) -> None:
    caller, anna, eleanor = consulting(office)

    eleanor.hangs_up()
    office.passes(3)

    caller.hears_music()
    anna.is_in(a.OnCall)
    anna.retrieves()
    office.passes(3)
    caller.talks_to(anna)
    office.closes()


def test_a_caller_who_hangs_up_ends_the_consultation_too(office: Office) -> None:
    caller, anna, eleanor = consulting(office)

    caller.hangs_up()
    office.passes(3)

    eleanor.is_cut_off()
    anna.is_in(a.WrapUp)
    office.closes()


def test_a_caller_who_hangs_up_stops_the_ringing_of_who_is_consulted(office: Office) -> None:
    """F29."""
    caller, anna, eleanor = consult_rings(office)
    eleanor.is_rung()

    caller.hangs_up()
    office.passes(3)

    eleanor.is_cut_off()
    anna.is_in(a.WrapUp)
    office.closes()


def test_the_agent_cannot_end_the_call_while_somebody_is_on_hold(office: Office) -> None:
    """Whom the agent means is not said: a caller is never lost by that."""
    caller, anna, eleanor = consulting(office)

    reason = anna.cannot("end")

    assert reason
    caller.hears_music()
    eleanor.talks_to(anna)
    office.closes()


def test_a_headset_lost_in_a_consultation_comes_back_to_it(office: Office) -> None:
    caller, anna, eleanor = consulting(office)

    anna.reloads_the_page()
    office.passes(2)
    caller.hears_music()
    anna.comes_back()
    office.passes(3)

    eleanor.talks_to(anna)
    caller.never_heard(eleanor)
    office.closes()


def test_a_headset_that_does_not_come_back_gives_the_caller_back_to_the_queue(
    office: Office,
) -> None:
    caller, anna, eleanor = consulting(office)

    anna.reloads_the_page()
    office.passes(25)

    assert isinstance(caller.call.state, Waiting | Offered)
    eleanor.is_cut_off()
    anna.is_in(a.Away)
    office.closes()


def test_a_headset_lost_for_good_leaves_the_other_two_together(office: Office) -> None:
    caller, anna, eleanor = consulting(office)
    anna.joins_all()
    office.passes(3)

    anna.reloads_the_page()
    office.passes(3)
    caller.talks_to(eleanor)
    office.passes(25)

    assert isinstance(caller.call.state, HandedOver)
    caller.talks_to(eleanor)
    anna.is_in(a.Away)
    office.closes()


def test_a_consultation_in_which_the_caller_is_forgotten_gives_the_caller_back(
    office: Office,
) -> None:
    """F32: it is a hold as any other."""
    caller, _, eleanor = consulting(office)

    office.passes(400)

    assert not isinstance(caller.call.state, InConversation)
    eleanor.is_cut_off()
    office.closes()


def test_the_number_of_the_caller_cannot_be_consulted(office: Office) -> None:
    caller, anna = office.caller(HOME), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(3)

    reason = anna.cannot_consult(HOME)

    assert reason == "That is the number of whoever is on the line."
    caller.talks_to(anna)
    office.closes()


def test_consulting_counts_as_calling_out(office: Office) -> None:
    """One limit of the route for both."""
    _, anna = talk(office)
    office.outside(HOME, OnRing.REJECT)
    route = office.services.ports.directory.head().routes_of("anna")[0]
    for _ in range(route.most):
        anna.consults(HOME)
        office.passes(3)

    reason = anna.cannot_consult(HOME)

    assert reason.startswith(f"No more than {route.most} calls")
    office.closes()


def test_when_the_agent_called_somebody_is_not_kept_with_each_save_of_the_call(
    office: Office,
) -> None:
    """S1: no decision looks at it but the one that counts it."""
    caller, anna = talk(office)
    office.outside(HOME, OnRing.REJECT)

    for _ in range(3):
        anna.consults(HOME)
        office.passes(3)

    kept = [agent for entry in caller.record.timeline for agent in entry.agents]
    assert "anna" in {agent.id for agent in kept}
    assert {agent.called_out for agent in kept} == {()}
    office.closes()


def test_time_in_a_consultation_is_held_and_after_it_handed_over(office: Office) -> None:
    caller, anna, _ = consulting(office)
    office.passes(10)
    anna.completes()
    office.passes(20)
    caller.hangs_up()
    office.passes(60)

    facts = caller.call.facts
    assert facts.held_ms >= 10_000
    assert 19_000 <= facts.handed_over_ms <= 20_500
    assert 4_000 <= facts.talked_ms <= 7_000
    office.closes()


def test_complete_after_a_swap_keeps_the_caller_with_the_agent_until_the_other_is_back(
    office: Office,
) -> None:
    """Two commands: the one consulted is let in, then the agent leaves; the caller hears both."""
    caller, anna, eleanor = consulting(office)
    anna.swaps()
    office.passes(3)
    before = office.entries

    anna.completes()
    office.passes(3)

    caller.talks_to(eleanor)
    moves = office.asked_of_the_carrier(before)
    assert [eleanor.leg in moves[0], anna.leg in moves[-1], len(moves)] == [True, True, 2], moves
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.closes()


def test_an_answer_whose_callbacks_were_lost_is_found_by_the_sweep(office: Office) -> None:
    """F37: until then it rings for all that is known, and nobody can be swapped."""
    caller, anna, eleanor = consult_rings(office)
    office.loses_all_callbacks()
    eleanor.picks_up()
    assert anna.cannot("swap")

    office.is_swept()
    anna.swaps()
    office.passes(3)

    caller.talks_to(anna)
    office.closes()


def test_whom_a_caller_was_left_to_and_whose_answer_was_never_told_is_found_by_the_sweep(
    office: Office,
) -> None:
    """F37: until then the caller hears music."""
    caller, anna, eleanor = consult_rings(office)
    office.loses_all_callbacks()
    eleanor.picks_up()
    anna.completes()
    office.passes(3)
    caller.hears_music()

    office.is_swept()
    office.passes(3)

    caller.talks_to(eleanor)
    office.closes()


def test_a_caller_who_is_refreshed_again_hears_nothing_of_the_consultation(office: Office) -> None:
    """R11: neither the ringing nor the words, whatever request comes late."""
    caller, anna, eleanor = consult_rings(office)

    caller.is_refreshed_again()
    office.passes(3)
    eleanor.picks_up()
    office.passes(3)
    caller.is_refreshed_again()
    office.passes(3)

    eleanor.talks_to(anna)
    caller.hears_music()
    assert caller.came_into_the_room() == 1
    anna.cancels()
    anna.retrieves()
    office.passes(3)
    caller.talks_to(anna)


def test_a_caller_on_hold_outside_the_room_does_not_delay_the_consultation(office: Office) -> None:
    caller, anna = talk(office)
    eleanor = office.outside(HOME)
    anna.holds()
    caller.is_refreshed_again()
    office.passes(3)

    anna.consults(HOME)
    office.passes(3)
    eleanor.picks_up()
    office.passes(3)

    eleanor.talks_to(anna)
    caller.never_heard(eleanor)
