"""Two numbers of one line are equal; two lines never are, by the metadata of all countries."""

from __future__ import annotations

import phonenumbers
import pytest

from app.domain.dialplan import Number, Plan
from app.domain.numbering import current, line_of

EXAMPLES = {
    phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    for region in phonenumbers.SUPPORTED_REGIONS
    for kind in phonenumbers.PhoneNumberType.values()
    if (example := phonenumbers.example_number_for_type(region, kind)) is not None
}

TWO_NUMBERS = [
    ("+5215512345678", "+525512345678"),
    ("+5219981234567", "+529981234567"),
    ("+5491123456789", "+541123456789"),
    ("+5493511234567", "+543511234567"),
    ("+551187654321", "+5511987654321"),
    ("+558598765432", "+5585998765432"),
    ("+378886377", "+3780549886377"),
    ("+390549886377", "+3780549886377"),
]


@pytest.mark.parametrize(("one", "other"), TWO_NUMBERS)
def test_two_numbers_of_one_line_are_equal(one: str, other: str) -> None:
    assert line_of(one) == line_of(other)


@pytest.mark.parametrize(
    "number", sorted({*(one for pair in TWO_NUMBERS for one in pair), "withheld", ""})
)
def test_the_line_of_a_line_is_itself(number: str) -> None:
    assert line_of(line_of(number)) == line_of(number)
    assert current(current(number)) == current(number)


def test_the_valid_numbers_of_all_countries_are_dialled_as_they_are() -> None:
    changed = {one: current(one) for one in EXAMPLES if current(one) != one}

    assert changed == {one: one.replace("+390549", "+3780549") for one in changed}


def test_no_two_valid_numbers_of_other_lines_become_one() -> None:
    kept = [one for one in EXAMPLES if not one.startswith("+549")]

    assert len({line_of(one) for one in kept}) == len(kept)


def test_argentina_is_the_only_country_with_a_mobile_token_of_its_own() -> None:
    """A new one in the metadata would be a new rule of ours."""
    tokens = {
        code: token
        for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        if (token := phonenumbers.country_mobile_token(code))
    }

    assert tokens == {54: "9"}


@pytest.mark.parametrize(
    ("number", "first"),
    [
        ("+552134567890", "a landline of Rio has no ninth digit"),
        ("+521551234567", "a digit is missing"),
        ("+5215512345678999", "it is too long"),
    ],
)
def test_what_has_not_the_form_stays_as_it_is(number: str, first: str) -> None:
    assert line_of(number) == number, first


def test_a_number_of_ours_is_found_by_either_of_its_forms() -> None:
    ours = Number("+525512345678", "Mexico", "en", "menu")

    assert Plan("", "", "", (ours,), {}).number("+5215512345678") == ours
