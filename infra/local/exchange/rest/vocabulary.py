"""Which parameters each operation reads, which it takes without effect, which it refuses.

A request is checked against this before its operation runs (`edges.py`). Names that are in none of
the three are typing errors: the carrier ignores them, and here they are warned of (20001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from infra.local.exchange.rest.pages import PAGING

Harmless: TypeAlias = Mapping[str, str]  # by name: the value that asks for nothing, as "" does


@dataclass(frozen=True, slots=True)
class Parameters:
    """`read`: what the operation heeds. `without_effect`: taken, with a warning, or refused in
    strict mode. `not_emulated`: refused always.
    """

    read: frozenset[str] = frozenset()
    without_effect: Harmless = field(default_factory=dict)
    not_emulated: Harmless = field(default_factory=dict)


def _names(*groups: str) -> frozenset[str]:
    return frozenset(name for group in groups for name in group.split())


def _harmless(names: str, **values: str) -> Harmless:
    return {name: values.get(name, "") for name in names.split()}


def _dated(name: str) -> str:
    """`StartTime`, `StartTime<`, `StartTime>` (C1)."""
    return f"{name} {name}< {name}>"


def _list(*filters: str, not_emulated: str = "") -> Parameters:
    return Parameters(_names(*filters) | PAGING, not_emulated=_harmless(not_emulated))


CALLBACK = "StatusCallback StatusCallbackMethod"
EVENTS = "StatusCallbackEvent"
RECORDING = (
    "RecordingChannels RecordingTrack RecordingStatusCallback RecordingStatusCallbackMethod "
    "RecordingStatusCallbackEvent Trim"
)
VOICE = f"FriendlyName VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod {CALLBACK}"
MESSAGES = "SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod"
MACHINE = (
    "MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold "
    "MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout"
)
OTHER_PARTIES = "SipAuthUsername SipAuthPassword CallerId Byoc ClientNotificationUrl"

NONE = Parameters()

CREATE_CALL = Parameters(
    _names(
        "To From Url Method Twiml ApplicationSid FallbackUrl FallbackMethod SendDigits Timeout",
        "TimeLimit Record CallToken",
        CALLBACK,
        EVENTS,
        RECORDING,
    ),
    without_effect=_harmless("CallReason Trim", Trim="do-not-trim"),
    not_emulated=_harmless(
        f"{MACHINE} AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod {OTHER_PARTIES}",
        AsyncAmd="false",
    ),
)
UPDATE_CALL = Parameters(
    _names("Url Method Twiml Status TimeLimit FallbackUrl FallbackMethod", CALLBACK)
)
LIST_CALLS = _list("To From Status ParentCallSid", _dated("StartTime"), _dated("EndTime"))

START_RECORDING = Parameters(
    _names(RECORDING), without_effect=_harmless("Trim", Trim="do-not-trim")
)
UPDATE_RECORDING = Parameters(_names("Status PauseBehavior"))
LIST_RECORDINGS_OF_ONE = _list(_dated("DateCreated"))
LIST_RECORDINGS = _list("CallSid ConferenceSid IncludeSoftDeleted", _dated("DateCreated"))
FETCH_RECORDING = Parameters(_names("IncludeSoftDeleted"))
MEDIA = Parameters(_names("RequestedChannels"))

UPDATE_CONFERENCE = Parameters(_names("Status AnnounceUrl AnnounceMethod"))
LIST_CONFERENCES = _list("FriendlyName Status", _dated("DateCreated"), _dated("DateUpdated"))

CREATE_PARTICIPANT = Parameters(
    _names(
        "To From Label Timeout TimeLimit Record Muted Beep StartConferenceOnEnter",
        "EndConferenceOnExit WaitUrl WaitMethod EarlyMedia MaxParticipants Coaching CallSidToCoach",
        "CallToken ConferenceRecord",
        " ".join(f"Conference{name}" for name in f"{CALLBACK} {EVENTS}".split()),
        "ConferenceRecordingStatusCallback ConferenceRecordingStatusCallbackMethod",
        "ConferenceRecordingStatusCallbackEvent",
        CALLBACK,
        EVENTS,
        RECORDING,
    ),
    without_effect=_harmless(
        "Trim ConferenceTrim Region JitterBufferSize CallReason CallerDisplayName",
        Trim="do-not-trim",
        ConferenceTrim="do-not-trim",
    ),
    not_emulated=_harmless(f"{MACHINE} AmdStatusCallback AmdStatusCallbackMethod {OTHER_PARTIES}"),
)
UPDATE_PARTICIPANT = Parameters(
    _names(
        "Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod EndConferenceOnExit BeepOnExit",
        "WaitUrl WaitMethod Coaching CallSidToCoach",
    )
)
LIST_PARTICIPANTS = _list("Muted Hold Coaching")

QUEUE = Parameters(_names("FriendlyName MaxSize"))
DEQUEUE = Parameters(_names("Url Method"))

CHANGE_NUMBER = Parameters(
    _names(VOICE, "VoiceApplicationSid"),
    without_effect=_harmless(
        f"{MESSAGES} SmsApplicationSid ApiVersion AddressSid BundleSid IdentitySid",
        ApiVersion="2010-04-01",
    ),
    not_emulated=_harmless(
        "AccountSid VoiceCallerIdLookup VoiceReceiveMode EmergencyStatus EmergencyAddressSid "
        "TrunkSid",
        VoiceCallerIdLookup="false",
        VoiceReceiveMode="voice",
        EmergencyStatus="Inactive",
    ),
)
CREATE_NUMBER = Parameters(
    CHANGE_NUMBER.read | {"PhoneNumber"},
    CHANGE_NUMBER.without_effect,
    {**CHANGE_NUMBER.not_emulated, "AreaCode": ""},
)
LIST_NUMBERS = _list("PhoneNumber FriendlyName", not_emulated="Beta Origin")

APPLICATION = Parameters(
    _names(VOICE),
    without_effect=_harmless(
        f"{MESSAGES} SmsStatusCallback MessageStatusCallback ApiVersion", ApiVersion="2010-04-01"
    ),
    not_emulated=_harmless(
        "VoiceCallerIdLookup PublicApplicationConnectEnabled",
        VoiceCallerIdLookup="false",
        PublicApplicationConnectEnabled="false",
    ),
)
LIST_APPLICATIONS = _list("FriendlyName")

PLAIN_LIST = _list()

# Below the account: the carrier's resources that are not here, with all that is below them.
RESOURCES_NOT_EMULATED = (
    "Addresses",
    "AuthorizedConnectApps",
    "AvailablePhoneNumbers",
    "Balance",
    "Calls/{}/Events",
    "Calls/{}/Notifications",
    "Calls/{}/Payments",
    "Calls/{}/Siprec",
    "Calls/{}/Streams",
    "Calls/{}/Transcriptions",
    "Calls/{}/UserDefinedMessages",
    "Calls/{}/UserDefinedMessageSubscriptions",
    "ConnectApps",
    "IncomingPhoneNumbers/Local",
    "IncomingPhoneNumbers/Mobile",
    "IncomingPhoneNumbers/TollFree",
    "IncomingPhoneNumbers/{}/AssignedAddOns",
    "Keys",
    "Messages",
    "Notifications",
    "OutgoingCallerIds",
    "Recordings/{}/AddOnResults",
    "Recordings/{}/Transcriptions",
    "SIP",
    "SMS",
    "ShortCodes",
    "SigningKeys",
    "Tokens",
    "Transcriptions",
    "Usage",
)
