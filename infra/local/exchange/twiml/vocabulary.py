"""The verbs and nouns that this exchange runs: their attributes, values and nesting.

Written from the contract's part B. What the carrier has and the exchange has not is named as well:
it is refused or warned of by name (`not_emulated.py`), never taken for a typing error.
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
    """Only these characters, at most so many."""

    characters: frozenset[str]
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    longest: int = 4096


AttributeType: TypeAlias = Whole | OneOf | SomeOf | CharactersOf | Text
Attributes: TypeAlias = dict[str, AttributeType]


def accepts(expected: AttributeType, value: str) -> bool:
    match expected:
        case Whole(low=low, high=high):
            return value.isascii() and value.isdecimal() and low <= int(value) <= high
        case OneOf(words=words):
            return value in words
        case SomeOf(words=words):
            return set(value.split()) <= words
        case CharactersOf(characters=characters, most=most):
            return set(value) <= characters and (most is None or len(value) <= most)
        case Text(longest=longest):
            return len(value) <= longest


class DocumentKind(StrEnum):
    """Where a document runs: what it may contain (B9, B11, L)."""

    CALL = "call"
    QUEUE_WAIT = "Enqueue waitUrl"
    CONFERENCE = "conference waitUrl, HoldUrl or AnnounceUrl"


@dataclass(frozen=True, slots=True)
class Element:
    """What the exchange runs of an element, and what only the carrier does.

    A name may stand in several of the three tables of attributes, each with other values: what is
    run, what is taken and changes nothing here, and what a call stops at.
    """

    attributes: Attributes = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset({DocumentKind.CALL})
    text: bool = False
    without_effect: Attributes = field(default_factory=dict)
    not_emulated: Attributes = field(default_factory=dict)
    carrier_children: frozenset[str] = frozenset()
    carrier_text: str = ""  # what text inside it means at the carrier
    is_emulated: bool = True


URL = Text()
METHOD = OneOf(frozenset({"GET", "POST", "get", "post"}))
BOOLEAN = OneOf(frozenset({"true", "false"}))
LOOP = Whole(0, 1_000_000)
KEYS = CharactersOf(frozenset("0123456789*#"))
ONE_KEY = CharactersOf(frozenset("0123456789*#"), most=1)
ANYTHING = Text()
BEEP = OneOf(frozenset({"true", "false", "onEnter", "onExit"}))
NO_TRIM = OneOf(frozenset({"do-not-trim"}))
SILENCE_TRIM = OneOf(frozenset({"trim-silence"}))
ONLY_FALSE = OneOf(frozenset({"false"}))
RECORDING_EVENTS = SomeOf(frozenset({"in-progress", "completed", "absent"}))
CONFERENCE_EVENTS = SomeOf(
    frozenset(
        {"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"}
    )
)
# Their words are read; how they are to be said is not heeded.
SSML: dict[str, frozenset[str]] = {
    "break": frozenset({"strength", "time"}),
    "emphasis": frozenset({"level"}),
    "lang": frozenset({"xml:lang"}),
    "p": frozenset(),
    "phoneme": frozenset({"alphabet", "ph"}),
    "prosody": frozenset({"volume", "rate", "pitch"}),
    "s": frozenset(),
    "say-as": frozenset({"interpret-as", "format"}),
    "sub": frozenset({"alias"}),
    "w": frozenset({"role"}),
}
EVERYWHERE = frozenset(DocumentKind)
CALL_OR_QUEUE = frozenset({DocumentKind.CALL, DocumentKind.QUEUE_WAIT})
RECORDING_CALLBACK: Attributes = {
    "recordingStatusCallback": URL,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": RECORDING_EVENTS,
}

# Of speech recognition alone: a Gather of keys does not need them.
OF_SPEECH = (
    "language",
    "hints",
    "speechTimeout",
    "maxSpeechTime",
    "speechModel",
    "enhanced",
    "profanityFilter",
    "partialResultCallback",
    "partialResultCallbackMethod",
    "debug",
)
RECORD_OF_DIAL = frozenset(
    f"record-from-{since}{channels}"
    for since in ("answer", "ringing")
    for channels in ("", "-dual")
)
# Of a Dial that calls somebody, or records.
OF_CALLED_PARTIES = (
    "callerId",
    "trim",
    "recordingStatusCallback",
    "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent",
    "recordingConfigurationId",
    "recordingTrack",
    "ringTone",
    "referUrl",
    "referMethod",
    "events",
    "passports",
    "callReason",
)

VERBS: dict[str, Element] = {
    "Say": Element(
        {"voice": Text(), "language": Text(), "loop": LOOP},
        frozenset(SSML),
        EVERYWHERE,
        text=True,
    ),
    "Play": Element(
        {"loop": LOOP, "digits": CharactersOf(frozenset("0123456789ABCD#*wW"))},
        kinds=EVERYWHERE,
        text=True,
    ),
    "Pause": Element({"length": Whole(0, 14_400)}, kinds=EVERYWHERE),
    "Redirect": Element({"method": METHOD}, kinds=EVERYWHERE, text=True),
    "Hangup": Element(kinds=CALL_OR_QUEUE, carrier_children=frozenset({"Parameter"})),
    "Leave": Element(kinds=CALL_OR_QUEUE),
    "Reject": Element(
        {"reason": OneOf(frozenset({"rejected", "busy"}))},
        carrier_children=frozenset({"Parameter"}),
    ),
    "Gather": Element(
        {
            "input": OneOf(frozenset({"dtmf"})),
            "action": URL,
            "method": METHOD,
            "timeout": Whole(0, 600),
            "finishOnKey": ONE_KEY,
            "numDigits": Whole(1, 100_000),
            "actionOnEmptyResult": BOOLEAN,
            "bargeIn": OneOf(frozenset({"true"})),
        },
        frozenset({"Say", "Play", "Pause"}),
        CALL_OR_QUEUE,
        without_effect=dict.fromkeys(OF_SPEECH, ANYTHING),
        not_emulated={
            "input": SomeOf(frozenset({"dtmf", "speech"})),
            "bargeIn": ONLY_FALSE,
        },
    ),
    "Dial": Element(
        {
            "action": URL,
            "method": METHOD,
            "hangupOnStar": BOOLEAN,
            "timeLimit": Whole(1, 86_400),
            "answerOnBridge": ONLY_FALSE,
            "sequential": ONLY_FALSE,
            "record": OneOf(frozenset({"do-not-record", "false"})),
        },
        frozenset({"Conference"}),
        without_effect={"timeout": Whole(5, 600)},  # of the ringing: a conference has none
        not_emulated={
            "answerOnBridge": BOOLEAN,
            "sequential": BOOLEAN,
            "record": OneOf(frozenset({"true"} | RECORD_OF_DIAL)),
            **dict.fromkeys(OF_CALLED_PARTIES, ANYTHING),
        },
        carrier_children=frozenset(
            {"Application", "Client", "Number", "Queue", "Sim", "Sip", "WhatsApp"}
        ),
        carrier_text="a telephone number as text",
    ),
    "Enqueue": Element(
        {
            "action": URL,
            "method": METHOD,
            "waitUrl": URL,
            "waitUrlMethod": METHOD,
        },
        text=True,
        not_emulated={"workflowSid": ANYTHING, "maxQueueSize": ANYTHING},
        carrier_children=frozenset({"Task"}),
    ),
    "Record": Element(
        {
            "action": URL,
            "method": METHOD,
            "timeout": Whole(0, 3600),
            "finishOnKey": KEYS,
            "maxLength": Whole(2, 14_400),
            "playBeep": BOOLEAN,
            "trim": NO_TRIM,
            "transcribe": ONLY_FALSE,
            **RECORDING_CALLBACK,
        },
        without_effect={"trim": SILENCE_TRIM},
        not_emulated={
            "transcribe": BOOLEAN,
            "transcribeCallback": ANYTHING,
            "recordingConfigurationId": ANYTHING,
        },
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
            "record": OneOf(frozenset({"do-not-record", "record-from-start"})),
            "trim": NO_TRIM,
            "statusCallback": URL,
            "statusCallbackMethod": METHOD,
            "statusCallbackEvent": CONFERENCE_EVENTS,
            **RECORDING_CALLBACK,
        },
        text=True,
        without_effect={
            "jitterBufferSize": OneOf(frozenset({"large", "medium", "small", "off"})),
            "region": OneOf(frozenset({"us1", "us2", "ie1", "sg1", "br1", "au1", "jp1", "de1"})),
            "trim": SILENCE_TRIM,
        },
        not_emulated={"recordingConfigurationId": ANYTHING, "eventCallbackUrl": ANYTHING},
    ),
}

# Taken as if it were run, and run in part only: nothing warns of it.
IN_PART = {
    ("Record", "timeout"): "silence does not end a recording: the exchange does not listen",
    ("Say", "voice"): "eSpeak stands in for the carrier's voices",
    ("Say", "language"): "four languages have a voice: English, Polish, German and Russian",
}

# What else may stand in a Response at the carrier.
CARRIER_VERBS = frozenset(
    {"Connect", "Echo", "Pay", "Prompt", "Queue", "Refer", "Sms", "Start", "Stop"}
)
