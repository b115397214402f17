"""What a log may say: the one place where callers, secrets and keys are taken out of it (M14).

Every record passes here as it becomes text. Of a request's form only the fields that say what
happened are told, so a field that the carrier adds one day is not told either; what stands in the
others is taken out of everything else in the record, too. Of all text the numbers, addresses and
tokens are taken out, and what stands beside a private name.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

TOLD_CHARACTERS = 256
SHORTEST_SECRET = 3  # a shorter text is in too many words
OF_POWERTOOLS: Final = frozenset(
    {
        "level", "location", "timestamp", "service", "cold_start", "function_name",
        "function_memory_size", "function_arn", "function_request_id", "xray_trace_id",
    }
)  # fmt: skip
OF_IDS: Final = ("call", "path")  # what happens to stand in them is no secret
TOLD_FIELDS: Final = frozenset(
    {
        "AccountSid", "ApiVersion", "ApplicationSid", "CallDuration", "CallSid", "CallStatus",
        "Coaching", "ConferenceSid", "Direction", "Duration", "EndConferenceOnExit", "ErrorCode",
        "FriendlyName", "Hold", "Muted", "ParentCallSid", "ParticipantCallStatus",
        "ParticipantLabel", "QueuePosition", "QueueResult", "QueueSid", "QueueTime",
        "ReasonConferenceEnded", "ReasonParticipantLeft", "RecordingChannels",
        "RecordingDuration", "RecordingSid", "RecordingSource", "RecordingStartTime",
        "RecordingStatus", "RecordingTrack", "SequenceNumber", "SipResponseCode",
        "StartConferenceOnEnter", "StatusCallbackEvent", "Timestamp", "call", "headset", "leg",
        "reason", "verb", "version",
    }
)  # fmt: skip
_PRIVATE: Final = (
    "authorization|body|caller|callername|calltoken|city|comfort|cookie|csrf|did|digits|email|from|"
    "key_?secret|name|nonce|note|number|password|password_hash|phone|pin|secret|signature|speech\\w*|"
    "text|ticket|to|token|x-twilio-signature|zip"
)
_IS_PRIVATE: Final = re.compile(_PRIVATE, re.IGNORECASE)
_BESIDE: Final = re.compile(
    rf"""(?P<name>(?<![\w.])["']?(?:{_PRIVATE})["']?\s?[=:]\s?)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'&,;)}\]]+)""",
    re.IGNORECASE,
)
_TAKEN_OUT: Final = (
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.?[\w-]*"), "(a token)"),
    (re.compile(r"\bBearer\s+\S+", re.IGNORECASE), "(a token)"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "(an address)"),
    (re.compile(r"(?<![\w+])(?:\+|%2B)\d[\d ().-]{4,}\d(?!\w)"), "(a number)"),
    (re.compile(r"(?<![\w.:/-])\d(?:[ -]?\d){6,14}(?![\w:/-])"), "(a number)"),
)


def redacted(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as it may be printed. Its `event` is a request's form."""
    event = record.get("event")
    form = event if isinstance(event, Mapping) else {}
    secrets = sorted(_secrets(form), key=len, reverse=True)
    return {
        name: content if name in OF_POWERTOOLS else _told(name, content, secrets)
        for name, content in record.items()
    }


def _told(name: str, content: Any, secrets: Iterable[str]) -> Any:
    if name == "event" and isinstance(content, Mapping):
        return {field: _told_field(field, str(text)) for field, text in content.items()}
    if _IS_PRIVATE.fullmatch(name):
        return f"({len(str(content))} characters)"
    match content:
        case None | bool() | int() | float():
            return content
        case Mapping():
            return {str(key): _told(str(key), one, secrets) for key, one in content.items()}
        case list() | tuple() | set() | frozenset():
            return [_told(name, one, secrets) for one in content]
        case _:
            return _text(str(content), () if name in OF_IDS else secrets)


def _told_field(field: str, text: str) -> str:
    if field not in TOLD_FIELDS:
        return f"({len(text)} characters)"
    return _text(text[:TOLD_CHARACTERS], ())


def _text(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "(private)")
    text = _BESIDE.sub(r"\g<name>(private)", text)
    for pattern, instead in _TAKEN_OUT:
        text = pattern.sub(instead, text)
    return text


def _secrets(form: Mapping[str, Any]) -> Iterable[str]:
    """What stands in the fields that are not told, where it tells something of somebody."""
    told = {str(content) for name, content in form.items() if name in TOLD_FIELDS}
    untold = {str(content) for name, content in form.items() if name not in TOLD_FIELDS}
    return (text for text in untold - told if len(text) >= SHORTEST_SECRET)
