"""One call as one file: its journal entries as JSON, which the tests load and play again.

Rule: what is loaded equals what was saved, entry by entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, get_args

from infra.local.exchange.inspection.names import Names
from infra.local.exchange.journal import Entry, News

FORMAT: Final = "exchange-call-1"
_KINDS: Final = {kind.__name__: kind for kind in get_args(News)}


@dataclass(frozen=True, slots=True)
class SavedCall:
    """`call` is the sid of the leg that the call began with."""

    call: str
    account: str
    names: Names
    entries: tuple[Entry, ...]


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as JSON: its kind, number and time, and the fields of that kind."""
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "kind": type(entry.news).__name__,
        **asdict(entry.news),
    }


def save(call: str, account: str, names: Names, entries: Sequence[Entry]) -> str:
    saved = {
        "format": FORMAT,
        "call": call,
        "account": account,
        "names": dict(names.table),
        "entries": [*map(plain, entries)],
    }
    return json.dumps(saved, ensure_ascii=False, indent=1)


def load(text: str) -> SavedCall:
    """Raises ValueError for a file that is no saved call."""
    try:
        saved = json.loads(text)
        if saved["format"] != FORMAT:
            raise ValueError(f"a call of the format {saved['format']!r}, not {FORMAT!r}")
        return SavedCall(
            saved["call"],
            saved["account"],
            Names(saved["names"]),
            tuple(_entry(one) for one in saved["entries"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no saved call: {error!r}") from error


def _entry(one: Mapping[str, Any]) -> Entry:
    told = {key: value for key, value in one.items() if key not in ("sequence", "at", "kind")}
    if "pairs" in told:
        told["pairs"] = tuple((name, value) for name, value in told["pairs"])
    return Entry(one["sequence"], datetime.fromisoformat(one["at"]), _KINDS[one["kind"]](**told))
