"""Where the carrier's behaviour is not certain, a switch: the product must work with both settings.

`Switches` are those on the product's paths: for each a story's trace differs between its settings.
`UnusedSwitches` are on paths that the product does not take yet: no story differs between their
settings; when one does, the switch moves to `Switches`. Each names its source, the part of the
notes on the carrier that leaves it open (docs/carrier.md), and has as its default what is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def switch(default: T, source: str) -> T:
    """A field of a frozen dataclass; for mypy it is its default."""
    made: T = field(default=default, metadata={"source": source})
    return made


@dataclass(frozen=True, slots=True)
class Switches:
    # CallStatus of a client's first request.
    client_first_status: str = switch("ringing", source="I.8")
    # ActionOnEmptyResult without input: is the key Digits there (empty)?
    empty_digits_sent: bool = switch(True, source="I.4")
    # An empty 200 body: silent hangup, or the application error.
    empty_body_hangs_up: bool = switch(False, source="I.5")
    # What a call to an identity without a device ends as.
    unregistered_client: str = switch("no-answer", source="B7, I.2")
    # Seconds added to every ring time-out.
    ring_buffer_seconds: int = switch(5, source="C2, F1")
    # Are the Dial and Enqueue actions of a redirected leg requested?
    interrupted_action_requested: bool = switch(True, source="I.7")
    # Is the Dial action requested after the caller hung up?
    hangup_action_requested: bool = switch(True, source="I.1")
    # Does a Record that a redirect interrupts report to its action?
    interrupted_record_reports: bool = switch(False, source="B14")
    # Does a REST recording go on across a redirect?
    recording_survives_redirect: bool = switch(True, source="L")
    # Does the wait request of a conference carry ConferenceSid?
    wait_request_names_conference: bool = switch(False, source="I.12")
    # The code of an answer that is no success: 11200 (historic) or 11217.
    http_failure_code: int = switch(11200, source="A4")
    # Documents a call may run, each within a second of the last, before it is a loop.
    documents_in_a_row: int = switch(1000, source="A3, I.9")
    # Does a redirected leg hear its old document until the new one has been fetched?
    old_document_until_fetched: bool = switch(False, source="L")
    # Holding a held participant: nothing, or an event and the music from its beginning.
    second_hold_takes_effect: bool = switch(False, source="F2")
    # Is a hang-up inside a Gather reported to its action?
    gather_hangup_reports: bool = switch(False, source="B4, F4")
    # Does the Gather action carry FinishedOnKey and msg, as is seen in practice?
    gather_names_key: bool = switch(False, source="A7")
    # Does the Record action carry RecordingSid?
    record_names_recording: bool = switch(True, source="A10")
    # The end of an inbound call that was given up before its answer.
    abandoned_inbound: str = switch("no-answer", source="F4")
    # Is the idempotency token on first attempts too (else on retries only)?
    token_on_first_attempt: bool = switch(True, source="A1")
    # A call beyond the account's concurrency: refused (10004, 16021), or made and failed.
    concurrency_refused: bool = switch(True, source="C9, M1")
    # The HTTP status of 21220.
    invalid_state_status: int = switch(400, source="I.14")
    # For so many seconds a GET of a call may show its former status.
    stale_call_seconds: float = switch(0.0, source="C1, M12")


@dataclass(frozen=True, slots=True)
class UnusedSwitches:
    # Is an inbound call answered by a Pause that comes first?
    pause_answers: bool = switch(True, source="B3")
    # DELETE of a participant: does its TwiML leg go on with the Dial action?
    removed_leg_continues: bool = switch(True, source="I.3")
    # A conference that is ended: do TwiML legs go on with the Dial action (else hung up)?
    ended_conference_continues: bool = switch(True, source="L")
    # Is a coach whose target has left heard by everybody (else by nobody)?
    coach_audible_without_target: bool = switch(True, source="L")
    # A duplicate label in Participants create: refused (16025) or accepted.
    duplicate_label_refused: bool = switch(True, source="L, W8")
    # Participants' own calls a second; None: they share the account's.
    participants_per_second: float | None = switch(None, source="C4, L")
    # Are keys that are pressed in a conference heard by the others (else suppressed)?
    keys_cross_rooms: bool = switch(True, source="L")
    # Is `<Play digits>` in an announcement heard as keys?
    announced_keys_arrive: bool = switch(True, source="L")
    # Does an announcement replace the talk (else it is mixed into it)?
    announcement_replaces: bool = switch(False, source="L")
    # Hold, Muted and removal before the start: refused (16099) or accepted.
    change_before_start_refused: bool = switch(True, source="L")
