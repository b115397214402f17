"""`python -m tests.failures [NUMBER ...]`: plants each row's defect in a copy; its test must fail.

`--page` writes docs/failures.md from the table.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.failures.page import PAGE, page
from tests.failures.table import ROWS, Row

ROOT = Path(__file__).parents[2]
COPIED = ("app", "infra", "tests", "twiml-templates", "demo", "docs")
FILES = ("pyproject.toml", "switchroom.yaml", "package.json", "package-lock.json", "serverless.yml")
TEST_SECONDS = 900


def turns_red(row: Row, house: Path) -> bool:
    file = house / row.file
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(row.old, row.new), encoding="utf-8")
    try:
        return _fails(row.test, house)
    finally:
        file.write_text(text, encoding="utf-8")


def _fails(test: str, house: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        command, cwd=house, env=environment, capture_output=True, timeout=TEST_SECONDS, check=False
    )
    return run.returncode == 1  # 1: tests ran and one failed; anything else proves nothing


def copy_of_the_house(folder: Path) -> Path:
    house = folder / "house"
    for name in COPIED:
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, house / name)
    (house / "node_modules").symlink_to(ROOT / "node_modules")
    return house


def main(words: list[str]) -> int:
    if words == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    numbers = {int(word) for word in words}
    green: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        house = copy_of_the_house(Path(folder))
        for row in ROWS:
            if numbers and row.number not in numbers:
                continue
            red = turns_red(row, house)
            print(f"F{row.number:<3} {'found' if red else 'NOT FOUND'}  {row.planted}", flush=True)
            if not red:
                green.append(row.number)
    print(f"not found: {green}" if green else "every planted defect was found")
    return 1 if green else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
