"""Where the carrier's behaviour is not certain, a switch: the product must work with both settings.

`Switches` are those on the product's paths: for each a story's trace differs between its settings.
`UnusedSwitches` are on paths that the product does not take yet: no story differs between their
settings; when one does, the switch moves to `Switches`. Each field cites the part of the notes on
the carrier that leaves it open (docs/carrier.md has the same table); the default is what the notes
assume.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    # I.8: CallStatus of a client's first request.
    client_first_status: str = "ringing"
    # I.4: actionOnEmptyResult without input: is the key Digits there (empty)?
    empty_digits_sent: bool = True
    # I.5: an empty 200 body: silent hangup, or the application error.
    empty_body_hangs_up: bool = False
    # B7, I.2: what a call to an identity without a device ends as.
    unregistered_client: str = "no-answer"
    # C2, F1: seconds added to every ring time-out.
    ring_buffer_seconds: int = 5
    # I.7: are the Dial and Enqueue actions of a redirected leg requested?
    interrupted_action_requested: bool = True
    # I.1: the Dial action after the caller hung up.
    hangup_action_requested: bool = True
    # B14: does a Record that a redirect interrupts report to its action?
    interrupted_record_reports: bool = False
    # L: a REST recording goes on across a Refresh.
    recording_survives_redirect: bool = True
    # I.12: does the wait request of a conference carry ConferenceSid?
    wait_request_names_conference: bool = False
    # A4: the code of an answer that is no success: 11200 (historic) or 11217.
    http_failure_code: int = 11200
    # A3, I.9: documents a call may run within a second of each other before it is taken for a loop.
    documents_in_a_row: int = 1000
    # L: a redirected leg hears its old document until the new one has been fetched.
    old_document_until_fetched: bool = False
    # F2: holding a held participant again: nothing, or told and played from the beginning.
    second_hold_heeded: bool = False
    # F4, B4: a hang-up inside a Gather is told to its action.
    gather_hangup_reports: bool = False
    # A7: the Gather action carries FinishedOnKey and msg, as is seen in practice.
    gather_names_key: bool = False
    # A10: the Record action carries RecordingSid.
    record_names_recording: bool = True
    # F4: the end of an inbound call that was given up before its answer.
    abandoned_inbound: str = "no-answer"
    # A1: the idempotency token is on first attempts too (else on retries only).
    token_on_first_attempt: bool = True
    # C9, M1: a call beyond the account's concurrency is refused (10004, 16021), or made and fails.
    concurrency_refused: bool = True
    # I.14: the HTTP status of 21220.
    invalid_state_status: int = 400
    # C1, M12: for so long a GET of a call may show its former status.
    stale_call_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class UnusedSwitches:
    # B3: is an inbound call answered by a Pause that comes first?
    pause_answers: bool = True
    # I.3: DELETE of a participant: does its TwiML leg go on with the Dial action?
    removed_leg_continues: bool = True
    # L: a conference that ends: do TwiML legs go on with the Dial action, or are they hung up?
    ended_conference_continues: bool = True
    # L: a coach whose target has left is heard by everybody (else by nobody).
    coach_audible_without_target: bool = True
    # L, W8: a duplicate label in Participants create: refused (16025) or accepted.
    duplicate_label_refused: bool = True
    # L, C4: Participants' own calls a second; nothing: they share the account's (2024-03-25).
    participants_per_second: float | None = None
    # L: an announcement takes the place of the talk (else it is mixed into it).
    announcement_replaces: bool = False
    # L: Hold, Muted and removal before the start: refused (16099) or accepted.
    change_before_start_refused: bool = True
