"""`@value`: an immutable thing that is equal to another with the same contents.

Values are what crosses ports. Each is known to the codec by the name of its class: `FIELDS` has
its fields with their defaults, `VALUES` its class, and no two values have one name.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

T = TypeVar("T")

VALUES: dict[str, type] = {}
FIELDS: dict[type, dict[str, Any]] = {}


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def value(cls: type[T]) -> type[T]:
    """ValueError when another module has a value of that name."""
    made = dataclasses.dataclass(frozen=True, slots=True)(cls)
    known = VALUES.setdefault(made.__name__, made)
    if (known.__module__, known.__qualname__) != (made.__module__, made.__qualname__):
        raise ValueError(f"two values are called {made.__name__}")
    VALUES[made.__name__] = made
    FIELDS[made] = {f.name: f.default for f in dataclasses.fields(made)}  # type: ignore[arg-type]
    return made


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - for others
else:

    def replace(thing, /, **changes):
        """`dataclasses.replace` for a value, in half the time: a decision makes some ten of them.

        TypeError when it has no such field.
        """
        cls = type(thing)
        copy = cls.__new__(cls)
        for name in cls.__dataclass_fields__:  # what a newer version wrote is one of them
            content = changes.pop(name) if name in changes else getattr(thing, name)
            object.__setattr__(copy, name, content)
        if changes:
            raise TypeError(f"{cls.__name__} has no {', '.join(changes)}")
        return copy
