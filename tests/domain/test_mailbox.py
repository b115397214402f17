"""A mailbox: a message is a recording; it may be heard and recorded again, and is never lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.decide import begin, decide
from app.domain.dialplan import Number, Plan
from app.domain.nodes.mailbox import TAKES, TURNS, Mailbox
from app.domain.replies import Prompt, Reply, ReviewMessage, SayGoodbye, SayThanks, TakeMessage
from app.domain.states import AtNode, Ended
from app.domain.view import view

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)
PLAN = Plan(
    "p",
    "K",
    "Europe/London",
    (Number("+44", "Main", "en", "box"),),
    {"box": Mailbox("Reception", Prompt("After the tone."))},
)


class Visitor:
    """A caller of the mailbox, and what becomes of the call."""

    def __init__(self) -> None:
        self.call = begin(PLAN, PLAN.numbers[0], "1", "CA1", "+447700900361", "", NOW).call

    def then(self, event: e.Event) -> Visitor:
        self.call = decide(PLAN, self.call, {}, event, NOW).call
        return self

    def records(self, recording: str, seconds: int = 5) -> Visitor:
        return self.then(e.MessageLeft(CALLER, recording, seconds, self.question))

    def stays_silent(self) -> Visitor:
        return self.then(e.NothingRecorded(CALLER, self.question))

    def presses(self, keys: str) -> Visitor:
        return self.then(e.Pressed(CALLER, self.question, keys))

    def hangs_up(self) -> Visitor:
        return self.then(e.HungUp(CALLER))

    @property
    def question(self) -> int:
        leg = self.call.leg(CALLER)
        return leg.question if leg else 0

    @property
    def hears(self) -> Reply:
        return view(PLAN, self.call, CALLER)

    @property
    def message(self) -> str:
        assert self.call.message is not None
        return self.call.message.recording


def _is_over(call: Call) -> bool:
    return isinstance(call.state, Ended)


def test_who_hangs_up_before_anything_was_recorded_has_left_no_message() -> None:
    """C9."""
    caller = Visitor().hangs_up()

    assert caller.call.outcome == "no message"
    assert caller.message == ""


@pytest.mark.parametrize("seconds", [0, 1])
def test_what_is_too_short_is_no_message(seconds: int) -> None:
    caller = Visitor().records("RE1", seconds).hangs_up()

    assert (caller.call.outcome, caller.message) == ("no message", "")


def test_a_hang_up_and_its_recording_are_one_message_in_whatever_order_they_come() -> None:
    """F33, F36: most messages end with the hang-up, and callbacks overtake each other."""
    recorded_first = Visitor().records("RE1").hangs_up()
    hung_up_first = Visitor().hangs_up().records("RE1")
    found_later = Visitor().hangs_up().then(e.MessageRecorded(CALLER, "RE1", 5))

    for caller in (recorded_first, hung_up_first, found_later):
        assert (caller.call.outcome, caller.message) == ("message left", "RE1")


def test_a_recording_in_which_nothing_is_heard_is_no_message_however_often_it_is_told() -> None:
    caller = Visitor().records("RE1").hangs_up().then(e.MessageEmpty(CALLER, "RE1"))

    caller.then(e.MessageRecorded(CALLER, "RE1", 5)).records("RE1")

    assert (caller.call.outcome, caller.message) == ("no message", "")


def test_a_message_is_kept_and_then_reviewed() -> None:
    caller = Visitor().records("RE1")

    assert caller.hears == ReviewMessage("en", 2)
    assert caller.message == "RE1"


def test_the_hash_key_thanks_and_ends() -> None:
    caller = Visitor().records("RE1").presses("#")

    assert caller.call.outcome == "message left"
    assert caller.hears == SayThanks("en")


def test_silence_after_the_message_ends_the_call_with_thanks() -> None:
    caller = Visitor().records("RE1").presses("")

    assert caller.hears == SayThanks("en")


def test_the_caller_hears_the_message_as_often_as_wanted() -> None:
    caller = Visitor().records("RE1").presses("1")
    first = caller.hears
    caller.presses("1")

    assert first == ReviewMessage("en", 3, plays="RE1")
    assert caller.hears == ReviewMessage("en", 4, plays="RE1")


def test_what_is_recorded_again_takes_the_place_of_the_first() -> None:
    caller = Visitor().records("RE1").presses("2")
    asked = caller.hears
    caller.records("RE2").hangs_up()

    assert isinstance(asked, TakeMessage)
    assert asked.again
    assert caller.message == "RE2"
    assert caller.call.message is not None
    assert caller.call.message.takes == ("RE1", "RE2")


@pytest.mark.parametrize("keeps", ["hangs up", "too short", "silence"])
def test_who_begins_to_record_again_and_says_nothing_keeps_the_first(keeps: str) -> None:
    caller = Visitor().records("RE1").presses("2")

    if keeps == "too short":
        caller.records("RE2", 1)
    elif keeps == "silence":
        caller.stays_silent()
    caller.hangs_up()

    assert (caller.call.outcome, caller.message) == ("message left", "RE1")


def test_a_second_take_that_turns_out_empty_leaves_the_first() -> None:
    caller = Visitor().records("RE1").presses("2").records("RE2").hangs_up()

    caller.then(e.MessageEmpty(CALLER, "RE2"))

    assert caller.message == "RE1"


def test_silence_is_told_and_asked_again_once_and_then_the_call_ends() -> None:
    caller = Visitor().stays_silent()
    asked = caller.hears
    caller.stays_silent()

    assert isinstance(asked, TakeMessage)
    assert asked.heard_nothing
    assert caller.call.outcome == "no message"
    assert caller.hears == SayGoodbye()


def test_the_same_recording_told_twice_is_one_take() -> None:
    caller = Visitor().records("RE1")
    stale = e.MessageLeft(CALLER, "RE1", 5, 1)

    before = caller.call
    caller.then(stale).then(e.MessageRecorded(CALLER, "RE1", 5))

    assert caller.call == before


def test_a_recording_found_late_beside_a_message_does_not_take_its_place() -> None:
    caller = Visitor().records("RE2").hangs_up().then(e.MessageRecorded(CALLER, "RE1", 5))

    assert caller.message == "RE2"


@pytest.mark.parametrize("keys", ["1", "7"])
def test_no_key_goes_round_for_ever(keys: str) -> None:
    caller = Visitor().records("RE1")

    for _ in range(TURNS):
        assert isinstance(caller.call.state, AtNode)
        caller.presses(keys)

    assert _is_over(caller.call)
    assert caller.call.outcome == "message left"


def test_a_message_is_recorded_no_more_often_than_it_may_be() -> None:
    caller = Visitor().records("RE1")

    for take in range(2, TAKES + 1):
        caller.presses("2").records(f"RE{take}")
    caller.presses("2")

    assert isinstance(caller.hears, ReviewMessage)
    assert caller.hears.again
