"""How long a prompt is heard, and its pieces: a document in a queue must end in time (D5).

Nobody knows how fast the carrier's voice speaks, so the estimate is of a slow one: what is heard
ends a little early rather than late.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from app.domain.replies import Prompt
from app.domain.value import value

CHARACTERS_A_SECOND = 12
DIGIT_COUNTS = 6  # characters: a digit is spoken as a word
_SENTENCES = re.compile(r"(?<=[.!?:;…])\s+")


@value
class Piece:
    """`number`: from 0; `seconds`: at most, as far as can be known."""

    number: int
    prompt: Prompt
    seconds: int


@lru_cache(maxsize=256)
def pieces(prompt: Prompt, most_seconds: int) -> tuple[Piece, ...]:
    """The prompt in pieces of at most so many seconds: whole sentences where they are that short.

    A sound is played from where the pieces before it end; one of unknown length is one piece.
    """
    if prompt.audio:
        count = max(math.ceil(prompt.seconds / most_seconds), 1)
        left = prompt.seconds or most_seconds
        return tuple(
            Piece(n, prompt, min(left - n * most_seconds, most_seconds)) for n in range(count)
        )
    texts = _packed(_sentences(prompt.text, most_seconds), most_seconds)
    return tuple(Piece(n, Prompt(text), spoken(text)) for n, text in enumerate(texts))


def spoken(text: str) -> int:
    """Seconds, rounded up."""
    digits = sum(letter.isdigit() for letter in text)
    return math.ceil((len(text) + (DIGIT_COUNTS - 1) * digits) / CHARACTERS_A_SECOND)


def _sentences(text: str, most_seconds: int) -> Iterator[str]:
    """Sentences; of one that is too long the words, of a word that is too long its letters."""
    for sentence in _SENTENCES.split(text.strip()):
        for word in (sentence,) if spoken(sentence) <= most_seconds else sentence.split():
            yield from (word,) if spoken(word) <= most_seconds else word


def _packed(parts: Iterator[str], most_seconds: int) -> Iterator[str]:
    packed = ""
    for part in parts:
        longer = f"{packed} {part}" if packed else part
        if spoken(longer) > most_seconds:
            yield packed
            longer = part
        packed = longer
    if packed:
        yield packed
