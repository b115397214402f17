"""A call as a ladder: who takes part as columns, what passed between them as arrows downwards.

Columns: the caller, the carrier (this exchange), our functions (the customer's server), then each
other party. A webhook goes from the carrier to our functions and its answer comes back; a REST call
goes the other way; keys and sound pass between the carrier and a party.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never
from urllib.parse import urlsplit

from infra.local.exchange.inspection.call_index import LegSeen
from infra.local.exchange.inspection.names import Names
from infra.local.exchange.journal import (
    Captioned,
    ConferenceChanged,
    Entry,
    KeyPressed,
    LegChanged,
    QueueChanged,
    RecordingChanged,
    RestCalled,
    Warned,
    WebhookAnswered,
    WebhookSent,
)

CARRIER: Final = "The carrier"
FUNCTIONS: Final = "Our functions"
BROWSER: Final = "browser"
_FAILED: Final = 400
_SID: Final = re.compile(r"(CA|CF|RE|QU|AP|PN|AC)?([0-9a-f]{32})(?:-\d+)?")
_KINDS: Final = {"CF": "the room", "RE": "the recording", "QU": "the queue", "CA": "a call"}
_TOLD: Final = ("CallStatus", "StatusCallbackEvent", "Digits", "QueueResult", "RecordingStatus")


@dataclass(frozen=True, slots=True)
class Part:
    """What an arrow opens: pairs (name, value, what the value stands for) or a text."""

    title: str
    pairs: tuple[tuple[str, str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """`source` and `target` are numbers of columns, the same one for what a party does itself.

    `kind`: webhook, document, answer, REST, leg, heard, key, conference, queue, recording, warning.
    """

    sequence: int
    at: datetime
    source: int
    target: int
    kind: str
    words: str
    small: str = ""
    failed: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`address`: a number, or that it is a browser: the identity of one tells people nothing."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Ladder:
    columns: tuple[Column, ...]
    arrows: tuple[Arrow, ...]


Drawn: TypeAlias = Arrow | None


def draw(legs: Sequence[LegSeen], entries: Sequence[Entry], names: Names) -> Ladder:
    """`legs` as of `CallIndex.legs_of`: the first is the caller's."""
    drawing = Drawing(names)
    for leg in legs:
        drawing.meet(leg)
    arrows = tuple(arrow for entry in entries if (arrow := drawing.arrow(entry)))
    return Ladder(drawing.columns, arrows)


def party(leg: LegSeen) -> str:
    """The address of the far end: whom the carrier calls, or who calls it."""
    return leg.caller if leg.direction == "inbound" else leg.called


