"""Stories of menus, silence, closed doors and mailboxes."""

from __future__ import annotations

from tests.stories.company import MAIN, NIGHT, SALES, SHUT
from tests.stories.office import Office


def test_a_wrong_key_is_told_and_the_menu_asked_again(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.presses("7")
    caller.hears("not one of the choices")
    office.passes(3)
    caller.hears("For deliveries, press 1")
    caller.presses("1")

    caller.waits()
    caller.hangs_up()


def test_silence_and_a_wrong_extension_are_told_as_what_they_are(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.stays_silent(15)
    caller.hears("no key was pressed")
    caller.does_not_hear("not one of the choices")
    caller.presses("3")
    caller.hears("Type the extension")
    caller.presses("999")

    caller.hears("there is no such extension")
    caller.does_not_hear("not one of the choices")
    caller.hangs_up()


def test_a_caller_who_never_chooses_may_leave_a_message(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.stays_silent(15)
    caller.stays_silent(15)

    caller.hears("Please leave a message")
    office.passes(8)
    caller.hangs_up()
    office.passes(30)
    record = caller.record
    assert record.head.outcome == "message left"
    assert [(r.kind, r.status) for r in record.recordings] == [("message", "stored")]


def test_two_wrong_keys_lead_where_the_plan_says(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.presses("7")
    caller.presses("8")

    caller.hears("Please leave a message")
    caller.hangs_up()


def test_a_closed_company_takes_a_message_that_ends_with_a_key(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    caller.hears("Please leave a message")
    office.passes(9)
    caller.presses("#")
    office.passes(20)

    caller.is_cut_off()
    assert caller.record.head.outcome == "message left"
    [message] = caller.record.recordings
    assert message.seconds >= 5


def test_a_closed_line_says_so_and_hangs_up(office: Office) -> None:
    caller = office.caller()

    caller.dials(SHUT)
    caller.hears("We are closed")
    office.passes(10)

    caller.is_cut_off()
    assert caller.record.head.outcome == "announced"


def test_a_caller_who_waits_too_long_may_leave_a_message(office: Office) -> None:
    caller = office.caller()

    caller.dials(SALES)
    office.passes(290)
    caller.waits()
    office.passes(40)

    caller.hears("Please leave a message")
    caller.hangs_up()
    assert caller.record.head.outcome == "message left"


def test_an_unknown_extension_is_asked_again_and_then_the_call_ends(office: Office) -> None:
    caller = office.caller()

    caller.dials(MAIN)
    caller.presses("3")
    caller.presses("999")
    office.passes(3)
    caller.hears("Type the extension")
    caller.presses("111")
    caller.hears("We are closed")
    office.passes(10)

    caller.is_cut_off()


def test_a_key_pressed_while_the_menu_still_speaks_counts(office: Office) -> None:
    """F55."""
    caller = office.caller()

    caller.dials(MAIN)
    office.passes(1)
    caller.presses("1")

    caller.waits()
    assert caller.call.choices == ("Deliveries",)
    caller.hangs_up()


def test_a_number_that_the_plan_does_not_know_is_answered_in_words(office: Office) -> None:
    caller = office.caller()
    number = "+442079460899"
    office.rents(number)

    caller.dials(number)
    office.passes(15)

    caller.hears("not in use here")
    caller.is_cut_off()
