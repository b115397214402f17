"""Contract part C4, by the official Python client: who is called into a conference."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.interfaces import Ringback, Voices
from infra.local.exchange.phones import OnRing
from tests.exchange.customer import BASE
from tests.exchange.harness import Harness
from tests.exchange.rest_requests import PHONE, ROOT, code_of, raw


def test_c4_a_participant_is_called_into_a_conference_of_that_name(harness: Harness) -> None:
    harness.network.street_phone(PHONE)
    customer = harness.join_conference()
    made = harness.client.conferences("r").participants.create(
        to=PHONE,
        from_=harness.number,
        label="leg-1",
        beep="false",
        early_media=True,
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    harness.network.settle()

    conference = harness.client.conferences.list()[0]
    fetched = harness.client.conferences(conference.sid).participants("leg-1").fetch()
    assert (fetched.call_sid, fetched.status, fetched.label) == (
        made.call_sid,
        "connected",
        "leg-1",
    )
    assert made.conference_sid == conference.sid
    assert harness.network.exchange.ledger.hear_each_other(customer, str(made.call_sid))
    told = [one["CallStatus"] for one in harness.customer.to("/told")]
    assert told == ["initiated", "ringing", "in-progress"]


@pytest.mark.parametrize(("early", "heard"), [(None, True), (True, True), (False, False)])
def test_c4_early_media_lets_the_conference_hear_the_ringing(
    harness: Harness, early: bool | None, heard: bool
) -> None:
    agent = harness.join_conference()
    asked = {} if early is None else {"early_media": early}
    harness.client.conferences("r").participants.create(to=PHONE, from_=harness.number, **asked)
    harness.network.settle()

    assert isinstance(harness.network.exchange.hears(agent), Ringback) is heard


@pytest.mark.parametrize("early", [True, False])
def test_c4_the_ringing_is_heard_beside_the_talk(harness: Harness, early: bool) -> None:
    agent, customer = harness.join_conference(), harness.join_conference("+15005550011")

    harness.client.conferences("r").participants.create(
        to=PHONE, from_=harness.number, early_media=early
    )
    harness.network.settle()

    assert harness.network.exchange.hears(agent) == Voices((customer,), ringback=early)
    assert harness.network.exchange.hears(customer) == Voices((agent,), ringback=early)


def test_a11_a_participant_that_never_answers_leaves_as_add_failed(harness: Harness) -> None:
    harness.join_conference(
        attributes=f'statusCallback="{BASE}/conference" statusCallbackEvent="leave"'
    )
    harness.network.street_phone(PHONE, OnRing.REJECT)
    harness.client.conferences("r").participants.create(to=PHONE, from_=harness.number, label="x")
    harness.network.settle()

    asked = harness.customer.last("/conference")
    assert asked["ReasonParticipantLeft"] == "participant_add_failed"
    assert (asked["ParticipantCallStatus"], asked["ParticipantLabel"]) == ("busy", "x")


def test_c4_a_participant_made_by_rest_ends_with_the_conference(harness: Harness) -> None:
    phone = harness.network.street_phone(PHONE)
    leg = harness.join_conference()
    made = harness.client.conferences("r").participants.create(to=PHONE, from_=harness.number)
    harness.network.settle()
    conference = harness.client.conferences.list()[0].sid
    harness.client.conferences(conference).update(status="completed")
    harness.network.settle()

    assert harness.status(str(made.call_sid)) == "completed"
    assert phone.news[-1] == "ended"
    assert harness.status(leg) == "completed"


@pytest.mark.parametrize(
    ("conference", "form", "code"),
    [
        (f"CF{'0' * 32}", {}, 16022),
        ("r", {"Label": f"CA{'0' * 32}"}, 16023),
        ("r", {"Label": "a/b"}, 16024),
        ("r", {"Label": "taken"}, 16025),
        ("r", {"CallSidToCoach": f"CA{'0' * 32}"}, 16028),
        ("r", {"To": ""}, 21201),
    ],
)
def test_c9_what_a_participant_is_refused_for(
    harness: Harness, conference: str, form: dict[str, str], code: int
) -> None:
    harness.join_conference(attributes='participantLabel="taken"')
    given = {"To": PHONE, "From": harness.number} | form
    got = raw(
        harness.network, "POST", f"{ROOT}/Conferences/{conference}/Participants.json", data=given
    )

    assert (got.status_code, got.json()["code"]) == (400, code)
    assert len(harness.client.calls.list()) == 1


def test_c4_a_label_finds_the_participant_while_it_still_rings(harness: Harness) -> None:
    harness.join_conference()
    made = harness.client.conferences("r").participants.create(
        to=PHONE, from_=harness.number, label="leg-1"
    )
    harness.network.settle()
    conference = harness.client.conferences(harness.client.conferences.list()[0].sid)

    assert conference.participants("leg-1").fetch().call_sid == made.call_sid
    assert conference.participants("leg-1").fetch().status == "ringing"
    with pytest.raises(TwilioRestException) as absent:
        conference.participants("leg-2").fetch()
    assert code_of(absent) == (404, 20404)


def test_c4_lists_show_who_is_there_and_filter(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference("+15005550011")
    participants = harness.client.conferences(harness.client.conferences.list()[0].sid).participants
    participants(one).update(hold=True)

    assert [p.call_sid for p in participants.list()] == [two, one]
    assert [p.call_sid for p in participants.list(hold=True)] == [one]
    assert [p.call_sid for p in participants.list(muted=True)] == []
    harness.network.hang_up(one)
    assert [p.call_sid for p in participants.list()] == [two]
