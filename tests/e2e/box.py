"""The whole box, started as `make run` starts it, on ports and in a folder of its own."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60
STOP_SECONDS = 40


@dataclass(frozen=True)
class Box:
    product: str
    exchange: str  # host:port


@contextmanager
def running(folder: Path, plan: Path = ROOT / "switchroom.yaml") -> Iterator[Box]:
    ports = [free_port() for _ in range(3)]
    options = zip(("--product-port", "--exchange-port", "--cloud-port"), ports, strict=True)
    command = [sys.executable, "-m", "infra.local.run", "--var", str(folder), "--raw-microphone"]
    command += ["--plan", str(plan)]
    command += [word for name, port in options for word in (name, str(port))]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        _wait_until_ready(process)
        yield Box(f"http://localhost:{ports[0]}", f"localhost:{ports[1]}")
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0, said


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Until it says how to stop it; else whatever it said instead."""
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    stdout = process.stdout

    def read() -> None:
        for line in stdout:
            lines.put(line)
            if "Ctrl-C" in line:
                return
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    said: list[str] = []
    while not said or "Ctrl-C" not in said[-1]:
        said.append(lines.get(timeout=READY_SECONDS))
        assert said[-1], "".join(said)
