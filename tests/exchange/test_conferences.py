"""Contract F2, B9, A11 and part L: the life of a conference."""

from __future__ import annotations

import pytest

from infra.local.exchange.interfaces import Voices
from tests.exchange.conference_events import OTHER, THIRD, conference_events, conference_sid, hears
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.harness import Harness


def test_f2_the_first_participant_alone_waits_even_if_it_starts_on_enter(harness: Harness) -> None:
    harness.customer.pages["/music"] = twiml("<Say loop='0'>la</Say>")
    leg = harness.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')

    assert harness.client.conferences.list()[0].status == "init"
    assert harness.caption(leg) == "la"
    assert harness.customer.last("/music").method == "POST"
    assert conference_events(harness) == ["participant-join"]


def test_a_leg_that_no_room_takes_goes_on_with_the_action_of_its_dial(harness: Harness) -> None:
    harness.customer.pages["/left"] = twiml("<Say loop='0'>Out</Say>")
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.exchange.conferences.shut_out.add(leg)
    harness.customer.pages["/voice"] = twiml(
        '<Dial action="/left"><Conference>r</Conference></Dial>'
    )
    harness.network.advance(2)

    assert harness.client.conferences.list() == []
    assert harness.customer.last("/left")["DialCallStatus"] == "failed"
    assert harness.caption(leg) == "Out"


def test_f2_it_starts_with_two_of_whom_one_starts_on_enter(harness: Harness) -> None:
    waits = 'startConferenceOnEnter="false"'
    harness.join_conference(attributes=waits)
    harness.join_conference(OTHER, attributes=waits)
    assert harness.client.conferences.list()[0].status == "init"
    harness.join_conference(THIRD)

    assert harness.client.conferences.list()[0].status == "in-progress"
    assert conference_events(harness)[-1] == "conference-start"


def test_f2_when_it_starts_the_music_stops_and_each_hears_the_others(harness: Harness) -> None:
    harness.customer.pages["/music"] = twiml("<Say loop='0'>la</Say>")
    one = harness.call('<Dial><Conference waitUrl="/music" beep="false">r</Conference></Dial>')
    two = harness.join_conference(OTHER)
    three = harness.join_conference(THIRD)

    assert hears(harness, one) == {two, three}
    assert hears(harness, two) == {one, three}


def test_f2_each_waits_with_its_own_wait_url(harness: Harness) -> None:
    harness.customer.pages |= {"/a": twiml("<Say>aaa</Say>"), "/b": twiml("<Say>bbb</Say>")}
    quiet = 'startConferenceOnEnter="false"'
    document = "<Dial><Conference {} waitUrl='{}'>r</Conference></Dial>"
    one = harness.call(document.format(quiet, "/a"))
    two = harness.call(document.format(quiet, "/b"), OTHER)

    assert (harness.caption(one), harness.caption(two)) == ("aaa", "bbb")


def test_b9_when_the_wait_document_ends_there_is_silence_and_no_new_request(
    harness: Harness,
) -> None:
    harness.customer.pages["/music"] = twiml("<Say>la</Say>")
    leg = harness.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')
    harness.network.advance(30)

    assert harness.caption(leg) is None
    assert len(harness.customer.to("/music")) == 1


def test_b9_an_empty_redirect_loops_it(harness: Harness) -> None:
    harness.customer.pages["/music"] = twiml("<Pause length='10'/><Redirect/>")
    harness.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')
    harness.network.advance(30)

    assert len(harness.customer.to("/music")) == 4


def test_b9_without_wait_url_there_is_the_carriers_music(harness: Harness) -> None:
    leg = harness.call("<Dial><Conference>r</Conference></Dial>")

    assert harness.caption(leg) == "music"


def test_a4_a_wait_url_that_fails_ends_the_dial(harness: Harness) -> None:
    harness.customer.pages["/music"] = Says(b"<no")
    harness.call('<Dial action="/dialled"><Conference waitUrl="/music">r</Conference></Dial>')

    assert len(harness.customer.to("/dialled")) == 1
    assert harness.client.conferences.list(status="in-progress") == []


@pytest.mark.parametrize(("beep", "heard"), [("true", True), ("onEnter", True), ("false", False)])
def test_f2_the_beep_is_over_the_voices(harness: Harness, beep: str, heard: bool) -> None:
    one = harness.join_conference()
    harness.call(f'<Dial><Conference beep="{beep}">r</Conference></Dial>', OTHER)

    during = harness.network.exchange.hears(one)
    assert isinstance(during, Voices)
    assert (during.announcement is not None) is heard
    harness.network.advance(1)
    after = harness.network.exchange.hears(one)
    assert isinstance(after, Voices)
    assert after.announcement is None


