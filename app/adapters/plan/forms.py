"""From the declaration of a node's fields to the model that reads and checks it.

pydantic does the work: what is missing, unknown, out of range or of the wrong type is found by it,
all at once. Each kind of node has a model, each value within a node another.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from app.adapters.plan import scalars
from app.adapters.plan.marks import Table
from app.adapters.plan.scalars import Reading
from app.adapters.plan.times import OpeningHours
from app.domain import strategies
from app.domain.hours import Span
from app.domain.nodes.base import KINDS, Node
from app.domain.nodes.fields import KeyedBy, Names, hints
from app.domain.replies import Prompt
from app.domain.states import RecordPolicy
from app.domain.value import FIELDS


class Form(BaseModel):
    """A table of the file: it has no other fields than these."""

    model_config = ConfigDict(extra="forbid")


class PromptForm(Form):
    """Words to speak, or a sound file with the words for people who read."""

    say: scalars.Spoken = Field(description="The words.", examples=["Welcome to …"])
    sound: scalars.SoundFile | None = Field(
        None, description="A WAV file beside this one, played instead.", examples=["welcome.wav"]
    )


def _made_prompt(form: PromptForm, info: ValidationInfo) -> Prompt:
    if form.sound is None:
        return Prompt(form.say)
    seconds = cast(Reading, info.context).files.sounds[form.sound].seconds
    return Prompt(form.say, form.sound, seconds)


def _prompt(written: object) -> object:
    return {"say": written} if isinstance(written, str) else written


Spoken = Annotated[
    PromptForm,
    AfterValidator(_made_prompt),
    BeforeValidator(_prompt, json_schema_input_type=str | PromptForm),
]

_TYPES: Mapping[Any, Any] = {
    str: scalars.Words,
    bool: scalars.Yes,
    int: scalars.Whole,
    date: scalars.Day,
    RecordPolicy: scalars.Recorded,
    Prompt: Spoken,
    tuple[Span, ...]: OpeningHours,
}
_NAMED: Mapping[str, Any] = {
    "sound": scalars.SoundFile,
    "zone": scalars.Zone,
    "telephone number": scalars.PhoneNumber,
    "beginning of a number": scalars.NumberPrefix,
}

_ONE_OF: Mapping[str, Callable[[], tuple[str, ...]]] = {"strategy": strategies.names}


def kept(raw: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Keeps what is right with the table it was written in, for checks across the file."""
    made = handler(raw)
    if isinstance(raw, Table):
        cast(Reading, info.context).kept.append((raw, made))
    return made


Kept = WrapValidator(kept)


def any_node() -> Any:
    """The type of a node of any kind, told apart by `is`."""
    every: list[Any] = list(KINDS.values())
    kinds = tuple(_made(kind, node_form(kind)) for kind in every)
    return Annotated[Union[kinds], Field(discriminator="is"), Kept]  # noqa: UP007 # made of a tuple


def node_form(kind: type[Node]) -> type[Form]:
    own = Field(description="The kind of node.", examples=[kind.kind])
    return _form(kind, {"is": (Literal[kind.kind], own)}, kind.about)


def value_form(cls: type, key: str = "") -> type[Form]:
    """Of a value within a node, without the field that is its key."""
    return _form(cls, {}, "", without=key)


def _form(cls: type, fields: dict[str, Any], about: str, without: str = "") -> type[Form]:
    declared = {field.name: field for field in dataclasses.fields(cls)}
    for name, hint in hints(cls).items():
        if name != without:
            fields[name] = (_type(hint, declared[name].metadata), _field(declared[name]))
    return create_model(cls.__name__, __base__=Form, __doc__=about or None, **fields)


def _field(declared: "dataclasses.Field[Any]") -> Any:
    words = declared.metadata
    default = ... if declared.default is dataclasses.MISSING else declared.default
    return Field(
        default,
        description=words["description"],
        examples=words["examples"],
        ge=words.get("ge"),
        le=words.get("le"),
    )


def _type(hint: Any, words: Mapping[str, Any]) -> Any:
    """What pydantic is to read for a field of that type."""
    if hint in _TYPES and not (hint is str and "pattern" in words):
        return _TYPES[hint]
    if hint is str:
        return scalars.matching(words["pattern"], f"is no {words['expected']}")
    match get_origin(hint):
        case origin if origin is Annotated:
            base, mark = get_args(hint)
            return _marked(base, mark, words)
        case origin if origin in (Union, UnionType):
            (inner,) = (part for part in get_args(hint) if part is not NoneType)
            return _type(inner, words) | None
        case origin if origin is tuple:
            return GenericAlias(tuple, (_type(get_args(hint)[0], words), ...))
        case _:
            return _made(hint, value_form(hint)) if hint in FIELDS else hint


def _marked(base: Any, mark: Names | KeyedBy, words: Mapping[str, Any]) -> Any:
    if isinstance(mark, Names) and mark.what in _ONE_OF:
        return Literal[_ONE_OF[mark.what]()]
    if isinstance(mark, Names):
        return _NAMED.get(mark.what) or scalars.known(mark.what)
    cls = get_args(base)[0]
    declared = {field.name: field for field in dataclasses.fields(cls)}
    key = _type(hints(cls)[mark.field], declared[mark.field].metadata)
    others = [name for name in declared if name != mark.field]
    if len(others) > 1:
        table = GenericAlias(dict, (key, value_form(cls, mark.field)))
        return Annotated[table, AfterValidator(_keyed(cls, mark.field)), mark]
    content = _type(hints(cls)[others[0]], declared[others[0]].metadata)
    made = AfterValidator(lambda table: tuple(cls(key, one) for key, one in table.items()))
    return Annotated[GenericAlias(dict, (key, content)), made, mark]


def _keyed(cls: type, field: str) -> Callable[[dict[str, Form]], tuple[Any, ...]]:
    def made(table: dict[str, Form]) -> tuple[Any, ...]:
        return tuple(cls(**{field: key}, **dict(form)) for key, form in table.items())

    return made


def _made(cls: type, form: type[Form]) -> Any:
    """The form's type, which becomes a value of `cls`."""

    def made(read: Form) -> Any:
        return cls(**{name: content for name, content in read if name != "is"})

    return Annotated[form, AfterValidator(made)]
