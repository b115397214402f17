"""Telephone numbers as they are compared: one line has one number, however it is written.

E.164 gives some lines two numbers, and carriers pass either. `current` is the one to dial today;
`line_of` the one to compare: contacts, lists of callers and our own numbers all go through it.
The rules are those of the numbering plans; tests hold them against the numbering metadata.
"""

import re
from typing import Literal, TypeAlias

from app.domain.value import value

NumberKind: TypeAlias = Literal[
    "fixed",
    "mobile",
    "free",
    "internet",
    "unknown",  # of no range that is in use, as far as the metadata knows
    "shared cost",
    "premium",
    "emergency",
    "short",
    "other",  # a satellite's, a pager's …
]
CallableKind: TypeAlias = Literal["fixed", "mobile", "free", "internet", "unknown"]

WITHHELD = "withheld"  # the caller of a call whose number is not shown

_OLD_FORMS = (
    # Mexico dropped the 1 of mobiles in 2020; carriers pass it still.
    (re.compile(r"\+521(\d{10})"), r"+52\1"),
    # Brazil put a 9 before its mobiles, which began with 6 to 9; landlines begin with 2 to 5.
    (re.compile(r"\+55(\d\d)([6-9]\d{7})"), r"+55\g<1>9\2"),
    # San Marino answers through Italy, too, and without its only area code.
    (re.compile(r"\+(?:378|390549)(\d{6})"), r"+3780549\1"),
)
_SAME_LINE = (
    # Argentina's mobiles are dialled with a 9 from abroad; networks leave it out as they like.
    (re.compile(r"\+549(\d{10})"), r"+54\1"),
)


@value
class OutsideNumber:
    """What somebody typed, as the numbering metadata reads it. `country`: ISO 3166."""

    e164: str
    country: str
    kind: NumberKind


def is_emergency(number: str) -> bool:
    """Of a number that is dialled: all others that may be have their country."""
    return not number.startswith("+")


def current(e164: str) -> str:
    """The number to dial: a form that is not in use any more is replaced by today's."""
    return _rewritten(e164, _OLD_FORMS)


def line_of(number: str) -> str:
    """Equal for two numbers of one line. What is no number stays as it is."""
    return _rewritten(current(number), _SAME_LINE)


def _rewritten(number: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for form, replacement in rules:
        if found := form.fullmatch(number):
            return found.expand(replacement)
    return number
