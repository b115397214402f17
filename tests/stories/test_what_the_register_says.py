"""Stories of the register: who talked, how long the caller waited, talked and was held, and how
the call ended. Several conversations are one call.
"""

from __future__ import annotations

from app.ports import CallRecord
from tests.stories.company import MAIN, NIGHT, SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson, Caller


def talk(office: Office, waits_seconds: float = 0) -> tuple[Caller, AgentPerson]:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    office.passes(waits_seconds)
    anna.answers()
    return caller, anna


def head_of(caller: Caller) -> CallRecord:
    return caller.record.head


def seconds_of(caller: Caller) -> tuple[int, int, int]:
    head = head_of(caller)
    return head.waited_seconds, head.talked_seconds, head.held_seconds


def test_a_caller_who_talked_lost_the_agent_and_gave_up_is_in_the_register_with_all_of_it(
    office: Office,
) -> None:
    """The agent has 20 s to come back, in which the caller is held."""
    caller, anna = talk(office)
    office.passes(600)
    anna.reloads_the_page()
    office.passes(20)

    office.passes(30)
    caller.hangs_up()

    assert head_of(caller).agents == ("anna",)
    assert seconds_of(caller) == (30, 600, 20)
    assert head_of(caller).outcome == "cut off"


def test_a_rejoin_is_neither_waited_nor_talked(office: Office) -> None:
    caller, anna = talk(office, waits_seconds=5)
    office.passes(40)
    anna.reloads_the_page()
    office.passes(7)
    anna.comes_back()
    office.passes(50)
    caller.hangs_up()

    assert seconds_of(caller) == (5, 90, 7)
    assert head_of(caller).outcome == "answered"


def test_two_conversations_are_summed_and_both_agents_are_named_in_their_order(
    office: Office,
) -> None:
    caller, ben = office.caller(), office.agent("ben")
    ben.is_ready()
    caller.dials(SALES)
    ben.answers()
    office.passes(60)
    ben.reloads_the_page()
    office.passes(20)
    office.passes(15)
    anna = office.agent("anna")
    anna.is_ready()
    office.passes(10)
    anna.answers()
    office.passes(27)
    anna.hangs_up()

    assert head_of(caller).agents == ("ben", "anna")
    assert head_of(caller).talked_each_seconds == (60, 27)
    assert seconds_of(caller) == (25, 87, 20)
    assert head_of(caller).outcome == "answered"


def test_a_hold_is_held_and_not_talked(office: Office) -> None:
    caller, anna = talk(office)
    office.passes(10)
    anna.holds()
    office.passes(25)
    anna.retrieves()
    office.passes(5)
    anna.hangs_up()

    assert seconds_of(caller) == (0, 15, 25)


def test_who_was_rung_and_how_long_is_kept(office: Office) -> None:
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()
    caller.dials(SALES)
    office.passes(21)  # the wait document ends, and its caller asks again
    anna.is_quiet()
    ben.is_ready()
    office.passes(5)
    ben.answers()
    office.passes(9)
    caller.hangs_up()

    assert head_of(caller).rung == ("anna", "ben")
    assert head_of(caller).agents == ("ben",)
    assert head_of(caller).rung_seconds == 26
    assert seconds_of(caller) == (26, 9, 0)


def test_a_call_that_goes_on_has_its_present_facts(office: Office) -> None:
    caller, _ = talk(office, waits_seconds=5)
    office.passes(30)

    head = head_of(caller)

    assert (head.outcome, head.agents) == ("in progress", ("anna",))
    assert (head.waited_seconds, head.counts_as) == (5, "talked")
    assert head.counts_since is not None
    assert (head.counts_since - head.started).total_seconds() == 5
    caller.hangs_up()


def test_who_hangs_up_in_a_menu_waited_for_nobody(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    office.passes(3)
    caller.hangs_up()

    assert head_of(caller).outcome == "hung up"
    assert seconds_of(caller) == (0, 0, 0)


def test_who_hangs_up_during_the_prompt_of_a_mailbox_left_no_message(office: Office) -> None:
    for seconds in (0.5, 2.0):
        caller = office.caller()
        caller.dials(NIGHT)
        office.passes(seconds)
        caller.hangs_up()
        office.passes(60)

        assert head_of(caller).outcome == "no message"
        assert not any(one.seconds for one in caller.record.recordings)


def test_who_hangs_up_after_speaking_left_a_message(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(12)
    caller.hangs_up()
    office.passes(30)

    assert [one.status for one in caller.record.recordings] == ["stored"]
    assert head_of(caller).outcome == "message left"


def test_who_gives_up_in_the_queue_waited_to_the_end(office: Office) -> None:
    caller = office.caller()

    caller.dials(SALES)
    office.passes(61)
    caller.hangs_up()

    assert head_of(caller).outcome == "abandoned"
    assert seconds_of(caller) == (61, 0, 0)
    assert head_of(caller).wait_point == "sales"


def test_a_message_after_a_long_wait_keeps_the_wait(office: Office) -> None:
    caller = office.caller()

    caller.dials(SALES)
    office.passes(312)
    caller.hears("Please leave a message")
    office.passes(15)
    caller.hangs_up()
    office.passes(30)

    head = head_of(caller)
    assert (head.outcome, head.wait_point) == ("message left", "sales")
    assert 290 <= head.waited_seconds <= 312


def test_an_agent_who_ends_the_call_before_the_caller_is_there_has_not_talked(
    office: Office,
) -> None:
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    office.passes(4)
    anna.accepts()
    caller.hangs_up()

    assert head_of(caller).agents == ()
    assert head_of(caller).outcome == "abandoned"
