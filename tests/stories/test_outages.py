"""Stories in which we are down, or cannot be heard: what saves the caller then (F41, M3, V13)."""

from __future__ import annotations

from app.domain import agent as a
from infra.local.exchange.journal import RestCalled
from infra.local.exchange.phones import OnRing
from infra.local.exchange.switches import Switches
from tests.stories import environments
from tests.stories.company import CLAIMS, ELEANOR, MAIN, MOBILE, SALES
from tests.stories.office import Office

OF_LEGS = "/voice/calls/"  # documents of calls that are there already


def test_a_caller_who_finds_us_down_may_leave_a_message(office: Office) -> None:
    """M3: by the number's fallback, which stands elsewhere."""
    caller = office.caller()

    office.gateway.goes_down()
    caller.dials(MAIN)
    caller.hears("cannot take your call at the moment")
    office.passes(8)
    caller.presses("#")

    caller.hears("Thank you")
    [message] = office.network.exchange.recordings.recordings.values()
    assert message.call_sid == caller.leg
    office.gateway.works()


def test_a_message_left_while_we_were_down_is_in_the_register_afterwards(office: Office) -> None:
    """M3: nobody knew of the call; the sweep finds its recording at the carrier."""
    caller = office.caller(ELEANOR.phone)

    office.gateway.goes_down()
    caller.dials(MAIN)
    caller.hears("cannot take your call at the moment")
    office.passes(12)
    caller.presses("#")
    caller.hears("Thank you")
    office.gateway.works()
    caller.hangs_up()
    office.is_swept()
    office.is_swept()

    whole = caller.record
    assert (whole.head.outcome, whole.head.name) == ("message left", ELEANOR.name)
    assert (whole.head.caller, whole.head.did) == (ELEANOR.phone, MAIN)
    [message] = whole.recordings
    assert (message.kind, message.status) == ("message", "stored")
    assert message.seconds >= 5
    assert whole.head.ended is not None
    assert whole.head.ended > whole.head.started


def test_a_caller_whose_key_finds_us_down_may_leave_a_message(office: Office) -> None:
    caller, anna = office.caller(), office.agent("anna")

    caller.dials(MAIN)
    office.gateway.goes_down()
    caller.presses("1")
    caller.hears("cannot take your call at the moment")
    office.gateway.works()
    anna.is_ready()

    anna.is_quiet()
    office.passes(8)
    caller.hangs_up()
    office.is_swept()
    office.is_swept()
    assert caller.record.head.outcome == "message left"
    assert [(r.kind, r.status) for r in caller.record.recordings] == [("message", "stored")]


def test_a_caller_who_cannot_be_sent_to_the_room_hears_one_moment_and_is_sent_again(
    office: Office,
) -> None:
    """V13: a refresh that finds us down never leads into the mailbox."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    office.gateway.goes_down(OF_LEGS)
    anna.answers()
    caller.hears("One moment, please")
    caller.does_not_hear("leave a message")
    office.gateway.works()
    office.passes(8)

    caller.talks_to(anna)
    anna.hangs_up()


def test_a_caller_who_can_never_be_sent_to_the_room_is_asked_to_call_again(office: Office) -> None:
    """V13: one moment three times, and an end in words; the agent is free for others."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    office.gateway.goes_down(OF_LEGS)
    anna.answers()
    caller.hears("One moment, please")
    office.passes(10)
    caller.does_not_hear("something went wrong on our side")
    office.passes(20)

    caller.hears("something went wrong on our side")
    caller.is_cut_off()
    office.gateway.works()
    office.passes(25)
    assert not isinstance(anna.presence, a.OnCall | a.Reserved)


