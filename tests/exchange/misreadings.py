"""Plants each misreading of the contract in a copy of the exchange: a test must then fail.

`python -m tests.exchange.misreadings [words]` runs all of them, or those whose line has the words.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.exchange.misreadings_table import MISREADINGS, Misreading
from tests.support.tree_copy import ROOT, copy_of_the_tree

EXCHANGE = Path("infra/local/exchange")
FOLDERS = ("infra", "tests/exchange")
FAILED = 1  # pytest: tests ran, and some failed; anything else is no verdict


def planted(misreading: Misreading, text: str) -> str:
    """The file with the misreading in it. Raises ValueError when `old` is not there just once."""
    found = text.count(misreading.old)
    if found != 1 or misreading.new == misreading.old:
        raise ValueError(f"{misreading.line}: {found} times in {misreading.file}")
    return text.replace(misreading.old, misreading.new)


def source(misreading: Misreading, root: Path = ROOT) -> Path:
    return root / EXCHANGE / misreading.file


def try_out(misreading: Misreading) -> tuple[bool, str]:
    """Whether the named test failed on the planted copy, and what pytest said."""
    with copy_of_the_tree(FOLDERS) as root:
        file = source(misreading, root)
        file.write_text(planted(misreading, file.read_text()))
        ran = subprocess.run(
            _pytest(f"tests/exchange/{misreading.test}"),
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
    return ran.returncode == FAILED, ran.stdout + ran.stderr


def _pytest(test: str) -> list[str]:
    quiet = ("-q", "-x", "--no-header", "-p", "no:cacheprovider", "--durations=0")
    return [sys.executable, "-m", "pytest", *quiet, test]


def main(words: list[str]) -> int:
    chosen = [one for one in MISREADINGS if not words or any(word in one.line for word in words)]
    survived = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for misreading, (caught, said) in zip(chosen, pool.map(try_out, chosen), strict=True):
            _say(f"{'caught  ' if caught else 'SURVIVED'}  {misreading.line}")
            if not caught:
                survived += 1
                _say(said)
    _say(f"{len(chosen) - survived} of {len(chosen)} misreadings were caught")
    return 1 if survived or not chosen else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
