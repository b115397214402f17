"""Writes what follows from the declarations of nodes: docs/plan.md and docs/plan.schema.json.

`python -m tests.adapters.plan.pages` writes both; a test fails when one is stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.adapters.plan.schema import schema

DOCS = Path(__file__).parents[3] / "docs"
PAGE, SCHEMA = DOCS / "plan.md", DOCS / "plan.schema.json"
_HEAD = """# The company's file

Everything that may stand in `switchroom.yaml`. Drawn from the declarations of the nodes
(`app/domain/nodes/`) and of the file's other parts by `make docs`; do not edit by hand.

An editor that knows YAML and JSON Schema shows the same while you type: the first line of the demo
names [plan.schema.json](plan.schema.json). What is wrong is said when the product starts, all at
once, each with its line. A field without a default must be there. A text that names a node, a
person or a queue must name one that this file has; whoever says nothing and whom nobody answers
must come to an end, so no way without a key press may lead in a circle.
"""


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    return "\n".join([_HEAD, *_chapters(schema())])


def _chapters(whole: dict[str, Any]) -> Iterator[str]:
    forms = whole["$defs"]
    nodes = {form["properties"]["is"]["const"]: form for form in forms.values() if _is_node(form)}
    yield from _chapter("## The file", {**whole, "description": ""})
    yield "## The nodes\n"
    for kind, form in sorted(nodes.items()):
        yield from _chapter(f"### `is: {kind}`", form)
    yield "## Parts\n"
    for name, form in sorted(forms.items()):
        if not _is_node(form):
            yield from _chapter(f"### {_spaced(name)}", form)


def _is_node(form: dict[str, Any]) -> bool:
    return "is" in form.get("properties", {})


def _chapter(title: str, form: dict[str, Any]) -> Iterator[str]:
    yield f"{title}\n"
    if about := form.get("description"):
        yield f"{about}\n"
    yield "| field | what it is | kind | default | example |"
    yield "|-|-|-|-|-|"
    for name, field in form["properties"].items():
        if name == "is":
            continue
        default = "must be there" if name in form["required"] else _default(field)
        cells = (f"`{name}`", field["description"], _kind(field), default, _example(field))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _default(field: dict[str, Any]) -> str:
    match field.get("default"):
        case None:
            return "none"
        case bool() as choice:
            return "yes" if choice else "no"
        case default:
            return f"`{json.dumps(default, ensure_ascii=False)}`"


def _example(field: dict[str, Any]) -> str:
    match field["examples"][0]:
        case True:
            return "`yes`"
        case example:
            text = json.dumps(example, ensure_ascii=False)
            return f"`{text.strip(chr(34)) if isinstance(example, str) else text}`"


def _kind(field: dict[str, Any]) -> str:
    """The type of a field in words."""
    match field:
        case {"minimum": low, "maximum": high}:
            return f"number from {low} to {high}"
        case {"enum": words}:
            return " or ".join(f"`{word}`" for word in words)
        case {"anyOf": [{"type": "boolean"}, *_]}:
            return "yes or no"
        case {"anyOf": [{"type": "string"}, {"$ref": ref}]}:
            return f"text, or {_reference(ref)}"
        case {"anyOf": [one, *_]} | {"oneOf": [one, *_]}:
            return _kind(one)
        case {"$ref": ref}:
            return _reference(ref)
        case {"items": items}:
            return f"list of {_kind(items)}"
        case {"patternProperties": entries}:
            ((_, inner),) = entries.items()
            return f"table of {'nodes' if 'oneOf' in inner else _kind(inner)}"
        case {"format": kind}:
            return "day" if kind == "date" else str(kind)
        case _:
            return "text"


def _reference(ref: str) -> str:
    name = _spaced(ref.rpartition("/")[2])
    return f"[{name}](#{name.replace(' ', '-')})"


def _spaced(name: str) -> str:
    """CallerRow as a heading: caller row."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.removesuffix(" form").strip()


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
