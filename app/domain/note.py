"""A note and its versions: what becomes of a text that was typed over another one.

A page names each text that it sends (a version) and says which versions it has seen. A text typed
over a version that the page has seen replaces it. Over any other, because two windows wrote or an
answer was lost, both are kept: no typed word is dropped.
"""

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from app.domain.value import value

MERGED = "+"  # ends the version of a merged text: the page that sent it has not seen it yet


@value
class Draft:
    """What a page sends: the text, its version, and those that the page has seen or sent before."""

    text: str
    version: str
    seen: tuple[str, ...] = ()


def saved(draft: Draft, stored: str, version: str) -> tuple[str, str]:
    """The text that stands after this draft, and its version; `version` "": nothing is stored."""
    if not version or version in (draft.version, *draft.seen):
        return draft.text, draft.version
    both = merge(stored, draft.text)
    return both, draft.version if both == draft.text else draft.version + MERGED


def merge(stored: str, typed: str) -> str:
    """Every line of both, in order. A line that only begins another one is that other one."""
    theirs, mine = _lines(stored), _lines(typed)
    lines: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        lines += theirs[a:b] if tag == "equal" else _both(theirs[a:b], mine[c:d])
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _both(theirs: Sequence[str], mine: Sequence[str]) -> Iterator[str]:
    """A line that was typed on stands where it stood; lines of mine alone come last."""
    left = [line for line in mine if not _begins_one(line, theirs)]
    for line in theirs:
        longer = next((other for other in left if other.startswith(line)), line)
        if longer in left:
            left.remove(longer)
        if longer != line or not _begins_one(line, [other for other in mine if other != line]):
            yield longer
    yield from left


def _begins_one(line: str, lines: Collection[str]) -> bool:
    return any(other.startswith(line) for other in lines)
