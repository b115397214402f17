"""What the box takes of the machine that it runs on: the path to programs, and nothing else.

A terminal has proxies, AWS profiles, a home with settings, zone and language, options of Python
and Node, streams that nobody reads, few open files. Whatever of that could reach a program of the
box is replaced here, once for the launcher and once for its children; docs/rules.md lists it.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from infra.local.child import CannotStart

# Where programs and their libraries are: some Pythons do not start without.
TAKEN = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
OPEN_FILES = 1024
FEWEST_OPEN_FILES = 256


def own_environment(inherited: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The whole environment of a program whose home, and whose temporary files, are in `folder`."""
    return {
        **{name: inherited[name] for name in TAKEN if name in inherited},
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "*",  # not those of the system's settings either, which macOS has
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def settle(var: Path) -> None:
    """Make this process one of the box: its environment, its streams, its open files.

    Raises CannotStart with what to do.
    """
    environment = own_environment(os.environ, scratch(var))
    os.environ.clear()
    os.environ.update(environment)
    _open_files()


def scratch(var: Path) -> Path:
    """The folder for what is temporary. Raises CannotStart when it cannot be written to."""
    folder = var / "tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (var / "log").mkdir(exist_ok=True)
        writable = os.access(folder, os.W_OK) and os.access(var, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise CannotStart(
            f"Nothing can be written to {var}: give it to yourself, or say "
            'make run OPTIONS="--var /another/folder".'
        )
    return folder


def open_streams() -> None:
    """Streams that are closed lead nowhere, so that no file of ours gets their numbers.

    Letters that the terminal does not know are shown as question marks.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(words: str, *, wrong: bool = False) -> None:
    """To the terminal. One that has gone away, or is full, gets nothing more; the box goes on."""
    stream: TextIO | None = sys.stderr if wrong else sys.stdout
    if stream is None:  # closed before we began
        return
    try:
        print(words, file=stream, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _open_files() -> None:
    """Every call and every page holds some. Raises CannotStart when too few are allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= OPEN_FILES:
        return
    most = OPEN_FILES if hard == unlimited else min(hard, OPEN_FILES)
    if most < FEWEST_OPEN_FILES:
        raise CannotStart(
            f"Only {most} files may be open at a time: say ulimit -n {OPEN_FILES} and start again."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
