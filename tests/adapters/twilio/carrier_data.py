"""The carrier's own data files, which are in no repository: tests that read them may be skipped."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "carrier"


def carrier_data(name: str) -> Any:
    """The file's contents; skips the test where the folder does not exist."""
    if not FOLDER.exists():
        pytest.skip("the carrier's data files are not here")
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
