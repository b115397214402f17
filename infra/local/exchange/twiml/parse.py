"""Reading a document, strictly (A3, A4, B0, B21).

What the carrier refuses is a `Refused` with its code, and the fallback URL is requested. What the
carrier only warns of (12200: it skips the element or attribute and goes on) is skipped here too,
and recorded as a `TwimlViolation`: tests assert that there is none. What the carrier runs and this
exchange does not is recorded with NOT_EMULATED, and noted in the verb: the call stops there.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from infra.local.exchange.twiml.carrier_only import CARRIER_ONLY
from infra.local.exchange.twiml.vocabulary import (
    CARRIER_VERBS,
    NOUNS,
    SSML,
    VERBS,
    DocumentKind,
    Element,
    accepts,
)
from infra.local.exchange.violations import NOT_EMULATED, TwimlViolation

MOST_BYTES = 65_536
MOST_SPOKEN = 4096
XML_VERSION = re.compile(rb"""<\?xml\s+version\s*=\s*["']([^"']*)""")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SEPARATING = frozenset({"break", "p", "s"})  # SSML that stands between words, not inside one

ELEMENTS: dict[str, Element] = {**VERBS, **NOUNS, **CARRIER_ONLY}
WRONG_VALUE = {  # else 12200
    ("Gather", "finishOnKey"): 13310,
    ("Gather", "method"): 13312,
    ("Gather", "timeout"): 13313,
    ("Gather", "numDigits"): 13314,
    ("Enqueue", "method"): 14201,
    ("Enqueue", "waitUrlMethod"): 14206,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A verb or noun: known attributes with valid values only, the text, the children.

    `not_emulated` and `without_effect` name what the carrier would do and the exchange does not,
    here and in the children: "Connect", "Dial callerId".
    """

    tag: str
    attributes: dict[str, str]
    text: str
    children: tuple[Node, ...] = ()
    not_emulated: tuple[str, ...] = ()
    without_effect: tuple[str, ...] = ()

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


@dataclass(slots=True)
class _Edges:
    """What of one element the carrier alone would do."""

    reader: _Reader
    where: str
    not_emulated: list[str] = field(default_factory=list)
    without_effect: list[str] = field(default_factory=list)

    def stop_at(self, name: str) -> None:
        self.not_emulated.append(name)
        self.reader.warn(NOT_EMULATED, self.where, f"{name} is not emulated here")

    def note(self, name: str) -> None:
        self.without_effect.append(name)
        self.reader.warn(NOT_EMULATED, self.where, f"{name} has no effect here")

    def add(self, child: Node) -> None:
        self.not_emulated += child.not_emulated
        self.without_effect += child.without_effect


def parse(body: bytes, kind: DocumentKind = DocumentKind.CALL) -> Parsed:
    """A document's verbs, or the carrier's refusal: 11750, 11770, 12100, 12102."""
    if len(body) > MOST_BYTES:
        return Refused(11750, f"{len(body)} bytes of TwiML, more than 64 kB")
    if not body.strip():
        return Refused(11770, "an empty body")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return Refused(12100, "a document type is not TwiML")
    version = XML_VERSION.search(body.replace(b"\0", b""))
    if version is not None and version[1] != b"1.0":
        return Refused(12100, f"XML {version[1].decode('ascii', 'replace')}, not 1.0")
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
    verbs = _children(root, frozenset(VERBS) | CARRIER_VERBS, "Response", reader)
    return Document(tuple(_allowed_here(verbs, reader)), tuple(reader.found))


def _allowed_here(verbs: Iterable[Node], reader: _Reader) -> Iterable[Node]:
    for verb in verbs:
        if reader.kind in ELEMENTS[verb.tag].kinds:
            yield verb
        else:
            code = 13238 if reader.kind is DocumentKind.CONFERENCE else 12200
            reader.warn(code, verb.tag, f"not allowed in {reader.kind}")


def _children(
    parent: ET.Element, allowed: frozenset[str], path: str, reader: _Reader
) -> list[Node]:
    nodes = []
    for child in parent:
        where = f"{path}/{child.tag}"
        if child.tag not in allowed:
            code = 13320 if path.endswith("Gather") else 12200
            reader.warn(code, where, "is unknown, or misplaced")
            continue
        nodes.append(_node(child, ELEMENTS[child.tag], where, reader))
    return nodes


def _node(found: ET.Element, element: Element, where: str, reader: _Reader) -> Node:
    edges = _Edges(reader, where)
    if not element.is_emulated:
        edges.stop_at(found.tag)
    attributes = dict(_attributes(found, element, edges))
    if element.carrier_text and (found.text or "").strip():
        edges.stop_at(f"{found.tag} with {element.carrier_text}")
    elif element.is_emulated and not element.text:
        _no_text(found, where, reader)
    if found.tag == "Say":
        text, children = _spoken(found, edges), []
    else:
        allowed = element.children | element.carrier_children
        text, children = (found.text or "").strip(), _children(found, allowed, where, reader)
    for child in children:
        edges.add(child)
    stops, notes = tuple(edges.not_emulated), tuple(edges.without_effect)
    node = Node(found.tag, attributes, text, tuple(children), stops, notes)
    if not stops:
        _whole_rules(node, where, reader)
    return node


def _attributes(found: ET.Element, element: Element, edges: _Edges) -> Iterable[tuple[str, str]]:
    for name, value in found.attrib.items():
        here = element.attributes.get(name)
        unheeded = element.without_effect.get(name)
        there = element.not_emulated.get(name)
        if here is not None and accepts(here, value):
            yield name, value
        elif unheeded is not None and accepts(unheeded, value):
            edges.note(f"{found.tag} {name}")
        elif there is not None and accepts(there, value):
            if element.is_emulated:  # else the element has been named, with all that it has
                edges.stop_at(f"{found.tag} {name}")
        elif here is None and unheeded is None and there is None:
            edges.reader.warn(12200, edges.where, f"attribute {name} is unknown")
        else:
            code = WRONG_VALUE.get((found.tag, name), 12200)
            message = f"attribute {name} cannot be {value!r}: the default is used"
            edges.reader.warn(code, edges.where, message)


def _spoken(found: ET.Element, edges: _Edges) -> str:
    """SSML is read for its words: how they are said is left to the sound."""
    for inner in found.iter():
        if inner is found:
            continue
        known = SSML.get(inner.tag)
        if known is None:
            message = "is no SSML that the carrier knows"
            edges.reader.warn(12200, f"{edges.where}/{inner.tag}", message)
            continue
        edges.note(f"Say {inner.tag}")
        for attribute in inner.attrib:
            name = "xml:lang" if attribute == XML_LANG else attribute
            if name in known:
                edges.note(f"Say {inner.tag} {name}")
            else:
                edges.reader.warn(12200, edges.where, f"{inner.tag} has no attribute {name}")
    text = " ".join("".join(_words(found)).split())
    if len(text) > MOST_SPOKEN:
        message = f"{len(text)} characters, more than {MOST_SPOKEN}"
        edges.reader.warn(13521, edges.where, message)
    return text


def _words(found: ET.Element) -> Iterable[str]:
    """The text in order; a break, a paragraph or a sentence parts the words around it."""
    open_elements = [(found, iter(found))]
    yield found.text or ""
    while open_elements:
        element, children = open_elements[-1]
        child = next(children, None)
        gap = " " if (element if child is None else child).tag in SEPARATING else ""
        if child is not None:
            yield gap + (child.text or "")
            open_elements.append((child, iter(child)))
            continue
        open_elements.pop()
        if open_elements:
            yield gap + (element.tail or "")


def _no_text(found: ET.Element, where: str, reader: _Reader) -> None:
    loose = [found.text or "", *((child.tail or "") for child in found)]
    if any(piece.strip() for piece in loose):
        reader.warn(12200, where, "text where none belongs")


def _whole_rules(node: Node, where: str, reader: _Reader) -> None:
    """Rules over more than one attribute."""
    match node.tag:
        case "Dial" if len(node.children) != 1:
            reader.warn(12200, where, "a Dial dials one Conference")
        case "Enqueue" if not node.text:
            reader.warn(14204, where, "a queue's name has at least 1 character")
        case "Enqueue" if len(node.text) > 64:
            reader.warn(14205, where, "a queue's name has at most 64 characters")
        case "Gather" if any("digits" in child.attributes for child in node.children):
            reader.warn(13320, where, "Play digits inside Gather")
        case "Play" if not node.text and "digits" not in node.attributes:
            reader.warn(12200, where, "a Play of nothing")
        case "Conference" if not node.text:
            reader.warn(12200, where, "a conference needs a name")
        case _:
            pass
