"""What an answer means to the interpreter (A3): a document, a sound, words, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from infra.local.exchange.seam import Answer
from infra.local.exchange.twiml.parse import Document, Node, Refused, parse
from infra.local.exchange.twiml.vocabulary import Context

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Audio:
    """Played once; what follows depends on where it runs."""

    content_type: str
    body: bytes


Meaning: TypeAlias = Document | Audio | Refused


def content_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def meaning(answer: Answer, context: Context, *, empty_hangs_up: bool) -> Meaning:
    kind = content_type(answer)
    if not answer.body.strip():
        return Document(()) if empty_hangs_up else Refused(11770, "an empty body")
    if kind in XML_TYPES:
        return parse(answer.body, context)
    if kind.startswith("audio/"):
        return Audio(kind, answer.body)
    if kind == "text/plain":
        return _plain(answer.body, context)
    return Refused(12300, f"content type {kind or 'missing'}")


def _plain(body: bytes, context: Context) -> Document | Refused:
    parsed = parse(body, context)
    match parsed:
        case Document() | Refused(code=11750):
            return parsed
        case Refused():
            words = " ".join(body.decode("utf-8", "replace").split())
            return Document((Node("Say", {}, words),))
