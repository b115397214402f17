"""`From` as the carrier passes it: a number, a withheld one in each of its forms, or no number."""

from __future__ import annotations

import pytest

from app.adapters.twilio.callers import caller_of
from app.console import formatting
from app.domain.numbering import WITHHELD

KEYPAD_WORDS = ("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253")


@pytest.mark.parametrize("plus", ["", "+", "+1"])
@pytest.mark.parametrize("typed", KEYPAD_WORDS)
def test_a_word_typed_on_the_keypad_is_a_withheld_number(typed: str, plus: str) -> None:
    assert caller_of(plus + typed[1:]) == WITHHELD


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "anonymous", "Anonymous", "ANONYMOUS", "unknown", "restricted", "unavailable"),
        *("blocked", "private", "Private number", "sip:anonymous@anonymous.invalid"),
    ],
)
def test_a_word_for_a_withheld_number_is_one_whatever_its_case(written: str) -> None:
    assert caller_of(written) == WITHHELD


@pytest.mark.parametrize(
    "written", ["+447700900361", "+12562533000", "+26669668", "sip:bob@example.com", "31415", "+0"]
)
def test_what_is_no_such_word_is_kept_as_the_carrier_passed_it(written: str) -> None:
    assert caller_of(written) == written


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        *((odd, odd) for odd in ("sip:bob@example.com", "31415", "+0", "+99912", "+4420")),
        ("+442079460142", "+44 20 7946 0142"),
    ],
)
def test_what_is_no_number_is_shown_as_the_carrier_passed_it(passed: str, shown: str) -> None:
    assert formatting.number(caller_of(passed)).replace("\u00a0", " ") == shown
