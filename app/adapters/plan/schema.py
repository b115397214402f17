"""The JSON Schema of a company's file, for editors: what they mark is what `read_company` refuses.

It knows no references between names and no sound files; the rest follows from the same models.
"""

import json
from typing import Any

import yaml
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from app.adapters.plan.company import company_form

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Without titles that only repeat names; a field that may be left out is not written empty."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """With all kinds of node that there are now."""
    made = company_form().model_json_schema(schema_generator=_Generator)
    for part in (made, *made["$defs"].values()):
        part.pop("title", None)
        for field in part.get("properties", {}).values():
            _tidy(field)
    return {"$schema": DIALECT, "title": "A company's file", **made}


def _tidy(field: dict[str, Any]) -> None:
    """Examples as data; in a table with named entries no other names; no default that is empty."""
    if "examples" in field:
        field["examples"] = [_data(str(example)) for example in field["examples"]]
    if "patternProperties" in field:
        field["additionalProperties"] = False
    if field.get("default", 0) in (None, [], ""):
        del field["default"]


def _data(example: str) -> Any:
    """The example as an editor reads it: its keys are texts, and a day is one."""
    return json.loads(json.dumps(yaml.safe_load(example), default=str))
