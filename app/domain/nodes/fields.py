"""How a node's fields are declared: once, for the reader, the checks, the schema and the docs.

The metadata of a field are words that libraries for such declarations know: description, examples,
ge, le, pattern. What a text names, such as another node, is said by its type.
"""

import dataclasses
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

from app.domain.value import value

Named: TypeAlias = Literal[
    "node", "person", "sound", "zone", "telephone number", "beginning of a number", "strategy"
]


@value
class Names:
    """A mark on a text: it names one of these."""

    what: Named


@value
class KeyedBy:
    """A mark on a tuple of values: it is written as a table, with this field as the key.

    `called`: what people call such a key.
    """

    field: str
    called: str


NodeName = Annotated[str, Names("node")]
PersonName = Annotated[str, Names("person")]
Sound = Annotated[str, Names("sound")]  # written as a file's name, kept as the content's hash
ZoneName = Annotated[str, Names("zone")]
StrategyName = Annotated[str, Names("strategy")]  # of the table in `app.domain.strategies`
NumberPrefix = Annotated[str, Names("beginning of a number")]  # + and digits
PhoneNumber = Annotated[str, Names("telephone number")]  # E.164


def hints(cls: type) -> dict[str, Any]:
    """The type of each field of a value, with its marks."""
    names = {field.name for field in dataclasses.fields(cls)}
    found = get_type_hints(cls, include_extras=True)
    return {name: hint for name, hint in found.items() if name in names}


def marks(hint: Any) -> tuple[Names | KeyedBy, ...]:
    """The marks of a type as `hints` gives it, whether it may be None or not."""
    own = getattr(hint, "__metadata__", ())
    return own or tuple(mark for part in get_args(hint) for mark in marks(part))


def declared(
    about: str,
    *,
    example: str,
    default: Any = dataclasses.MISSING,
    low: int | None = None,
    high: int | None = None,
    pattern: str | None = None,
    expected: str = "",
    kw_only: bool = False,
) -> Any:
    """A field of a node, or of a value within one.

    `about` is one sentence; `example` is written as in the company's file. A number is from `low`
    to `high`; a text, or each of several, matches `pattern` as a whole. Of one that does not,
    people are told that it "is no {expected}".
    """
    limits = {"ge": low, "le": high, "pattern": pattern, "expected": expected or None}
    said = {name: limit for name, limit in limits.items() if limit is not None}
    metadata = {"description": about, "examples": [example], **said}
    return dataclasses.field(default=default, kw_only=kw_only, metadata=metadata)
