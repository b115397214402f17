"""Contract parts C4, F2 and L: hold, mute, coach and announcements in a conference."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.interfaces import Voices
from tests.exchange.conference_events import OTHER, THIRD, conference_events, conference_sid, hears
from tests.exchange.customer import BASE, twiml, wav
from tests.exchange.harness import Harness


def test_f2_hold_is_heard_by_nobody_and_hears_only_its_document(harness: Harness) -> None:
    harness.customer.pages["/hold"] = twiml("<Say loop='0'>la</Say>")
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    sid = conference_sid(harness)
    held = (
        harness.client.conferences(sid).participants(one).update(hold=True, hold_url=f"{BASE}/hold")
    )
    harness.network.settle()

    assert held.hold is True
    assert harness.customer.last("/hold").method == "GET"
    assert harness.caption(one) == "la"
    assert hears(harness, two) == set()
    harness.client.conferences(sid).participants(one).update(hold=False)
    harness.network.settle()
    assert hears(harness, one) == {two}
    assert hears(harness, two) == {one}
    assert conference_events(harness)[-2:] == ["participant-hold", "participant-unhold"]


def test_l_a_sound_as_hold_url_plays_once_and_stops(harness: Harness) -> None:
    harness.customer.pages["/hold.wav"] = wav(3)
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold.wav"
    )
    harness.network.settle()

    assert harness.caption(one) == "♪ hold.wav"
    harness.network.advance(3)
    assert harness.network.exchange.hears(one) is None


def test_f2_hold_without_url_is_the_carriers_music(harness: Harness) -> None:
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).update(hold=True)

    assert harness.caption(one) == "music"


def test_f2_holding_twice_is_once(harness: Harness) -> None:
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    participant = harness.client.conferences(conference_sid(harness)).participants(one)
    participant.update(hold=True, hold_url=f"{BASE}/hold")
    participant.update(hold=True, hold_url=f"{BASE}/hold")
    harness.network.settle()

    assert conference_events(harness).count("participant-hold") == 1
    assert len(harness.customer.to("/hold")) == 1


def test_f2_hold_and_mute_are_independent(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    participant = harness.client.conferences(conference_sid(harness)).participants(one)
    participant.update(muted=True)
    assert hears(harness, two) == set()
    assert hears(harness, one) == {two}
    participant.update(hold=True)
    back = participant.update(hold=False)

    assert (back.muted, back.hold) == (True, False)
    assert hears(harness, two) == set()
    participant.update(muted=False)
    assert hears(harness, two) == {one}


def test_f2_a_coach_is_heard_only_by_the_one_coached(harness: Harness) -> None:
    customer, agent = harness.join_conference(), harness.join_conference(OTHER)
    coach = harness.join_conference(THIRD, attributes=f'coach="{agent}"')

    assert hears(harness, agent) == {customer, coach}
    assert hears(harness, customer) == {agent}
    assert hears(harness, coach) == {customer, agent}
    harness.client.conferences(conference_sid(harness)).participants(coach).update(coaching=False)
    assert hears(harness, customer) == {agent, coach}


@pytest.mark.parametrize("audible", [True, False])
def test_l_switch_a_coach_whose_target_leaves(harness: Harness, audible: bool) -> None:
    harness.set_switches(coach_audible_without_target=audible)
    customer, agent = harness.join_conference(), harness.join_conference(OTHER)
    coach = harness.join_conference(THIRD, attributes=f'coach="{agent}"')
    harness.network.hang_up(agent)
    harness.network.settle()

    assert (coach in hears(harness, customer)) is audible


def test_f2_coaching_needs_a_target_that_is_there_and_not_held(harness: Harness) -> None:
    one, two, three = (
        harness.join_conference(),
        harness.join_conference(OTHER),
        harness.join_conference(THIRD),
    )
    participants = harness.client.conferences(conference_sid(harness)).participants
    participants(one).update(hold=True)

    with pytest.raises(TwilioRestException) as held:
        participants(three).update(coaching=True, call_sid_to_coach=one)
    with pytest.raises(TwilioRestException) as absent:
        participants(three).update(coaching=True, call_sid_to_coach="CA" + "0" * 32)
    coached = participants(three).update(coaching=True, call_sid_to_coach=two)

    assert (held.value.code, absent.value.code) == (16027, 16028)
    assert (coached.coaching, coached.call_sid_to_coach) == (True, two)


def test_f2_an_announcement_is_played_over_and_tells_its_end(harness: Harness) -> None:
    harness.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    told = f'statusCallback="{BASE}/conference" statusCallbackEvent="announcement"'
    one, two = harness.join_conference(attributes=told), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).update(
        announce_url=f"{BASE}/say"
    )
    harness.network.settle()

    heard = harness.network.exchange.hears(one)
    assert isinstance(heard, Voices)
    assert heard.legs == (two,)
    assert heard.announcement is not None
    assert heard.announcement.clip.caption == "1234567890"
    other = harness.network.exchange.hears(two)
    assert isinstance(other, Voices)
    assert other.announcement is None
    harness.network.advance(1)
    asked = harness.customer.last("/conference")
    assert asked["StatusCallbackEvent"] == "announcement-end"
    assert (asked["CallSid"], asked["AnnounceUrl"]) == (one, f"{BASE}/say")


def test_f2_an_announcement_to_all_tells_its_end_once(harness: Harness) -> None:
    harness.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    told = f'statusCallback="{BASE}/conference" statusCallbackEvent="announcement"'
    harness.join_conference(attributes=told)
    harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).update(announce_url=f"{BASE}/say")
    harness.network.advance(2)

    assert len(harness.customer.to("/conference")) == 1
    assert harness.customer.last("/conference").get("CallSid") is None


def test_l_16099_nothing_can_be_done_before_the_start(harness: Harness) -> None:
    one = harness.join_conference()
    participant = harness.client.conferences(conference_sid(harness)).participants(one)

    with pytest.raises(TwilioRestException) as held:
        participant.update(hold=True)
    with pytest.raises(TwilioRestException) as removed:
        participant.delete()

    assert (held.value.code, removed.value.code) == (16099, 16099)


def test_c4_end_conference_on_exit_can_be_set_late(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(two).update(
        end_conference_on_exit=True
    )
    harness.network.hang_up(two)
    harness.network.settle()

    assert harness.client.conferences.list()[0].status == "completed"
    assert harness.status(one) == "completed"  # its Dial's action answered an empty document


@pytest.mark.parametrize(("continues", "status"), [(True, "in-progress"), (False, "completed")])
def test_i3_a_removed_twiml_leg_continues_or_is_hung_up(
    harness: Harness, continues: bool, status: str
) -> None:
    harness.set_switches(removed_leg_continues=continues)
    harness.customer.pages["/dialled"] = twiml("<Pause length='60'/>")
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).delete()
    harness.network.settle()

    assert harness.status(one) == status


def test_b9_record_from_start_begins_with_two_and_ends_with_the_conference(
    harness: Harness,
) -> None:
    recorded = f'record="record-from-start" recordingStatusCallback="{BASE}/recorded"'
    one = harness.join_conference(attributes=recorded)
    harness.network.advance(10)
    two = harness.join_conference(OTHER)
    harness.network.advance(20)
    for leg in (one, two):
        harness.network.hang_up(leg)
    harness.network.settle()

    asked = harness.customer.last("/recorded")
    assert asked["RecordingDuration"] == "20"
    assert asked["RecordingSource"] == "Conference"
    assert asked["ConferenceSid"] == conference_sid(harness)
    assert asked.get("CallSid") is None


def test_l_twiml_as_hold_url_loops_as_long_as_it_says(harness: Harness) -> None:
    harness.customer.pages |= {
        "/hold": twiml("<Play loop='0'>/hold.wav</Play>"),
        "/hold.wav": wav(3),
    }
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold"
    )
    harness.network.advance(100)

    assert harness.caption(one) == "♪ hold.wav"
    assert len(harness.customer.to("/hold")) == 1


def test_f2_when_hold_urls_document_ends_there_is_silence(harness: Harness) -> None:
    harness.customer.pages["/hold"] = twiml("<Say>1234567890</Say>")
    one, _ = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).participants(one).update(
        hold=True, hold_url=f"{BASE}/hold"
    )
    harness.network.advance(10)

    assert harness.network.exchange.hears(one) is None
    assert len(harness.customer.to("/hold")) == 1
