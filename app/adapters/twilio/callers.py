"""Who calls, from the carrier's `From`: a number, the one word for a withheld one, or as passed.

A caller who withholds the number arrives as a word (`anonymous`, `sip:anonymous@…`), as that word
typed on a telephone's keys (`+266696687`), or as nothing. What is neither a number nor such a word
is kept as the carrier passed it: people at the desk may make something of it.
"""

import re

from app.domain.numbering import WITHHELD

_KEYPAD_WORDS = ("anonymous", "blocked", "restricted", "unavailable", "unknown")
_WORDS = frozenset((*_KEYPAD_WORDS, "private", "withheld"))
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_TYPED = "|".join(word.translate(_KEYS) for word in _KEYPAD_WORDS)
_TYPED_WORD = re.compile(rf"\+?1?({_TYPED})")  # as a number of no country, or of +1


def is_withheld(written: str) -> bool:
    """Whether `From` says that the number is not shown."""
    if not written or _TYPED_WORD.fullmatch(written):
        return True
    return not _WORDS.isdisjoint(re.findall("[a-z]+", written.lower()))


def caller_of(written: str) -> str:
    """The caller of a call: E.164, `WITHHELD`, or what the carrier passed."""
    passed = written.strip()
    return WITHHELD if is_withheld(passed) else passed
