"""Contract F4: who gets which request when something ends; one test a row that is implemented."""

from __future__ import annotations

import pytest

from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.harness import Harness

OTHER = "+15005550011"
QUEUED = '<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>'


def queued(harness: Harness, document: str = QUEUED) -> str:
    harness.customer.pages.setdefault("/wait", twiml("<Pause length='20'/>"))
    leg = harness.call(document)
    harness.network.advance(7)
    return leg


# --- a conference --------------------------------------------------------------------------------


@pytest.mark.parametrize("requested", [True, False])
def test_caller_hangs_up_in_a_conference_the_action_is_requested(
    harness: Harness, requested: bool
) -> None:
    harness.set_switches(hangup_action_requested=requested)
    leg = harness.join_conference()
    harness.network.hang_up(leg)
    harness.network.settle()

    told = harness.customer.to("/dialled")
    assert len(told) == int(requested)
    assert [(one["CallStatus"], one["DialCallStatus"]) for one in told] == [
        ("completed", "answered")
    ] * len(told)
    assert harness.customer.last("/status")["CallStatus"] == "completed"


@pytest.mark.parametrize("requested", [True, False])
def test_parent_redirected_during_dial_the_action_is_requested_and_its_answer_ignored(
    harness: Harness, requested: bool
) -> None:
    harness.set_switches(interrupted_action_requested=requested)
    harness.customer.pages |= {
        "/dialled": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = harness.join_conference()
    harness.client.calls(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    assert len(harness.customer.to("/dialled")) == int(requested)
    assert harness.caption(leg) == "Right"


def test_parent_redirected_without_action_a_following_redirect_is_requested_and_not_run(
    harness: Harness,
) -> None:
    harness.customer.pages |= {
        "/after": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = harness.call("<Dial><Conference>r</Conference></Dial><Redirect>/after</Redirect>")
    harness.client.calls(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    assert len(harness.customer.to("/after")) == 1
    assert harness.caption(leg) == "Right"


def test_participants_call_updated_it_leaves_the_conference_as_updated_via_api(
    harness: Harness,
) -> None:
    told = f'statusCallback="{BASE}/conference" statusCallbackEvent="leave"'
    leg = harness.join_conference(attributes=told)
    harness.join_conference(OTHER)
    harness.client.calls(leg).update(twiml="<Response><Pause length='60'/></Response>")
    harness.network.settle()

    asked = harness.customer.last("/conference")
    assert asked["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert asked["ParticipantCallStatus"] == "in-progress"
    assert harness.status(leg) == "in-progress"


@pytest.mark.parametrize(("continues", "status"), [(True, "in-progress"), (False, "completed")])
def test_conference_ended_by_api_every_dial_ends(
    harness: Harness, continues: bool, status: str
) -> None:
    harness.set_switches(ended_conference_continues=continues)
    harness.customer.pages["/dialled"] = twiml("<Pause length='60'/>")
    leg = harness.join_conference()
    harness.client.conferences(harness.client.conferences.list()[0].sid).update(status="completed")
    harness.network.settle()

    assert harness.status(leg) == status


def test_a_call_update_to_completed_ends_it_and_the_conference_goes_on(harness: Harness) -> None:
    one, two = harness.join_conference(), harness.join_conference(OTHER)
    harness.client.calls(one).update(status="completed")
    harness.network.settle()

    assert (harness.status(one), harness.status(two)) == ("completed", "in-progress")
    assert harness.customer.last("/status")["CallSid"] == one


def test_dial_without_action_falls_through_to_the_next_verb(harness: Harness) -> None:
    leg = harness.call("<Dial><Conference>r</Conference></Dial><Say loop='0'>After</Say>")
    harness.client.conferences(harness.client.conferences.list()[0].sid).update(status="completed")
    harness.network.settle()

    assert harness.caption(leg) == "After"


# --- a queue ------------------------------------------------------------------------------------


def test_queued_caller_redirected_by_members_update(harness: Harness) -> None:
    harness.customer.pages |= {
        "/queued": twiml("<Say>Wrong</Say>"),
        "/new": twiml("<Say loop='0'>Right</Say>"),
    }
    leg = queued(harness)
    queue = harness.client.queues.list()[0]
    harness.client.queues(queue.sid).members(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    asked = harness.customer.last("/queued")
    assert (asked["QueueResult"], asked["QueueTime"]) == ("redirected", "7")
    assert asked["QueueSid"] == queue.sid
    assert harness.caption(leg) == "Right"


@pytest.mark.parametrize("requested", [True, False])
def test_queued_caller_redirected_by_calls_update(harness: Harness, requested: bool) -> None:
    harness.set_switches(interrupted_action_requested=requested)
    harness.customer.pages["/new"] = twiml("<Say loop='0'>Right</Say>")
    leg = queued(harness)
    harness.client.calls(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    assert [one["QueueResult"] for one in harness.customer.to("/queued")] == ["redirected"] * int(
        requested
    )
    assert harness.caption(leg) == "Right"
    assert harness.client.queues.list()[0].current_size == 0


def test_queued_caller_hangs_up(harness: Harness) -> None:
    leg = queued(harness)
    harness.network.hang_up(leg)
    harness.network.settle()

    asked = harness.customer.last("/queued")
    assert (asked["QueueResult"], asked["CallStatus"]) == ("hangup", "completed")
    assert harness.client.queues.list()[0].current_size == 0


def test_queued_caller_leaves_to_the_action(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='3'/><Leave/>")
    harness.customer.pages["/queued"] = twiml("<Say loop='0'>Out</Say>")
    leg = queued(harness)

    assert harness.customer.last("/queued")["QueueResult"] == "leave"
    assert harness.caption(leg) == "Out"


def test_queued_caller_leaves_without_action_to_the_next_verb(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Leave/>")
    leg = harness.call("<Enqueue waitUrl='/wait'>q</Enqueue><Say loop='0'>Next</Say>")

    assert harness.caption(leg) == "Next"


def test_queue_full_is_reported_at_once(harness: Harness) -> None:
    harness.client.queues.create(friendly_name="q", max_size=1)
    queued(harness)
    harness.call(QUEUED, OTHER)

    asked = harness.customer.last("/queued")
    assert (asked["QueueResult"], asked["From"]) == ("queue-full", OTHER)
    assert asked.get("QueueSid") is None


def test_error_in_the_wait_url(harness: Harness) -> None:
    harness.customer.pages["/wait"] = Says(b"", status=500)
    harness.call(QUEUED)

    assert harness.customer.last("/queued")["QueueResult"] == "error"


def test_hangup_in_the_wait_document(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Hangup/>")
    leg = harness.call(QUEUED)

    assert harness.status(leg) == "completed"
    assert harness.customer.last("/queued")["QueueResult"] == "hangup"


# --- the rest -----------------------------------------------------------------------------------


def test_gather_caller_hangs_up_nothing_is_reported(harness: Harness) -> None:
    leg = harness.call('<Gather action="/key"/>')
    harness.network.press(leg, "12")
    harness.network.hang_up(leg)
    harness.network.settle()

    assert harness.customer.to("/key") == []
    assert harness.customer.last("/status")["CallStatus"] == "completed"


@pytest.mark.parametrize("reports", [True, False])
def test_b14_a_record_that_a_redirect_interrupts(harness: Harness, reports: bool) -> None:
    harness.set_switches(interrupted_record_reports=reports)
    leg = harness.call('<Record action="/recorded" playBeep="false"/>')
    harness.network.advance(3)
    harness.client.calls(leg).update(twiml="<Response><Pause length='60'/></Response>")
    harness.network.settle()

    assert len(harness.customer.to("/recorded")) == int(reports)


def test_b14_the_recording_of_who_says_nothing_is_dropped_and_the_next_verb_runs(
    harness: Harness,
) -> None:
    document = '<Record action="/recorded" timeout="8" playBeep="false"/><Say loop="0">Next</Say>'
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.exchange.says_nothing_more(leg)
    harness.customer.pages["/voice"] = twiml(document)
    harness.network.advance(10)

    made = harness.network.exchange.recordings.of_leg(leg)
    assert [one.state.value for one in made] == ["absent"]
    assert harness.caption(leg) == "Next"
    assert harness.customer.to("/recorded") == []


def test_caller_gives_up_before_the_answer(harness: Harness) -> None:
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.hang_up(leg)
    harness.network.settle()

    assert harness.status(leg) == "no-answer"
    assert harness.customer.last("/status")["CallStatus"] == "no-answer"


def test_an_answer_that_comes_after_the_hangup_changes_nothing(harness: Harness) -> None:
    def hangs_up_meanwhile(asked: Asked) -> Says:
        harness.network.hang_up(harness.network.exchange.live()[0].sid)
        return twiml("<Say>Hello</Say>")

    harness.customer.pages["/voice"] = hangs_up_meanwhile
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.settle()

    assert harness.status(leg) == "no-answer"
    assert harness.caption(leg) is None


def test_a3_what_a_status_callback_answers_controls_nothing_but_is_warned_of(
    harness: Harness,
) -> None:
    harness.customer.pages["/status"] = twiml("<Say>Ignored</Say>")
    leg = harness.call("<Hangup/>")

    warned = [getattr(e.news, "code", None) for e in harness.network.exchange.journal.entries()]
    assert 15003 in warned
    assert harness.status(leg) == "completed"
