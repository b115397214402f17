"""`python -m tests.failures [NUMBER ...]`: plants each row's defect in a copy; its test must fail.

`--page` writes docs/failures.md from the table.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.failures.page import PAGE, page
from tests.failures.table import ROWS, Row
from tests.support.tree_copy import copy_of_the_tree

TEST_SECONDS = 900


def turns_red(row: Row, tree: Path) -> bool:
    file = tree / row.file
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(row.old, row.new), encoding="utf-8")
    try:
        return _fails(row.test, tree)
    finally:
        file.write_text(text, encoding="utf-8")


def _fails(test: str, tree: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        command,
        cwd=tree,
        env=environment,
        capture_output=True,
        timeout=TEST_SECONDS,
        check=False,
    )
    return run.returncode == 1  # 1: tests ran and one failed; anything else proves nothing


def main(words: list[str]) -> int:
    if words == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    numbers = {int(word) for word in words}
    green: list[int] = []
    with copy_of_the_tree() as tree:
        for row in ROWS:
            if numbers and row.number not in numbers:
                continue
            red = turns_red(row, tree)
            print(f"F{row.number:<3} {'found' if red else 'NOT FOUND'}  {row.planted}", flush=True)
            if not red:
                green.append(row.number)
    print(f"not found: {green}" if green else "every planted defect was found")
    return 1 if green else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
