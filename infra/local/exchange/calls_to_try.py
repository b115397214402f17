"""Calls that the street phone's page suggests, as the customer hands them to the exchange.

A JSON file: `{"calls": [{"title", "number", "caller", "steps": [step, …]}, …]}`. A step has words
for people, `do` and `happens`; what is done, `keys` or `hang_up` (the first step is the dialling);
and what a test checks: `heard` (a part of what the caller then hears), `offered_to` (an agent), or
`outcome` (of the call, as the register has it). `after_seconds` is how long all this may take.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    do: str
    happens: str
    keys: str = ""
    hang_up: bool = False
    heard: str = ""
    offered_to: str = ""
    outcome: str = ""
    after_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class CallToTry:
    """`caller` is a number, or one of the forms of `signalling.caller_ids`."""

    title: str
    number: str
    caller: str
    steps: tuple[Step, ...]


def read_calls_to_try(path: Path | None) -> tuple[CallToTry, ...]:
    """None without a file. Raises ValueError when the file holds something else."""
    if path is None or not path.exists():
        return ()
    try:
        return tuple(_call(one) for one in json.loads(path.read_text(encoding="utf-8"))["calls"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no calls to try: {error}") from error


def _call(one: dict[str, Any]) -> CallToTry:
    steps: Sequence[dict[str, Any]] = one["steps"]
    made = tuple(Step(**step) for step in steps)
    return CallToTry(one["title"], one["number"], one["caller"], made)
