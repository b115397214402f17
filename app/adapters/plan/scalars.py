"""The scalars of a company's file: what each may be, and what is said when it is not.

A validator here raises `said(...)`, whose words are the whole message. Validators get a `Reading`
as their context: the names that the file has, its sounds.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, cast
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.adapters.plan.files import Files, NoSound
from app.adapters.plan.marks import Table
from app.adapters.plan.problems import did_you_mean

EXAMPLE_NUMBER = "+44 20 7946 0800"
LONGEST_WORDS = 3000  # what the carrier speaks in one go, with room for its escapes
NAME = r"[a-z0-9][a-z0-9_-]{0,39}"


@dataclass(slots=True)
class Reading:
    """The context of validation. `kept`: what was right, each with the table it was written in."""

    files: Files
    names: Mapping[str, Collection[str]]  # of each kind of thing that may be named
    kept: list[tuple[Table, Any]] = field(default_factory=list)


def said(message: str) -> PydanticCustomError:
    """An error of these very words."""
    return PydanticCustomError("said", "{words}", {"words": message})


def _strip(written: object) -> object:
    return written.strip() if isinstance(written, str) else written


def _one_line(written: object) -> object:
    return " ".join(written.split()) if isinstance(written, str) else written


def _yes(written: object) -> object:
    match written:
        case str() if written.lower() in ("yes", "true"):
            return True
        case str() if written.lower() in ("no", "false"):
            return False
        case _:
            return written


def _day(written: object) -> object:
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise said(f"{written} is no day: write it as 2026-12-25.") from error


def _zone(name: str) -> str:
    if name not in available_timezones():
        hint = did_you_mean(name, available_timezones()) if "/" in name else ""
        raise said(f"{name} is no time zone: write one such as Europe/London.{hint[:60]}")
    return name


def e164(written: str) -> str:
    """The number as E.164; any spacing may be written."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise said(
            f"{written} is no full telephone number: "
            f"write it with country, such as {EXAMPLE_NUMBER}."
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _sound(name: str, info: ValidationInfo) -> str:
    try:
        return cast(Reading, info.context).files.sound(name)
    except NoSound as error:
        raise said(str(error)) from error


def _known(kind: str) -> Callable[[str, ValidationInfo], str]:
    def check(name: str, info: ValidationInfo) -> str:
        known = cast(Reading, info.context).names[kind]
        if name not in known:
            hint = did_you_mean(name, known)
            words = f"names {name}, but no {kind} is called so.{hint}"
            raise PydanticCustomError("unknown", "{words}", {"words": words})
        return name

    return check


def _matches(pattern: str, wrong: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise said(f"{text} {wrong}.")
        return text

    return check


_WRITTEN = {"type": ["string", "number", "boolean"]}  # how a text may look to an editor: 201, yes


def _of(kind: str) -> WithJsonSchema:
    """A text of a kind that only people tell apart; tools ignore formats that they do not know."""
    return WithJsonSchema({**_WRITTEN, "format": kind})


Words = Annotated[
    str,
    StringConstraints(min_length=1),
    BeforeValidator(_strip),
    WithJsonSchema(_WRITTEN),
]
Spoken = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_WORDS),
    BeforeValidator(_one_line),
    WithJsonSchema(_WRITTEN),
]
Yes = Annotated[bool, BeforeValidator(_yes, json_schema_input_type=bool | Literal["yes", "no"])]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Zone = Annotated[Words, AfterValidator(_zone), _of("time zone")]
PhoneNumber = Annotated[Words, AfterValidator(e164), _of("telephone number")]
SoundFile = Annotated[Words, AfterValidator(_sound), _of("sound file")]
OneOrMany = BeforeValidator(
    lambda part: [part] if isinstance(part, str) else part,
    json_schema_input_type=str | tuple[str, ...],
)


@cache
def known(kind: str) -> Any:
    """The name of a node, a person, a queue."""
    return Annotated[Words, AfterValidator(_known(kind)), _of(f"name of a {kind}")]


@cache
def matching(pattern: str, wrong: str) -> Any:
    """A text of that pattern; `wrong` is what people are told of another."""
    schema = {**_WRITTEN, "pattern": f"^({pattern})$"}
    return Annotated[Words, AfterValidator(_matches(pattern, wrong)), WithJsonSchema(schema)]


Name: Any = matching(NAME, "is no name: use small letters, digits, - and _, at most 40")
