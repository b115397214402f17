"""The mutants of the product's core: each change of each module, and samples of them.

A mutant is known by its module, its function, its line before and after the change, and which of
the changes of that wording it is: so it is still known when lines move.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.changes import Change, changes, words_of
from tests.mutation.text import Text
from tests.support.tree_copy import ROOT

FOLDERS = ("app/domain", "app/service")


@dataclass(frozen=True, slots=True)
class Key:
    """`nth`: of the changes of this wording in this function."""

    module: str
    function: str
    before: str
    after: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """`path` is relative to the repository."""

    path: str
    change: Change
    key: Key

    @property
    def layer(self) -> str:
        return str(Path(self.path).parts[1])

    @property
    def where(self) -> str:
        return f"{self.path}:{self.change.line}"

    def source(self, original: str) -> str:
        text, change = original.encode(), self.change
        return (text[: change.start] + change.new.encode() + text[change.end :]).decode()


def sources(root: Path = ROOT) -> dict[str, str]:
    files = sorted(file for folder in FOLDERS for file in (root / folder).rglob("*.py"))
    return {str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in files}


def mutants(texts: Mapping[str, str]) -> tuple[Mutant, ...]:
    words = words_of(texts)
    return tuple(one for path, text in texts.items() for one in mutants_of(path, text, words))


def mutants_of(path: str, source: str, words: Mapping[str, str]) -> tuple[Mutant, ...]:
    """Two changes that come to the same text are one mutant."""
    text, met, found = Text(source), Counter[Key](), []
    made: set[tuple[int, int, str]] = set()
    for change in changes(source, words):
        start, end = text.lines(change.start, change.end)
        before = text.slice(start, end)
        after = text.slice(start, change.start) + change.new + text.slice(change.end, end)
        if (start, end, after) in made:
            continue
        made.add((start, end, after))
        key = Key(path, change.function, _one_line(before), _one_line(after))
        met[key] += 1
        found.append(Mutant(path, change, Key(*_wording(key), met[key])))
    return tuple(found)


def _wording(key: Key) -> tuple[str, str, str, str]:
    return key.module, key.function, key.before, key.after


def _one_line(text: str) -> str:
    return " ".join(text.split())


def sample(every: Sequence[Mutant], count: int, seed: int) -> tuple[Mutant, ...]:
    """Drawn from all alike, so each module has its share; in the order of the text."""
    chosen = random.Random(seed).sample(range(len(every)), min(count, len(every)))
    return tuple(every[number] for number in sorted(chosen))
