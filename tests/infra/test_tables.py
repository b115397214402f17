"""One description of the tables: what AWS gets is what the product's adapters expect."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from app.adapters.dynamodb import tables
from infra.local.cloud import TABLES


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TABLES.read_text(encoding="utf-8"))["Resources"]
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Switch", tables.SWITCH), ("Register", tables.REGISTER), ("Directory", tables.DIRECTORY)],
)
def test_the_template_defines_each_table_as_its_adapter_expects(
    described: dict[str, Any], name: str, expected: tables.Definition
) -> None:
    properties = described[f"{name}Table"]["Properties"]

    for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"):
        assert properties.get(key) == expected.get(key), key
    assert (properties.get("StreamSpecification") or {}).get("StreamViewType") == (
        expected.get("StreamSpecification") or {}
    ).get("StreamViewType")


def test_the_switch_table_has_a_time_to_live(described: dict[str, Any]) -> None:
    properties = described["SwitchTable"]["Properties"]

    assert properties["TimeToLiveSpecification"] == tables.TIME_TO_LIVE
