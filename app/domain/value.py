"""`@value`: an immutable thing that is equal to another with the same contents.

Values are what crosses ports. Each is known to the codec by the name of its class: `FIELDS` has
its fields with their defaults, `VALUES` its class, and no two values have one name.
"""

import dataclasses
from typing import Any, TypeVar, dataclass_transform

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
