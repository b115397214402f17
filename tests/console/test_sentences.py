"""Every sentence of the desk that speaks of the future or of rights, and the test that proves it.

A new sentence of that sort, or a changed one, is in no list: it fails here until it has its proof.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.console import labels
from tests.console.sentences import promises
from tests.console.viewers import seen
from tests.stories.company import SALES
from tests.stories.office import Office
from tests.stories.people import AgentPerson

TESTS = Path(__file__).parents[1]

CALL = "console/test_browser_call.py::"
CALLS = "console/test_browser_calls.py::"
CONSULT = "stories/test_consulting.py::"
DESK = "console/test_desk.py::"
DIAL = "console/test_browser_calling_out.py::"
COLLEAGUE = "stories/test_consulting_a_colleague.py::"
NOT_COMING = COLLEAGUE + (
    "test_a_colleague_who_does_not_come_leaves_the_caller_on_hold_for_the_agent"
)
CONFERENCE = "stories/test_conference.py::"
CONSULTING = "console/test_consulting.py::"
HERE = "console/test_sentences.py::"
HOLD = "stories/test_hold.py::"
LINES = "stories/test_lines.py::"
LIST = "console/test_presenters.py::"
LOSSES = "console/test_browser_losses.py::"
MISS = "console/test_missed.py::"
NOTES = "console/test_browser_notes.py::"
OUT = "stories/test_calling_out.py::"
PHONE = "stories/test_telephones.py::"
RECORDING = "stories/test_recording_by_hand.py::"
PARK = "stories/test_park.py::"
PICKUP = "stories/test_pickup.py::"
STATUS = "stories/test_status_set_by_another.py::"
SUPERVISION = "stories/test_supervision.py::"
TAKEN_OVER = "test_who_takes_over_has_the_call_without_a_gap"
TO_TAKE = "console/test_pickup.py::"
REACH = "stories/test_reaching_somebody.py::"
SESSION = "console/test_browser_session.py::"
HANGING = "stories/test_hanging_up.py::"
MESSAGES = "console/test_messages.py::"
TRANSFER = "stories/test_transfer.py::"
TYPING = "console/test_browser_typing.py::"
VERBS = "domain/test_verbs.py::"

EMERGENCY = "stories/test_emergency.py::"
REFUSED = OUT + "test_a_number_that_may_not_be_called_is_refused_with_the_reason"
NOT_RUNG = HERE + "test_whom_no_calls_come_to_is_not_rung"
UNANSWERED = MISS + "test_what_is_said_of_doing_nothing_is_what_happens_then"
NO_PAGE = PHONE + "test_who_has_a_telephone_is_rung_after_ten_minutes_without_a_page"
NO_MICROPHONE = LOSSES + "test_no_microphone_disables_accept_until_one_is_plugged_in"
BLOCKED = LOSSES + "test_a_blocked_microphone_disables_accept_and_offers_the_telephone"
PRESS_1 = PHONE + "test_an_agent_on_a_mobile_presses_1_and_talks"
BY_STATE = VERBS + "test_a_verb_is_allowed_settled_or_refused_by_the_state"
TYPED = NOTES + "test_a_note_is_saved_while_it_is_typed_not_only_in_a_pause"
NOT_SHOWN = NOTES + "test_a_note_that_is_not_saved_and_not_shown_is_told_of_until_it_is_saved"
OFFLINE = (
    NOTES + "test_a_note_typed_without_network_through_the_end_of_wrap_up_is_saved_when_it_is_back"
)
RETURNS = HANGING + "test_a_caller_whose_agent_does_not_come_back_keeps_the_place"

NOT_PAUSED = (
    "console/test_recording.py::"
    "test_a_pause_that_the_carrier_refuses_is_told_as_that_until_another_is_asked_for"
)

PROOFS: dict[str, str] = {
    # who is rung, and where
    "The next call that is for you rings here, whichever page you are looking at.": CALL
    + "test_an_offer_rings_by_push_on_whatever_page",
    "The next call that is for you rings here, or on your telephone when no page is open.": NO_PAGE,
    "The next call that is for you rings here, or in your app when no page is open.": NO_PAGE,
    "The next call that is for you rings there, whether this page is open or not.": NO_PAGE,
    "No calls come to you now.": NOT_RUNG,
    "No calls come to you until you are available again.": NOT_RUNG,
    "No calls come to you. Your colleagues see that you are not here.": NOT_RUNG,
    "no calls come to you": NOT_RUNG,
    "You did not answer a call, so no calls come to you now.": NOT_RUNG,
    "You could not be connected to a call, so no calls come to you now.": HANGING
    + "test_an_accepted_call_whose_browser_never_comes_goes_back_to_its_place",
    "Your telephone could not be called, so no calls come to you now.": PHONE
    + "test_an_agent_with_a_dead_number_is_away_and_the_next_one_is_asked",
    "Your sound was lost in a call, which went to the queue, so no calls come to you now.": RETURNS,
    "A call was on hold for too long and went to the queue, so no calls come to you now.": HOLD
    + "test_a_forgotten_hold_rings_then_gives_the_caller_back_to_the_queue",
    "This desk gave no sign of life, so no calls come to you now.": REACH
    + "test_a_laptop_that_is_closed_gets_no_calls",
    "A caller in %(queue)s whose call you did not take is waiting. You can be asked again from"
    " %(time)s on; a colleague who is free is asked before.": LIST
    + "test_a_ready_agent_is_told_why_a_caller_waits_and_until_when",
    "Who waits is not known yet.": LIST
    + "test_an_overview_that_is_not_made_yet_is_asked_for_and_shown_as_unknown",
    "You are in no queue. Who is in which queue is said in the company’s file.": HERE
    + "test_who_is_in_which_queue_is_said_in_the_companys_file",
    "A call that is up goes on. New calls cannot ring here until the connection is back.": LOSSES
    + "test_a_lost_network_says_what_goes_on",
    # an offer
    "If you do nothing, the caller waits on in {where}": UNANSWERED,
    "If you do nothing, the caller waits on for you alone": UNANSWERED,
    "If you do nothing, the caller goes on to {where}": MISS
    + "test_a_caller_whose_time_is_up_before_the_ring_is_goes_on_as_was_said",
    "If you do nothing, the caller goes back to {agent}, or to {where} if {agent} is not free": (
        "console/test_transfer.py::"
        "test_a_colleague_reads_who_sent_the_caller_and_what_happens_if_nothing_is_done"
    ),
    "and your status is then": UNANSWERED,
    "Press 1 there to take the call.": PRESS_1,
    "Your telephone rings: press 1 there": PRESS_1,
    "Answer there to take the call.": PHONE
    + "test_an_app_is_dialled_and_talks_as_soon_as_it_answers",
    "This call cannot ring on your telephone now.": VERBS
    + "test_only_a_telephone_that_does_not_ring_yet_can_be_asked_to",
    "Callers could not hear you, so you cannot accept calls here. Allow the microphone beside the"
    " address of this page.": BLOCKED,
    "You cannot accept here: the microphone is blocked. Allow it beside the address of this"
    " page.": BLOCKED,
    "You cannot accept here: no microphone is found. Plug in a headset.": NO_MICROPHONE,
    "Click anywhere on the page, then it can ring.": LOSSES
    + "test_a_ring_that_the_browser_keeps_silent_can_be_heard_after_a_click",
    "The call could not be connected, so it goes back to the queue.": LOSSES
    + "test_a_call_that_cannot_connect_goes_back_at_once",
    # in a call
    "the call goes back to the queue.": RETURNS,
    "The sound could not be connected. You can try again.": LOSSES
    + "test_a_lost_sound_offers_to_continue_and_then_continues",
    "Connect the sound again, or take the call over in this tab": LOSSES
    + "test_another_tab_offers_to_take_the_call_over_and_does_not_by_itself",
    "Hanging up there ends the call.": PHONE + "test_hanging_up_the_mobile_ends_the_call",
    "Hanging up there gives the caller on hold back to the queue.": HOLD
    + "test_hanging_up_a_telephone_never_drops_a_caller_on_hold",
    "This call cannot be put on hold now.": BY_STATE,
    "No other call can be made now.": BY_STATE,
    "The call is put on hold first: the caller hears music, and you come back to it here.": LINES
    + "test_a_switch_holds_the_one_and_takes_the_other",
    "You speak with nobody now. They hear music until you switch to them.": LINES
    + "test_the_end_of_one_call_leaves_the_other_on_hold_until_the_agent_takes_it",
    "The carrier has not put the caller on hold yet. Try again.": LINES
    + "test_a_hold_that_the_carrier_refuses_leaves_the_agent_with_the_caller",
    "This transfer cannot be completed now.": BY_STATE,
    "Nobody can be consulted in this call now.": BY_STATE,
    "The caller is put on hold first, then it rings there. The caller hears nothing of it.": CONSULT
    + "test_nobody_is_dialled_before_the_caller_is_on_hold",
    "If you do nothing, {agent} reads that you did not answer": NOT_COMING,
    "You could not be connected: your colleague reads it.": NOT_COMING,
    "You may call colleagues, and no numbers.": COLLEAGUE
    + "test_who_may_call_no_number_may_consult_a_colleague",
    "The call is your colleague’s. If they leave it to you, it is yours from then on.": COLLEAGUE
    + "test_completed_the_call_is_the_colleagues_and_the_caller_hears_no_gap",
    "{who} was not called: the call could not be put on hold.": "domain/test_refused_holds.py::"
    "test_nobody_is_called_whose_caller_cannot_be_put_on_hold",
    "Cancel the consultation, and take the caller back": CONSULT
    + "test_cancel_hangs_up_on_the_one_consulted_before_the_caller_is_back",
    "{agent} did not come back: {caller} talks on with {guests}": CONSULT
    + "test_a_headset_lost_for_good_leaves_the_other_two_together",
    "you leave the others together.": CONSULT
    + "test_a_headset_lost_for_good_leaves_the_other_two_together",
    "Hanging up there leaves the others together.": CONSULTING
    + "test_hanging_up_the_telephone_in_a_call_of_three_does_what_was_said",
    "Leave the conference: the others talk on without you": CONFERENCE
    + "test_the_agent_leaves_and_the_others_talk_on",
    "This conference cannot be left now.": BY_STATE,
    "Nobody can be removed now.": BY_STATE,
    "Nobody can be muted now.": BY_STATE,
    "Nobody can be unmuted now.": BY_STATE,
    "Let somebody be heard again in the conference": "stories/test_muted_guests.py::"
    "test_a_muted_guest_hears_everybody_and_is_heard_by_nobody",
    "Retrieve them, leave them together, or consult somebody else.": CONSULTING
    + "test_after_a_consultation_in_vain_from_a_conference_what_is_proposed_can_be_done",
    "Retrieve the call, transfer it, or consult somebody else.": CONSULTING
    + "test_after_a_consultation_in_vain_each_thing_that_is_proposed_can_be_done",
    "Complete the transfer: leave the caller to the one consulted, or while it rings": CONSULT
    + "test_the_agent_completes_while_it_rings_and_whoever_answers_has_the_caller",
    "This call cannot be taken back now.": BY_STATE,
    "This call cannot be transferred now.": BY_STATE,
    "This call cannot be parked now.": BY_STATE,
    "This call cannot be taken over now.": BY_STATE,
    "Take the call over from your colleague": SUPERVISION + TAKEN_OVER,
    "Your colleague sees that you listen. Whoever takes over has the call, and the colleague is "
    "done with it.": SUPERVISION + TAKEN_OVER,
    "In a call it is what comes after the call. The agent reads that you set it.": STATUS
    + "test_in_a_call_what_is_set_comes_after_it_and_the_call_goes_on",
    "{by} set you to “{status}” at {at}, for after this call.": STATUS
    + "test_in_a_call_what_is_set_comes_after_it_and_the_call_goes_on",
    "Of today’s calls that are over, each in the queue in which it waited last. Waiting counts from"
    " the queue on, ringing included, all its waits together.": "service/test_figures.py::"
    "test_the_figures_of_random_calls_are_those_of_the_register",
    "You may not do that.": "service/test_staff.py::"
    "test_what_cannot_be_set_is_refused_with_the_reason_and_changes_nothing",
    "You could not be connected: the two talk on without you.": SUPERVISION
    + "test_a_page_that_does_not_call_in_ends_the_supervision",
    "Your colleague's sound is lost: you only listen until it is back.": SUPERVISION
    + "test_the_coach_is_silent_while_the_agent_is_away_and_coaches_again_after_it",
    "Your colleague will hear you in a moment…": SUPERVISION
    + "test_the_agent_alone_hears_the_coach",
    "Everybody will hear you in a moment…": SUPERVISION
    + "test_everybody_hears_who_joins_in_until_they_only_listen_again",
    "This conversation cannot be listened to now.": BY_STATE,
    "Park the call at a free number, for a colleague to take": PARK
    + "test_any_agent_takes_a_parked_call_and_the_slot_is_free_again",
    "The call goes on there at once, and is over for you. Whom a colleague does not take comes back"
    " to you, or to the queue if you are not free.": TRANSFER
    + "test_a_caller_whom_a_colleague_declines_rings_at_whoever_sent_them",
    "It is tried again by itself.": LOSSES
    + "test_a_line_that_cannot_be_reached_is_tried_again_once_however_many_errors",
    # calling out
    "You are connected first, then it rings there.": OUT
    + "test_nobody_is_dialled_before_the_agent_is_there_to_talk",
    "the call goes to the queue.": OUT
    + "test_whoever_was_called_and_loses_the_agent_waits_in_the_routes_queue",
    "The call could not be connected, so it is over.": OUT
    + "test_a_headset_that_does_not_come_calls_it_off_and_the_agent_is_as_before",
    "Allow the microphone first: nobody could hear you.": DIAL
    + "test_without_a_microphone_nobody_is_called",
    "You may not call out.": OUT + "test_without_a_route_nobody_may_call_out",
    "Short numbers cannot be called from here: they belong to another network.": REFUSED,
    "Premium-rate numbers may not be called.": REFUSED,
    "You may call emergency numbers, and no others.": EMERGENCY
    + "test_whoever_may_call_nobody_else_may_call_the_emergency_services",
    "This number is in no range that is in use: look at its digits again.": REFUSED,
    "Leave the extension out: press its keys once somebody has answered.": REFUSED,
    # afterwards
    "When time is up, what you typed is saved and you go to": REACH
    + "test_an_agent_who_wants_a_break_gets_it_after_the_call",
    "Break, starting after this call": REACH
    + "test_an_agent_who_wants_a_break_gets_it_after_the_call",
    "after this call": REACH + "test_an_agent_who_wants_a_break_gets_it_after_the_call",
    "What is it about? Saved as you type.": TYPED,
    "Add a note. Saved as you type.": TYPED,
    "Not saved yet, trying again": NOTES + "test_a_server_that_cannot_is_asked_again",
    "Not saved yet: no network": OFFLINE,
    "Not saved yet: you are signed out": NOTES
    + "test_a_note_typed_when_the_session_is_over_is_saved_after_the_next_sign_in",
    "A note is not saved yet.": NOT_SHOWN,
    "It is kept in this browser, and saved as soon as that can be done.": NOT_SHOWN,
    "Saved, with what you wrote in another window": NOTES
    + "test_what_two_windows_type_is_merged_and_shown",
    "A message appears here when its recording has arrived, a few seconds after the caller hung "
    "up.": MESSAGES + "test_an_agent_of_the_queue_sees_hears_and_finishes_a_message",
    "Calls that you take or make appear here.": HERE
    + "test_a_call_that_is_taken_is_among_my_last_calls",
    "Every call appears here when it begins, with what was heard, pressed and said.": CALLS
    + "test_a_call_that_comes_in_is_on_the_list_without_a_reload",
    # the session
    "You stay signed in on this computer for 12 hours, or until you sign out.": (
        "console/test_sign_in.py::test_a_session_ends_by_itself"
    ),
    "A call that is up goes on, and what you typed stays here.": SESSION
    + "test_twelve_hours_are_over_in_mid_call_and_nothing_is_lost",
    "You are signed out. Sign in again, then repeat this: what you typed is kept here.": SESSION
    + "test_ending_the_call_while_signed_out_says_what_to_do",
    "Nothing that you do on this page is saved any more. Copy what you typed, then load the page"
    " again.": SESSION + "test_a_page_of_somebody_else_does_nothing_in_the_new_ones_name",
    "Pause the recording for a card number; it goes on by itself": RECORDING
    + "test_nothing_is_recorded_during_a_pause_which_ends_by_itself",
    "That goes only while you talk with the caller alone.": BY_STATE,
    "The recording could not be paused.": NOT_PAUSED,
    # who may pick up which call
    "%(num)d more waits.": TO_TAKE
    + "test_of_a_long_queue_the_first_are_listed_and_the_others_are_counted",
    "%(num)d more wait.": TO_TAKE
    + "test_of_a_long_queue_the_first_are_listed_and_the_others_are_counted",
    "Nobody whose call you may pick up is waiting.": TO_TAKE
    + "test_each_person_sees_only_the_calls_that_they_may_take",
    "This call rings for you: accept it.": PICKUP + "test_who_is_not_free_picks_up_nothing",
    "You may not pick up this call.": PICKUP
    + "test_a_call_of_a_queue_that_is_not_the_agents_is_refused",
    "End the call before you sign out.": LOSSES
    + "test_signing_out_in_mid_call_asks_to_end_it_first",
}  # fmt: skip

# They name a button, or say what was or is; nothing is promised.
NO_PROMISES = frozenset(
    {
        "Leave the call",
        "Leave the call of the colleague who consults you",
        "Say it if you are somewhere else.",
        "Be available again",
        "Cancel the next status",
        "Connect the sound again",
        "Keypad: then 0–9, * and #",
        "Notes of the call before",
        "Ready in a moment",
        "Recording goes on",
        "Recording goes on: the pause was over",
        "Sign in again",
        "Switch them off if your assistive software uses letters itself.",
        "Switchroom could not be reached. Your call is not affected. Try again.",
        "Switchroom could not do that just now. Try again.",
        "Take the call over here",
        "The call changed just now. Try again.",
        "Your call changed just now. Try again.",
        "Take the call back from hold",
        "The carrier ended the call before an answer",
        "This page has no phone line just now. Try again.",
        "Your state changed just now. Try again.",
        "{Caller} could not be dialled",
        "{Caller} could not be put on hold",
        "{Caller} could not be reached",
        "The phone line cannot be reached.",
        "The recording could not be opened.",
        "The recording could not be paused",
        "The recording could not be stopped",
        "The recording could not be stored",
        "The two could not be connected",
        "This page stays as it is.",
        "This part could not be loaded.",
        "You could not be connected to {who}",
        "Your app rings",
        "did not take this caller, whom you transferred.",
        "then handed over",
        "{who} could not be reached.",
        "Your app rings.",
        "Your telephone could not be called for {who}",
        "Your telephone rings.",
        "{consulted} could not be put on hold",
        "{consulted} could not be muted",
        "{consulted} could not be reached",
        "{agent} could not be called",
        "{agent} could not be connected",
        "%(num)d more call goes on.",
        "How you take part",
    }
)


def test_every_sentence_of_the_future_or_of_rights_has_its_proof() -> None:
    listed = PROOFS.keys() | NO_PROMISES

    assert promises() - listed == set(), "a sentence without a proof: add it to PROOFS"
    assert listed - promises() == set(), "a sentence that is nowhere any more"


@pytest.mark.parametrize("proof", sorted(set(PROOFS.values())))
def test_every_proof_is_a_test(proof: str) -> None:
    path, _, name = proof.partition("::")

    assert re.search(rf"^def {name}\(", (TESTS / path).read_text("utf-8"), re.MULTILINE)


# --- Proofs that are nowhere else ---------------------------------------------------------------


def takes_a_break(office: Office, anna: AgentPerson) -> None:
    anna.is_ready()
    anna.takes_a_break()


def is_offline(office: Office, anna: AgentPerson) -> None:
    anna.is_ready()
    anna.goes_home()


def missed_a_call(office: Office, anna: AgentPerson) -> None:
    anna.is_ready()
    caller = office.caller("+447700900009")
    caller.dials(SALES)
    office.passes(21)
    caller.hangs_up()


def wraps_up(office: Office, anna: AgentPerson) -> None:
    anna.is_ready()
    caller = office.caller("+447700900009")
    caller.dials(SALES)
    anna.answers()
    caller.hangs_up()


@pytest.mark.parametrize(
    ("becomes_so", "kind"),
    [
        (takes_a_break, "away"),
        (is_offline, "offline"),
        (missed_a_call, "away"),
        (wraps_up, "wrap-up"),
    ],
)
def test_whom_no_calls_come_to_is_not_rung(
    office: Office, becomes_so: Callable[[Office, AgentPerson], None], kind: str
) -> None:
    anna, caller = office.agent("anna"), office.caller()

    becomes_so(office, anna)
    caller.dials(SALES)
    office.passes(2)

    assert seen(office).status.kind == kind
    anna.is_quiet()
    caller.waits()
    anna.is_ready()
    anna.rings()
    caller.hangs_up()


def test_who_is_in_which_queue_is_said_in_the_companys_file(office: Office) -> None:
    anna = office.agent("anna")
    member = office.services.ports.directory.head().member("anna")
    assert member is not None

    anna.is_ready()

    assert office.services.ports.agents.get("anna").queues == member.queues


def test_a_call_that_is_taken_is_among_my_last_calls(office: Office) -> None:
    anna, caller = office.agent("anna"), office.caller()
    anna.is_ready()

    caller.dials(SALES)
    anna.answers()
    anna.hangs_up()
    anna.takes_a_break()

    moment = seen(office).moment
    recent = getattr(moment, "recent", ())
    assert [row.id for row in recent] == [caller.leg[2:]]


@pytest.mark.parametrize(
    ("devices", "title"),
    [
        (("desk",), "Calls ring here"),
        (("desk", "phone"), "Calls ring here"),
        (("desk", "client"), "Calls ring here"),
        (("phone",), "Calls ring on your telephone"),
        (("phone", "desk"), "Calls ring on your telephone"),
        (("client",), "Calls ring in your app"),
    ],
)
def test_where_calls_ring_is_said_by_the_devices(devices: tuple[str, ...], title: str) -> None:
    assert labels.rings(devices)[0] == title
