"""Values to plain data and back: how a call or an agent is stored, and its news kept for replay.

A value becomes a dict of its fields that are not at their default, its class under "_"; times
are milliseconds under "@". Fields missing take their default. Fields that a newer version wrote
are carried: such a value is read as a subclass with one field more, `unknown`, which `replace`
hands on and `plain` writes back, so that a save by older code loses nothing.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from app.domain import agent, board, call, events, nodes
from app.domain.value import FIELDS, VALUES

Plain: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_UNKNOWN = "unknown"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_MODULES = (agent, board, call, events, nodes)  # imported, so that their values are known
_AS_THEY_ARE = frozenset({type(None), bool, int, float, str})
_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class UnknownClass(ValueError):
    """The data names a class that this version does not have: a newer one wrote it."""


def plain(thing: object, *, newer: bool = True) -> Plain:
    """JSON-able data. TypeError for what is no value, text, number, time or tuple of them.

    `newer`: with what a newer version wrote beside.
    """
    kind = type(thing)
    if kind in _AS_THEY_ARE:
        return cast(Plain, thing)
    if kind in FIELDS:
        return fields(thing, newer=newer)
    match thing:
        case bool() | int() | float() | str():  # of a class of its own
            return thing
        case tuple():
            return [plain(item, newer=newer) for item in thing]
        case datetime():
            return {"@": (thing - _EPOCH) // _MILLISECOND}
        case _:
            raise TypeError(f"{kind.__name__} is not stored")


def fields(thing: object, *, newer: bool = True) -> dict[str, Any]:
    """A value's fields that are not at their default, and its class. TypeError: it is none."""
    cls = type(thing)
    known = FIELDS.get(cls)
    if known is None:
        raise TypeError(f"{cls.__name__} is not stored")
    data: dict[str, Any] = {"_": cls.__name__}
    for name, default in known.items():
        content = getattr(thing, name)
        if content is default:
            continue
        if type(content) in _AS_THEY_ARE:
            if content != default:
                data[name] = content
            continue
        written = plain(content, newer=newer)
        if content != default or written != plain(default):  # equal, but with something newer
            data[name] = written
    if newer and VALUES.get(cls.__name__) is not cls:
        data |= newer_in(thing)
    return data


def newer_in(thing: object) -> Mapping[str, Any]:
    """What a newer version wrote beside the fields of a value that this version knows."""
    unknown: Mapping[str, Any] = getattr(thing, _UNKNOWN, _NOTHING)
    return unknown


def digest(thing: object) -> str:
    """Of what this version knows of a value, 16 hex digits; whatever process asks."""
    text = _TEXT.encode(plain(thing, newer=False))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def value_of(data: Any) -> Any:
    """The value that `plain` made `data` of. Raises UnknownClass.

    By type and not by pattern: a board of 2,000 rows is read through here (S6).
    """
    kind = type(data)
    if kind is list:
        return tuple([value_of(item) for item in data])
    if kind is not dict:
        return data
    if "@" in data:
        return _EPOCH + data["@"] * _MILLISECOND
    cls = VALUES.get(data["_"]) or class_of(data["_"])
    known = FIELDS[cls]
    read = {name: value_of(content) for name, content in data.items() if name in known}
    if len(read) + 1 == len(data):  # one more: its class
        return cls(**read)
    return carrying(cls, read, data)


def carrying(cls: type, read: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    """The value that was read of `data`, which carries all else that stands there."""
    known = FIELDS[cls]
    unknown = {name: data[name] for name in data if name not in known and name != "_"}
    return _carrying(cls)(**read, **{_UNKNOWN: unknown})


def class_of(name: str) -> type:
    """The value's class of that name. Raises UnknownClass."""
    cls = VALUES.get(name)
    if cls is None:
        raise UnknownClass(f"this version knows no {name}: a newer one wrote it")
    return cls


@cache
def _carrying(cls: type) -> type:
    """`cls`, with a field for what it does not know. It is equal to others as `cls` says.

    Else an older process would not know a command of a newer one, and repeat it.
    """
    known = FIELDS[cls]

    def is_equal(self: object, other: object) -> bool:
        return isinstance(other, cls) and all(
            getattr(self, name) == getattr(other, name) for name in known
        )

    hidden = dataclasses.field(kw_only=True, repr=False)
    made = dataclasses.make_dataclass(
        cls.__name__,
        [(_UNKNOWN, Mapping[str, Any], hidden)],
        bases=(cls,),
        namespace={"__eq__": is_equal, "__hash__": cls.__hash__},
        frozen=True,
        slots=True,
        eq=False,
    )
    FIELDS[made] = known
    return made
