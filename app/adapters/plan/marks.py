"""YAML whose every part knows its line, and whose scalars stay the text that was written.

So 08:30 is no number in base 60, `no` is no truth value, and an extension keeps its zeros. The
parts are a str, a list and a dict, so that whatever checks such data can read them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from app.adapters.plan.problems import PlanError, Problem, Problems

DEEPEST = 20


class Text(str):
    """A scalar. `line` counts from 1, as in all parts."""

    __slots__ = ("line",)
    line: int

    @classmethod
    def at(cls, line: int, text: str) -> "Text":
        made = cls(text)
        made.line = line
        return made


class List(list["Part"]):
    def __init__(self, line: int, items: list["Part"]) -> None:
        super().__init__(items)
        self.line = line


class Table(dict[str, "Part"]):
    """`lines`: where each key stands. `key`: under which this table stands itself, or nothing."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.key = ""
        self.lines: dict[str, int] = {}

    def line_of(self, path: Iterable[str]) -> int:
        """Where the field stands to which that path of names leads, as far as it goes."""
        line, part = self.line, self
        for name in path:
            line = part.lines.get(name, line)
            inner = part.get(name)
            if not isinstance(inner, Table):
                break
            part = inner
        return line


Part = Text | List | Table


def read_marked(path: Path, problems: Problems) -> Table:
    """The file's outermost table. Raises PlanError when it cannot be read as YAML at all."""
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _stop(path, 1, "there is no such file: write the company's file there.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _stop(path, 1, f"it cannot be read: {error}.") from error
    try:
        _refuse_what_runs_away(path, source)
        root = yaml.compose(source, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = f"this is no YAML: {error.problem or error.context}. Look at indents and quotes."
        raise _stop(path, _line(mark), what) from error
    except yaml.YAMLError as error:
        raise _stop(path, 1, f"this is no YAML: {error}.") from error
    part = _part(root, problems) if root is not None else None
    if not isinstance(part, Table):
        raise _stop(path, 1, "it has no fields: begin with `company:` and the company's name.")
    return part


def _refuse_what_runs_away(path: Path, source: str) -> None:
    """Before anything is built: references multiply, and deep nests exhaust the stack."""
    depth = 0
    for event in yaml.parse(source, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            said = "references (*name) are not read here: write it out."
            raise _stop(path, _line(event.start_mark), said)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _stop(path, _line(event.start_mark), "this is nested too deep.")


def _part(node: yaml.Node, problems: Problems) -> Part:
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode(value=pairs):
            table = Table(line)
            for key, content in pairs:
                _put(table, key, content, problems)
            return table
        case yaml.SequenceNode(value=items):
            return List(line, [_part(item, problems) for item in items])
        case _:
            return Text.at(line, str(node.value))


def _put(table: Table, key: yaml.Node, content: yaml.Node, problems: Problems) -> None:
    line = key.start_mark.line + 1
    name = str(key.value)
    if name in table:
        first = table.lines[name]
        problems.add(line, f"{name} stands here twice (first in line {first}): remove one.")
        return
    part = _part(content, problems)
    if isinstance(part, Table):
        part.line, part.key = line, name  # a table begins where its name stands
    table[name] = part
    table.lines[name] = line


def _line(mark: Any) -> int:
    """Counted from 1, as editors do."""
    return int(mark.line) + 1 if mark is not None else 1


def _stop(path: Path, line: int, message: str) -> PlanError:
    return PlanError(path.name, [Problem(line, message)])
