"""docs/security.md names files and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and "|-" not in line]
THREATS = [row for row in ROWS if not row.startswith("| threat ")]


def test_every_threat_names_a_file_and_a_test() -> None:
    assert len(THREATS) > 15
    for row in THREATS:
        _, threat, guard, where, test, _ = row.split("|")
        assert all(part.strip() for part in (threat, guard)), row
        assert "`" in where, row
        assert "::test_" in test, row


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`((?:app|infra|tests)/[\w/.]+)", PAGE)

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)

    assert named
    gone = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert gone == []
