"""Contract F4: who gets which request when something ends. One test a row that exists here."""

from __future__ import annotations

import pytest

from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.line import Line

OTHER = "+15005550011"
QUEUED = '<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>'


def queued(line: Line, document: str = QUEUED) -> str:
    line.customer.pages.setdefault("/wait", twiml("<Pause length='20'/>"))
    leg = line.call(document)
    line.network.advance(7)
    return leg


# --- a conference --------------------------------------------------------------------------------


@pytest.mark.parametrize("requested", [True, False])
def test_caller_hangs_up_in_a_conference_the_action_is_requested(
    line: Line, requested: bool
) -> None:
    line.switch(hangup_action_requested=requested)
    leg = line.in_room()
    line.network.hang_up(leg)
    line.network.settle()

    told = line.customer.to("/dialled")
    assert len(told) == int(requested)
    assert [(one["CallStatus"], one["DialCallStatus"]) for one in told] == [
        ("completed", "answered")
    ] * len(told)
    assert line.customer.last("/status")["CallStatus"] == "completed"


@pytest.mark.parametrize("requested", [True, False])
def test_parent_redirected_during_dial_the_action_is_requested_and_not_heeded(
    line: Line, requested: bool
) -> None:
    line.switch(interrupted_action_requested=requested)
    line.customer.pages |= {
        "/dialled": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = line.in_room()
    line.client.calls(leg).update(url=f"{BASE}/new")
    line.network.settle()

    assert len(line.customer.to("/dialled")) == int(requested)
    assert line.caption(leg) == "Right"


def test_parent_redirected_without_action_a_following_redirect_is_requested_and_not_run(
    line: Line,
) -> None:
    line.customer.pages |= {
        "/after": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = line.call("<Dial><Conference>r</Conference></Dial><Redirect>/after</Redirect>")
    line.client.calls(leg).update(url=f"{BASE}/new")
    line.network.settle()

    assert len(line.customer.to("/after")) == 1
    assert line.caption(leg) == "Right"


def test_participants_call_updated_it_leaves_the_room_as_updated_via_api(line: Line) -> None:
    told = f'statusCallback="{BASE}/room" statusCallbackEvent="leave"'
    leg = line.in_room(attributes=told)
    line.in_room(OTHER)
    line.client.calls(leg).update(twiml="<Response><Pause length='60'/></Response>")
    line.network.settle()

    asked = line.customer.last("/room")
    assert asked["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert asked["ParticipantCallStatus"] == "in-progress"
    assert line.status(leg) == "in-progress"


@pytest.mark.parametrize(("continues", "status"), [(True, "in-progress"), (False, "completed")])
def test_conference_ended_by_api_every_dial_ends(line: Line, continues: bool, status: str) -> None:
    line.switch(ended_room_continues=continues)
    line.customer.pages["/dialled"] = twiml("<Pause length='60'/>")
    leg = line.in_room()
    line.client.conferences(line.client.conferences.list()[0].sid).update(status="completed")
    line.network.settle()

    assert line.status(leg) == status


def test_a_call_update_to_completed_ends_it_and_the_room_goes_on(line: Line) -> None:
    one, two = line.in_room(), line.in_room(OTHER)
    line.client.calls(one).update(status="completed")
    line.network.settle()

    assert (line.status(one), line.status(two)) == ("completed", "in-progress")
    assert line.customer.last("/status")["CallSid"] == one


def test_dial_without_action_falls_through_to_the_next_verb(line: Line) -> None:
    leg = line.call("<Dial><Conference>r</Conference></Dial><Say loop='0'>After</Say>")
    line.client.conferences(line.client.conferences.list()[0].sid).update(status="completed")
    line.network.settle()

    assert line.caption(leg) == "After"


# --- a queue ------------------------------------------------------------------------------------


def test_queued_caller_redirected_by_members_update(line: Line) -> None:
    line.customer.pages |= {
        "/queued": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = queued(line)
    queue = line.client.queues.list()[0]
    line.client.queues(queue.sid).members(leg).update(url=f"{BASE}/new")
    line.network.settle()

    asked = line.customer.last("/queued")
    assert (asked["QueueResult"], asked["QueueTime"]) == ("redirected", "7")
    assert asked["QueueSid"] == queue.sid
    assert line.caption(leg) == "Right"


@pytest.mark.parametrize("requested", [True, False])
def test_queued_caller_redirected_by_calls_update(line: Line, requested: bool) -> None:
    line.switch(interrupted_action_requested=requested)
    line.customer.pages["/new"] = twiml("<Say loop='0'>Right</Say>")
    leg = queued(line)
    line.client.calls(leg).update(url=f"{BASE}/new")
    line.network.settle()

    assert [one["QueueResult"] for one in line.customer.to("/queued")] == ["redirected"] * int(
        requested
    )
    assert line.caption(leg) == "Right"
    assert line.client.queues.list()[0].current_size == 0


def test_queued_caller_hangs_up(line: Line) -> None:
    leg = queued(line)
    line.network.hang_up(leg)
    line.network.settle()

    asked = line.customer.last("/queued")
    assert (asked["QueueResult"], asked["CallStatus"]) == ("hangup", "completed")
    assert line.client.queues.list()[0].current_size == 0


def test_queued_caller_leaves_to_the_action(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Pause length='3'/><Leave/>")
    line.customer.pages["/queued"] = twiml("<Say loop='0'>Out</Say>")
    leg = queued(line)

    assert line.customer.last("/queued")["QueueResult"] == "leave"
    assert line.caption(leg) == "Out"


def test_queued_caller_leaves_without_action_to_the_next_verb(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Leave/>")
    leg = line.call("<Enqueue waitUrl='/wait'>q</Enqueue><Say loop='0'>Next</Say>")

    assert line.caption(leg) == "Next"


def test_queue_full_is_told_at_once(line: Line) -> None:
    line.client.queues.create(friendly_name="q", max_size=1)
    queued(line)
    line.call(QUEUED, OTHER)

    asked = line.customer.last("/queued")
    assert (asked["QueueResult"], asked["From"]) == ("queue-full", OTHER)
    assert asked.get("QueueSid") is None


def test_error_in_the_wait_url(line: Line) -> None:
    line.customer.pages["/wait"] = Says(b"", status=500)
    line.call(QUEUED)

    assert line.customer.last("/queued")["QueueResult"] == "error"


def test_hangup_in_the_wait_document(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Hangup/>")
    leg = line.call(QUEUED)

    assert line.status(leg) == "completed"
    assert line.customer.last("/queued")["QueueResult"] == "hangup"


# --- the rest -----------------------------------------------------------------------------------


def test_gather_caller_hangs_up_nothing_is_told(line: Line) -> None:
    leg = line.call('<Gather action="/key"/>')
    line.network.press(leg, "12")
    line.network.hang_up(leg)
    line.network.settle()

    assert line.customer.to("/key") == []
    assert line.customer.last("/status")["CallStatus"] == "completed"


@pytest.mark.parametrize("reports", [True, False])
def test_v7_a_record_that_a_redirect_interrupts(line: Line, reports: bool) -> None:
    line.switch(interrupted_record_reports=reports)
    leg = line.call('<Record action="/recorded" playBeep="false"/>')
    line.network.advance(3)
    line.client.calls(leg).update(twiml="<Response><Pause length='60'/></Response>")
    line.network.settle()

    assert len(line.customer.to("/recorded")) == int(reports)


def test_caller_gives_up_before_the_answer(line: Line) -> None:
    leg = line.network.dial("+15005550010", line.number)
    line.network.hang_up(leg)
    line.network.settle()

    assert line.status(leg) == "no-answer"
    assert line.customer.last("/status")["CallStatus"] == "no-answer"


def test_an_answer_that_comes_after_the_hangup_changes_nothing(line: Line) -> None:
    def hangs_up_meanwhile(asked: Asked) -> Says:
        line.network.hang_up(line.network.exchange.live()[0].sid)
        return twiml("<Say>Hello</Say>")

    line.customer.pages["/voice"] = hangs_up_meanwhile
    leg = line.network.dial("+15005550010", line.number)
    line.network.settle()

    assert line.status(leg) == "no-answer"
    assert line.caption(leg) is None


def test_a3_what_a_status_callback_answers_controls_nothing_but_is_warned_of(line: Line) -> None:
    line.customer.pages["/status"] = twiml("<Say>Ignored</Say>")
    leg = line.call("<Hangup/>")

    warned = [getattr(e.news, "code", None) for e in line.network.exchange.journal.entries()]
    assert 15003 in warned
    assert line.status(leg) == "completed"
