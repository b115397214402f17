"""Values to plain data and back: how a call or an agent is stored, and its news kept for replay.

A value becomes a dict of its fields that are not at their default, its class under "_"; times
are milliseconds under "@". Fields unknown to this version are ignored when read, fields missing
take their default: readers accept one version ahead (design-state.md 6).
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from app.domain import agent, board, call, events, nodes
from app.domain.value import FIELDS, VALUES

Plain: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MODULES = (agent, board, call, events, nodes)  # imported, so that their values are known
_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(thing: object) -> Plain:
    """JSON-able data. TypeError for what is no value, text, number, time or tuple of them."""
    match thing:
        case None | bool() | int() | float() | str():
            return thing
        case tuple():
            return [plain(item) for item in thing]
        case datetime():
            return {"@": (thing - _EPOCH) // _MILLISECOND}
        case _:
            return fields(thing)


def fields(thing: object) -> dict[str, Any]:
    """A value's fields that are not at their default, and its class. TypeError: it is none."""
    known = FIELDS.get(type(thing))
    if known is None:
        raise TypeError(f"{type(thing).__name__} is not stored")
    data: dict[str, Any] = {"_": type(thing).__name__}
    for name, default in known.items():
        content = getattr(thing, name)
        if content is not default and content != default:
            data[name] = plain(content)
    return data


def digest(thing: object) -> str:
    """Of a value, 16 hex digits; equal values have equal ones, whatever process asks."""
    return hashlib.sha256(_TEXT.encode(plain(thing)).encode()).hexdigest()[:16]


def value_of(data: Any) -> Any:
    """The value that `plain` made `data` of. KeyError for a class this version does not know.

    By type and not by pattern: a board of 2,000 rows is read through here (S6).
    """
    kind = type(data)
    if kind is list:
        return tuple([value_of(item) for item in data])
    if kind is not dict:
        return data
    if "@" in data:
        return _EPOCH + data["@"] * _MILLISECOND
    cls = VALUES[data["_"]]
    known = FIELDS[cls]
    return cls(**{k: value_of(v) for k, v in data.items() if k in known})
