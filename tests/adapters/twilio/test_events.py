"""What a form says, and that nothing in it can do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.twilio import events
from app.adapters.twilio.signature import read_form
from app.domain.events import (
    Heard,
    HungUp,
    JoinedRoom,
    LeftRoom,
    MessageLeft,
    NothingRecorded,
    Pressed,
    QueueRefused,
    RoomEnded,
    RoomStarted,
)
from app.ports import RecordingJob

_forms = st.dictionaries(
    st.sampled_from(
        (
            *("CallSid", "From", "Digits", "CallStatus", "QueueResult", "RecordingSid"),
            *("RecordingUrl", "RecordingStatus", "RecordingDuration", "RecordingChannels"),
            *("ConferenceSid", "StatusCallbackEvent", "ParticipantLabel", "call", "headset"),
            *("ReasonParticipantLeft", "ParticipantCallStatus", "nonce"),
        )
    ),
    st.text()
    | st.sampled_from(
        ("participant-leave", "participant-join", "completed", "RE1", "CF1", "9" * 40, "²")
    ),
)


@given(_forms, st.text())
def test_no_form_raises(form: dict[str, str], word: str) -> None:
    events.pressed("1", word, form)
    events.heard("1", word)
    events.left_queue("1", "sales", "0", form)
    events.message("1", word, form)
    events.room(form)
    events.ended("1", form)
    events.recording("c", word, form)
    events.client_call(form)
    events.call_id(form)


def test_keys_are_the_answer_to_their_question() -> None:
    assert events.pressed("1", "3", {"Digits": "12#"}) == Pressed("1", 3, "12#")
    assert events.pressed("1", "3", {}) == Pressed("1", 3, "")
    assert events.pressed("1", "", {"Digits": "1"}) is None
    assert events.heard("1", "4") == Heard("1", 4)


def test_too_many_keys_are_cut_to_a_wrong_answer() -> None:
    pressed = events.pressed("1", "3", {"Digits": "1" * 65536})

    assert pressed == Pressed("1", 3, "1" * events.KEYS_KEPT)


@pytest.mark.parametrize("result", ["queue-full", "error", "system-error"])
def test_a_refusal_by_a_queue_is_an_event(result: str) -> None:
    """V9."""
    assert events.left_queue("1", "sales", "3", {"QueueResult": result}) == QueueRefused(
        "1", "sales", result, 3
    )


@pytest.mark.parametrize(
    "result",
    ["bridged", "bridging-in-process", "hangup", "leave", "redirected", "redirected-from-bridged"],
)
def test_leaving_a_queue_is_no_event(result: str) -> None:
    """V6."""
    assert events.left_queue("1", "sales", "3", {"QueueResult": result}) is None


def test_a_message_is_known_by_its_recording() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE7"

    told = {"RecordingSid": "RE7", "RecordingDuration": "5"}

    assert events.message("1", "3", told) == MessageLeft("1", "RE7", 5, 3)
    assert events.message("1", "3", {"RecordingUrl": url}) == MessageLeft("1", "RE7", 0, 3)
    assert events.message("1", "", told) is None


def test_no_recording_is_silence() -> None:
    assert events.message("1", "3", {"Digits": "hangup"}) == NothingRecorded("1", 3)


def test_a_conference_callback_is_an_event() -> None:
    def room(event: str, **more: str) -> object:
        return events.room({"ConferenceSid": "CF1", "StatusCallbackEvent": event, **more})

    assert room("conference-start") == RoomStarted("CF1")
    assert room("conference-end") == RoomEnded("CF1")
    assert room("participant-join", ParticipantLabel="maya.1") == JoinedRoom("maya.1", "CF1")
    assert room("participant-join", ParticipantLabel="1", SequenceNumber="3") == JoinedRoom(
        "1", "CF1", sequence=3
    )
    assert room("participant-leave", ParticipantLabel="1", SequenceNumber="4") == LeftRoom(
        "1", "CF1", hung_up=False, sequence=4
    )
    assert room("participant-join") is None
    assert room("participant-hold", ParticipantLabel="1") is None
    assert events.room({"StatusCallbackEvent": "conference-start"}) is None


@pytest.mark.parametrize(
    ("reason", "status", "event"),
    [
        ("participant_hung_up", "completed", HungUp("1", "participant_hung_up")),
        ("participant_hung_up", "in-progress", LeftRoom("1", "CF1", True)),
        ("participant_updated_via_api", "completed", LeftRoom("1", "CF1", False)),
        ("participant_updated_via_api", "in-progress", LeftRoom("1", "CF1", False)),
        ("conference_ended_via_api", "in-progress", LeftRoom("1", "CF1", False)),
    ],
)
def test_leaving_a_room_is_not_hanging_up(reason: str, status: str, event: object) -> None:
    """R10."""
    form = {
        "ConferenceSid": "CF1",
        "StatusCallbackEvent": "participant-leave",
        "ParticipantLabel": "1",
        "ReasonParticipantLeft": reason,
        "ParticipantCallStatus": status,
    }

    assert events.room(form) == event


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_an_end_is_an_end_whatever_it_is_called(status: str) -> None:
    """F8."""
    assert events.ended("1", {"CallStatus": status}) == HungUp("1", status)


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "", "new"])
def test_a_status_that_is_no_end_is_no_event(status: str) -> None:
    assert events.ended("1", {"CallStatus": status}) is None


def test_a_recording_is_fetched_when_it_is_there_or_never_will_be() -> None:
    form = {"RecordingSid": "RE1", "RecordingDuration": "9", "RecordingChannels": "2"}

    jobs = {
        status: events.recording("c", "conversation", {**form, "RecordingStatus": status})
        for status in ("in-progress", "completed", "absent", "failed")
    }

    assert jobs["in-progress"] is None
    assert jobs["completed"] == RecordingJob("c", "RE1", "conversation", "completed", 9, 2)
    assert {job.status for job in jobs.values() if job} == {"completed", "absent", "failed"}


@pytest.mark.parametrize(
    ("caller", "headset"),
    [
        ("client:maya_tab1", "maya.1"),
        ("client:anna_maria_tab1", "anna_maria.12"),
    ],
)
def test_a_browser_calls_in_for_its_own_headset(caller: str, headset: str) -> None:
    form = {"From": caller, "call": "c", "headset": headset, "nonce": "n"}

    assert events.client_call(form) == events.ClientCall("c", headset, "n")


@pytest.mark.parametrize(
    "change",
    [
        {"From": "client:mallory_tab1"},
        {"From": "client:maya"},
        {"From": "+15005550010"},
        {"From": ""},
        {"headset": "maya"},
        {"headset": ".1"},
        {"nonce": ""},
        {"call": ""},
    ],
)
def test_a_browser_that_is_not_the_headsets_agent_is_not_believed(change: dict[str, str]) -> None:
    """G7."""
    form = {"From": "client:maya_tab1", "call": "c", "headset": "maya.1", "nonce": "n"}

    assert events.client_call(form | change) is None


def test_the_first_of_repeated_fields_counts_and_odd_bytes_become_text() -> None:
    pairs = read_form("application/x-www-form-urlencoded", b"Digits=1&Digits=2&From=Caf%E9")

    form = events.fields(pairs or ())

    assert form == {"Digits": "1", "From": "Caf\ufffd"}


@pytest.mark.parametrize("sid", ["", "CA", "XX1", "CA1/2", "CA" + "1" * 65, "CA1\n"])
def test_what_is_no_sid_names_no_call(sid: str) -> None:
    assert events.call_id({"CallSid": sid}) is None
