"""The verbs and nouns that the carrier runs and this exchange does not: names, attributes, nesting.

A call stops at each of them, with the code NOT_EMULATED. Knowing them keeps "not emulated here"
apart from a typing error, which is skipped with a warning as at the carrier.
"""

from __future__ import annotations

from infra.local.exchange.twiml.vocabulary import Element, Text


def _only_there(attributes: str = "", children: str = "") -> Element:
    return Element(
        not_emulated={name: Text() for name in attributes.split()},
        carrier_children=frozenset(children.split()),
        is_emulated=False,
    )


CARRIER_ONLY: dict[str, Element] = {
    "AiSession": _only_there(
        "aiConnector aiSessionConfiguration",
    ),
    "Application": _only_there(
        (
            "url method statusCallbackEvent statusCallback statusCallbackMethod customerId "
            "copyParentTo"
        ),
        "ApplicationSid Parameter",
    ),
    "ApplicationSid": _only_there(),
    "Autopilot": _only_there(),
    "Client": _only_there(
        (
            "url method statusCallbackEvent statusCallback statusCallbackMethod "
            "clientNotificationUrl"
        ),
        "Identity Parameter",
    ),
    "Config": _only_there(
        "name value",
    ),
    "Connect": _only_there(
        "action method",
        (
            "AiSession Autopilot Conversation ConversationRelay ConversationRelaySession Room "
            "Stream VirtualAgent"
        ),
    ),
    "Conversation": _only_there(
        (
            "serviceInstanceSid inboundAutocreation routingAssignmentTimeout inboundTimeout url "
            "method record trim recordingStatusCallback recordingStatusCallbackMethod "
            "recordingStatusCallbackEvent statusCallback statusCallbackMethod statusCallbackEvent"
        ),
    ),
    "ConversationRelay": _only_there(
        (
            "url language ttsLanguage transcriptionLanguage ttsProvider voice "
            "transcriptionProvider speechModel profanityFilter dtmfDetection welcomeGreeting "
            "partialPrompts welcomeGreetingInterruptible interruptible preemptible hints "
            "intelligenceService reportInputDuringAgentSpeech elevenlabsTextNormalization "
            "interruptSensitivity debug backgroundNoiseReduction speechTimeout deepgramSmartFormat "
            "ignoreBackchannel events partialPromptOnHangup eagerEotThreshold asrSmartFormat "
            "ttsTextNormalization ttsLanguageTextNormalization elevenlabsLanguageTextNormalization "
            "includeInPrompt customerName applicationReconnect echoPromptFiltering turnDetection"
        ),
        "Language Parameter",
    ),
    "ConversationRelaySession": _only_there(
        "connector sessionConfiguration",
    ),
    "Echo": _only_there(),
    "Header": _only_there(
        "name value",
    ),
    "Headers": _only_there(
        "",
        "Header",
    ),
    "Identity": _only_there(),
    "Language": _only_there(
        (
            "code ttsProvider voice transcriptionProvider speechModel hints asrSmartFormat "
            "ttsTextNormalization ttsLanguageTextNormalization"
        ),
    ),
    "Number": _only_there(
        (
            "sendDigits url method statusCallbackEvent statusCallback statusCallbackMethod byoc "
            "machineDetection amdStatusCallbackMethod amdStatusCallback machineDetectionTimeout "
            "machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold "
            "machineDetectionSilenceTimeout"
        ),
    ),
    "Parameter": _only_there(
        "name value",
    ),
    "Pay": _only_there(
        (
            "input action bankAccountType statusCallback statusCallbackMethod timeout maxAttempts "
            "securityCode postalCode minPostalCodeLength paymentConnector paymentMethod tokenType "
            "chargeAmount currency description validCardTypes language"
        ),
        "Parameter Prompt",
    ),
    "Prompt": _only_there(
        "for errorType cardType attempt requireMatchingInputs",
        "Pause Play Say",
    ),
    "Queue": _only_there(
        "url method reservationSid postWorkActivitySid",
    ),
    "Recording": _only_there(
        (
            "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent "
            "trim track channels recordingConfigurationId name"
        ),
    ),
    "Refer": _only_there(
        "action method",
        "Sip",
    ),
    "Room": _only_there(
        "participantIdentity",
    ),
    "Sim": _only_there(),
    "Sip": _only_there(
        (
            "username password url method statusCallbackEvent statusCallback statusCallbackMethod "
            "machineDetection amdStatusCallbackMethod amdStatusCallback machineDetectionTimeout "
            "machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold "
            "machineDetectionSilenceTimeout"
        ),
        "Headers Uri",
    ),
    "Uri": _only_there(
        "priority weight username password",
    ),
    "Siprec": _only_there(
        "name connectorName track statusCallback statusCallbackMethod",
        "Parameter",
    ),
    "Sms": _only_there(
        "to from action method statusCallback",
    ),
    "Start": _only_there(
        "action method",
        "Recording Siprec Stream Transcription",
    ),
    "Stop": _only_there(
        "",
        "Siprec Stream Transcription",
    ),
    "Stream": _only_there(
        ("name connectorName url track statusCallback statusCallbackMethod audioFormat sampleRate"),
        "Parameter",
    ),
    "Task": _only_there(
        "priority timeout",
    ),
    "Transcription": _only_there(
        (
            "name track statusCallbackUrl statusCallbackMethod inboundTrackLabel "
            "outboundTrackLabel partialResults languageCode transcriptionEngine profanityFilter "
            "speechModel hints enableAutomaticPunctuation intelligenceService"
        ),
        "Config Parameter",
    ),
    "VirtualAgent": _only_there(
        "connectorName language sentimentAnalysis statusCallback statusCallbackMethod",
        "Config Parameter",
    ),
    "WhatsApp": _only_there(
        "url method statusCallbackEvent statusCallback statusCallbackMethod",
    ),
}
