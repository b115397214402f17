"""Contract part I and L: where the carrier is uncertain, both settings do what they say."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.journal import WebhookSent
from infra.local.exchange.switches import Ahead, Switches
from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.line import Line


def test_every_switch_has_a_test() -> None:
    here = Path(__file__).parent
    texts = "".join(file.read_text() for file in sorted(here.glob("test_*.py")))

    names = [field.name for field in (*fields(Switches), *fields(Ahead))]
    assert [name for name in names if f"{name}=" not in texts] == []


@pytest.mark.parametrize(("answers", "status"), [(True, "in-progress"), (False, "ringing")])
def test_b3_a_pause_that_comes_first(line: Line, answers: bool, status: str) -> None:
    line.switch(pause_answers=answers)
    leg = line.call("<Pause length='3'/><Say loop='0'>Hello</Say>")

    assert line.status(leg) == status
    line.network.advance(3)
    assert line.status(leg) == "in-progress"


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
def test_i8_a_clients_first_request(line: Line, application: str, status: str) -> None:
    line.switch(client_first_status=status)
    line.customer.pages["/app"] = twiml("<Redirect>/next</Redirect>")
    line.network.connect("alice", application)
    line.network.settle()

    assert line.customer.last("/app")["CallStatus"] == status
    assert line.customer.last("/next")["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("sent", "digits"), [(True, ""), (False, None)])
def test_i4_an_empty_result(line: Line, sent: bool, digits: str | None) -> None:
    line.switch(empty_digits_sent=sent)
    line.call('<Gather action="/key" timeout="1" actionOnEmptyResult="true"/>')
    line.network.advance(1)

    assert line.customer.last("/key").get("Digits") == digits


@pytest.mark.parametrize(("hangs_up", "status"), [(True, "completed"), (False, "in-progress")])
def test_i5_an_empty_body(line: Line, hangs_up: bool, status: str) -> None:
    line.switch(empty_body_hangs_up=hangs_up)
    leg = line.call(Says(b""))

    assert line.status(leg) == status  # else the apology is being spoken
    assert (line.caption(leg) is None) is hangs_up


@pytest.mark.parametrize("status", ["no-answer", "failed"])
def test_b7_a_client_without_a_device(line: Line, status: str) -> None:
    line.switch(unregistered_client=status)
    made = line.client.calls.create(to="client:bob", from_=line.number, url=f"{BASE}/go")
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == status


@pytest.mark.parametrize("buffer", [0, 5])
def test_f1_seconds_added_to_a_ring_timeout(line: Line, buffer: int) -> None:
    line.switch(ring_buffer_seconds=buffer)
    made = line.client.calls.create(
        to="+15005550020", from_=line.number, url=f"{BASE}/go", timeout=10
    )
    line.network.advance(10 + buffer - 0.1)
    before = line.client.calls(made.sid).fetch().status
    line.network.advance(0.1)

    assert (before, line.client.calls(made.sid).fetch().status) == ("ringing", "no-answer")


@pytest.mark.parametrize("named", [True, False])
def test_i12_the_wait_request_of_a_room(line: Line, named: bool) -> None:
    line.switch(room_wait_names_room=named)
    line.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')

    asked = line.customer.last("/music").get("ConferenceSid")
    assert asked == (line.client.conferences.list()[0].sid if named else None)


def test_w8_a_duplicate_label_accepted(line: Line) -> None:
    line.switch(duplicate_label_refused=False)
    line.network.street_phone("+15005550020")
    line.in_room()
    create = line.client.conferences("r").participants.create
    one = create(to="+15005550020", from_=line.number, label="x")
    two = create(to="+15005550020", from_=line.number, label="x")
    line.network.settle()
    room = line.client.conferences.list()[0].sid
    labels = [p.label for p in line.client.conferences(room).participants.list()]
    assert one.call_sid != two.call_sid
    assert labels == ["x", "x", None]

    line.switch(duplicate_label_refused=True)
    with pytest.raises(TwilioRestException) as refused:
        create(to="+15005550020", from_=line.number, label="x")
    assert refused.value.code == 16025


@pytest.mark.parametrize("code", [11200, 11217])
def test_a4_the_code_of_an_http_failure(line: Line, code: int) -> None:
    line.switch(http_failure_code=code)
    sid = line.client.incoming_phone_numbers.list()[0].sid
    line.client.incoming_phone_numbers(sid).update(voice_fallback_url=f"{BASE}/rescue")
    line.call(Says(b"", status=500))

    assert line.customer.last("/rescue")["ErrorCode"] == str(code)


def test_a4_documents_in_a_row(line: Line) -> None:
    line.switch(documents_in_a_row=7)
    line.call("<Redirect>/voice</Redirect>")

    assert len(line.customer.to("/voice")) == 7


# --- what an update interrupts --------------------------------------------------------------------


@pytest.mark.parametrize(("until_fetched", "order"), [(True, "fetch first"), (False, "told first")])
def test_l_a_redirected_leg_hears_its_old_document_until_the_new_one_is_here(
    line: Line, until_fetched: bool, order: str
) -> None:
    line.switch(old_document_until_fetched=until_fetched)
    still: list[str | None] = []

    def moved(_asked: Asked) -> Says:
        still.append(line.caption(leg))
        return twiml("<Say loop='0'>new</Say>")

    line.customer.pages |= {"/wait": twiml("<Say loop='0'>music</Say>"), "/new": moved}
    leg = line.call('<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>')
    line.client.calls(leg).update(url=f"{BASE}/new")
    line.network.settle()

    paths = [asked.path for asked in line.customer.asked if asked.path in ("/new", "/queued")]
    assert paths == (["/new", "/queued"] if order == "fetch first" else ["/queued", "/new"])
    assert still == (["music"] if until_fetched else [None])
    assert line.caption(leg) == "new"


def test_l_of_two_updates_under_way_the_later_wins(line: Line) -> None:
    line.switch(old_document_until_fetched=True)
    line.customer.pages |= {
        "/one": twiml("<Say loop='0'>one</Say>"),
        "/two": twiml("<Say loop='0'>two</Say>"),
    }
    leg = line.call("<Pause length='60'/>")
    line.client.calls(leg).update(url=f"{BASE}/one")
    line.client.calls(leg).update(url=f"{BASE}/two")
    line.network.settle()

    assert line.caption(leg) == "two"


@pytest.mark.parametrize("until_fetched", [True, False])
def test_l_an_update_that_cannot_be_fetched_goes_to_the_fallback(
    line: Line, until_fetched: bool
) -> None:
    line.switch(old_document_until_fetched=until_fetched)
    line.customer.pages |= {"/new": Says(b"", status=500), "/rescue": twiml("<Say>moment</Say>")}
    leg = line.in_room()
    line.client.calls(leg).update(url=f"{BASE}/new", fallback_url=f"{BASE}/rescue")
    line.network.settle()

    assert line.caption(leg) == "moment"
    assert leg not in line.network.exchange.core.conferences.seats


@pytest.mark.parametrize("reports", [True, False])
def test_f4_a_hangup_inside_a_gather(line: Line, reports: bool) -> None:
    line.switch(gather_hangup_reports=reports)
    leg = line.call('<Gather action="/key" numDigits="3"/>')
    line.network.press(leg, "1")
    line.network.hang_up(leg)
    line.network.settle()

    told = [(asked["CallStatus"], asked["Digits"]) for asked in line.customer.to("/key")]
    assert told == ([("completed", "1")] if reports else [])


@pytest.mark.parametrize("named", [True, False])
def test_a7_the_gather_action_may_name_the_key(line: Line, named: bool) -> None:
    line.switch(gather_names_key=named)
    leg = line.call('<Gather action="/key"/>')
    line.network.press(leg, "12#")
    line.network.settle()

    asked = line.customer.last("/key")
    told = (asked["Digits"], asked.get("FinishedOnKey"), asked.get("msg"))
    assert told == ("12", "#" if named else None, "Gather End" if named else None)


@pytest.mark.parametrize("named", [True, False])
def test_a10_the_record_action_may_name_the_recording(line: Line, named: bool) -> None:
    line.switch(record_names_recording=named)
    leg = line.call('<Record action="/recorded" playBeep="false"/>')
    line.network.advance(3)
    line.network.press(leg, "#")
    line.network.settle()

    asked = line.customer.last("/recorded")
    sid = asked["RecordingUrl"].rpartition("/")[2]
    assert asked.get("RecordingSid") == (sid if named else None)


@pytest.mark.parametrize("status", ["no-answer", "canceled"])
def test_f4_an_inbound_call_given_up_before_its_answer(line: Line, status: str) -> None:
    line.switch(abandoned_inbound=status)
    leg = line.network.dial("+15005550010", line.number)
    line.network.hang_up(leg)
    line.network.settle()

    assert line.status(leg) == status
    assert line.customer.last("/status")["CallStatus"] == status


# --- rooms ----------------------------------------------------------------------------------------


def _conference(line: Line) -> str:
    return str(line.client.conferences.list()[0].sid)


@pytest.mark.parametrize("replaces", [True, False])
def test_l_an_announcement_replaces_the_talk_or_is_mixed_into_it(
    line: Line, replaces: bool
) -> None:
    line.switch(announcement_replaces=replaces)
    line.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    one, two = line.in_room(), line.in_room("+15005550011")
    line.client.conferences(_conference(line)).participants(one).update(announce_url=f"{BASE}/say")
    line.network.settle()

    assert (line.caption(one) == "1234567890") is replaces
    assert line.network.exchange.ledger.hears_now(one, two) is not replaces
    line.network.advance(2)
    assert line.network.exchange.ledger.hears_now(one, two)


@pytest.mark.parametrize("refused", [True, False])
def test_l_hold_before_the_start(line: Line, refused: bool) -> None:
    line.switch(change_before_start_refused=refused)
    line.customer.pages["/hold"] = twiml("<Say loop='0'>held</Say>")
    one = line.in_room()
    participant = line.client.conferences(_conference(line)).participants(one)

    if refused:
        with pytest.raises(TwilioRestException) as before:
            participant.update(hold=True, hold_url=f"{BASE}/hold")
        assert before.value.code == 16099
    else:
        participant.update(hold=True, hold_url=f"{BASE}/hold")
        two = line.in_room("+15005550011")
        assert line.caption(one) == "held"
        participant.update(hold=False)
        assert line.network.exchange.ledger.hear_each_other(one, two)


@pytest.mark.parametrize("heeded", [True, False])
def test_f2_a_second_hold(line: Line, heeded: bool) -> None:
    line.switch(second_hold_heeded=heeded)
    told = f'statusCallback="{BASE}/room" statusCallbackEvent="hold"'
    one, _ = line.in_room(attributes=told), line.in_room("+15005550011")
    participant = line.client.conferences(_conference(line)).participants(one)
    for _ in range(2):
        participant.update(hold=True, hold_url=f"{BASE}/hold")
        line.network.settle()

    assert len(line.customer.to("/hold")) == len(line.customer.to("/room")) == 1 + heeded


# --- REST and transport ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404])
def test_i14_the_http_status_of_21220(line: Line, status: int) -> None:
    line.switch(invalid_state_status=status)
    leg = line.call("<Hangup/>")
    refused = []
    for change in ({"url": f"{BASE}/new"}, {"status": "completed"}):
        with pytest.raises(TwilioRestException) as error:
            line.client.calls(leg).update(**change)
        refused.append((error.value.status, error.value.code))

    assert refused == [(status, 21220)] * 2


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "completed"), (10.0, "in-progress")])
def test_c1_reads_of_a_call_may_be_stale(line: Line, seconds: float, shown: str) -> None:
    line.switch(stale_call_seconds=seconds)
    leg = line.call("<Pause length='60'/>")
    line.network.advance(30)
    line.network.hang_up(leg)

    fetched = line.client.calls(leg).fetch()
    [listed] = line.client.calls.list(status=shown)
    assert (fetched.status, listed.status) == (shown, shown)
    assert (fetched.duration is None) is (shown == "in-progress")
    line.network.advance(10)
    assert line.client.calls(leg).fetch().duration == "30"


@pytest.mark.parametrize("first", [True, False])
def test_a1_the_idempotency_token_on_first_attempts(line: Line, first: bool) -> None:
    line.switch(token_on_first_attempt=first)
    line.call("<Hangup/>")

    headers = line.customer.last("/voice").headers
    assert ("i-twilio-idempotency-token" in headers) is first
    sent = [e.news for e in line.network.exchange.journal.entries()]
    tokens = [n.token for n in sent if isinstance(n, WebhookSent) and n.url.endswith("/voice")]
    assert tokens == [headers.get("i-twilio-idempotency-token", "")]
