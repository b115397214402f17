"""The fields of one table, read one by one; what was not asked for in the end is a mistake."""

import re
from collections.abc import Iterator

from app.adapters.plan.marks import List, Part, Table, Text
from app.adapters.plan.problems import Problems, did_you_mean

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Fields:
    """`what` names the table in sentences: menu uk-menu. What is missing reads as empty."""

    def __init__(self, table: Table, what: str, problems: Problems) -> None:
        self.line = table.line
        self.what = what
        self.problems = problems
        self._table = table
        self._asked: set[str] = set()

    def line_of(self, name: str) -> int:
        return self._table.lines.get(name, self.line)

    def wrong(self, name: str, message: str) -> None:
        self.problems.add(self.line_of(name), message)

    def has(self, name: str) -> bool:
        self._asked.add(name)
        return name in self._table.fields

    def part(self, name: str, example: str) -> Part | None:
        self._asked.add(name)
        part = self._table.fields.get(name)
        if part is None:
            self.problems.add(self.line, f"{self.what} has no {name}: write {name}: {example}")
        return part

    def text(self, name: str, example: str) -> str:
        """A scalar that must be there."""
        part = self.part(name, example)
        if part is None:
            return ""
        if not isinstance(part, Text) or not part.text.strip():
            self.wrong(name, f"{name} of {self.what} is no text: write {name}: {example}")
            return ""
        return part.text.strip()

    def optional(self, name: str) -> str | None:
        return self.text(name, "some text") if self.has(name) else None

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        word = self.text(name, known[0])
        if word and word not in known:
            hint = did_you_mean(word, known)
            self.wrong(name, f"{name}: {word} of {self.what} is not known.{hint}")
        return word

    def number(self, name: str, otherwise: int, low: int, high: int) -> int:
        if not self.has(name):
            return otherwise
        word = self.text(name, str(otherwise))
        if not re.fullmatch(r"[0-9]{1,6}", word) or not low <= int(word) <= high:
            if word:
                self.wrong(name, f"{name} is {word}: write a whole number from {low} to {high}.")
            return otherwise
        return int(word)

    def yes(self, name: str, *, otherwise: bool) -> bool:
        if not self.has(name):
            return otherwise
        match self.text(name, "yes").lower():
            case "yes" | "true":
                return True
            case "no" | "false":
                return False
            case word:
                self.wrong(name, f"{name} is {word}: write yes or no.")
                return otherwise

    def words(self, name: str) -> tuple[tuple[int, str], ...]:
        """A list of scalars, each with its line; nothing when it is not there."""
        if not self.has(name):
            return ()
        part = self._table.fields[name]
        if isinstance(part, List):
            texts = [item for item in part.items if isinstance(item, Text)]
            if len(texts) == len(part.items):
                return tuple((item.line, item.text) for item in texts)
        self.wrong(name, f"{name} of {self.what} is no list: write {name}: [one, another]")
        return ()

    def table(self, name: str, example: str) -> Table | None:
        part = self.part(name, example)
        if part is None or isinstance(part, Table):
            return part
        self.wrong(name, f"{name} of {self.what} has no fields: write {name}: {example}")
        return None

    def tables(self, name: str, what: str) -> Iterator["Fields"]:
        """Each member of a list of tables."""
        if not self.has(name):
            return
        part = self._table.fields[name]
        items = part.items if isinstance(part, List) else (part,)
        for item in items:
            if isinstance(item, Table):
                yield Fields(item, what, self.problems)
            else:
                self.problems.add(item.line, f"here should be the fields of {what}.")

    def members(self, name: str, what: str, example: str) -> Iterator[tuple[str, "Fields"]]:
        """Each named table within a table; the name is checked."""
        table = self.table(name, example)
        for key, part in table.fields.items() if table else ():
            line = table.lines[key] if table else self.line
            if not NAME.fullmatch(key):
                said = f"{key} is no name: use small letters, digits, - and _, at most 40."
                self.problems.add(line, said)
            elif isinstance(part, Table):
                yield (
                    key,
                    Fields(Table(line, part.fields, part.lines), f"{what} {key}", self.problems),
                )
            else:
                self.problems.add(line, f"{what} {key} has no fields: write them below it.")

    def done(self) -> None:
        """Whatever nobody asked for is a slip of the pen."""
        for name in self._table.fields:
            if name not in self._asked:
                hint = did_you_mean(name, self._asked)
                self.wrong(name, f"{self.what} has no field {name}.{hint}")
