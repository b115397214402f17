"""Stories of calls that end in each state, and of headsets that are lost and come back."""

from __future__ import annotations

from dataclasses import replace

from app.domain import agent as a
from app.domain.events import MessageLeft
from app.domain.replies import Prompt
from tests.stories.company import MAIN, NIGHT, PLAN, SALES
from tests.stories.office import Office


def test_a_caller_hangs_up_in_the_menu(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.hangs_up()

    assert caller.record.head.outcome == "hung up"


def test_a_caller_gives_up_waiting(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")

    caller.dials(SALES)
    office.passes(61)
    caller.hangs_up()
    anna.is_ready()

    anna.is_quiet()
    assert caller.record.head.waited_seconds == 61


def test_a_caller_gives_up_while_the_desk_rings(office: Office) -> None:
    """F9, F11: the desk goes quiet, no wrap-up, the old place among the idle."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.rings()
    caller.hangs_up()

    anna.is_quiet()
    anna.is_in(a.Ready)
    assert caller.record.head.outcome == "abandoned"


def test_a_caller_gives_up_between_the_accept_and_the_headset(office: Office) -> None:
    """F9: the agent's browser is told that the call is gone."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.accepts()
    caller.hangs_up()
    anna.connects()
    office.passes(10)

    anna.is_cut_off()
    anna.is_in(a.Ready)


def test_a_caller_ends_the_conversation(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    caller.hangs_up()

    anna.is_cut_off()
    anna.is_in(a.WrapUp)


def test_a_caller_whose_agent_ends_the_call_goes_nowhere_else(office: Office) -> None:
    """F28: least of all to the mailbox that is for those whom nobody answers."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(5)

    anna.hangs_up()
    office.passes(5)

    caller.is_cut_off()
    assert caller.record.head.outcome == "answered"
    assert [kept.kind for kept in caller.record.recordings] == ["conversation"]
    assert not any(isinstance(e.event, MessageLeft) for e in caller.record.timeline)


def test_a_conversation_is_recorded_once_and_kept(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(20)
    anna.hangs_up()
    office.passes(30)

    [kept] = caller.record.recordings
    assert (kept.kind, kept.status, kept.channels) == ("conversation", "stored", 2)
    assert kept.seconds >= 19


def test_a_caller_hangs_up_while_leaving_a_message(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(6)
    caller.hangs_up()

    assert caller.record.head.outcome == "message left"


def test_an_accepted_call_whose_browser_never_comes_goes_back_to_its_place(
    office: Office,
) -> None:
    """F10: within 8 s, at the same place, to somebody else."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    since = caller.call.started
    anna.accepts()
    ben.is_ready()
    ben.is_quiet()
    office.passes(8.1)  # a function's clock may be a moment ahead

    call = ben.rings()
    assert call.position is not None
    assert call.position.since == since
    anna.is_in(a.Away)
    ben.answers()
    caller.talks_to(ben)
    ben.hangs_up()


def test_an_agent_reloads_the_page_and_talks_on(office: Office) -> None:
    """F25: the room holds the call; the caller hears comfort, and the agent again."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(10)
    anna.reloads_the_page()
    caller.hears("One moment, please")
    office.passes(2)
    caller.hears_music()
    anna.comes_back()

    caller.talks_to(anna)
    caller.never_sat_in_silence(longer_than_seconds=1)
    office.passes(25)  # longer than a lost headset is waited for
    caller.talks_to(anna)
    caller.hangs_up()
    assert caller.record.head.outcome == "answered"
    assert len(caller.record.legs) == 3


def test_an_agent_whose_connection_breaks_comes_back_in_time(office: Office) -> None:
    """F26: nobody said goodbye; the carrier noticed."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    anna.loses_the_connection()
    office.passes(15)
    caller.hears_music()
    anna.comes_back()

    caller.talks_to(anna)
    anna.hangs_up()


def test_a_caller_whose_agent_does_not_come_back_keeps_the_place(office: Office) -> None:
    """F26: after 20 s the caller is first in line again, and somebody else answers."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    anna.loses_the_connection()
    ben.is_ready()
    office.passes(19)
    ben.is_quiet()
    office.passes(2)

    ben.answers()
    caller.talks_to(ben)
    anna.is_in(a.Away)
    caller.never_sat_in_silence(longer_than_seconds=1)
    caller.hangs_up()


def test_two_agents_in_turn_leave_two_recordings_and_the_wait_is_on_none(office: Office) -> None:
    """C6, F48: a lost headset gives the caller back; what the queue plays is nobody's to keep."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(10)
    anna.loses_the_connection()
    office.passes(21)
    caller.is_not_recorded()
    office.passes(30)
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)
    office.passes(7)
    ben.hangs_up()
    office.passes(30)

    kept = caller.record.recordings
    assert [(r.kind, r.status, r.channels) for r in kept] == [("conversation", "stored", 2)] * 2
    assert sorted(r.seconds for r in kept) == [7, 30]


def test_a_caller_hangs_up_while_the_agent_reloads(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    anna.reloads_the_page()
    caller.hangs_up()

    anna.is_in(a.WrapUp)
    assert caller.record.head.outcome == "answered"


def test_calls_in_progress_keep_the_plan_they_began_on(office: Office) -> None:
    """F66: a new plan moves new calls, and leaves those that wait where they are."""
    before, after = office.caller(), office.caller("+447700900009")

    before.dials(SALES)
    sales = replace(PLAN.wait_point("sales"), comfort=Prompt("Everything is new."))
    office.publishes(replace(PLAN, sha="b" * 64, nodes={**PLAN.nodes, "sales": sales}))
    after.dials(SALES)

    after.hears("Everything is new")
    office.passes(65)  # the words come again
    before.hears("All our colleagues are talking")
    before.does_not_hear("Everything is new")
    before.hangs_up()
    after.hangs_up()
