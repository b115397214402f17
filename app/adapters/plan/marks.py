"""YAML whose every part knows its line, and whose scalars stay the text that was written.

So 08:30 is no number in base 60, `no` is no truth value, and an extension keeps its zeros. The
parts are a str, a list and a dict, so that whatever checks such data can read them. What YAML would
drop without a word is refused, or marked for whoever reads the text: tags, anchors, a comment
behind words, characters that no reply can carry.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from app.adapters.plan.problems import PlanError, Problem, Problems

DEEPEST = 20

# A plain text ends where a comment begins, and so does one of which nothing is left.
_COMMENT = re.compile(r"[ \t]+#")
_LOST_KEY = re.compile(r"\s*#\s*:(\s|$)")
# Half a character, what XML cannot carry, and marks that only turn the direction of writing.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffd-\uffff\ufeff\ud800-\udfff]"
)


class Text(str):
    """A scalar. `line` counts from 1, as in all parts.

    `plain`: written without quotes. `cut`: it is plain, and a comment stands behind it.
    """

    __slots__ = ("cut", "line", "plain")
    line: int
    plain: bool
    cut: bool

    @classmethod
    def at(cls, line: int, text: str, *, plain: bool = False, cut: bool = False) -> "Text":
        made = cls(text)
        made.line, made.plain, made.cut = line, plain, cut
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
        """Where that path leads, as far as it goes: names of fields, and places in lists from 0."""
        line: int = self.line
        part: Part | None = self
        for name in path:
            match part:
                case Table() if name in part:
                    line, part = part.lines[name], part[name]
                case List() if name.isdecimal():
                    part = part[int(name)]
                    line = part.line
                case _:
                    break
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
    part = _part(root, problems, source) if root is not None else None
    if not isinstance(part, Table):
        raise _stop(path, 1, "it has no fields: begin with `company:` and the company's name.")
    return part


def _refuse_what_runs_away(path: Path, source: str) -> None:
    """Before anything is built: references multiply, and deep nests exhaust the stack.

    Tags and anchors are refused, too: YAML takes them off the text that they begin.
    """
    depth = 0
    for at, row in enumerate(source.split("\n"), 1):
        if _LOST_KEY.match(row):
            said = 'YAML takes a line that begins with # for a comment: write "#": for the key.'
            raise _stop(path, at, said)
    for event in yaml.parse(source, yaml.SafeLoader):
        if sign := _mark_of(event):
            said = f'YAML takes {sign}word off: put the whole text in quotes, as in "{sign}word".'
            raise _stop(path, _line(event.start_mark), said)
        if isinstance(event, yaml.AliasEvent):
            said = "references (*name) are not read here: write it out."
            raise _stop(path, _line(event.start_mark), said)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _stop(path, _line(event.start_mark), "this is nested too deep.")


def _mark_of(event: yaml.Event) -> str:
    if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent):
        return "&"
    return "!" if getattr(event, "tag", None) else ""


def _part(node: yaml.Node, problems: Problems, source: str) -> Part:
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode(value=pairs):
            table = Table(line)
            for key, content in pairs:
                _put(table, key, content, problems, source)
            return table
        case yaml.SequenceNode(value=items):
            return _list(line, [_part(item, problems, source) for item in items], problems)
        case _:
            return _text(node, problems, source)


def _list(line: int, items: list[Part], problems: Problems) -> List:
    seen: set[str] = set()
    for item in items:
        if isinstance(item, Text):
            if item in seen:
                problems.add(item.line, f"{item} stands in this list twice: remove one.")
            seen.add(item)
    return List(line, items)


def _text(node: yaml.Node, problems: Problems, source: str) -> Text:
    """Two halves of a character, as JSON writes it, are that character."""
    line, plain = node.start_mark.line + 1, getattr(node, "style", None) is None
    text = str(node.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if odd := _NO_TEXT.search(text):
        said = f"the text has the character U+{ord(odd[0]):04X}, which nobody can hear or read"
        problems.add(line, f"{said}: take it out.")
    cut = plain and bool(_COMMENT.match(source, node.end_mark.index))
    return Text.at(line, text, plain=plain, cut=cut)


def _put(table: Table, key: yaml.Node, content: yaml.Node, problems: Problems, source: str) -> None:
    line = key.start_mark.line + 1
    if not isinstance(key, yaml.ScalarNode):
        problems.add(line, "a name is a text: write it without brackets, and in quotes.")
        return
    name = _text(key, problems, source)
    if name in table:
        first = table.lines[name]
        problems.add(line, f"{name} stands here twice (first in line {first}): remove one.")
        return
    part = _part(content, problems, source)
    if isinstance(part, Table):
        part.line, part.key = line, name  # a table begins where its name stands
    table[name] = part
    table.lines[name] = line


def _line(mark: Any) -> int:
    """Counted from 1, as editors do."""
    return int(mark.line) + 1 if mark is not None else 1


def _stop(path: Path, line: int, message: str) -> PlanError:
    return PlanError(path.name, [Problem(line, message)])
