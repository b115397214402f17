"""Connection overrides in a URL's fragment: `#rc=2&rp=5xx,ct,rt&ct=2000` (contract A2).

The fragment is neither sent nor signed. What is out of range or unknown is a warning
(11240...11243) and the default is used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl

RETRY_KINDS = frozenset({"4xx", "5xx", "ct", "rt"})


@dataclass(frozen=True, slots=True)
class Overrides:
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


def split_overrides(url: str) -> tuple[str, Overrides, tuple[str, ...]]:
    """The URL without its fragment, what the fragment asks for, and what is wrong with it."""
    bare, _, fragment = url.partition("#")
    return bare, *_overrides(fragment)


@lru_cache(maxsize=256)
def _overrides(fragment: str) -> tuple[Overrides, tuple[str, ...]]:
    overrides, wrong = Overrides(), []
    for name, value in parse_qsl(fragment, keep_blank_values=True):
        changed = _apply(overrides, name, value)
        if changed is None:
            wrong.append(f"{name}={value}")
        else:
            overrides = changed
    return overrides, tuple(wrong)


def _apply(overrides: Overrides, name: str, value: str) -> Overrides | None:
    match name:
        case "ct":
            seconds = _milliseconds(value, 10_000)
            return None if seconds is None else replace(overrides, connect_seconds=seconds)
        case "rt":
            seconds = _milliseconds(value, 15_000)
            return None if seconds is None else replace(overrides, read_seconds=seconds)
        case "tt":
            seconds = _milliseconds(value, 15_000)
            return None if seconds is None else replace(overrides, total_seconds=seconds)
        case "rc":
            return replace(overrides, retries=int(value)) if value in set("012345") else None
        case "rp":
            kinds = RETRY_KINDS if value == "all" else frozenset(value.split(","))
            return replace(overrides, retry_on=kinds) if kinds <= RETRY_KINDS else None
        case "sni" | "e":
            return overrides  # nothing here depends on edges or on server name indication
        case _:
            return None


def _milliseconds(value: str, highest: int) -> float | None:
    if not (value.isascii() and value.isdecimal()) or not 100 <= int(value) <= highest:
        return None
    return int(value) / 1000
