"""docs/carrier.md says what the exchange is: its switches, and what each code cites."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from infra.local.exchange.switches import Switches, UnusedSwitches

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/carrier.md").read_text(encoding="utf-8")
CITING = ("infra/local/exchange", "tests/exchange")
CODE = re.compile(r"\b(?:[A-L][0-9]{1,2}|I\.[0-9]{1,2})\b")
COMMENT_OR_DOCSTRING = re.compile(r'"""(.*?)"""|#(.*?)$', re.DOTALL | re.MULTILINE)
CHORDS = {"G6", "G7"}  # of the hold music


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


def listed_codes() -> set[str]:
    listed: set[str] = set()
    for part, *_ in rows("## The contract\n"):
        first, _, last = part.partition("–")
        numbers = range(int(first[1:]), int(last[1:]) + 1) if last else ()
        listed |= {f"{first[0]}{number}" for number in numbers} or {first}
    return listed


@pytest.mark.parametrize(
    ("heading", "table"),
    [("(`Switches`)", Switches), ("(`UnusedSwitches`)", UnusedSwitches)],
    ids=["switches", "unused"],
)
def test_the_page_lists_each_switch_with_its_default_and_its_source(
    heading: str, table: type
) -> None:
    told = [(row[0], row[1].partition(" (")[0], row[2]) for row in rows(heading)]

    declared = [
        (f"`{one.name}`", word(one.default), one.metadata["source"]) for one in fields(table)
    ]
    assert told == declared


def test_every_source_of_a_switch_is_a_part_of_the_contract() -> None:
    sources = {
        code
        for table in (Switches, UnusedSwitches)
        for one in fields(table)
        for code in one.metadata["source"].split(", ")
    }

    assert sources <= listed_codes()


def test_every_code_that_a_comment_cites_is_a_part_of_the_contract() -> None:
    cited: set[str] = set()
    for folder in CITING:
        for file in (ROOT / folder).rglob("*.py"):
            for found in COMMENT_OR_DOCSTRING.finditer(file.read_text(encoding="utf-8")):
                cited |= set(CODE.findall(found[1] or found[2] or ""))

    assert cited - CHORDS - listed_codes() == set()
