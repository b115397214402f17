"""What a street phone may send as its number: any number, and each way to withhold one.

Rule: as the carrier does, a number is passed on as E.164 when it is one, and otherwise as it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
_PUNCTUATION: Final = re.compile(r"[\s().\-/]")
_LONGEST: Final = 128  # characters
_KEYS: Final = {
    **dict.fromkeys("ABC", "2"),
    **dict.fromkeys("DEF", "3"),
    **dict.fromkeys("GHI", "4"),
    **dict.fromkeys("JKL", "5"),
    **dict.fromkeys("MNO", "6"),
    **dict.fromkeys("PQRS", "7"),
    **dict.fromkeys("TUV", "8"),
    **dict.fromkeys("WXYZ", "9"),
}
_WORDS: Final = ("Anonymous", "Restricted", "Blocked", "Unknown", "Unavailable")


@dataclass(frozen=True, slots=True)
class WithheldForm:
    """`value` is what `From` says; `words` what the page calls it."""

    value: str
    words: str


def keypad(word: str) -> str:
    """The word as keys after a plus: what the carrier passes in the place of a withheld number."""
    return "+" + "".join(_KEYS[letter] for letter in word.upper())


WITHHELD_FORMS: Final = (
    WithheldForm("anonymous", "the word anonymous"),
    *(WithheldForm(word, f"the word {word}") for word in _WORDS),
    *(WithheldForm(keypad(word), f"{word.upper()} as keys, {keypad(word)}") for word in _WORDS),
    WithheldForm("", "nothing at all"),
)


def caller_id(given: str) -> str:
    """Raises ValueError for what no telephone can send."""
    if len(given) > _LONGEST or not given.isprintable():
        raise ValueError("No telephone can send this as its number.")
    bare = _PUNCTUATION.sub("", given)
    return bare if _E164.fullmatch(bare) else given.strip()
