"""Each planted defect still has its line, and changes one; `make defects` hunts them all."""

from __future__ import annotations

import ast

import pytest

from tests.simulation.defects import ROOT
from tests.simulation.defects_table import DEFECTS, Defect
from tests.simulation.standard import WEATHERS


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_one_line_of_the_product(defect: Defect) -> None:
    source = (ROOT / defect.file).read_text(encoding="utf-8")

    planted = source.replace(defect.old, defect.new, 1)

    pairs = zip(defect.old.splitlines(), defect.new.splitlines(), strict=True)
    assert defect.old in source, "the line to change is not there any more"
    assert sum(old != new for old, new in pairs) == 1
    ast.parse(planted)
    assert defect.file.startswith("app/")
    assert defect.weather in WEATHERS


def test_there_are_at_least_twelve_and_each_is_another() -> None:
    assert len(DEFECTS) >= 12
    assert len({(defect.file, defect.old) for defect in DEFECTS}) == len(DEFECTS)
