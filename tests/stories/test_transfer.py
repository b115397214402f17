"""Stories of a transfer: the caller goes on with age and story, and is never lost on the way."""

from __future__ import annotations

import pytest

from app.domain import agent as a
from app.domain.access import Refused
from app.domain.states import Offered, Waiting
from tests.stories.company import CLAIMS, MOBILE, SALES
from tests.stories.office import Office
from tests.stories.people import talk
from tests.support.verbs import click


def test_a_caller_goes_on_to_another_queue_with_the_age_of_the_old_place(office: Office) -> None:
    """T1: in two commands, the caller first; the agent is done, and the next one knows the way."""
    caller, anna, ben = *talk(office), office.agent("ben")
    before = caller.call.position
    assert before is not None

    anna.transfers_to("claims")
    office.passes(3)

    caller.hears_music()
    caller.is_not_recorded()
    anna.is_cut_off()
    anna.is_in(a.WrapUp)
    place = caller.call.position
    assert place is not None
    assert (place.node, place.since) == ("claims", before.since)
    ben.is_ready()
    ben.answers()
    caller.talks_to(ben)
    office.passes(5)
    ben.hangs_up()
    office.passes(60)
    assert caller.record.head.outcome == "answered"
    assert caller.record.head.agents == ("anna", "ben")
    caller.never_sat_in_silence(longer_than_seconds=1)


def test_who_is_transferred_comes_before_who_came_later(office: Office) -> None:
    """The time that was waited before counts, too."""
    caller, anna, ben = *talk(office), office.agent("ben")
    later = office.caller("+447700900777")
    later.dials(CLAIMS)

    anna.transfers_to("claims")
    ben.is_ready()

    assert ben.rings().caller == caller.number


def test_who_was_refreshed_again_leaves_the_room_wherever_the_return_is_told_last(
    office: Office,
) -> None:
    """R18: the caller is in the room for the second time; the first stay is over."""
    caller, anna = talk(office)
    office.gateway.holds_up("/left-room")
    caller.is_refreshed_again()
    office.delivers_what_was_kept_back()
    assert caller.came_into_the_room() == 2

    anna.transfers_to("claims")
    office.passes(3)

    caller.hears_music()
    caller.never_sat_in_silence(longer_than_seconds=1)


def test_the_caller_leaves_the_room_before_the_agent(office: Office) -> None:
    """Nobody is left in a room alone, and the silence is that of one document."""
    caller, anna = talk(office)
    before = office.entries

    anna.transfers_to("claims")

    moves = office.asked_of_the_carrier(before)
    assert [caller.leg in path for path in moves] == [True, False]
    assert anna.leg in moves[1]


