"""`make run`, whole: it starts, says where, runs once, stops on Ctrl-C, and remembers (Show 1)."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
STARTS_SECONDS = 60  # a limit of this test only; what is promised is measured by the Show
STOPS_SECONDS = 30


def _command(var: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "infra.local.run", "--var", str(var), *more]


@pytest.fixture(scope="module")
def ports() -> tuple[str, ...]:
    """Three free ports, as options."""
    names = ("--product-port", "--exchange-port", "--cloud-port")
    return tuple(word for name in names for word in (name, str(free_port())))


@contextmanager
def _running(var: Path, ports: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """A box that is ready, stopped by Ctrl-C; yields the addresses that it says."""
    process = subprocess.Popen(
        _command(var, *ports), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said: list[str] = []
    deadline = time.monotonic() + STARTS_SECONDS
    try:
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C stops it" in line:
                break
            assert time.monotonic() < deadline
        text = "".join(said)
        assert "Switchroom is ready" in text, text
        yield dict(re.findall(r"^  (Agents|Telephone|Inspector) +(http\S+)$", text, re.MULTILINE))
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=STOPS_SECONDS)
    assert process.returncode == 0, rest
    assert "Everything is kept" in rest


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status)


def test_make_run_starts_runs_once_stops_and_starts_again(
    tmp_path: Path, ports: tuple[str, ...]
) -> None:
    with _running(tmp_path, ports) as said:
        assert [_status(said[page]) for page in ("Agents", "Telephone", "Inspector")] == [200] * 3
        second = subprocess.run(
            _command(tmp_path), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert second.stderr == f"Switchroom runs already: open {said['Agents']}.\n"

    identity = (tmp_path / "identity.json").read_text()
    with _running(tmp_path, ports) as again:
        assert again == said
        assert _status(again["Agents"]) == 200
    assert (tmp_path / "identity.json").read_text() == identity


def test_a_wrong_company_s_file_stops_the_start_with_its_line(
    tmp_path: Path, ports: tuple[str, ...]
) -> None:
    plan = tmp_path / "switchroom.yaml"
    text = (ROOT / "switchroom.yaml").read_text(encoding="utf-8")
    plan.write_text(text.replace("start: uk-hours", "start: uk-hour"), encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "start: uk-hours" in row)

    started = subprocess.run(
        _command(tmp_path / "var", *ports, "--plan", str(plan)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    assert re.search(rf"switchroom\.yaml, line {line}: .*uk-hours", started.stderr)


def test_a_missing_company_s_file_is_one_sentence(tmp_path: Path, ports: tuple[str, ...]) -> None:
    started = subprocess.run(
        _command(tmp_path / "var", *ports, "--plan", str(tmp_path / "none.yaml")),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    assert "none.yaml" in started.stderr
    assert "Traceback" not in started.stderr
