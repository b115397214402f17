"""The JSON Schema and the page of the company's file follow from the nodes, and are fresh."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from app.adapters.plan.schema import schema
from app.domain.nodes.base import KINDS
from tests.adapters.plan.pages import PAGE, SCHEMA, page, schema_text
from tests.adapters.plan.test_company import GOOD

ROOT = Path(__file__).parents[3]
DEMO = (ROOT / "switchroom.yaml").read_text(encoding="utf-8")


class _AsEditors(yaml.SafeLoader):
    """YAML 1.2, as editors read it: `yes` is a text, and keys are texts."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 # the library's own shape


def _table(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    return {str(key.value): loader.construct_object(part, True) for key, part in node.value}


_AsEditors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
_AsEditors.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789")
)
_AsEditors.add_constructor("tag:yaml.org,2002:map", _table)


def mistakes(text: str) -> list[str]:
    """The places that an editor would mark."""
    data = yaml.load(text, _AsEditors)  # noqa: S506 # a SafeLoader
    return [error.json_path for error in Draft202012Validator(schema()).iter_errors(data)]


def test_the_schema_in_the_docs_is_what_the_nodes_declare() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "stale: run `make docs`"


def test_the_page_in_the_docs_is_what_the_nodes_declare() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_page_has_each_kind_and_each_field_with_a_sentence_and_an_example() -> None:
    text = page()

    for kind, cls in KINDS.items():
        assert f"### `is: {kind}`" in text
        for field in dataclasses.fields(cls):  # type: ignore[arg-type]
            assert field.metadata["description"].endswith(".")
            assert field.metadata["examples"]
            assert f"| `{field.name}` | {field.metadata['description']} |" in text


def test_the_demo_names_the_schema_for_editors_and_is_right_by_it() -> None:
    assert DEMO.startswith("# yaml-language-server: $schema=docs/plan.schema.json\n")
    assert SCHEMA.relative_to(ROOT).as_posix() in DEMO.splitlines()[0]
    assert mistakes(DEMO) == []
    assert mistakes(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("company: Kestrel\n", "", "$"),
        ("language: en", "language: xx", "$.numbers[0].language"),
        ("is: menu", "is: ivr", "$.nodes.menu"),
        ("label: Sales, then: sales}", "label: Sales}", "$.nodes.menu"),
        ("      2: {", "      12: {", "$.nodes.menu"),
        ("prompt: Type it.", "promt: Type it.", "$.nodes.ask"),
        ("digits: 3", "digits: 9", "$.nodes.ask"),
        ("digits: 3", "digits: three", "$.nodes.ask"),
        ("mon-fri", "mon-friday", "$.nodes.hours"),
        ("comfort: Please hold.", "comfort: Hold., record: maybe", "$.nodes.sales"),
        ("queues: [sales]", "queues: sales", "$.people.anna.queues"),
        ("role: agent", "role: boss", "$.people.anna.role"),
        ("  anna-line: {", "  Anna Line: {", "$.nodes"),
        ("  bye: {is: greeting, prompt: Goodbye.}", "  bye: Goodbye.", "$.nodes.bye"),
    ],
)
def test_what_the_reader_refuses_an_editor_marks(old: str, new: str, place: str) -> None:
    assert old in GOOD

    assert mistakes(GOOD.replace(old, new, 1)) == [place]
