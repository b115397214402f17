"""A copy of the repository in which a defect can be planted: what is here stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "demo", "docs", "infra", "requirements", "tests", "twiml-templates")


@contextmanager
def copy_of_the_tree(folders: Sequence[str] = FOLDERS) -> Iterator[Path]:
    """Those folders, and the files beside them; deleted at the end."""
    with TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        for name in folders:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ROOT.iterdir():
            if file.is_file():
                shutil.copy(file, tree / file.name)
        (tree / "node_modules").symlink_to(ROOT / "node_modules")
        yield tree
