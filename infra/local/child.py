"""One process of the box: started apart from the terminal, watched, stopped within a limit.

Each child has its own session, so that Ctrl-C reaches the launcher alone and the launcher decides
the order of stopping. On Linux a child also ends when the launcher is killed.
"""

from __future__ import annotations

import ctypes
import errno
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_NO_SUCH_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)  # a machine without IPv6
# A proxy knows nothing of this machine's own ports.
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class CannotStart(Exception):
    """The box cannot run; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start. `health_url` answers HTTP once it is ready; `stop_seconds` bounds its end.

    It starts in `folder`; None: where the launcher is. The environment is all that it gets.
    """

    name: str
    port: int
    command: Sequence[str]
    environment: Mapping[str, str]
    health_url: str
    stop_seconds: float
    folder: Path | None = None


class Child:
    """A running program and its log file."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                list(program.command),
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Safe: the launcher has one thread.
                preexec_fn=_end_with_the_launcher if sys.platform == "linux" else None,  # noqa: PLW1509
            )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self, limit_seconds: float) -> None:
        """Raises CannotStart when it ends first or is not ready in time; shows its last words."""
        deadline = time.monotonic() + limit_seconds
        while time.monotonic() < deadline:
            if not self.running:
                raise CannotStart(f"{self.program.name} stopped while starting.{self.last_words()}")
            if answers(self.program.health_url):
                return
            time.sleep(POLL_SECONDS)
        raise CannotStart(
            f"{self.program.name} is not ready after {limit_seconds:.0f} s.{self.last_words()}"
        )

    def stop(self) -> None:
        """Ask it to end; end it when it does not."""
        if not self.running:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, to be put behind a sentence."""
        words = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        said = "".join(f"\n    {line}" for line in words)
        return f" Its log is {self.log}{', which ends in:' + said if said else '.'}"


def answers(url: str) -> bool:
    """Whether somebody answers there, and not with a server error."""
    try:
        with _DIRECTLY.open(url, timeout=2) as response:
            return bool(response.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def require_free(program: Program) -> None:
    """Raises CannotStart when somebody else has the program's port, on either loopback address.

    Browsers ask `localhost` at ::1 first: a program that has only that would get their requests.
    """
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            _bind(family, address, program.port)
        except PermissionError:
            raise CannotStart(
                f"Port {program.port}, which {program.name} needs, is for the system: "
                "choose one from 1024."
            ) from None
        except OSError as error:
            if error.errno in _NO_SUCH_ADDRESS:
                continue
            raise CannotStart(
                f"Port {program.port}, which {program.name} needs, is in use: "
                f"stop the program that has it (see `lsof -i :{program.port}`) and start again."
            ) from None


def _bind(family: socket.AddressFamily, address: str, port: int) -> None:
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))


def _end_with_the_launcher() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
