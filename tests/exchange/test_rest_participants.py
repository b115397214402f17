"""Contract part C4, by the official Python client: who is called into a room."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.phones import OnRing
from infra.local.exchange.seam import Ringback
from tests.exchange.asking import PHONE, ROOT, code_of, raw
from tests.exchange.customer import BASE
from tests.exchange.line import Line


def test_c4_a_participant_is_called_into_a_room_of_that_name(line: Line) -> None:
    line.network.street_phone(PHONE)
    customer = line.in_room()
    made = line.client.conferences("r").participants.create(
        to=PHONE,
        from_=line.number,
        label="leg-1",
        beep="false",
        early_media=True,
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    line.network.settle()

    conference = line.client.conferences.list()[0]
    fetched = line.client.conferences(conference.sid).participants("leg-1").fetch()
    assert (fetched.call_sid, fetched.status, fetched.label) == (
        made.call_sid,
        "connected",
        "leg-1",
    )
    assert made.conference_sid == conference.sid
    assert line.network.exchange.ledger.hear_each_other(customer, str(made.call_sid))
    told = [one["CallStatus"] for one in line.customer.to("/told")]
    assert told == ["initiated", "ringing", "in-progress"]


@pytest.mark.parametrize(("early", "heard"), [(None, True), (True, True), (False, False)])
def test_c4_early_media_lets_the_room_hear_the_ringing(
    line: Line, early: bool | None, heard: bool
) -> None:
    agent = line.in_room()
    asked = {} if early is None else {"early_media": early}
    line.client.conferences("r").participants.create(to=PHONE, from_=line.number, **asked)
    line.network.settle()

    assert isinstance(line.network.exchange.hears(agent), Ringback) is heard


def test_a11_a_participant_that_never_answers_leaves_as_add_failed(line: Line) -> None:
    line.in_room(attributes=f'statusCallback="{BASE}/room" statusCallbackEvent="leave"')
    line.network.street_phone(PHONE, OnRing.REJECT)
    line.client.conferences("r").participants.create(to=PHONE, from_=line.number, label="x")
    line.network.settle()

    asked = line.customer.last("/room")
    assert asked["ReasonParticipantLeft"] == "participant_add_failed"
    assert (asked["ParticipantCallStatus"], asked["ParticipantLabel"]) == ("busy", "x")


def test_c4_a_participant_made_by_rest_ends_with_the_conference(line: Line) -> None:
    phone = line.network.street_phone(PHONE)
    leg = line.in_room()
    made = line.client.conferences("r").participants.create(to=PHONE, from_=line.number)
    line.network.settle()
    conference = line.client.conferences.list()[0].sid
    line.client.conferences(conference).update(status="completed")
    line.network.settle()

    assert line.status(str(made.call_sid)) == "completed"
    assert phone.news[-1] == "ended"
    assert line.status(leg) == "completed"


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
    line: Line, conference: str, form: dict[str, str], code: int
) -> None:
    line.in_room(attributes='participantLabel="taken"')
    given = {"To": PHONE, "From": line.number} | form
    got = raw(
        line.network, "POST", f"{ROOT}/Conferences/{conference}/Participants.json", data=given
    )

    assert (got.status_code, got.json()["code"]) == (400, code)
    assert len(line.client.calls.list()) == 1


def test_w8_a_label_finds_the_participant_while_it_still_rings(line: Line) -> None:
    line.in_room()
    made = line.client.conferences("r").participants.create(
        to=PHONE, from_=line.number, label="leg-1"
    )
    line.network.settle()
    conference = line.client.conferences(line.client.conferences.list()[0].sid)

    assert conference.participants("leg-1").fetch().call_sid == made.call_sid
    assert conference.participants("leg-1").fetch().status == "ringing"
    with pytest.raises(TwilioRestException) as absent:
        conference.participants("leg-2").fetch()
    assert code_of(absent) == (404, 20404)


def test_c4_lists_show_who_is_there_and_filter(line: Line) -> None:
    one, two = line.in_room(), line.in_room("+15005550011")
    participants = line.client.conferences(line.client.conferences.list()[0].sid).participants
    participants(one).update(hold=True)

    assert [p.call_sid for p in participants.list()] == [two, one]
    assert [p.call_sid for p in participants.list(hold=True)] == [one]
    assert [p.call_sid for p in participants.list(muted=True)] == []
    line.network.hang_up(one)
    assert [p.call_sid for p in participants.list()] == [two]
