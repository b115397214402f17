"""The webhook path stays lean: what is slow to import comes with the first command (F40)."""

import subprocess
import sys

import pytest

SLOW = ("twilio", "requests", "jwt")
PATH = """
import sys
import app.adapters.twilio.voice, app.adapters.twilio.carrier, app.adapters.twilio.tokens
import app.adapters.twilio.numbers
print([name for name in {names!r} if name in sys.modules])
"""


@pytest.mark.parametrize("name", SLOW)
def test_the_webhook_path_imports_nothing_slow(name: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", PATH.format(names=SLOW)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert name not in asked.stdout
    assert asked.stdout.strip() == "[]"
