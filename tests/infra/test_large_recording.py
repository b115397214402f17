"""A recording of hours passes through a function of little memory (C8)."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from infra.aws.lambda_zip import ROOT

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

MEGABYTES = 160  # an hour and twenty minutes, on two channels
MOST_GROWN = 40  # MiB: some parts of 8, whatever the length


def test_the_archive_of_a_long_recording_keeps_a_few_parts_in_memory(cloud: Cloud) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.infra.large_recording", str(MEGABYTES), cloud.url,
         cloud.bucket()],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    first, second, grown = done.stdout.split()
    assert (first, second) == ("stored", "stored")
    assert int(grown) < MOST_GROWN
