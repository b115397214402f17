"""How an emergency number is written for the carrier (its page "Emergency telephone numbers")."""

from __future__ import annotations

import pytest

from app.adapters.twilio.carrier import as_dialled
from app.domain.commands import Dial


@pytest.mark.parametrize(
    ("number", "shows", "dialled"),
    [
        ("+442079460142", "+442079460800", "+442079460142"),
        ("999", "+442079460800", "999"),
        ("112", "+4930231250400", "112"),
        ("17", "+33123456789", "+3317"),  # of two digits: only with the country
    ],
)
def test_an_emergency_number_of_two_digits_has_its_country(
    number: str, shows: str, dialled: str
) -> None:
    assert as_dialled(Dial("1", number, shows, 30)) == dialled
