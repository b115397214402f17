"""What the register says of a call follows from the call alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.call import LeftMessage
from app.service.register import head_of
from tests.adapters.contract.switch_stores import call


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
