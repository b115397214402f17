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
from app.adapters.plan.marks import Table, Text
from app.adapters.plan.problems import did_you_mean
from app.adapters.twilio.callers import is_withheld
from app.domain.numbering import current
from app.domain.states import RecordPolicy

EXAMPLE_NUMBER = "+44 20 7946 0800"
LONGEST_WORDS = 3000  # what the carrier speaks in one go, with room for its escapes
_ONLY_A_NUMBER = re.compile(r"\+[\d\s().\-/\u2010-\u2015]+")
_NOTHING = ("~", "null")
_NO_PLACES = ("Etc", "SystemV", "posix", "right")  # Etc/GMT+5 is five hours *behind* Greenwich
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


def _as_written(written: object) -> object:
    """What YAML would take a part of, or take for nothing, is to be put in quotes."""
    if isinstance(written, Text) and written.cut:
        kept = f"only {written} is left" if written else "nothing is left"
        raise said(f"{kept} of this text, for # begins a comment: put the text in quotes.")
    if isinstance(written, Text) and written.plain and written.lower() in _NOTHING:
        raise said(f"{written} is YAML's word for nothing: leave it out, or put it in quotes.")
    return _strip(written)


def _one_line(written: object) -> object:
    whole = _as_written(written)
    return " ".join(whole.split()) if isinstance(whole, str) else whole


def _speakable(text: str) -> str:
    if not any(letter.isalnum() for letter in text):
        raise said(f"{text} has no word to speak: write what callers are to hear.")
    return text


def _password(written: object) -> object:
    if isinstance(written, str) and written != written.strip():
        raise said("the password begins or ends with a space, which nobody sees: take it out.")
    return _as_written(written)


def _whole_number(written: object) -> object:
    """Digits and nothing else: `1_0` and `3.0` are numbers to some readers, and not to others."""
    if isinstance(written, str) and not re.fullmatch("[0-9]{1,9}", written):
        raise ValueError(written)
    return written


def _yes(written: object) -> object:
    match written:
        case str() if written.lower() in ("yes", "true"):
            return True
        case str() if written.lower() in ("no", "false"):
            return False
        case _:
            return written


def _record_policy(written: object) -> object:
    """Yes and no were the answers before there was a third."""
    choice = _yes(written)
    if isinstance(choice, bool):
        word = "always" if choice else "never"
        raise said(f"record is {written}: write record: {word}, or record: by hand.")
    return _strip(written)


def _day(written: object) -> object:
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise said(f"{written} is no day: write it as 2026-12-25.") from error


def _zone(name: str) -> str:
    if name.partition("/")[0] in _NO_PLACES or ("/" not in name and name != "UTC"):
        raise said(
            f"{name} is no time zone of a place, with its summer time: "
            "write area and city, such as Europe/London, or UTC."
        )
    if name not in available_timezones():
        hint = did_you_mean(name, available_timezones()) if "/" in name else ""
        raise said(f"{name} is no time zone: write one such as Europe/London.{hint[:60]}")
    return name


def e164(written: str) -> str:
    """The number to dial, as E.164; any spacing may be written, and nothing else."""
    number = _full_number(written)
    if number is None:
        raise said(
            f"{written} is no full telephone number: "
            f"write it with country, such as {EXAMPLE_NUMBER}."
        )
    if not _ONLY_A_NUMBER.fullmatch(written):
        raise said(
            f"{written} is more than a telephone number: write its digits alone, such as "
            f"{EXAMPLE_NUMBER}. An extension behind it cannot be dialled."
        )
    if is_withheld(number):
        raise said(
            f"{written} is how the carrier writes a withheld number: "
            "for those callers, write withheld: yes in a branch."
        )
    return number


def _full_number(written: str) -> str | None:
    """A number as it stands, in the form of today; None for what is too short or too long."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(written)
        number = current(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        why = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return number if why == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _beginning(prefix: str) -> str:
    """The beginning of numbers that there are, as they are compared."""
    import phonenumbers

    codes = [f"+{code}" for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    if not any(code.startswith(prefix) or prefix.startswith(code) for code in codes):
        raise said(f"{prefix} is no country's beginning: write one such as +48.")
    if prefix.startswith("+521"):
        today = f"+52{prefix.removeprefix('+521')}"
        raise said(f"numbers of Mexico have no 1 behind +52 any more: write {today}.")
    return prefix


def _country(code: str) -> str:
    import phonenumbers

    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise said(f"{code} is no country: write its two letters, such as GB or DE.")
    return code


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


Word = Annotated[
    str,
    StringConstraints(min_length=1),
    BeforeValidator(_strip),
    WithJsonSchema(_WRITTEN),
]
Words = Annotated[
    str,
    StringConstraints(min_length=1),
    BeforeValidator(_as_written),
    WithJsonSchema(_WRITTEN),
]
Password = Annotated[
    str,
    StringConstraints(min_length=1),
    BeforeValidator(_password),
    WithJsonSchema(_WRITTEN),
]
Spoken = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_WORDS),
    AfterValidator(_speakable),
    BeforeValidator(_one_line),
    WithJsonSchema(_WRITTEN),
]
Whole = Annotated[int, BeforeValidator(_whole_number)]
Yes = Annotated[bool, BeforeValidator(_yes, json_schema_input_type=bool | Literal["yes", "no"])]
Recorded = Annotated[RecordPolicy, BeforeValidator(_record_policy)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Zone = Annotated[Word, AfterValidator(_zone), _of("time zone")]
PhoneNumber = Annotated[Words, AfterValidator(e164), _of("telephone number")]
Country = Annotated[Word, AfterValidator(_country), _of("country, as two letters")]
SoundFile = Annotated[Word, AfterValidator(_sound), _of("sound file")]
OneOrMany = BeforeValidator(
    lambda part: [part] if isinstance(part, str) else part,
    json_schema_input_type=str | tuple[str, ...],
)


@cache
def known(kind: str) -> Any:
    """The name of a node, a person, a queue."""
    return Annotated[Word, AfterValidator(_known(kind)), _of(f"name of a {kind}")]


@cache
def matching(pattern: str, wrong: str) -> Any:
    """A text of that pattern; `wrong` is what people are told of another."""
    schema = {**_WRITTEN, "pattern": f"^({pattern})$"}
    return Annotated[Word, AfterValidator(_matches(pattern, wrong)), WithJsonSchema(schema)]


Name: Any = matching(NAME, "is no name: use small letters, digits, - and _, at most 40")
NumberPrefix: Any = Annotated[
    matching(r"\+[1-9][0-9]{0,13}", "is no beginning of a number: write + and digits, such as +48"),
    AfterValidator(_beginning),
]
