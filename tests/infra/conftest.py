"""What is deployed, packaged once a run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.aws.lambda_zip import ROOT


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with everything packaged, by a process to which every proxy is dead."""
    home = str(tmp_path_factory.mktemp("home"))
    dead = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "infra.aws.package"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": home} | dead,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build"
