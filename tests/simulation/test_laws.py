"""Each invariant is declared once, with its kind and its rules, and is checked somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.local.exchange.virtual import EPOCH
from tests.simulation.choices import Choices
from tests.simulation.laws import LAWS, Law, without_a_rule
from tests.simulation.world import World
from tests.support.tree_copy import ROOT

HERE = Path(__file__).parent
CODE = re.compile(r"(?:\*\*|\| )([A-Z]\d+)")


def test_each_declared_invariant_is_checked() -> None:
    files = [file for file in HERE.glob("*.py") if not file.name.startswith(("laws", "test_"))]
    text = "".join(file.read_text(encoding="utf-8") for file in files)

    assert [name for name in LAWS if f'"{name}"' not in text] == []


def test_what_is_not_declared_is_no_invariant() -> None:
    world = World(Choices(1), EPOCH)

    with pytest.raises(ValueError, match="no invariant is called 'all is well'"):
        world.violate("all is well", "")


def test_each_rule_that_an_invariant_guards_is_a_row_of_the_docs() -> None:
    pages = (ROOT / "docs" / name for name in ("rules.md", "failures.md"))
    known = {code for page in pages for code in CODE.findall(page.read_text(encoding="utf-8"))}

    wrong = list(without_a_rule(LAWS, known))

    assert not wrong, "\n".join(wrong)


def test_a_rule_that_is_not_in_the_docs_is_told() -> None:
    laws = {"a hold ends": Law("duration", "H1, H2"), "a save counts": Law("economy")}

    told = list(without_a_rule(laws, {"H1"}))

    assert told == ["“a hold ends” guards H2: docs/rules.md and docs/failures.md have no H2"]
