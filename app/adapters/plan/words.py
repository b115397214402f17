"""From what pydantic finds wrong to a line and a sentence that says what to write instead.

An error names its place (`loc`) and its type. The place is followed through the file, which knows
its lines, and through the models, which know a field's limits and an example.
"""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from app.adapters.plan.forms import PromptForm
from app.adapters.plan.marks import List, Part, Table, Text
from app.adapters.plan.people import ContactForm, NumberForm, PersonForm
from app.adapters.plan.problems import Problem, did_you_mean
from app.adapters.plan.scalars import e164
from app.domain.nodes.fields import KeyedBy


def problems_of(wrong: ValidationError, form: type[BaseModel], root: Table) -> Iterator[Problem]:
    for error in wrong.errors(include_url=False):
        place = _Place(form, root)
        for step in error["loc"]:
            place.enter(step)
        if error["type"] == "too_short" and place.part:
            continue  # what stands there is wrong, and said to be
        sentence = _sentence(place, error)
        yield Problem(place.line, sentence)


def _sentence(place: "_Place", error: ErrorDetails) -> str:
    name, owner = place.name, place.owner
    match error["type"]:
        case "said":
            return str(error["ctx"]["words"])
        case "unknown":
            return f"{owner} {error['ctx']['words']}"
        case "missing":
            return f"{owner} has no {name}: write {name}: {place.example}"
        case "extra_forbidden":
            return f"{owner} has no field {name}.{did_you_mean(name, place.beside)}"
        case "union_tag_invalid" if isinstance(place.part, Table):
            return place.wrong_kind(place.part)
        case "union_tag_not_found" if isinstance(place.part, Table):
            return f"{place.what} has no is: write is: {place.words[0]}"
        case "literal_error" if isinstance(place.part, Text):
            hint = did_you_mean(place.part, place.words)
            return f"{name}: {place.part} of {owner} is not known.{hint}"
        case "too_short":
            return f"{name} of {owner} is empty: write {place.field_name}: {place.example}"
        case "string_too_long":
            limit = error["ctx"]["max_length"]
            return f"these are {len(str(place.part))} characters: use at most {limit}."
        case _:
            return _of_the_wrong_type(place)


def _of_the_wrong_type(place: "_Place") -> str:
    write = f"write {place.field_name}: {place.example}"
    match _bare(place.type):
        case kind if kind is int and isinstance(place.part, Text):
            low, high = place.limits
            return f"{place.name} is {place.part}: write a whole number from {low} to {high}."
        case kind if kind is bool and isinstance(place.part, Text):
            return f"{place.name} is {place.part}: write yes or no."
        case kind if kind is int:
            return f"{place.name} of {place.owner} is no number: {write}"
        case kind if kind in (PromptForm, str) or get_origin(kind) is Literal:
            return f"{place.name} of {place.owner} is no text: {write}"
        case kind if get_origin(kind) is tuple:
            return f"{place.name} of {place.owner} is no list: {write}"
        case kind if kind is PersonForm or get_origin(kind) is Union:
            return f"{place.what} has no fields: write them below it."
        case _ if place.is_item:
            return f"here should be fields: {write}"
        case _:
            return f"{place.name} of {place.owner} has no fields: {write}"


class _Place:
    """Where in the file an error is: `enter` goes one step of its `loc` further.

    `name` is the field, or the key in a table; `owner` what has it, and `what` the part itself, as
    sentences call them. `part` is what is written there, as far as there is something.
    """

    def __init__(self, form: type[BaseModel], root: Table) -> None:
        self.part: Part = root
        self.line = root.line
        self.type: Any = form
        self.name = self.field_name = ""
        self.owner = self.what = "the company"
        self.beside: tuple[str, ...] = ()  # the fields that the owner may have
        self.is_item = False  # of a list
        self._field: FieldInfo | None = None

    def enter(self, step: str | int) -> None:
        if step == "[key]":
            return
        kind = _bare(self.type)
        if get_origin(kind) is Union:  # of the kinds of node: the step says which
            self.type = next(form for form in get_args(kind) if step in _tags(form))
            self.what = f"{step} {self.name}"
            return
        self._go_down(step)
        self.is_item = isinstance(step, int)
        if isinstance(step, str):
            self.name, self.owner = step, self.what
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            self.beside = tuple(kind.model_fields)
            self._field = kind.model_fields.get(str(step))
            self.field_name = str(step)
            self.type = self._field.annotation if self._field else None
        else:
            self.type = get_args(kind)[0 if isinstance(step, int) else 1]
        self.what = self._called(step)

    def _go_down(self, step: str | int) -> None:
        match self.part, step:
            case Table() as table, str() if step in table:
                self.part, self.line = table[step], table.lines[step]
            case List() as items, int():
                self.part = items[step]
                self.line = self.part.line
            case _:
                pass  # it is not there, or was written in short

    def _called(self, step: str | int) -> str:
        """What sentences call this part; what has no name is its owner's."""
        kind = _bare(self.type)
        keyed = [mark for mark in self._marks if isinstance(mark, KeyedBy)]
        if kind is NumberForm:
            return f"number {_number(self.part, 'number')}".strip()
        if kind is ContactForm:
            return f"contact {_number(self.part, 'phone')}".strip()
        if kind is PersonForm:
            return f"person {step}"
        if get_origin(kind) is Union:
            return f"node {step}"
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return self.what
        if isinstance(step, int):
            return f"number {step + 1} of {self.name} of {self.owner}"
        return f"{keyed[0].called if keyed else ''} {step} of {self.owner}".strip()

    def wrong_kind(self, table: Table) -> str:
        word = table["is"]
        self.line = table.lines["is"]
        return f"is: {word} of {self.what} is not known.{did_you_mean(str(word), self.words)}"

    @property
    def _marks(self) -> list[Any]:
        return self._field.metadata if self._field else []

    @property
    def example(self) -> str:
        return str(self._field.examples[0]) if self._field and self._field.examples else ""

    @property
    def limits(self) -> tuple[int, int]:
        low = next(mark.ge for mark in self._marks if hasattr(mark, "ge"))
        return low, next(mark.le for mark in self._marks if hasattr(mark, "le"))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may stand here, of a literal or of the kinds of node."""
        kind = _bare(self.type)
        if get_origin(kind) is Union:
            return tuple(tag for form in get_args(kind) for tag in _tags(form))
        return get_args(kind)


def _bare(kind: Any) -> Any:
    """Without marks, and without None where that is allowed."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        parts = [part for part in get_args(kind) if part is not NoneType]
        return _bare(parts[0]) if len(parts) == 1 else kind
    return kind


def _tags(form: Any) -> tuple[str, ...]:
    fields: dict[str, FieldInfo] = _bare(form).model_fields
    return get_args(fields["is"].annotation)


def _number(part: Part, field: str) -> str:
    """The telephone number by which the part is called, if it is one."""
    try:
        return e164(str(part[field])) if isinstance(part, Table) and field in part else ""
    except PydanticCustomError:
        return ""
