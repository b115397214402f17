"""SCREENSHOTS=FOLDER keeps pictures of the pages of the story, for the docs and for eyes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def screenshots() -> Path | None:
    """Where pictures go, if SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
