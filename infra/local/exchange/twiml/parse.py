"""Reading a document, strictly (A3, A4, B0, B21).

What the carrier refuses is a `Refused` with its code, and the fallback URL is requested. What the
carrier only warns of (12200: it skips the element or attribute and goes on) is skipped here too,
and recorded as a `TwimlViolation`: tests assert that there is none.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from infra.local.exchange.twiml.vocabulary import NOUNS, VERBS, DocumentKind, Element, accepts
from infra.local.exchange.violations import TwimlViolation

MOST_BYTES = 65_536
MOST_SPOKEN = 4096


@dataclass(frozen=True, slots=True)
class Node:
    """A verb or noun: known attributes with valid values only, the text, the children."""

    tag: str
    attributes: dict[str, str]
    text: str
    children: tuple[Node, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def flag(self, name: str, default: bool) -> bool:
        return self.attributes.get(name, "true" if default else "false") == "true"

    def whole(self, name: str, default: int) -> int:
        return int(self.attributes.get(name, default))


@dataclass(frozen=True, slots=True)
class Document:
    verbs: tuple[Node, ...]
    violations: tuple[TwimlViolation, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    code: int
    message: str


Parsed: TypeAlias = Document | Refused


@dataclass(slots=True)
class _Reader:
    kind: DocumentKind
    found: list[TwimlViolation] = field(default_factory=list)

    def warn(self, code: int, where: str, message: str) -> None:
        self.found.append(TwimlViolation(code, where, message))


def parse(body: bytes, kind: DocumentKind = DocumentKind.CALL) -> Parsed:
    """A document's verbs, or the carrier's refusal: 11750, 11770, 12100, 12102."""
    if len(body) > MOST_BYTES:
        return Refused(11750, f"{len(body)} bytes of TwiML, more than 64 kB")
    if not body.strip():
        return Refused(11770, "an empty body")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return Refused(12100, "a document type is not TwiML")
    try:
        root = ET.fromstring(body)  # noqa: S314 - no document type, hence no entities
    except ET.ParseError as error:
        return Refused(12100, f"no well-formed XML: {error}")
    if root.tag != "Response":
        return Refused(12102, f"the root is {root.tag}, not Response")
    reader = _Reader(kind)
    for name in root.attrib:
        reader.warn(12200, "Response", f"attribute {name} is unknown")
    _no_text(root, "Response", reader)
    verbs = _children(root, frozenset(VERBS), VERBS, "Response", reader)
    return Document(tuple(_allowed_here(verbs, reader)), tuple(reader.found))


def _allowed_here(verbs: Iterable[Node], reader: _Reader) -> Iterable[Node]:
    for verb in verbs:
        if reader.kind in VERBS[verb.tag].kinds:
            yield verb
        else:
            code = 13238 if reader.kind is DocumentKind.CONFERENCE else 14203
            reader.warn(code, verb.tag, f"not allowed in {reader.kind}")


def _children(
    parent: ET.Element,
    allowed: frozenset[str],
    table: dict[str, Element],
    path: str,
    reader: _Reader,
) -> list[Node]:
    nodes = []
    for child in parent:
        where = f"{path}/{child.tag}"
        if child.tag not in allowed:
            code = 13320 if path.endswith("Gather") else 12200
            reader.warn(code, where, "is unknown, or not run by this exchange, or misplaced")
            continue
        nodes.append(_node(child, table[child.tag], where, reader))
    return nodes


def _node(found: ET.Element, element: Element, where: str, reader: _Reader) -> Node:
    attributes = dict(_attributes(found, element, where, reader))
    if not element.text:
        _no_text(found, where, reader)
    if found.tag == "Say":
        return _say(found, attributes, where, reader)
    table = NOUNS if found.tag == "Dial" else VERBS
    children = _children(found, element.children, table, where, reader)
    node = Node(found.tag, attributes, (found.text or "").strip(), tuple(children))
    _whole_rules(node, where, reader)
    return node


def _attributes(
    found: ET.Element, element: Element, where: str, reader: _Reader
) -> Iterable[tuple[str, str]]:
    for name, value in found.attrib.items():
        expected = element.attributes.get(name)
        if expected is None:
            reader.warn(12200, where, f"attribute {name} is unknown, or not run by this exchange")
        elif not accepts(expected, value):
            reader.warn(12200, where, f"attribute {name} cannot be {value!r}: the default is used")
        else:
            yield name, value


def _say(found: ET.Element, attributes: dict[str, str], where: str, reader: _Reader) -> Node:
    """SSML is read for its words: how they are said is left to the sound."""
    for inner in found.iter():
        if inner is not found and inner.tag not in VERBS["Say"].children:
            reader.warn(12200, f"{where}/{inner.tag}", "is no SSML that the carrier knows")
    text = " ".join("".join(found.itertext()).split())
    if len(text) > MOST_SPOKEN:
        reader.warn(13521, where, f"{len(text)} characters, more than {MOST_SPOKEN}")
    return Node("Say", attributes, text)


def _no_text(found: ET.Element, where: str, reader: _Reader) -> None:
    loose = [found.text or "", *((child.tail or "") for child in found)]
    if any(piece.strip() for piece in loose):
        reader.warn(12200, where, "text where none belongs")


def _whole_rules(node: Node, where: str, reader: _Reader) -> None:
    """Rules over more than one attribute."""
    match node.tag:
        case "Dial" if len(node.children) != 1:
            reader.warn(12200, where, "this exchange runs Dial with exactly one Conference")
        case "Enqueue" if not 1 <= len(node.text) <= 64:
            reader.warn(14205, where, "a queue's name has 1 to 64 characters")
        case "Gather" if any("digits" in child.attributes for child in node.children):
            reader.warn(13320, where, "Play digits inside Gather")
        case "Play" if not node.text and "digits" not in node.attributes:
            reader.warn(12200, where, "a Play of nothing")
        case "Conference" if not node.text:
            reader.warn(12200, where, "a conference needs a name")
        case _:
            pass
