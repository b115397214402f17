"""Contract A5...A12 and the examples J1...J10: names, order, values."""

from __future__ import annotations

import re

from twilio.rest import Client

from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange
from tests.exchange.customer import BASE, Customer, twiml
from tests.exchange.harness import CALLER, Harness

J1 = [
    "AccountSid",
    "ApiVersion",
    "CallSid",
    "CallStatus",
    "Direction",
    "From",
    "To",
    "Caller",
    "Called",
    "FromCity",
    "FromState",
    "FromZip",
    "FromCountry",
    "ToCity",
    "ToState",
    "ToZip",
    "ToCountry",
    "CallerCity",
    "CallerState",
    "CallerZip",
    "CallerCountry",
    "CalledCity",
    "CalledState",
    "CalledZip",
    "CalledCountry",
    "CallToken",
]
RFC_2822 = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000")


def test_j1_the_first_request_of_an_inbound_call(harness: Harness) -> None:
    leg = harness.call("<Pause length='5'/>")

    asked = harness.customer.last("/voice")
    assert asked.method == "POST"
    assert asked.signed
    assert asked.names == J1
    assert asked["AccountSid"] == TEST_ACCOUNT.sid
    assert asked["ApiVersion"] == "2010-04-01"
    assert asked["CallSid"] == leg
    assert asked["CallStatus"] == "ringing"
    assert asked["Direction"] == "inbound"
    assert (asked["From"], asked["Caller"]) == (CALLER, CALLER)
    assert (asked["To"], asked["Called"]) == (harness.number, harness.number)
    assert (asked["FromCity"], asked["FromCountry"]) == ("", "US")
    assert re.fullmatch("CA[0-9a-f]{32}", leg)


def test_j3_the_dial_action_after_a_conference_has_no_child(harness: Harness) -> None:
    leg = harness.join_conference()
    harness.network.hang_up(leg)
    harness.network.settle()

    asked = harness.customer.last("/dialled")
    assert asked.names == [*J1, "DialCallStatus"]
    assert asked["DialCallStatus"] == "answered"


