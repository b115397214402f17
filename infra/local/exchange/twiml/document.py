"""What an answer means to the interpreter (A3): a document, a sound, words, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from infra.local.exchange.interfaces import Answer
from infra.local.exchange.twiml.parse import Document, Node, Refused, parse
from infra.local.exchange.twiml.vocabulary import DocumentKind

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Audio:
    """Played once; what follows depends on where it runs."""

    content_type: str
    body: bytes


Meaning: TypeAlias = Document | Audio | Refused


def content_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def meaning(answer: Answer, kind: DocumentKind, *, empty_hangs_up: bool) -> Meaning:
    sent_as = content_type(answer)
    if not answer.body.strip():
        return Document(()) if empty_hangs_up else Refused(11770, "an empty body")
    if sent_as in XML_TYPES:
        return parse(answer.body, kind)
    if sent_as.startswith("audio/"):
        return Audio(sent_as, answer.body)
    if sent_as == "text/plain":
        return _plain(answer.body, kind)
    return Refused(12300, f"content type {sent_as or 'missing'}")


def _plain(body: bytes, kind: DocumentKind) -> Document | Refused:
    parsed = parse(body, kind)
    match parsed:
        case Document() | Refused(code=11750):
            return parsed
        case Refused():
            words = " ".join(body.decode("utf-8", "replace").split())
            return Document((Node("Say", {}, words),))
