"""Contract parts C4, F2 and L: hold, mute, coach and announcements in a room."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.seam import Voices
from tests.exchange.customer import BASE, twiml, wav
from tests.exchange.line import Line
from tests.exchange.rooms import OTHER, THIRD, conference, hears, room_events


def test_f2_hold_is_heard_by_nobody_and_hears_only_its_document(line: Line) -> None:
    line.customer.pages["/hold"] = twiml("<Say loop='0'>la</Say>")
    one, two = line.in_room(), line.in_room(OTHER)
    sid = conference(line)
    held = line.client.conferences(sid).participants(one).update(hold=True, hold_url=f"{BASE}/hold")
    line.network.settle()

    assert held.hold is True
    assert line.customer.last("/hold").method == "GET"
    assert line.caption(one) == "la"
    assert hears(line, two) == set()
    line.client.conferences(sid).participants(one).update(hold=False)
    line.network.settle()
    assert hears(line, one) == {two}
    assert hears(line, two) == {one}
    assert room_events(line)[-2:] == ["participant-hold", "participant-unhold"]


def test_l_a_sound_as_hold_url_plays_once_and_stops(line: Line) -> None:
    line.customer.pages["/hold.wav"] = wav(3)
    one, _ = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold.wav"
    )
    line.network.settle()

    assert line.caption(one) == "♪ hold.wav"
    line.network.advance(3)
    assert line.network.exchange.hears(one) is None


def test_f2_hold_without_url_is_the_carriers_music(line: Line) -> None:
    one, _ = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).update(hold=True)

    assert line.caption(one) == "music"


def test_f2_holding_twice_is_once(line: Line) -> None:
    one, _ = line.in_room(), line.in_room(OTHER)
    participant = line.client.conferences(conference(line)).participants(one)
    participant.update(hold=True, hold_url=f"{BASE}/hold")
    participant.update(hold=True, hold_url=f"{BASE}/hold")
    line.network.settle()

    assert room_events(line).count("participant-hold") == 1
    assert len(line.customer.to("/hold")) == 1


def test_f2_hold_and_mute_are_independent(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    participant = line.client.conferences(conference(line)).participants(one)
    participant.update(muted=True)
    assert hears(line, two) == set()
    assert hears(line, one) == {two}
    participant.update(hold=True)
    back = participant.update(hold=False)

    assert (back.muted, back.hold) == (True, False)
    assert hears(line, two) == set()
    participant.update(muted=False)
    assert hears(line, two) == {one}


def test_f2_a_coach_is_heard_only_by_the_one_coached(line: Line) -> None:
    customer, agent = line.in_room(), line.in_room(OTHER)
    coach = line.in_room(THIRD, attributes=f'coach="{agent}"')

    assert hears(line, agent) == {customer, coach}
    assert hears(line, customer) == {agent}
    assert hears(line, coach) == {customer, agent}
    line.client.conferences(conference(line)).participants(coach).update(coaching=False)
    assert hears(line, customer) == {agent, coach}


@pytest.mark.parametrize("audible", [True, False])
def test_l_switch_a_coach_whose_target_leaves(line: Line, audible: bool) -> None:
    line.switch(coach_audible_without_target=audible)
    customer, agent = line.in_room(), line.in_room(OTHER)
    coach = line.in_room(THIRD, attributes=f'coach="{agent}"')
    line.network.hang_up(agent)
    line.network.settle()

    assert (coach in hears(line, customer)) is audible


def test_f2_coaching_needs_a_target_that_is_there_and_not_held(line: Line) -> None:
    one, two, three = line.in_room(), line.in_room(OTHER), line.in_room(THIRD)
    participants = line.client.conferences(conference(line)).participants
    participants(one).update(hold=True)

    with pytest.raises(TwilioRestException) as held:
        participants(three).update(coaching=True, call_sid_to_coach=one)
    with pytest.raises(TwilioRestException) as absent:
        participants(three).update(coaching=True, call_sid_to_coach="CA" + "0" * 32)
    coached = participants(three).update(coaching=True, call_sid_to_coach=two)

    assert (held.value.code, absent.value.code) == (16027, 16028)
    assert (coached.coaching, coached.call_sid_to_coach) == (True, two)


def test_f2_an_announcement_is_played_over_and_tells_its_end(line: Line) -> None:
    line.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    told = f'statusCallback="{BASE}/room" statusCallbackEvent="announcement"'
    one, two = line.in_room(attributes=told), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).update(announce_url=f"{BASE}/say")
    line.network.settle()

    heard = line.network.exchange.hears(one)
    assert isinstance(heard, Voices)
    assert heard.legs == (two,)
    assert heard.announcement is not None
    assert heard.announcement.clip.caption == "1234567890"
    other = line.network.exchange.hears(two)
    assert isinstance(other, Voices)
    assert other.announcement is None
    line.network.advance(1)
    asked = line.customer.last("/room")
    assert asked["StatusCallbackEvent"] == "announcement-end"
    assert (asked["CallSid"], asked["AnnounceUrl"]) == (one, f"{BASE}/say")


def test_f2_an_announcement_to_all_tells_its_end_once(line: Line) -> None:
    line.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    told = f'statusCallback="{BASE}/room" statusCallbackEvent="announcement"'
    line.in_room(attributes=told)
    line.in_room(OTHER)
    line.client.conferences(conference(line)).update(announce_url=f"{BASE}/say")
    line.network.advance(2)

    assert len(line.customer.to("/room")) == 1
    assert line.customer.last("/room").get("CallSid") is None


def test_l_16099_nothing_can_be_done_before_the_start(line: Line) -> None:
    one = line.in_room()
    participant = line.client.conferences(conference(line)).participants(one)

    with pytest.raises(TwilioRestException) as held:
        participant.update(hold=True)
    with pytest.raises(TwilioRestException) as removed:
        participant.delete()

    assert (held.value.code, removed.value.code) == (16099, 16099)


def test_c4_end_conference_on_exit_can_be_set_late(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(two).update(end_conference_on_exit=True)
    line.network.hang_up(two)
    line.network.settle()

    assert line.client.conferences.list()[0].status == "completed"
    assert line.status(one) == "completed"  # its Dial's action answered an empty document


@pytest.mark.parametrize(("continues", "status"), [(True, "in-progress"), (False, "completed")])
def test_i3_a_removed_twiml_leg_continues_or_is_hung_up(
    line: Line, continues: bool, status: str
) -> None:
    line.switch(removed_leg_continues=continues)
    line.customer.pages["/dialled"] = twiml("<Pause length='60'/>")
    one, _ = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).delete()
    line.network.settle()

    assert line.status(one) == status


def test_h_record_from_start_begins_with_two_and_ends_with_the_room(line: Line) -> None:
    recorded = f'record="record-from-start" recordingStatusCallback="{BASE}/recorded"'
    one = line.in_room(attributes=recorded)
    line.network.advance(10)
    two = line.in_room(OTHER)
    line.network.advance(20)
    for leg in (one, two):
        line.network.hang_up(leg)
    line.network.settle()

    asked = line.customer.last("/recorded")
    assert asked["RecordingDuration"] == "20"
    assert asked["RecordingSource"] == "Conference"
    assert asked["ConferenceSid"] == conference(line)
    assert asked.get("CallSid") is None


def test_l_twiml_as_hold_url_loops_as_long_as_it_says(line: Line) -> None:
    line.customer.pages |= {"/hold": twiml("<Play loop='0'>/hold.wav</Play>"), "/hold.wav": wav(3)}
    one, _ = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold"
    )
    line.network.advance(100)

    assert line.caption(one) == "♪ hold.wav"
    assert len(line.customer.to("/hold")) == 1


def test_f2_when_hold_urls_document_ends_there_is_silence(line: Line) -> None:
    line.customer.pages["/hold"] = twiml("<Say>1234567890</Say>")
    one, _ = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold"
    )
    line.network.advance(10)

    assert line.network.exchange.hears(one) is None
    assert len(line.customer.to("/hold")) == 1
