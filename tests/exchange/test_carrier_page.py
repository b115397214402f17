"""The tables of switches in docs/carrier.md are those of `switches.py`, row by row."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from infra.local.exchange.switches import Switches, UnusedSwitches

PAGE = (Path(__file__).parents[2] / "docs/carrier.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the first table after that text."""
    table = PAGE.partition(heading)[2].partition("\n|")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.split("\n")[2:]]


def word(value: object) -> str:
    match value:
        case None:
            return "the account's"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


@pytest.mark.parametrize(
    ("heading", "table"),
    [("(`Switches`)", Switches), ("(`UnusedSwitches`)", UnusedSwitches)],
    ids=["switches", "unused"],
)
def test_the_page_lists_each_switch_with_its_default_and_its_source(
    heading: str, table: type
) -> None:
    listed = [(row[0], row[1].partition(" (")[0], row[2]) for row in rows(heading)]

    declared = [
        (f"`{one.name}`", word(one.default), one.metadata["source"]) for one in fields(table)
    ]
    assert listed == declared
