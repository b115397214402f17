"""`@value`: an immutable thing that is equal to another with the same contents.

Values are what crosses ports; each is known to the codec by the name of its class.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    return dataclass(frozen=True, slots=True)(cls)
