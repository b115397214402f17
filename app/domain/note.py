"""A note and its versions: what becomes of a text that was typed over another one.

A page names each text that it sends (a version) and says which versions it has seen or sent: an
answer that was lost is no conflict. A text typed over one of those replaces it. Over any other,
because two windows wrote, both are kept: no typed word is dropped.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import takewhile

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
    first = _same(theirs, mine)
    last = _same(theirs[first:][::-1], mine[first:][::-1])
    middle = _both(theirs[first : len(theirs) - last], mine[first : len(mine) - last])
    return "\n".join([*mine[:first], *middle, *mine[len(mine) - last :]])


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _same(theirs: Sequence[str], mine: Sequence[str]) -> int:
    """How many lines they begin with alike."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(theirs, mine, strict=False))
    return sum(1 for _ in alike)


def _both(theirs: Sequence[str], mine: Sequence[str]) -> Iterator[str]:
    """A line that was typed on stands where it stood; lines of mine alone come last."""
    known = sorted(theirs)
    alone = [line for line in mine if _longer(line, known) is None]
    ordered, used = sorted(alone), set[str]()
    for line in theirs:
        longer = _longer(line, ordered) if line else None
        if longer not in used:
            yield line if longer is None else longer
        if longer is not None:
            used.add(longer)
    yield from (line for line in alone if line not in used)


def _longer(line: str, ordered: Sequence[str]) -> str | None:
    """One of these sorted lines that begins with it."""
    at = bisect_left(ordered, line)
    return ordered[at] if at < len(ordered) and ordered[at].startswith(line) else None
