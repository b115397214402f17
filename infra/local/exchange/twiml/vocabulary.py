"""The verbs and nouns that this exchange runs: their attributes, values and nesting.

Written from the contract's part B. What is not here is a violation, even where the carrier knows
it, because the product may send nothing that was not tried here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Whole:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class OneOf:
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """A list separated by spaces."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class CharactersOf:
    """Only these characters."""

    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Text:
    longest: int = 4096


AttributeType: TypeAlias = Whole | OneOf | SomeOf | CharactersOf | Text


def accepts(expected: AttributeType, value: str) -> bool:
    match expected:
        case Whole(low=low, high=high):
            return value.isascii() and value.isdecimal() and low <= int(value) <= high
        case OneOf(words=words):
            return value in words
        case SomeOf(words=words):
            return set(value.split()) <= words
        case CharactersOf(characters=characters):
            return set(value) <= characters
        case Text(longest=longest):
            return len(value) <= longest


class DocumentKind(StrEnum):
    """Where a document runs: what it may contain (B9, B11, L)."""

    CALL = "call"
    QUEUE_WAIT = "Enqueue waitUrl"
    CONFERENCE = "conference waitUrl, HoldUrl or AnnounceUrl"


@dataclass(frozen=True, slots=True)
class Element:
    attributes: dict[str, AttributeType] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset({DocumentKind.CALL})
    text: bool = False


URL = Text()
METHOD = OneOf(frozenset({"GET", "POST", "get", "post"}))
BOOLEAN = OneOf(frozenset({"true", "false"}))
LOOP = Whole(0, 1_000_000)
KEYS = CharactersOf(frozenset("0123456789*#"))
BEEP = OneOf(frozenset({"true", "false", "onEnter", "onExit"}))
TRIM = OneOf(frozenset({"trim-silence", "do-not-trim"}))
RECORDING_EVENTS = SomeOf(frozenset({"in-progress", "completed", "absent"}))
CONFERENCE_EVENTS = SomeOf(
    frozenset(
        {"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"}
    )
)
SSML = frozenset(
    {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
)
EVERYWHERE = frozenset(DocumentKind)
CALL_OR_QUEUE = frozenset({DocumentKind.CALL, DocumentKind.QUEUE_WAIT})
RECORDING_CALLBACK: dict[str, AttributeType] = {
    "recordingStatusCallback": URL,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": RECORDING_EVENTS,
}

VERBS: dict[str, Element] = {
    "Say": Element(
        {"voice": Text(), "language": Text(), "loop": LOOP}, SSML, EVERYWHERE, text=True
    ),
    "Play": Element(
        {"loop": LOOP, "digits": CharactersOf(frozenset("0123456789ABCD#*wW"))},
        kinds=EVERYWHERE,
        text=True,
    ),
    "Pause": Element({"length": Whole(0, 14_400)}, kinds=EVERYWHERE),
    "Redirect": Element({"method": METHOD}, kinds=EVERYWHERE, text=True),
    "Hangup": Element(kinds=CALL_OR_QUEUE),
    "Leave": Element(kinds=CALL_OR_QUEUE),
    "Reject": Element({"reason": OneOf(frozenset({"rejected", "busy"}))}),
    "Gather": Element(
        {
            "input": OneOf(frozenset({"dtmf"})),
            "action": URL,
            "method": METHOD,
            "timeout": Whole(0, 600),
            "finishOnKey": KEYS,
            "numDigits": Whole(1, 100_000),
            "actionOnEmptyResult": BOOLEAN,
        },
        frozenset({"Say", "Play", "Pause"}),
        CALL_OR_QUEUE,
    ),
    "Dial": Element(
        {
            "action": URL,
            "method": METHOD,
            "hangupOnStar": BOOLEAN,
            "timeLimit": Whole(1, 86_400),
            "timeout": Whole(5, 600),
        },
        frozenset({"Conference"}),
    ),
    "Enqueue": Element(
        {
            "action": URL,
            "method": METHOD,
            "waitUrl": URL,
            "waitUrlMethod": METHOD,
        },
        text=True,
    ),
    "Record": Element(
        {
            "action": URL,
            "method": METHOD,
            "timeout": Whole(0, 3600),
            "finishOnKey": KEYS,
            "maxLength": Whole(2, 14_400),
            "playBeep": BOOLEAN,
            "trim": TRIM,
            **RECORDING_CALLBACK,
        }
    ),
}

NOUNS: dict[str, Element] = {
    "Conference": Element(
        {
            "muted": BOOLEAN,
            "beep": BEEP,
            "startConferenceOnEnter": BOOLEAN,
            "endConferenceOnExit": BOOLEAN,
            "participantLabel": Text(128),
            "maxParticipants": Whole(1, 250),
            "waitUrl": URL,
            "waitMethod": METHOD,
            "coach": Text(34),
            "jitterBufferSize": OneOf(frozenset({"large", "medium", "small", "off"})),
            "region": OneOf(frozenset({"us1", "us2", "ie1", "sg1", "br1", "au1", "jp1", "de1"})),
            "record": OneOf(frozenset({"do-not-record", "record-from-start"})),
            "trim": TRIM,
            "statusCallback": URL,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": CONFERENCE_EVENTS,
            **RECORDING_CALLBACK,
        },
        text=True,
    ),
}