class Drawing:
    """Draws entry by entry. A party has one column, whichever of its legs an arrow is of."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._columns: list[Column] = []
        self._column_of: dict[str, int] = {}
        self._person: dict[str, str] = {}
        self._sent: dict[int, WebhookSent] = {}
        self._deleted: set[str] = set()

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(self._columns)

    def meet(self, leg: LegSeen) -> None:
        """One more leg, or one that was met before; the first one met is the caller's."""
        if leg.sid in self._column_of:
            return
        address = party(leg)
        column = Column(
            self.names.of(address), BROWSER if address.startswith("client:") else address
        )
        if column not in self._columns:
            self._columns.append(column)
        if len(self._columns) == 1:
            self._columns += [Column(CARRIER, ""), Column(FUNCTIONS, "")]
        self._column_of[leg.sid] = self._columns.index(column)
        self._person[leg.sid[2:]] = column.name

    def arrow(self, entry: Entry) -> Drawn:
        news = entry.news
        match news:
            case WebhookSent():
                self._sent[news.delivery] = news
                return self._webhook(entry, news)
            case WebhookAnswered():
                return self._answer(entry, news)
            case RestCalled():
                return self._rest(entry, news)
            case LegChanged():
                return self._leg(entry, news)
            case Captioned():
                small = f"{news.seconds:.1f} s"
                words = f"“{news.caption}”"
                return self._to(entry, news.leg, "heard", words, small)
            case KeyPressed():
                return self._from(entry, news.leg, "key", f"presses {news.digit}")
            case ConferenceChanged():
                return self._conference(entry, news)
            case QueueChanged():
                queue = self.names.of_queue(news.name)
                return self._to(entry, news.leg, "queue", f"{queue}: {news.event}")
            case RecordingChanged():
                return self._recording(entry, news)
            case Warned():
                words = f"{news.code}: {self._readable(news.message)}"
                return Arrow(entry.sequence, entry.at, 1, 1, "warning", words, failed=True)
            case _:
                assert_never(news)

    def _webhook(self, entry: Entry, news: WebhookSent) -> Arrow:
        told = dict(news.pairs)
        small = " · ".join(f"{name} {told[name]}" for name in _TOLD if told.get(name))
        parts = (
            Part("Sent to", text=f"{news.method} {news.url}"),
            Part("Parameters", self._pairs(news.pairs)),
            Part("X-Twilio-Signature", text=news.signature),
            Part("I-Twilio-Idempotency-Token", text=news.token),
        )
        words = f"{news.method} {self._path(news.url)}"
        return Arrow(
            entry.sequence, entry.at, 1, 2, "webhook", words, small, parts=_not_empty(parts)
        )

    def _answer(self, entry: Entry, news: WebhookAnswered) -> Arrow:
        sent = self._sent.get(news.delivery)
        is_document = sent is not None and sent.purpose == "document" and news.body != ""
        about = self._path(sent.url) if sent else ""
        return Arrow(
            entry.sequence,
            entry.at,
            2,
            1,
            "document" if is_document else "answer",
            _verbs(news.body) if is_document and news.status else _status(news),
            f"answers {about}" if about else "",
            failed=news.status == 0 or news.status >= _FAILED,
            parts=_not_empty((Part(_status(news), text=news.body),)),
        )

    def _rest(self, entry: Entry, news: RestCalled) -> Arrow:
        path = re.sub(r"^/[^/]+/Accounts/[^/]+", "", news.path)
        gone = news.method == "DELETE" and any(sid in path for sid in self._deleted)
        small = " · ".join(f"{name}={self._readable(value)}" for name, value in news.pairs)
        parts = (
            Part("Asked", text=f"{news.method} {news.path}"),
            Part("Parameters", self._pairs(news.pairs)),
            Part(f"Answer {news.status}", text=news.body),
        )
        words = f"{news.method} {self._readable(path)} → {news.status}"
        failed = news.status >= _FAILED and not (gone and news.status == 404)
        return Arrow(
            entry.sequence, entry.at, 2, 1, "REST", words, small, failed, _not_empty(parts)
        )

    def _leg(self, entry: Entry, news: LegChanged) -> Drawn:
        """Who dials is drawn from the party; whom the carrier rings, towards it."""
        if news.direction == "inbound" and news.status == "ringing":
            dialled = f"calls {self.names.of(news.called)}" if news.called else "calls in"
            return self._from(entry, news.leg, "leg", dialled)
        return self._to(entry, news.leg, "leg", f"is {news.status}")

    def _conference(self, entry: Entry, news: ConferenceChanged) -> Arrow:
        parts = (Part("Conference", (("Name", news.name, ""), ("Sid", news.conference, ""))),)
        at, column = 1, self._column_of.get(news.leg or "", 1)
        if news.event == "participant-join":
            at, column = column, 1
        word = {"participant-join": "joins the room", "participant-leave": "leaves the room"}
        return Arrow(
            entry.sequence,
            entry.at,
            at,
            column,
            "conference",
            word.get(news.event, news.event),
            parts=parts,
        )

    def _recording(self, entry: Entry, news: RecordingChanged) -> Arrow:
        """A deletion is a failure only when nobody had fetched the sound before."""
        lost = news.status == "deleted" and not news.fetched
        if news.status == "deleted":
            self._deleted.add(news.recording)
        return Arrow(
            entry.sequence,
            entry.at,
            1,
            1,
            "recording",
            f"recording is {news.status}",
            "its sound was never fetched" if lost else "",
            failed=lost or news.status in ("absent", "failed"),
            parts=(Part("Recording", (("Sid", news.recording, ""),)),),
        )

    def _to(self, entry: Entry, leg: str, kind: str, words: str, small: str = "") -> Drawn:
        column = self._column_of.get(leg)
        if column is None:
            return None  # of another call, which this one's requests name
        return Arrow(entry.sequence, entry.at, 1, column, kind, words, small)

    def _from(self, entry: Entry, leg: str, kind: str, words: str) -> Drawn:
        column = self._column_of.get(leg)
        if column is None:
            return None
        return Arrow(entry.sequence, entry.at, column, 1, kind, words)

    def _path(self, url: str) -> str:
        parts = urlsplit(url)
        path = self._readable(parts.path)
        nodes = re.findall(r"(?:^|&)node=([^&]+)", parts.query)
        return path + "".join(f" at {self.names.of_node(node)}" for node in nodes)

    def _readable(self, text: str) -> str:
        """With what each sid stands for in its place."""
        return _SID.sub(lambda found: self._meaning(found[1], found[2]), text)

    def _meaning(self, prefix: str | None, identifier: str) -> str:
        return self._person.get(identifier) or _KINDS.get(prefix or "", "…")

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str, str], ...]:
        return tuple((name, str(value), self._stands_for(str(value))) for name, value in pairs)

    def _stands_for(self, value: str) -> str:
        if found := _SID.fullmatch(value):
            meaning = self._meaning(found[1], found[2])
            return "" if meaning == "…" else meaning
        named = self.names.of(value) if value.startswith(("+", "client:")) else ""
        return named if named != value.removeprefix("client:") else ""


def _verbs(document: str) -> str:
    """The outermost verbs by name: what the call does next."""
    verbs = [*_outermost(document)]
    return ", ".join(verbs) if verbs else "an empty document"


def _outermost(document: str) -> Iterator[str]:
    depth = 0
    for closing, name, empty in re.findall(r"<(/?)([A-Za-z]+)[^>]*?(/?)>", document):
        if closing:
            depth -= 1
            continue
        if depth == 1:
            yield name
        depth += 0 if empty else 1


def _status(news: WebhookAnswered) -> str:
    return f"{news.status or 'no answer'} {news.content_type}".strip()


def _not_empty(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.pairs or part.text)
