"""Stories of mailboxes: what is a message and what is none, and a caller who changes her mind."""

from __future__ import annotations

import pytest

from tests.stories.company import NIGHT, SALES
from tests.stories.office import Office
from tests.stories.people import Caller

TONE_SECONDS = 2  # the prompt and the tone are over by then


def _left(office: Office) -> dict[str, int]:
    return {
        box: count for box, count in office.services.ports.register.open_messages().items() if count
    }


def _at_the_carrier(office: Office, caller: Caller) -> list[str]:
    with office.network.locked() as exchange:
        return [r.sid for r in exchange.recordings.of_leg(caller.leg) if r.state != "deleted"]


def _kept(caller: Caller) -> list[tuple[str, int]]:
    return [(r.status, r.seconds) for r in caller.record.recordings if r.status == "stored"]


@pytest.mark.parametrize("seconds", [0.5, 2.0, 2.8])
def test_who_hangs_up_before_saying_anything_leaves_no_message(
    office: Office, seconds: float
) -> None:
    """C9: in the prompt, at the tone, a breath after it."""
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(seconds)
    caller.hangs_up()
    office.passes(60)

    assert caller.record.head.outcome == "no message"
    assert (_kept(caller), caller.record.message, _left(office)) == ([], None, {})


def test_who_ends_at_once_is_asked_to_speak_and_leaves_no_message(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    for seconds in (TONE_SECONDS, 4):
        office.passes(seconds)
        caller.presses("#")
    office.passes(20)

    caller.is_cut_off()
    assert caller.record.head.outcome == "no message"
    assert _left(office) == {}


def test_silence_is_told_and_the_caller_may_speak_once_more(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(TONE_SECONDS)
    caller.presses("#")
    caller.hears("We heard nothing")
    office.passes(12)
    caller.hangs_up()
    office.passes(60)

    assert caller.record.head.outcome == "message left"


def test_a_message_is_in_its_mailbox_when_its_recording_is_here(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(TONE_SECONDS + 8)
    before = _left(office)
    caller.hangs_up()
    office.passes(60)

    message = caller.record.message
    assert before == {}
    assert message is not None
    assert (message.mailbox, message.caller, message.did) == ("box", caller.number, NIGHT)
    assert [(message.recording, "stored")] == [(r.sid, r.status) for r in caller.record.recordings]
    assert _left(office) == {"box": 1}


def test_who_gives_up_the_queue_for_the_mailbox_and_says_nothing_leaves_none(
    office: Office,
) -> None:
    caller = office.caller()

    caller.dials(SALES)
    while caller.call.node != "box":
        office.passes(1)
    caller.hangs_up()
    office.passes(60)

    assert caller.record.head.outcome == "no message"
    assert _left(office) == {}


def test_the_hash_key_thanks_and_the_call_ends_by_itself(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(TONE_SECONDS + 8)
    caller.presses("#")
    caller.hears("Thank you, your message is kept")
    caller.presses("#")
    caller.hears("Thank you. Goodbye.")
    office.passes(60)

    caller.is_cut_off()
    assert caller.record.head.outcome == "message left"
    assert _left(office) == {"box": 1}


def test_a_caller_hears_the_message_and_records_it_again(office: Office) -> None:
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(TONE_SECONDS + 8)
    caller.presses("#")
    office.passes(1)
    caller.presses("1")
    caller.hears("♪ RE")
    office.passes(9)
    caller.presses("2")
    office.passes(3)
    caller.hears("Please speak after the tone")
    office.passes(20)
    caller.hangs_up()
    office.passes(90)

    [(_, seconds)] = _kept(caller)
    assert seconds >= 15
    assert caller.record.message is not None
    assert caller.record.message.seconds == seconds
    assert caller.record.head.outcome == "message left"
    assert [r.sid for r in caller.record.recordings] == [caller.record.message.recording]
    assert _left(office) == {"box": 1}
    assert _at_the_carrier(office, caller) == []


def test_a_message_whose_every_webhook_is_lost_is_found_and_is_a_message(office: Office) -> None:
    """M3, F47: what the carrier lists is told to the call, which then says so."""
    caller = office.caller()

    caller.dials(NIGHT)
    office.passes(TONE_SECONDS + 8)
    office.gateway.goes_down()
    caller.hangs_up()
    office.passes(60)
    office.gateway.works()
    for _ in range(5):
        office.is_swept()

    assert caller.record.head.outcome == "message left"
    assert _left(office) == {"box": 1}
