"""Contract F2, B9, A11 and part L: the life of a room."""

from __future__ import annotations

import pytest

from infra.local.exchange.seam import Voices
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.line import Line
from tests.exchange.rooms import OTHER, THIRD, conference, hears, room_events


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
