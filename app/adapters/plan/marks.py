"""YAML whose every part knows its line, and whose scalars stay the text that was written.

So 08:30 is no number in base 60, `no` is no truth value, and an extension keeps its zeros.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.adapters.plan.problems import PlanError, Problem, Problems

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Text:
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class List:
    line: int
    items: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    fields: dict[str, "Part"]
    lines: dict[str, int] = field(default_factory=dict)  # where each key stands


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
            table = Table(line, {})
            for key, content in pairs:
                _put(table, key, content, problems)
            return table
        case yaml.SequenceNode(value=items):
            return List(line, tuple(_part(item, problems) for item in items))
        case _:
            return Text(line, str(node.value))


def _put(table: Table, key: yaml.Node, content: yaml.Node, problems: Problems) -> None:
    line = key.start_mark.line + 1
    name = str(key.value)
    if name in table.fields:
        first = table.lines[name]
        problems.add(line, f"{name} stands here twice (first in line {first}): remove one.")
        return
    table.fields[name] = _part(content, problems)
    table.lines[name] = line


def _line(mark: Any) -> int:
    """Counted from 1, as editors do."""
    return int(mark.line) + 1 if mark is not None else 1


def _stop(path: Path, line: int, message: str) -> PlanError:
    return PlanError(path.name, [Problem(line, message)])
