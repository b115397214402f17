"""Contract B11, C5, F6: waiting in a queue."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.customer import BASE, twiml
from tests.exchange.line import Line

QUEUED = '<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>'


def test_b11_the_wait_url_is_requested_again_when_its_document_ends(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    line.call(QUEUED)
    line.network.advance(35)

    assert [asked["QueueTime"] for asked in line.customer.to("/wait")] == ["0", "10", "20", "30"]


def test_b11_after_a_redirect_the_end_returns_to_the_original_wait_url(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Pause length='5'/><Redirect>/more</Redirect>")
    line.customer.pages["/more"] = twiml("<Pause length='5'/>")
    line.call(QUEUED)
    line.network.advance(10)

    paths = [asked.path for asked in line.customer.asked if asked.path != "/voice"]
    assert paths == ["/wait", "/more", "/wait"]
    assert line.customer.last("/more")["QueuePosition"] == "1"


def test_f6_a_gathers_action_replaces_the_document_and_the_caller_stays_queued(line: Line) -> None:
    line.customer.pages["/wait"] = twiml(
        '<Gather action="/key" numDigits="1"><Say loop="0">la</Say></Gather>'
    )
    line.customer.pages["/key"] = twiml("<Say>Noted</Say>")
    leg = line.call(QUEUED)
    line.network.press(leg, "5")
    line.network.settle()

    asked = line.customer.last("/key")
    assert (asked["Digits"], asked["QueuePosition"]) == ("5", "1")
    assert line.caption(leg) == "Noted"
    line.network.advance(1)
    assert line.caption(leg) == "la"
    assert line.client.queues.list()[0].current_size == 1


def test_f6_position_and_size_are_fresh_at_each_request(line: Line) -> None:
    line.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    first = line.call(QUEUED)
    second = line.call(QUEUED, "+15005550011")
    line.network.hang_up(first)
    line.network.advance(10)

    asked = [one for one in line.customer.to("/wait") if one["CallSid"] == second]
    assert [(one["QueuePosition"], one["CurrentQueueSize"]) for one in asked] == [
        ("2", "2"),
        ("1", "1"),
    ]


def test_b11_wait_url_empty_is_silence_and_missing_is_the_carriers_music(line: Line) -> None:
    silent = line.call('<Enqueue waitUrl="">q</Enqueue>')
    music = line.call("<Enqueue>q</Enqueue>")

    assert line.caption(silent) is None
    assert line.caption(music) == "music"


def test_a9_a_queue_that_is_out_of_order_takes_nobody_and_says_so_at_once(line: Line) -> None:
    line.network.exchange.core.queues.out_of_order = True
    line.customer.pages["/wait"] = twiml("<Pause length='10'/>")
    line.call(QUEUED)

    told = line.customer.last("/queued")
    assert told["QueueResult"] == "system-error"
    assert "QueueSid" not in told.names
    assert line.customer.to("/wait") == []


def test_c5_members_are_in_order_and_front_is_the_oldest(line: Line) -> None:
    first = line.call('<Enqueue waitUrl="">q</Enqueue>')
    line.network.advance(30)
    second = line.call('<Enqueue waitUrl="">q</Enqueue>')
    queue = line.client.queues.list()[0]
    members = line.client.queues(queue.sid).members

    assert [(m.call_sid, m.position, m.wait_time) for m in members.list()] == [
        (first, 1, 30),
        (second, 2, 0),
    ]
    assert members("Front").fetch().call_sid == first
    assert line.client.queues(queue.sid).fetch().average_wait_time == 15


def test_c5_a_second_dequeue_of_the_same_call_is_not_found(line: Line) -> None:
    line.customer.pages["/new"] = twiml("<Pause length='60'/>")
    leg = line.call('<Enqueue waitUrl="">q</Enqueue>')
    members = line.client.queues(line.client.queues.list()[0].sid).members
    members(leg).update(url=f"{BASE}/new")

    with pytest.raises(TwilioRestException) as refused:
        members(leg).update(url=f"{BASE}/new")
    assert refused.value.status == 404


def test_c5_queues_persist_until_deleted_and_only_empty_ones_are(line: Line) -> None:
    leg = line.call('<Enqueue waitUrl="">q</Enqueue>')
    queue = line.client.queues(line.client.queues.list()[0].sid)
    with pytest.raises(TwilioRestException) as refused:
        queue.delete()
    line.network.hang_up(leg)
    line.network.settle()

    assert refused.value.code == 22003
    assert len(line.client.queues.list()) == 1
    assert queue.delete() is True
    assert line.client.queues.list() == []


def test_c5_create_update_and_duplicate(line: Line) -> None:
    made = line.client.queues.create(friendly_name="support", max_size=5000)
    changed = line.client.queues(made.sid).update(max_size=20)

    assert (made.max_size, changed.max_size, changed.friendly_name) == (5000, 20, "support")
    with pytest.raises(TwilioRestException) as refused:
        line.client.queues.create(friendly_name="support")
    assert refused.value.code == 22003
