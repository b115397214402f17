"""Where the carrier's behaviour is not certain, a switch: the product must live with both settings.

Each field cites the contract's line. The defaults are what the contract assumes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    # B3: is an inbound call answered by a Pause that comes first?
    pause_answers: bool = True
    # I.8: CallStatus of a client's first request.
    client_first_status: str = "ringing"
    # I.4: actionOnEmptyResult without input: is the key Digits there (empty)?
    empty_digits_sent: bool = True
    # I.5: an empty 200 body: silent hangup, or the application error.
    empty_body_hangs_up: bool = False
    # B7: what a call to an identity without a device ends as.
    unregistered_client: str = "no-answer"
    # C2, F1: seconds added to every ring time-out.
    ring_buffer_seconds: int = 5
    # I.3: DELETE of a participant: does its TwiML leg go on with the Dial action?
    removed_leg_continues: bool = True
    # L: a room that ends: do TwiML legs go on with the Dial action, or are they hung up?
    ended_room_continues: bool = True
    # I.7: are the Dial and Enqueue actions of a redirected leg requested?
    interrupted_action_requested: bool = True
    # I.1: the Dial action after the caller hung up.
    hangup_action_requested: bool = True
    # V7: does a Record that a redirect interrupts report to its action?
    interrupted_record_reports: bool = False
    # L: a REST recording goes on across a Refresh.
    recording_survives_redirect: bool = True
    # I.12: does the wait request of a conference carry ConferenceSid?
    room_wait_names_room: bool = False
    # L: a coach whose target has left is heard by everybody (else by nobody).
    coach_audible_without_target: bool = True
    # W8: a duplicate label in Participants create: refused (16025) or accepted.
    duplicate_label_refused: bool = True
    # A4: the code of an answer that is no success: 11200 (historic) or 11217.
    http_failure_code: int = 11200
    # A4: documents a call may run within a second of each other before it is taken for a loop.
    documents_in_a_row: int = 1000
