"""The inside of the product knows nothing but Python: import-linter can forbid only what it is
told the names of, so this reads every import."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = (ROOT / "app/domain", ROOT / "app/service", ROOT / "app/ports")
HANDED_IN = {"os", "time", "random", "uuid", "secrets", "threading"}


def _modules() -> list[Path]:
    found = [
        p for folder in INSIDE for p in (folder.rglob("*.py") if folder.is_dir() else [folder])
    ]
    return sorted(p for p in found if p.exists())


def _imported(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("module", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_domain_and_service_import_only_themselves_and_the_standard_library(module: Path) -> None:
    imported = _imported(module.read_text(encoding="utf-8"))

    assert imported - sys.stdlib_module_names <= {"app"}
    assert not imported & HANDED_IN


def test_every_form_of_import_is_read() -> None:
    source = "import os.path\nfrom time import monotonic\ndef f():\n    import boto3, uuid\n"

    assert _imported(source) == {"os", "time", "boto3", "uuid"}
