"""A node of each kind, made of the examples that its fields are declared with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pydantic import TypeAdapter

from app.adapters.plan.files import Files
from app.adapters.plan.forms import any_node
from app.adapters.plan.marks import read_marked
from app.adapters.plan.problems import Problems
from app.adapters.plan.scalars import Reading
from app.domain.nodes.base import Node


class _EveryName(tuple[str, ...]):
    """Whatever an example names is there."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


class _EverySound(Files):
    def sound(self, name: str) -> str:
        return f"the hash of {name}"


def example_text(kind: type[Node], *, shortest: bool = False) -> str:
    """As in a file. `shortest`: what has a default is left out. KeyError: without an example."""
    fields = [
        f"{field.name}: {field.metadata['examples'][0]}"
        for field in dataclasses.fields(kind)  # type: ignore[arg-type] # each kind is a value
        if not shortest or field.default is dataclasses.MISSING
    ]
    return "\n".join([f"is: {kind.kind}", *fields, ""])


def example_of(kind: type[Node], folder: Path, *, shortest: bool = False) -> Node:
    """Raises pydantic's ValidationError when an example is no right one."""
    path = folder / f"{kind.__name__}.yaml"
    path.write_text(example_text(kind, shortest=shortest), encoding="utf-8")
    written = read_marked(path, Problems())
    names = dict.fromkeys(("node", "person", "queue"), _EveryName())
    reading = Reading(_EverySound(folder), names)
    made: Node = TypeAdapter(any_node()).validate_python(written, context=reading)
    return made
