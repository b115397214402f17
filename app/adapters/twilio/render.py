"""A reply becomes TwiML: `AskDigits(...)` is rendered by `ask_digits.xml`, with its very fields.

A template has the reply's fields and `urls`, nothing else; what a field holds is text, never
markup. What the carrier would refuse is refused here first (M16).
"""

import re
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.adapters.twilio.urls import LegUrls
from app.domain.replies import Reply

TEMPLATES = Path(__file__).parents[3] / "twiml-templates"
DOCUMENT_BYTES = 64_000  # 11750
SAID_CHARACTERS = 4096  # 13521
_LOCALES = {"en": "en-GB", "pl": "pl-PL", "de": "de-DE", "ru": "ru-RU"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unrenderable(ValueError):
    """The carrier would refuse this document."""


def render(reply: Reply, urls: LegUrls) -> str:
    """The document. Raises Unrenderable."""
    variables = {field.name: getattr(reply, field.name) for field in fields(reply)}
    return _checked(template_name(type(reply)), **variables, urls=urls)


def document(name: str, **variables: object) -> str:
    """A static document of ours, such as the music. Raises Unrenderable."""
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
    return made


def locale(language: str) -> str:
    """The carrier's name of a language of the plan: `pl` is spoken as `pl-PL`."""
    return _LOCALES.get(language, language if "-" in language else "en-GB")


def said(text: str) -> str:
    if len(text) > SAID_CHARACTERS:
        raise Unrenderable(f"{len(text)} characters are too many to say")
    return text


def _checked(template: str, **variables: object) -> str:
    made = environment().get_template(template).render(variables)
    if len(made.encode()) > DOCUMENT_BYTES:
        raise Unrenderable(f"{template} became longer than {DOCUMENT_BYTES} bytes")
    return made


def _without_control_characters(shown: object) -> object:
    """XML has no way to write them, not even escaped."""
    if isinstance(shown, Markup):
        return shown
    return _NOT_XML.sub("", shown) if isinstance(shown, str) else shown
