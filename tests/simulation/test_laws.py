"""Each invariant is declared once, with its kind and its rules, and is checked somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.local.exchange.virtual import EPOCH
from tests.simulation.choices import Choices
from tests.simulation.laws import LAWS
from tests.simulation.world import World
from tests.support.tree_copy import ROOT

HERE = Path(__file__).parent
CODE = re.compile(r"(?:\*\*|\| )([A-Z]\d+)")


def test_each_declared_invariant_is_checked() -> None:
    files = [file for file in HERE.glob("*.py") if file.name not in ("laws.py", "test_laws.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)

    assert [name for name in LAWS if f'"{name}"' not in text] == []


def test_what_is_not_declared_is_no_invariant() -> None:
    world = World(Choices(1), EPOCH)

    with pytest.raises(ValueError, match="no invariant is called 'all is well'"):
        world.violate("all is well", "")


def test_each_rule_that_an_invariant_guards_is_a_row_of_the_docs() -> None:
    pages = (ROOT / "docs" / name for name in ("rules.md", "failures.md"))
    known = {code for page in pages for code in CODE.findall(page.read_text(encoding="utf-8"))}

    guarded = {code for law in LAWS.values() for code in law.rules.split(", ") if code}

    assert guarded <= known