def test_j4_the_wait_request_of_a_queue(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='15'/>")
    document = '<Enqueue waitUrl="/wait">q</Enqueue>'
    harness.call(document)
    harness.call(document, "+15005550011")
    harness.network.advance(15)
    harness.call(document, "+15005550012")

    asked = harness.customer.to("/wait")[2]
    first, second = asked, harness.customer.to("/wait")[3]
    assert second.names == [
        *J1,
        "QueueSid",
        "QueuePosition",
        "QueueTime",
        "AvgQueueTime",
        "CurrentQueueSize",
        "MaxQueueSize",
    ]
    assert (first["QueuePosition"], second["QueuePosition"]) == ("1", "2")
    assert (second["QueueTime"], second["AvgQueueTime"]) == ("15", "15")
    assert (second["CurrentQueueSize"], second["MaxQueueSize"]) == ("2", "1000")
    assert second["CallStatus"] == "in-progress"
    newest = harness.customer.to("/wait")[4]
    assert (newest["AvgQueueTime"], newest["CurrentQueueSize"]) == ("10", "3")


def test_j5_and_j6_conference_events(harness: Harness) -> None:
    told = f'statusCallback="{BASE}/conference" statusCallbackEvent="start end join leave"'
    harness.join_conference(
        conference="conference-1", attributes=f'{told} participantLabel="agent"'
    )
    moderator = harness.join_conference(
        "+15005550011", "conference-1", 'endConferenceOnExit="true" participantLabel="boss"'
    )
    harness.network.hang_up(moderator)
    harness.network.settle()

    asked = harness.customer.to("/conference")
    common = [
        "AccountSid",
        "ConferenceSid",
        "FriendlyName",
        "SequenceNumber",
        "StatusCallbackEvent",
        "Timestamp",
    ]
    participant = [
        "CallSid",
        "Muted",
        "Hold",
        "Coaching",
        "StartConferenceOnEnter",
        "EndConferenceOnExit",
        "ParticipantLabel",
    ]
    assert asked[0].names == common + participant
    assert asked[0]["StatusCallbackEvent"] == "participant-join"
    assert asked[0]["SequenceNumber"] == "1"
    assert asked[0]["FriendlyName"] == "conference-1"
    assert (asked[0]["Muted"], asked[0]["StartConferenceOnEnter"]) == ("false", "true")
    assert RFC_2822.fullmatch(asked[0]["Timestamp"])
    left = asked[3]
    assert left["ReasonParticipantLeft"] == "participant_hung_up"
    assert left["ParticipantCallStatus"] == "completed"
    end = asked[-1]
    assert end["StatusCallbackEvent"] == "conference-end"
    assert end["CallSidEndingConference"] == moderator
    assert end["ParticipantLabelEndingConference"] == "boss"
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["Reason"]
    assert [one["SequenceNumber"] for one in asked] == [str(n) for n in range(1, len(asked) + 1)]


def test_j7_the_completed_callback_of_an_api_call(
    network: VirtualExchange, client: Client, customer: Customer, number: str
) -> None:
    customer.pages["/go"] = twiml("<Pause length='300'/>")
    phone = network.street_phone("+15005550020")
    client.calls.create(
        to="+15005550020",
        from_=number,
        url=f"{BASE}/go",
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    network.settle()
    network.advance(61)
    assert phone.leg is not None
    network.hang_up(phone.leg)
    network.settle()

    asked = customer.to("/told")
    assert [one["CallStatus"] for one in asked] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert [one["SequenceNumber"] for one in asked] == ["0", "1", "2", "3"]
    last = asked[-1]
    assert (last["CallDuration"], last["Duration"]) == ("61", "2")
    assert last["SipResponseCode"] == "200"
    assert last["CallbackSource"] == "call-progress-events"
    assert last["Direction"] == "outbound-api"
    assert RFC_2822.fullmatch(last["Timestamp"])
    assert "CallDuration" not in asked[2].names
    assert customer.last("/go")["CallStatus"] == "in-progress"


def test_j8_the_completed_callback_of_a_recording(harness: Harness) -> None:
    leg = harness.call("<Pause length='60'/>")
    made = harness.client.calls(leg).recordings.create(
        recording_channels="dual", recording_status_callback=f"{BASE}/recorded"
    )
    harness.network.advance(23)
    harness.network.hang_up(leg)
    harness.network.settle()

    asked = harness.customer.last("/recorded")
    assert asked.names == [
        "AccountSid",
        "CallSid",
        "RecordingSid",
        "RecordingUrl",
        "RecordingStatus",
        "RecordingDuration",
        "RecordingChannels",
        "RecordingStartTime",
        "RecordingSource",
        "RecordingTrack",
    ]
    assert asked["CallSid"] == leg
    assert asked["RecordingSid"] == made.sid
    root = f"https://api.twilio.com/2010-04-01/Accounts/{TEST_ACCOUNT.sid}"
    assert asked["RecordingUrl"] == f"{root}/Recordings/{made.sid}"
    assert (asked["RecordingStatus"], asked["RecordingDuration"]) == ("completed", "23")
    assert (asked["RecordingChannels"], asked["RecordingTrack"]) == ("2", "both")
    assert asked["RecordingSource"] == "StartCallRecordingAPI"


def test_j10_a_clients_call_to_the_application(
    network: VirtualExchange, customer: Customer, application: str
) -> None:
    customer.pages["/app"] = twiml("<Redirect>/next</Redirect>")
    leg = network.connect(
        "alice", application, {"offer": "x y&z", "To": "+48123", "From": "forged"}
    )
    network.settle()

    first = customer.to("/app")[0]
    assert first["CallSid"] == leg
    assert (first["From"], first["Caller"]) == ("client:alice", "client:alice")
    assert (first["To"], first["Called"]) == ("+48123", "")
    assert first["ApplicationSid"] == application
    assert first["offer"] == "x y&z"
    assert (first["CallStatus"], first["Direction"]) == ("ringing", "inbound")
    assert first.signed
    assert customer.last("/next").get("offer") is None


def test_a1_cookies_are_kept_per_call(harness: Harness) -> None:
    harness.customer.pages["/next"] = twiml("<Pause/>")
    page = twiml("<Redirect>/next</Redirect>")
    harness.call(type(page)(page.body, headers=(("Set-Cookie", "seen=1; Path=/"),)))

    assert harness.customer.last("/next").headers["cookie"] == "seen=1"
    harness.call(page)
    assert [asked.headers.get("cookie") for asked in harness.customer.to("/voice")] == [None, None]
    assert "cookie" not in harness.customer.last("/next").headers
