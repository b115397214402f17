"""Hidden time and chance, caught at run time with the line that used them.

Everything in `app` is handed its clock, ids and randomness; only the module that adapts the system
itself may ask it. The lint reads imports; this watches what is really called.
"""

from __future__ import annotations

import builtins
import os
import random
import secrets
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import app

ROOT = Path(app.__file__).parent
ALLOWED = (ROOT / "adapters" / "system.py",)

_BUILTINS: dict[Any, str] = {
    time.time: "time.time",
    time.time_ns: "time.time_ns",
    time.monotonic: "time.monotonic",
    time.sleep: "time.sleep",
    os.urandom: "os.urandom",
    os.getenv: "os.getenv",
    builtins.id: "id",
    builtins.hash: "hash",
}
_METHODS = frozenset({"now", "utcnow", "today"})
_MODULES = {
    Path(str(module.__file__)): module.__name__ for module in (random, uuid, secrets, threading)
}
_THREADS = frozenset({"start", "__init__"})  # locks are harmless: one thread


class HiddenChance(AssertionError):
    """Time or chance that was not handed in; says what was used, and where."""


@contextmanager
def guarded() -> Iterator[list[str]]:
    """Whatever of `app` asks for hidden time or chance meanwhile is in the list, with its line."""
    found: list[str] = []

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            what, caller = _builtin(argument), frame
        elif event == "call" and frame.f_back is not None:
            what, caller = _python(frame.f_code), frame.f_back
        else:
            return
        if what is not None and _is_ours(caller.f_code):
            found.append(f"{caller.f_code.co_filename}:{caller.f_lineno} uses {what}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)
    if found:
        raise HiddenChance("\n".join(sorted(set(found))))


def _builtin(function: Any) -> str | None:
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, date | datetime):
        name = str(function.__name__)
        return f"{owner.__name__}.{name}" if name in _METHODS else None
    if isinstance(owner, random.Random):
        return f"random.{function.__name__}"
    try:
        return _BUILTINS.get(function)
    except TypeError:  # what cannot be hashed is none of them
        return None


def _python(code: CodeType) -> str | None:
    module = _MODULES.get(Path(code.co_filename))
    if module is None or (module == "threading" and code.co_name not in _THREADS):
        return None
    return f"{module}.{code.co_name}"


def _is_ours(code: CodeType) -> bool:
    file = Path(code.co_filename)
    return file.is_relative_to(ROOT) and file not in ALLOWED
