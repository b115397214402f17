"""What people type becomes a number to call, or a reason."""

from __future__ import annotations

import pytest

from app.adapters.numbers import MetadataNumbers
from app.domain.numbering import OutsideNumber
from app.ports import NotANumber

NUMBERS = MetadataNumbers()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("020 7946 0142", OutsideNumber("+442079460142", "GB", "fixed")),
        ("(020) 7946-0142", OutsideNumber("+442079460142", "GB", "fixed")),
        ("00 49 30 23125 047", OutsideNumber("+493023125047", "DE", "fixed")),
        ("+48 600 000 131", OutsideNumber("+48600000131", "PL", "mobile")),
        ("+521 55 1234 5678", OutsideNumber("+525512345678", "MX", "mobile")),
        ("0800 123 4567", OutsideNumber("+448001234567", "GB", "free")),
        ("+1 416 555 0147", OutsideNumber("+14165550147", "CA", "mobile")),
        ("0909 879 0000", OutsideNumber("+449098790000", "GB", "premium")),
        ("+44 7700 900361", OutsideNumber("+447700900361", "GB", "unknown")),
        ("+870 772 001 234", OutsideNumber("+870772001234", "001", "other")),
        ("999", OutsideNumber("999", "GB", "emergency")),
        ("112", OutsideNumber("112", "GB", "emergency")),
        ("118118", OutsideNumber("118118", "GB", "short")),
    ],
)
def test_a_number_is_read_as_people_of_that_country_write_it(
    typed: str, read: OutsideNumber
) -> None:
    assert NUMBERS.read(typed, "GB") == read


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type the number to call."),
        ("   ", "Type the number to call."),
        ("Eleanor", "“Eleanor” is no telephone number."),
        ("0800 FLOWERS", "“0800 FLOWERS” is no telephone number: type its digits."),
        ("anna@example.com", "“anna@example.com” is no telephone number."),
        ("794", "“794” is too short: type the number with its area code."),
        ("+44 20 7946 0142 99999", "“+44 20 7946 0142 99999” has too many digits."),
        (
            "020 7946 0142 x12",
            "Leave the extension out: press its keys once somebody has answered.",
        ),
    ],
)
def test_what_is_no_whole_number_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(NotANumber) as refused:
        NUMBERS.read(typed, "GB")

    assert str(refused.value) == why


def test_an_emergency_number_is_one_in_the_country_where_it_is_typed() -> None:
    assert NUMBERS.read("110", "DE").kind == "emergency"
    assert NUMBERS.read("911", "US").kind == "emergency"


def test_what_is_endless_is_cut_and_refused() -> None:
    with pytest.raises(NotANumber):
        NUMBERS.read("1" * 10_000, "GB")