@pytest.mark.parametrize(
    ("beep", "heard"), [("true", True), ("onExit", True), ("onEnter", False), ("false", False)]
)
def test_f2_who_leaves_beeps_as_well(harness: Harness, beep: str, heard: bool) -> None:
    one = harness.join_conference()
    other = harness.call(f'<Dial><Conference beep="{beep}">r</Conference></Dial>', OTHER)
    harness.network.advance(1)
    harness.network.hang_up(other)

    during = harness.network.exchange.hears(one)
    assert isinstance(during, Voices)
    assert (during.announcement is not None) is heard


@pytest.mark.parametrize("beeps", [True, False])
def test_c4_beep_on_exit_is_changed_over_rest(harness: Harness, beeps: bool) -> None:
    one = harness.join_conference()
    other = harness.join_conference(OTHER)
    participant = harness.client.conferences(conference_sid(harness)).participants(other)
    participant.update(beep_on_exit=beeps)
    harness.network.hang_up(other)

    during = harness.network.exchange.hears(one)
    assert isinstance(during, Voices)
    assert (during.announcement is not None) is beeps


def test_c4_the_wait_music_is_changed_over_rest(harness: Harness) -> None:
    harness.set_switches(change_before_start_refused=False)
    harness.customer.pages["/new"] = twiml("<Say loop='0'>New</Say>")
    one = harness.join_conference()
    participant = harness.client.conferences(conference_sid(harness)).participants(one)

    participant.update(wait_url=f"{BASE}/new", wait_method="GET")
    harness.network.settle()
    assert harness.caption(one) == "New"
    assert harness.customer.last("/new").method == "GET"
    participant.update(wait_url="")
    assert harness.caption(one) is None


def test_a11_the_first_participant_fixes_callback_and_events(harness: Harness) -> None:
    harness.join_conference(attributes=f'statusCallback="{BASE}/first" statusCallbackEvent="join"')
    harness.join_conference(
        OTHER, attributes=f'statusCallback="{BASE}/second" statusCallbackEvent="leave"'
    )

    told = [asked["StatusCallbackEvent"] for asked in harness.customer.to("/first")]
    assert told == ["participant-join", "participant-join"]
    assert harness.customer.to("/second") == []


def test_a11_without_events_asked_for_nothing_is_sent(harness: Harness) -> None:
    harness.join_conference(attributes=f'statusCallback="{BASE}/conference"')

    assert harness.customer.to("/conference") == []


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ('maxParticipants="1"', "", 16020),
        ('participantLabel="x"', 'participantLabel="x"', 16025),
        ("", f'coach="CA{"0" * 32}"', 13240),
    ],
)
def test_b9_a_conference_that_refuses_sends_the_leg_to_its_action(
    harness: Harness, first: str, second: str, code: int
) -> None:
    harness.join_conference(attributes=first)
    refused = harness.join_conference(OTHER, attributes=second)

    assert harness.customer.last("/dialled")["CallSid"] == refused
    warned = [getattr(e.news, "code", None) for e in harness.network.exchange.journal.entries()]
    assert code in warned


# --- leaving and ending -------------------------------------------------------------------------


def test_f2_it_goes_on_with_one_and_no_music_returns(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.network.hang_up(two)
    harness.network.settle()

    assert harness.client.conferences.list()[0].status == "in-progress"
    assert harness.network.exchange.hears(one) == Voices(())


def test_f2_it_ends_when_the_last_leaves(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    for leg in (two, one):
        harness.network.hang_up(leg)
        harness.network.settle()

    ended = harness.client.conferences.list()[0]
    assert ended.status == "completed"
    assert ended.reason_conference_ended == "last-participant-left"
    assert ended.call_sid_ending_conference == one


def test_f2_end_on_exit_removes_the_others_and_their_dial_continues(harness: Harness) -> None:
    one = harness.join_conference()
    moderator = harness.join_conference(OTHER, attributes='endConferenceOnExit="true"')
    harness.customer.pages["/dialled"] = twiml("<Say>Over</Say>")
    harness.network.hang_up(moderator)
    harness.network.settle()

    assert harness.caption(one) == "Over"
    assert harness.status(one) == "in-progress"


def test_b9_a_name_has_a_new_sid_in_each_life(harness: Harness) -> None:
    leg = harness.join_conference()
    first = conference_sid(harness)
    harness.network.hang_up(leg)
    harness.network.settle()
    harness.join_conference()

    assert conference_sid(harness, friendly_name="r", status="init") != first
    assert len(harness.client.conferences.list(friendly_name="r")) == 2


def test_c3_status_completed_ends_every_dial(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.conferences(conference_sid(harness)).update(status="completed")
    harness.network.settle()

    told = {asked["CallSid"] for asked in harness.customer.to("/dialled")}
    assert told == {one, two}
    assert (
        harness.client.conferences.list()[0].reason_conference_ended == "conference-ended-via-api"
    )
