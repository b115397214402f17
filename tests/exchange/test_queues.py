"""Contract B11, C5, F6: waiting in a queue."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.customer import BASE, twiml
from tests.exchange.harness import Harness

QUEUED = '<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>'


def test_b11_the_wait_url_is_requested_again_when_its_document_ends(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    harness.call(QUEUED)
    harness.network.advance(35)

    assert [asked["QueueTime"] for asked in harness.customer.to("/wait")] == ["0", "10", "20", "30"]


def test_b11_after_a_redirect_the_end_returns_to_the_original_wait_url(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='5'/><Redirect>/more</Redirect>")
    harness.customer.pages["/more"] = twiml("<Pause length='5'/>")
    harness.call(QUEUED)
    harness.network.advance(10)

    paths = [asked.path for asked in harness.customer.asked if asked.path != "/voice"]
    assert paths == ["/wait", "/more", "/wait"]
    assert harness.customer.last("/more")["QueuePosition"] == "1"


def test_f6_a_gathers_action_replaces_the_document_and_the_caller_stays_queued(
    harness: Harness,
) -> None:
    harness.customer.pages["/wait"] = twiml(
        '<Gather action="/key" numDigits="1"><Say loop="0">la</Say></Gather>'
    )
    harness.customer.pages["/key"] = twiml("<Say>Noted</Say>")
    leg = harness.call(QUEUED)
    harness.network.press(leg, "5")
    harness.network.settle()

    asked = harness.customer.last("/key")
    assert (asked["Digits"], asked["QueuePosition"]) == ("5", "1")
    assert harness.caption(leg) == "Noted"
    harness.network.advance(1)
    assert harness.caption(leg) == "la"
    assert harness.client.queues.list()[0].current_size == 1


def test_f6_position_and_size_are_computed_for_each_request(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    first = harness.call(QUEUED)
    second = harness.call(QUEUED, "+15005550011")
    harness.network.hang_up(first)
    harness.network.advance(10)

    asked = [one for one in harness.customer.to("/wait") if one["CallSid"] == second]
    assert [(one["QueuePosition"], one["CurrentQueueSize"]) for one in asked] == [
        ("2", "2"),
        ("1", "1"),
    ]


def test_b11_wait_url_empty_is_silence_and_missing_is_the_carriers_music(harness: Harness) -> None:
    silent = harness.call('<Enqueue waitUrl="">q</Enqueue>')
    music = harness.call("<Enqueue>q</Enqueue>")

    assert harness.caption(silent) is None
    assert harness.caption(music) == "music"


def test_a9_a_queue_that_is_out_of_order_takes_nobody_and_says_so_at_once(harness: Harness) -> None:
    harness.network.exchange.queues.out_of_order = True
    harness.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    harness.call(QUEUED)

    told = harness.customer.last("/queued")
    assert told["QueueResult"] == "system-error"
    assert "QueueSid" not in told.names
    assert harness.customer.to("/wait") == []


def test_a9_a_caller_whom_the_queue_loses_goes_on_with_the_action(harness: Harness) -> None:
    harness.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    leg = harness.call(QUEUED)
    exchange = harness.network.exchange

    with harness.network.locked():
        is_lost, is_known = exchange.queues.lose(leg), exchange.queues.lose("CAnobody")
    harness.network.advance(1)

    assert (is_lost, is_known) == (True, False)
    assert harness.customer.last("/queued")["QueueResult"] == "system-error"
    assert harness.client.queues.list()[0].current_size == 0


def test_c5_members_are_in_order_and_front_is_the_oldest(harness: Harness) -> None:
    first = harness.call('<Enqueue waitUrl="">q</Enqueue>')
    harness.network.advance(30)
    second = harness.call('<Enqueue waitUrl="">q</Enqueue>')
    queue = harness.client.queues.list()[0]
    members = harness.client.queues(queue.sid).members

    assert [(m.call_sid, m.position, m.wait_time) for m in members.list()] == [
        (first, 1, 30),
        (second, 2, 0),
    ]
    assert members("Front").fetch().call_sid == first
    assert harness.client.queues(queue.sid).fetch().average_wait_time == 15


def test_c5_a_second_dequeue_of_the_same_call_is_not_found(harness: Harness) -> None:
    harness.customer.pages["/new"] = twiml("<Pause length='60'/>")
    leg = harness.call('<Enqueue waitUrl="">q</Enqueue>')
    members = harness.client.queues(harness.client.queues.list()[0].sid).members
    members(leg).update(url=f"{BASE}/new")

    with pytest.raises(TwilioRestException) as refused:
        members(leg).update(url=f"{BASE}/new")
    assert refused.value.status == 404


def test_c5_queues_persist_until_deleted_and_only_empty_ones_are(harness: Harness) -> None:
    leg = harness.call('<Enqueue waitUrl="">q</Enqueue>')
    queue = harness.client.queues(harness.client.queues.list()[0].sid)
    with pytest.raises(TwilioRestException) as refused:
        queue.delete()
    harness.network.hang_up(leg)
    harness.network.settle()

    assert refused.value.code == 22003
    assert len(harness.client.queues.list()) == 1
    assert queue.delete() is True
    assert harness.client.queues.list() == []


def test_c5_create_update_and_duplicate(harness: Harness) -> None:
    made = harness.client.queues.create(friendly_name="support", max_size=5000)
    changed = harness.client.queues(made.sid).update(max_size=20)

    assert (made.max_size, changed.max_size, changed.friendly_name) == (5000, 20, "support")
    with pytest.raises(TwilioRestException) as refused:
        harness.client.queues.create(friendly_name="support")
    assert refused.value.code == 22003
