"""What the register says of a call follows from the call alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.call import LeftMessage
from app.domain.facts import Facts
from app.service.register import head_of
from tests.adapters.contract.switch_stores import NOW, call


@pytest.mark.parametrize(
    ("takes", "message", "replaced"),
    [
        ((), "", ()),
        (("RE1",), "RE1", ()),
        (("RE1", "RE2", "RE3"), "RE3", ("RE1", "RE2")),
    ],
)
def test_the_last_recording_is_the_message_and_those_before_it_are_recorded_over(
    takes: tuple[str, ...], message: str, replaced: tuple[str, ...]
) -> None:
    head = head_of(replace(call(), message=LeftMessage("box", takes)))

    assert (head.mailbox, head.message, head.replaced) == ("box", message, replaced)


def test_a_call_without_a_mailbox_has_no_message() -> None:
    head = head_of(call())

    assert (head.mailbox, head.message, head.replaced) == ("", "", ())


def test_seconds_are_of_a_thousand_milliseconds() -> None:
    facts = Facts(NOW, waited_ms=900_000, rung_ms=500_000, talked_ms=600_000, held_ms=700_499)

    head = head_of(replace(call(), facts=facts))

    assert (head.rung_seconds, head.talked_seconds, head.held_seconds) == (500, 600, 700)
    assert head.waited_seconds == 1400
