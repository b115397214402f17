"""Every text of the desk, from where it is written: templates, labels, verbs, refusals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2

from app.domain.routes import REFUSED_KINDS
from app.domain.verbs import TABLE

APP = Path(__file__).parents[2] / "app"
TEMPLATES = APP / "console" / "templates"

# Words of what will be, what may be done and what is not so now. A sentence without any of them
# says only what is.
SPEAKS_OF_THE_FUTURE = re.compile(
    r"\b(if|when|until|then|next|will|can|cannot|could|appears?|goes?|comes?|again|after|later|"
    r"before|ends|rings|stays?|saved|moment|itself|allow|may|must|wait|waits|takes?|press|gives|leaves?|"
    r"retrieve|no queue)\b",
    re.IGNORECASE,
)


def texts() -> frozenset[str]:
    return frozenset((*_of_templates(), *_of_code(), *_of_verbs(), *REFUSED_KINDS.values()))


def promises() -> frozenset[str]:
    """The texts that need a proof: sentences, of three words at least."""
    return frozenset(
        text for text in texts() if len(text.split()) > 2 and SPEAKS_OF_THE_FUTURE.search(text)
    )


def _of_templates() -> Iterator[str]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted(TEMPLATES.rglob("*.html")):
        found = environment.extract_translations(path.read_text("utf-8"))  # type: ignore[attr-defined]
        for _line, _function, message in found:
            parts = message if isinstance(message, tuple) else (message,)
            yield from (part for part in parts if isinstance(part, str))


def _of_code() -> Iterator[str]:
    """What is marked with `_`, and what a person is refused with."""
    said = {"_", "Refused", "NotANumber"}
    for path in sorted(APP.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            match call:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(str(text))]) if (
                    name in said
                ):
                    yield text
                case _:
                    pass


def _of_verbs() -> Iterator[str]:
    for verb in TABLE.values():
        yield from (verb.label, verb.key_help, verb.refusal, verb.hint)
