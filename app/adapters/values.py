"""Values beyond a live call to plain data and back: plans, lines of the register, timers' wakes.

The same style as `app.domain.codec`, which it hands everything of calls and agents to: a dict of
the fields that are not at their default, the class under "_". Missing fields take their default.
Fields of a newer version are carried, too: a message that is done, or a job that is sent on, is
written again.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from app import ports
from app.domain import codec, dialplan, hours
from app.domain.value import FIELDS
from app.ports.unreadable import ItemKind, Unreadable

T = TypeVar("T")
_MODULES = (dialplan, hours, ports)  # imported, so that their values are known


def dumps(thing: object) -> str:
    """One compact line of JSON; the same value always gives the same line."""
    return json.dumps(plain(thing), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """ValueError for what is no JSON or of a class that this version does not know."""
    return value_of(json.loads(text))


def readable(cls: type[T], kind: ItemKind, item: str, text: str | None) -> T:
    """What `dumps` made that text of. Raises Unreadable, with the item's id."""
    try:
        found = loads(text or "")
        if not isinstance(found, cls):
            raise TypeError(f"it is no {cls.__name__}")
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        reason = str(error) if isinstance(error, ValueError) else repr(error)
        raise Unreadable(kind, item, reason, text or "") from error
    return found


def plain(thing: object) -> codec.Plain:
    """JSON-able data. TypeError for what is no value, text, number, time, tuple or mapping."""
    match thing:
        case tuple():
            return [plain(item) for item in thing]
        case Mapping():
            return {"%": {key: plain(thing[key]) for key in sorted(thing)}}
        case datetime():
            return codec.plain(thing)
        case date():
            return {"date": thing.isoformat()}
        case time():
            return {"time": thing.isoformat()}
        case _:
            fields = FIELDS.get(type(thing))
            if fields is None:
                return codec.plain(thing)
            data: dict[str, Any] = {"_": type(thing).__name__}
            for name, default in fields.items():
                content = getattr(thing, name)
                if content != default:
                    data[name] = plain(content)
            return {**data, **codec.newer_in(thing)}


def value_of(data: Any) -> Any:
    """The value that `plain` made `data` of. Raises codec.UnknownClass, a ValueError."""
    match data:
        case list():
            return tuple(value_of(item) for item in data)
        case {"%": mapping}:
            return {key: value_of(item) for key, item in mapping.items()}
        case {"date": text}:
            return date.fromisoformat(text)
        case {"time": text}:
            return time.fromisoformat(text)
        case {"_": name}:
            cls = codec.class_of(name)
            known = FIELDS[cls]
            read = {key: value_of(content) for key, content in data.items() if key in known}
            is_known = len(read) + 1 == len(data)
            return cls(**read) if is_known else codec.carrying(cls, read, data)
        case _:
            return codec.value_of(data)
