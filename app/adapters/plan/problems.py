"""What is wrong with a company's file, collected until all of it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    line: int
    message: str


class PlanError(Exception):
    """The file is wrong. `problems` has each place, in the order of lines; str() all of them."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        lines = (f"{name}, line {one.line}: {one.message}" for one in self.problems)
        super().__init__("\n".join(lines))


class Problems:
    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, line: int, message: str) -> None:
        self.found.append(Problem(line, message))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence to be put behind another, or nothing."""
    names = sorted(known)
    close = get_close_matches(word, names, 1)
    if close:
        return f" Did you mean {close[0]}?"
    return f" Write one of: {', '.join(names)}." if names else ""
