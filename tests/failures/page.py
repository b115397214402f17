"""docs/failures.md, drawn from the table."""

from __future__ import annotations

from pathlib import Path

from tests.failures.table import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
_HEAD = """# How such systems fail, and which test would see it

Drawn from `tests/failures/table.py` by `make docs`; do not edit by hand. Each row names the test
that owns the failure and a defect that turns it red: `make failures` plants every one in a copy.

| # | Failure | Test | Planted defect |
|-|-|-|-|
"""


def page() -> str:
    rows = (
        f"| F{row.number} | {row.failure} | `{row.test}` | {row.planted} (`{row.file}`) |"
        for row in ROWS
    )
    return _HEAD + "\n".join(rows) + "\n"
