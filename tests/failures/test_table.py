"""The table does not rot: each defect can still be planted, and the page is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.failures.page import PAGE, page
from tests.failures.table import ROWS, Row

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"F{row.number}")
def test_each_defect_can_be_planted_in_exactly_one_place(row: Row) -> None:
    text = (ROOT / row.file).read_text(encoding="utf-8")
    test, _, name = row.test.partition("::")

    assert text.count(row.old) == 1
    assert f"def {name}(" in (ROOT / test).read_text(encoding="utf-8") or not name


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"
