"""Hidden time and chance are caught with the line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.service.desk import Desk
from tests.simulation import guard
from tests.simulation.guard import HiddenChance, guarded
from tests.simulation.standard import run

SOURCE = """
from datetime import UTC, datetime
import random, uuid, time
def tells():
    datetime.now(UTC)
    uuid.uuid4()
    random.random()
    time.monotonic()
    return hash("a")
"""


def test_the_product_uses_no_hidden_clock_or_randomness() -> None:
    with guarded():
        outcome = run(3, profile="faultless", calls=6, seconds=400)

    assert outcome.calls == 6


def test_a_forbidden_source_is_named_with_its_line() -> None:
    """Else the guard would see nothing in any other test either."""
    file = str(guard.ROOT / "domain" / "planted.py")
    space: dict[str, object] = {}
    exec(compile(SOURCE, file, "exec"), space)  # noqa: S102 - code that pretends to be the product's
    tells = space["tells"]
    assert callable(tells)

    with pytest.raises(HiddenChance) as caught, guarded():
        tells()

    lines = str(caught.value)
    for number, what in ((5, "datetime.now"), (6, "uuid.uuid4"), (7, "random"), (9, "hash")):
        assert any(f"planted.py:{number}" in line and what in line for line in lines.split("\n"))


def test_the_hash_seed_changes_no_trace() -> None:
    """One seed under two orders of hashes is the same world, line by line."""
    program = (
        "from tests.simulation.standard import run; print(run(5, calls=12, seconds=900).digest)"
    )
    root = Path(__file__).parents[2]

    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(number), "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for number in (0, 1)
    }

    assert len(digests) == 1


def test_the_guard_watches_tasks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    space: dict[str, object] = {}
    file = str(guard.ROOT / "service" / "planted.py")
    source = "import time\ndef heartbeat(self, agent_id):\n    time.time()\n"
    exec(compile(source, file, "exec"), space)  # noqa: S102 - code that pretends to be the product's
    monkeypatch.setattr(Desk, "heartbeat", space["heartbeat"])

    with pytest.raises(HiddenChance, match=r"planted.py:3 uses time.time"), guarded():
        run(3, profile="faultless", calls=1, seconds=100)