def test_an_agent_who_is_gone_before_the_caller_has_come_finds_them_in_the_room(
    office: Office,
) -> None:
    """R2, F25: the caller comes into an empty room, and hears music there until it is not."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    office.gateway.goes_down(OF_LEGS)
    anna.answers()
    anna.loses_the_connection()
    office.gateway.works()
    office.passes(8)
    caller.hears_music()
    anna.comes_back()

    caller.talks_to(anna)
    caller.hangs_up()


def test_a_caller_whose_welcome_was_lost_is_called_out_of_the_mailbox(office: Office) -> None:
    """We know that the caller waits; what we said of it never came, and the fallback did."""
    caller, anna = office.caller(), office.agent("anna")

    office.gateway.loses_our_answers()
    caller.dials(SALES)
    caller.hears("cannot take your call at the moment")
    office.gateway.works()
    office.passes(10)
    anna.is_ready()
    anna.answers()

    caller.talks_to(anna)
    office.passes(5)
    caller.hangs_up()
    assert caller.record.head.outcome == "answered"


def test_a_call_that_gets_an_empty_document_ends_with_an_outcome(office: Office) -> None:
    """The caller's choice is made, and is not heard; nobody rings for who is gone (F12)."""
    caller, anna = office.caller(), office.agent("anna")

    caller.dials(MAIN)
    office.gateway.empties_an_answer()
    caller.presses("1")
    office.passes(15)
    caller.hangs_up()
    anna.is_ready()

    anna.is_quiet()
    assert caller.record.head.outcome == "abandoned"
    assert caller.call.choices == ("Deliveries",)


def test_a_hold_without_an_acknowledgement_is_commanded_again(office: Office) -> None:
    """W6, W7: it is done already; the second performer does not know that."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    with office.loses_the_carriers_answers():
        anna.loses_the_connection()
    office.passes(6)
    caller.hears_music()
    assert _holds(office) >= 2
    anna.comes_back()

    caller.talks_to(anna)
    anna.hangs_up()


def test_a_recording_that_is_not_stopped_at_once_is_stopped_by_the_next_performer(
    office: Office,
) -> None:
    """C6, W6: our word to the carrier is lost, and the caller is on the way to the queue."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    anna.loses_the_connection()
    office.passes(19)
    office.loses_our_next_request()
    office.passes(7)
    caller.is_not_recorded()
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)
    office.passes(3)
    ben.hangs_up()
    office.passes(10)

    assert [kept.status for kept in caller.record.recordings] == ["stored"] * 2


def test_at_the_concurrency_limit_no_agent_rings_and_callers_keep_their_place(
    office: Office,
) -> None:
    """M1: the agent's telephone cannot be dialled while all the calls we may have are up."""
    first, second = office.caller(), office.caller("+447700900002")
    cleo, ben = office.agent("cleo"), office.agent("ben")
    cleo.has_a_telephone(MOBILE, OnRing.ANSWER)
    office.limits_the_account(calls=2)

    first.dials(CLAIMS)
    second.dials(CLAIMS)
    since = first.call.started
    cleo.is_ready()
    office.passes(10)
    first.waits()
    second.waits()
    assert cleo.telephone.rings == 0
    second.hangs_up()
    ben.is_ready()

    ben.answers()
    first.talks_to(ben)
    position = first.call.position
    assert position is not None
    assert position.since == since
    assert not isinstance(cleo.presence, a.Reserved)
    ben.hangs_up()


def test_the_concurrency_limit_makes_no_agent_away() -> None:
    """M1: the refusal says so; of a call that is made and fails nobody can know why."""
    with environments.in_memory(switches=Switches(concurrency_refused=True)) as office:
        caller, cleo = office.caller(), office.agent("cleo")
        cleo.has_a_telephone(MOBILE, OnRing.IGNORE)
        office.limits_the_account(calls=1)

        caller.dials(CLAIMS)
        cleo.is_ready()
        office.passes(5)

        assert cleo.telephone.rings == 0
        cleo.is_in(a.Ready)
        caller.waits()
        office.closes()


def test_a_call_with_many_key_presses_ends_with_an_outcome(office: Office) -> None:
    """V9: each key is a document; some twenty within ten seconds may be a loop to the carrier."""
    caller = office.caller()

    caller.dials(MAIN)
    for _ in range(12):
        for key in ("2", "9"):
            caller.presses(key)
            office.passes(0.4)
    caller.hangs_up()

    assert caller.record.head.outcome == "hung up"


def _holds(office: Office) -> int:
    """How often the carrier was told to hold somebody."""
    entries = (entry.news for entry in office.network.exchange.journal.entries())
    return sum(isinstance(n, RestCalled) and ("Hold", "true") in n.pairs for n in entries)