def test_a_colleague_is_rung_at_once_and_sees_who_sent_the_caller(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()

    anna.transfers_to("ben-line")

    call = ben.rings()
    assert call.transfer is not None
    assert (call.transfer.by, call.node) == ("anna", "ben-line")
    ben.answers()
    caller.talks_to(ben)
    office.passes(2)
    assert caller.call.transfer is None
    anna.is_in(a.WrapUp)


def test_a_caller_whom_a_colleague_declines_rings_at_whoever_sent_them(office: Office) -> None:
    """T2: at once, in the wrap-up of that very call."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")

    ben.declines()

    assert anna.rings().id == caller.call.id
    assert caller.call.node == "sales"
    anna.answers()
    caller.talks_to(anna)
    office.passes(2)
    anna.hangs_up()
    office.passes(60)
    assert caller.record.head.outcome == "answered"
    caller.never_sat_in_silence(longer_than_seconds=1)


def test_a_caller_whom_a_colleague_does_not_answer_comes_back(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")

    office.passes(22)

    ben.is_in(a.Away)
    assert anna.rings().id == caller.call.id


def test_a_caller_for_a_colleague_who_talks_comes_back_after_a_while(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    other = office.caller("+447700900777")
    other.dials(CLAIMS)
    ben.answers()
    anna.transfers_to("ben-line")
    anna.takes_a_break()  # after the wrap-up
    office.passes(3)
    caller.hears_music()

    office.passes(21)
    assert isinstance(caller.call.state, Waiting)
    office.passes(22)  # the caller's own request is the clock

    place = caller.call.position
    assert place is not None
    assert (place.node, isinstance(caller.call.state, Waiting)) == ("sales", True)
    assert isinstance(anna.presence, a.Away)


def test_a_caller_who_comes_back_when_nobody_is_free_has_the_old_place(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    before = caller.call.position
    assert before is not None
    ben.is_ready()
    anna.transfers_to("ben-line")
    anna.goes_home()

    ben.declines()

    anna.is_quiet()
    place = caller.call.position
    assert place is not None
    assert (place.node, place.since) == ("sales", before.since)
    caller.waits()


def test_a_caller_who_comes_back_and_is_missed_again_waits_for_anybody(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    ben.declines()
    anna.rings()

    office.passes(22)

    anna.is_in(a.Away)
    caller.waits()
    office.passes(45)  # the cool-down of the one who declined is over
    assert ben.rings().id == caller.call.id


def test_who_declined_twice_is_left_out_for_the_second_time_too(office: Office) -> None:
    """The newer cool-down counts: it began after Ben became available."""
    caller, anna, ben = office.caller(), office.agent("anna"), office.agent("ben")
    ben.is_ready()
    caller.dials(SALES)
    ben.declines()
    anna.is_ready()
    anna.answers()
    office.passes(5)
    ben.takes_a_break()
    ben.is_ready()
    anna.transfers_to("ben-line")
    anna.goes_home()

    ben.declines()

    ben.is_quiet()
    caller.waits()


def test_who_gives_a_caller_back_is_free_for_the_next_one_at_once(office: Office) -> None:
    """D2: the save that rings the sender frees the colleague, too."""
    _, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    other = office.caller("+447700900777")
    other.dials(CLAIMS)

    ben.declines()

    assert ben.rings().caller == other.number
    anna.rings()


def test_a_caller_on_hold_may_be_transferred(office: Office) -> None:
    caller, anna, ben = *talk(office), office.agent("ben")
    anna.holds()
    office.passes(3)

    anna.transfers_to("claims")
    ben.is_ready()
    ben.answers()

    caller.talks_to(ben)


def test_the_wrap_up_of_who_transferred_ends_when_it_was_to_end(office: Office) -> None:
    """F17: whatever becomes of the call meanwhile."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    wrap_up = anna.presence
    assert isinstance(wrap_up, a.WrapUp)

    ben.answers()
    caller.talks_to(ben)
    office.passes(10)
    ben.hangs_up()

    assert anna.presence == wrap_up
    office.passes((wrap_up.until - office.services.ports.clock.now()).total_seconds() + 1)
    anna.is_in(a.Ready)


def test_each_conversation_is_a_recording_of_its_own(office: Office) -> None:
    """F48: the first is not gone after the transfer, and the second is stored, too."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()

    anna.transfers_to("ben-line")
    caller.is_not_recorded()
    ben.answers()
    office.passes(5)
    caller.is_recorded()
    caller.hangs_up()
    office.passes(60)

    assert [kept.status for kept in caller.record.recordings] == ["stored", "stored"]


def test_only_who_talked_is_named(office: Office) -> None:
    """F51: one call, one entry, whoever was rung on the way."""
    caller, anna, ben = *talk(office), office.agent("ben")
    ben.is_ready()
    anna.transfers_to("ben-line")
    ben.declines()
    anna.answers()
    office.passes(3)
    anna.hangs_up()
    office.passes(60)

    assert caller.record.head.agents == ("anna",)
    assert len(office.services.ports.register.newest(agent="anna", limit=10).calls) == 1


def test_a_transfer_to_a_mailbox_takes_a_message(office: Office) -> None:
    caller, anna = talk(office)

    anna.transfers_to("box")

    caller.hears("Please leave a message.")
    anna.is_in(a.WrapUp)
    caller.hangs_up()
    office.passes(60)
    assert caller.record.head.outcome == "answered"


def test_a_caller_who_gives_up_on_the_way_is_lost_in_transfer(office: Office) -> None:
    caller, anna = talk(office)
    anna.transfers_to("claims")
    office.passes(5)

    caller.hangs_up()
    office.passes(60)

    assert caller.record.head.outcome == "lost in transfer"


def test_what_cannot_be_is_refused_and_nothing_is_half_done(office: Office) -> None:
    caller, anna = talk(office)
    before = caller.call.state

    reasons = [anna.cannot_transfer_to(where) for where in ("nowhere", "menu", "anna", "ben-line")]

    assert reasons == [
        "There is nobody and nothing of that name to transfer to.",
        "There is nobody and nothing of that name to transfer to.",
        "That is your own extension.",
        "Ben Marsh takes no calls now.",
    ]
    assert caller.call.state == before
    caller.talks_to(anna)


def test_a_transfer_of_who_has_just_hung_up_is_refused_in_words(office: Office) -> None:
    caller, _ = talk(office)
    call = caller.call.id
    caller.hangs_up()

    with pytest.raises(Refused, match="This call cannot be transferred now"):
        click(office.services.desk, "anna", "transfer", call, target="claims")


def test_two_clicks_transfer_once(office: Office) -> None:
    caller, anna = talk(office)
    call = caller.call.id
    anna.transfers_to("claims")
    rev = caller.call.rev

    click(office.services.desk, "anna", "transfer", call, target="claims")

    assert caller.call.rev == rev


def test_a_telephone_is_hung_up_when_its_caller_goes_on(office: Office) -> None:
    caller, cleo, ben = office.caller(), office.agent("cleo"), office.agent("ben")
    cleo.has_a_telephone(MOBILE)
    cleo.is_ready()
    caller.dials(CLAIMS)
    cleo.picks_up()
    cleo.presses("1")
    office.passes(3)
    caller.talks_to(cleo)
    ben.is_ready()

    cleo.transfers_to("ben-line")

    cleo.is_cut_off()
    assert isinstance(ben.rings().state, Offered)
    ben.answers()
    caller.talks_to(ben)
