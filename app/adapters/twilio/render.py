"""A reply becomes TwiML: `AskDigits(...)` is rendered by `ask_digits.xml`, with its very fields.

A template has the reply's fields, `urls`, and the macros of `_speak.xml`, nothing else; what a
field holds is text, never markup. Our own words come from the catalogue of the reply's language
(`languages.py`), so that a word nobody translated is never heard in English. What the carrier would
refuse is refused here first: the caller then hears an apology of ours instead of the carrier's
error (M16).
"""

import re
from dataclasses import fields
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from app.adapters.languages import DEFAULT_LANGUAGE, TEMPLATES, language
from app.adapters.twilio.urls import LegUrls
from app.domain.replies import Reply

DOCUMENT_BYTES = 64_000  # the carrier runs no longer document (its error 11750)
SAID_CHARACTERS = 4096  # the carrier says no longer text in one <Say> (its error 13521)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unrenderable(ValueError):
    """The carrier would refuse this document."""


def render(reply: Reply, urls: LegUrls) -> str:
    """The document. Raises Unrenderable; UnknownLanguage when something is to be said in it."""
    kind = type(reply)
    name, names = _SHAPES.get(kind) or _shape(kind)
    return _checked(name, **{field: getattr(reply, field) for field in names}, urls=urls)


_SHAPES: dict[type[Reply], tuple[str, tuple[str, ...]]] = {}


def _shape(kind: type[Reply]) -> tuple[str, tuple[str, ...]]:
    """The template of such a reply, and its fields: found once in each process."""
    names = tuple(field.name for field in fields(kind))
    return _SHAPES.setdefault(kind, (template_name(kind), names))


def document(name: str, **variables: object) -> str:
    """A static document of ours, such as the music. Raises as `render` does."""
    return _checked(f"documents/{name}.xml", **variables)


def template_name(reply: type[Reply]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", reply.__name__).lower() + ".xml"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Compiled once in each process, when the first document is due."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_control_characters,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["locale"] = locale
    made.filters["said"] = said
    made.filters["word"] = word
    made.globals["default_language"] = DEFAULT_LANGUAGE
    macros = made.get_template("_speak.xml").module
    for macro in ("play", "say"):  # once, since each import costs as much as a whole document
        made.globals[macro] = getattr(macros, macro)
    return made


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    return environment().get_template(name)


def locale(tag: str) -> str:
    """The carrier's name of a language of the plan: `pl` is spoken as `pl-PL`."""
    return language(tag).locale


def word(key: str, tag: str) -> str:
    """A word of ours, by its key in the catalogue of that language."""
    return language(tag).words[key]


def said(text: str) -> str:
    if len(text) > SAID_CHARACTERS:
        raise Unrenderable(f"{len(text)} characters are too many to say")
    return text


def _checked(template: str, **variables: object) -> str:
    made = _template(template).render(variables)
    if len(made.encode()) > DOCUMENT_BYTES:
        raise Unrenderable(f"{template} became longer than {DOCUMENT_BYTES} bytes")
    return made


def _without_control_characters(shown: object) -> object:
    """XML cannot express control characters, not even escaped."""
    if isinstance(shown, Markup):
        return shown
    return _NOT_XML.sub("", shown) if isinstance(shown, str) else shown
