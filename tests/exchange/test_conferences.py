"""Contract F2, B9, A11 and part L: the life of a room."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.journal import RoomChanged
from infra.local.exchange.seam import Voices
from tests.exchange.customer import BASE, Says, twiml, wav
from tests.exchange.line import Line

OTHER, THIRD = "+15005550011", "+15005550012"


def room_events(line: Line) -> list[str]:
    entries = line.network.exchange.journal.entries()
    return [e.news.event for e in entries if isinstance(e.news, RoomChanged)]


def conference(line: Line, **filters: str) -> str:
    return str(line.client.conferences.list(**filters)[0].sid)


def hears(line: Line, leg: str) -> set[str]:
    heard = line.network.exchange.hears(leg)
    return set(heard.legs) if isinstance(heard, Voices) else set()


# --- beginning ----------------------------------------------------------------------------------


def test_f2_the_first_participant_alone_waits_even_if_it_starts_on_enter(line: Line) -> None:
    line.customer.pages["/music"] = twiml("<Say loop='0'>la</Say>")
    leg = line.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')

    assert line.client.conferences.list()[0].status == "init"
    assert line.caption(leg) == "la"
    assert line.customer.last("/music").method == "POST"
    assert room_events(line) == ["participant-join"]


def test_f2_it_starts_with_two_of_whom_one_starts_on_enter(line: Line) -> None:
    waits = 'startConferenceOnEnter="false"'
    line.in_room(attributes=waits)
    line.in_room(OTHER, attributes=waits)
    assert line.client.conferences.list()[0].status == "init"
    line.in_room(THIRD)

    assert line.client.conferences.list()[0].status == "in-progress"
    assert room_events(line)[-1] == "conference-start"


def test_f2_when_it_starts_the_music_stops_and_each_hears_the_others(line: Line) -> None:
    line.customer.pages["/music"] = twiml("<Say loop='0'>la</Say>")
    one = line.call('<Dial><Conference waitUrl="/music" beep="false">r</Conference></Dial>')
    two = line.in_room(OTHER)
    three = line.in_room(THIRD)

    assert hears(line, one) == {two, three}
    assert hears(line, two) == {one, three}


def test_f2_each_waits_with_its_own_wait_url(line: Line) -> None:
    line.customer.pages |= {"/a": twiml("<Say>aaa</Say>"), "/b": twiml("<Say>bbb</Say>")}
    quiet = 'startConferenceOnEnter="false"'
    document = "<Dial><Conference {} waitUrl='{}'>r</Conference></Dial>"
    one = line.call(document.format(quiet, "/a"))
    two = line.call(document.format(quiet, "/b"), OTHER)

    assert (line.caption(one), line.caption(two)) == ("aaa", "bbb")


def test_b9_when_the_wait_document_ends_there_is_silence_and_no_new_request(line: Line) -> None:
    line.customer.pages["/music"] = twiml("<Say>la</Say>")
    leg = line.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')
    line.network.advance(30)

    assert line.caption(leg) is None
    assert len(line.customer.to("/music")) == 1


def test_b9_an_empty_redirect_loops_it(line: Line) -> None:
    line.customer.pages["/music"] = twiml("<Pause length='10'/><Redirect/>")
    line.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')
    line.network.advance(30)

    assert len(line.customer.to("/music")) == 4


def test_b9_without_wait_url_there_is_the_carriers_music(line: Line) -> None:
    leg = line.call("<Dial><Conference>r</Conference></Dial>")

    assert line.caption(leg) == "music"


def test_a4_a_wait_url_that_fails_ends_the_dial(line: Line) -> None:
    line.customer.pages["/music"] = Says(b"<no")
    line.call('<Dial action="/dialled"><Conference waitUrl="/music">r</Conference></Dial>')

    assert len(line.customer.to("/dialled")) == 1
    assert line.client.conferences.list(status="in-progress") == []


@pytest.mark.parametrize(("beep", "heard"), [("true", True), ("onEnter", True), ("false", False)])
def test_f2_the_beep_is_over_the_voices(line: Line, beep: str, heard: bool) -> None:
    one = line.in_room()
    line.call(f'<Dial><Conference beep="{beep}">r</Conference></Dial>', OTHER)

    during = line.network.exchange.hears(one)
    assert isinstance(during, Voices)
    assert (during.announcement is not None) is heard
    line.network.advance(1)
    after = line.network.exchange.hears(one)
    assert isinstance(after, Voices)
    assert after.announcement is None


def test_a11_the_first_participant_fixes_callback_and_events(line: Line) -> None:
    line.in_room(attributes=f'statusCallback="{BASE}/first" statusCallbackEvent="join"')
    line.in_room(OTHER, attributes=f'statusCallback="{BASE}/second" statusCallbackEvent="leave"')

    told = [asked["StatusCallbackEvent"] for asked in line.customer.to("/first")]
    assert told == ["participant-join", "participant-join"]
    assert line.customer.to("/second") == []


def test_a11_without_events_nothing_is_told(line: Line) -> None:
    line.in_room(attributes=f'statusCallback="{BASE}/room"')

    assert line.customer.to("/room") == []


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ('maxParticipants="1"', "", 16020),
        ('participantLabel="x"', 'participantLabel="x"', 16025),
        ("", f'coach="CA{"0" * 32}"', 13240),
    ],
)
def test_b9_a_room_that_refuses_sends_the_leg_to_its_action(
    line: Line, first: str, second: str, code: int
) -> None:
    line.in_room(attributes=first)
    refused = line.in_room(OTHER, attributes=second)

    assert line.customer.last("/dialled")["CallSid"] == refused
    warned = [getattr(e.news, "code", None) for e in line.network.exchange.journal.entries()]
    assert code in warned


# --- leaving and ending -------------------------------------------------------------------------


def test_f2_it_goes_on_with_one_and_no_music_returns(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    line.network.hang_up(two)
    line.network.settle()

    assert line.client.conferences.list()[0].status == "in-progress"
    assert line.network.exchange.hears(one) == Voices(())


def test_f2_the_last_who_leaves_ends_it(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    for leg in (two, one):
        line.network.hang_up(leg)
        line.network.settle()

    ended = line.client.conferences.list()[0]
    assert ended.status == "completed"
    assert ended.reason_conference_ended == "last-participant-left"
    assert ended.call_sid_ending_conference == one


def test_f2_end_on_exit_throws_the_others_out_and_their_dial_goes_on(line: Line) -> None:
    one = line.in_room()
    moderator = line.in_room(OTHER, attributes='endConferenceOnExit="true"')
    line.customer.pages["/dialled"] = twiml("<Say>Over</Say>")
    line.network.hang_up(moderator)
    line.network.settle()

    assert line.caption(one) == "Over"
    assert line.status(one) == "in-progress"


def test_b9_a_name_has_a_new_sid_in_each_life(line: Line) -> None:
    leg = line.in_room()
    first = conference(line)
    line.network.hang_up(leg)
    line.network.settle()
    line.in_room()

    assert conference(line, friendly_name="r", status="init") != first
    assert len(line.client.conferences.list(friendly_name="r")) == 2


def test_c3_status_completed_ends_every_dial(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    line.client.conferences(conference(line)).update(status="completed")
    line.network.settle()

    told = {asked["CallSid"] for asked in line.customer.to("/dialled")}
    assert told == {one, two}
    assert line.client.conferences.list()[0].reason_conference_ended == "conference-ended-via-api"


# --- hold, mute, coach, announcements -----------------------------------------------------------


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
