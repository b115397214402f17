"""Contract part I and L: where the carrier is uncertain, both settings do what they say."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.journal import WebhookSent
from infra.local.exchange.switches import Switches, UnusedSwitches
from tests.exchange.customer import BASE, Asked, Says, twiml
from tests.exchange.harness import Harness


def test_every_switch_has_a_test() -> None:
    here = Path(__file__).parent
    texts = "".join(file.read_text() for file in sorted(here.glob("test_*.py")))

    names = [field.name for field in (*fields(Switches), *fields(UnusedSwitches))]
    assert [name for name in names if f"{name}=" not in texts] == []


@pytest.mark.parametrize(("answers", "status"), [(True, "in-progress"), (False, "ringing")])
def test_b3_a_pause_that_comes_first(harness: Harness, answers: bool, status: str) -> None:
    harness.set_switches(pause_answers=answers)
    leg = harness.call("<Pause length='3'/><Say loop='0'>Hello</Say>")

    assert harness.status(leg) == status
    harness.network.advance(3)
    assert harness.status(leg) == "in-progress"


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
def test_i8_a_clients_first_request(harness: Harness, application: str, status: str) -> None:
    harness.set_switches(client_first_status=status)
    harness.customer.pages["/app"] = twiml("<Redirect>/next</Redirect>")
    harness.network.connect("alice", application)
    harness.network.settle()

    assert harness.customer.last("/app")["CallStatus"] == status
    assert harness.customer.last("/next")["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("sent", "digits"), [(True, ""), (False, None)])
def test_i4_an_empty_result(harness: Harness, sent: bool, digits: str | None) -> None:
    harness.set_switches(empty_digits_sent=sent)
    harness.call('<Gather action="/key" timeout="1" actionOnEmptyResult="true"/>')
    harness.network.advance(1)

    assert harness.customer.last("/key").get("Digits") == digits


@pytest.mark.parametrize(("hangs_up", "status"), [(True, "completed"), (False, "in-progress")])
def test_i5_an_empty_body(harness: Harness, hangs_up: bool, status: str) -> None:
    harness.set_switches(empty_body_hangs_up=hangs_up)
    leg = harness.call(Says(b""))

    assert harness.status(leg) == status  # else the apology is being spoken
    assert (harness.caption(leg) is None) is hangs_up


@pytest.mark.parametrize("status", ["no-answer", "failed"])
def test_b7_a_client_without_a_device(harness: Harness, status: str) -> None:
    harness.set_switches(unregistered_client=status)
    made = harness.client.calls.create(to="client:bob", from_=harness.number, url=f"{BASE}/go")
    harness.network.settle()

    assert harness.client.calls(made.sid).fetch().status == status


@pytest.mark.parametrize("buffer", [0, 5])
def test_f1_seconds_added_to_a_ring_timeout(harness: Harness, buffer: int) -> None:
    harness.set_switches(ring_buffer_seconds=buffer)
    made = harness.client.calls.create(
        to="+15005550020", from_=harness.number, url=f"{BASE}/go", timeout=10
    )
    harness.network.advance(10 + buffer - 0.1)
    before = harness.client.calls(made.sid).fetch().status
    harness.network.advance(0.1)

    assert (before, harness.client.calls(made.sid).fetch().status) == ("ringing", "no-answer")


@pytest.mark.parametrize("named", [True, False])
def test_i12_the_wait_request_of_a_conference(harness: Harness, named: bool) -> None:
    harness.set_switches(wait_request_names_conference=named)
    harness.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')

    asked = harness.customer.last("/music").get("ConferenceSid")
    assert asked == (harness.client.conferences.list()[0].sid if named else None)


def test_l_a_duplicate_label_is_accepted(harness: Harness) -> None:
    harness.set_switches(duplicate_label_refused=False)
    harness.network.street_phone("+15005550020")
    harness.join_conference()
    create = harness.client.conferences("r").participants.create
    one = create(to="+15005550020", from_=harness.number, label="x")
    two = create(to="+15005550020", from_=harness.number, label="x")
    harness.network.settle()
    conference = harness.client.conferences.list()[0].sid
    labels = [p.label for p in harness.client.conferences(conference).participants.list()]
    assert one.call_sid != two.call_sid
    assert labels == ["x", "x", None]

    harness.set_switches(duplicate_label_refused=True)
    with pytest.raises(TwilioRestException) as refused:
        create(to="+15005550020", from_=harness.number, label="x")
    assert refused.value.code == 16025


@pytest.mark.parametrize("code", [11200, 11217])
def test_a4_the_code_of_an_http_failure(harness: Harness, code: int) -> None:
    harness.set_switches(http_failure_code=code)
    sid = harness.client.incoming_phone_numbers.list()[0].sid
    harness.client.incoming_phone_numbers(sid).update(voice_fallback_url=f"{BASE}/rescue")
    harness.call(Says(b"", status=500))

    assert harness.customer.last("/rescue")["ErrorCode"] == str(code)


def test_a4_documents_in_a_row(harness: Harness) -> None:
    harness.set_switches(documents_in_a_row=7)
    harness.call("<Redirect>/voice</Redirect>")

    assert len(harness.customer.to("/voice")) == 7


# --- what an update interrupts --------------------------------------------------------------------


@pytest.mark.parametrize(("until_fetched", "order"), [(True, "fetch first"), (False, "told first")])
def test_l_a_redirected_leg_hears_its_old_document_until_the_new_one_is_here(
    harness: Harness, until_fetched: bool, order: str
) -> None:
    harness.set_switches(old_document_until_fetched=until_fetched)
    still: list[str | None] = []

    def moved(_asked: Asked) -> Says:
        still.append(harness.caption(leg))
        return twiml("<Say loop='0'>new</Say>")

    harness.customer.pages |= {"/wait": twiml("<Say loop='0'>music</Say>"), "/new": moved}
    leg = harness.call('<Enqueue action="/queued" waitUrl="/wait">q</Enqueue>')
    harness.client.calls(leg).update(url=f"{BASE}/new")
    harness.network.settle()

    paths = [asked.path for asked in harness.customer.asked if asked.path in ("/new", "/queued")]
    assert paths == (["/new", "/queued"] if order == "fetch first" else ["/queued", "/new"])
    assert still == (["music"] if until_fetched else [None])
    assert harness.caption(leg) == "new"


def test_l_of_two_updates_under_way_the_later_wins(harness: Harness) -> None:
    harness.set_switches(old_document_until_fetched=True)
    harness.customer.pages |= {
        "/one": twiml("<Say loop='0'>one</Say>"),
        "/two": twiml("<Say loop='0'>two</Say>"),
    }
    leg = harness.call("<Pause length='60'/>")
    harness.client.calls(leg).update(url=f"{BASE}/one")
    harness.client.calls(leg).update(url=f"{BASE}/two")
    harness.network.settle()

    assert harness.caption(leg) == "two"


@pytest.mark.parametrize("until_fetched", [True, False])
def test_l_an_update_that_cannot_be_fetched_goes_to_the_fallback(
    harness: Harness, until_fetched: bool
) -> None:
    harness.set_switches(old_document_until_fetched=until_fetched)
    harness.customer.pages |= {"/new": Says(b"", status=500), "/rescue": twiml("<Say>moment</Say>")}
    leg = harness.join_conference()
    harness.client.calls(leg).update(url=f"{BASE}/new", fallback_url=f"{BASE}/rescue")
    harness.network.settle()

    assert harness.caption(leg) == "moment"
    assert leg not in harness.network.exchange.conferences.participants


@pytest.mark.parametrize("reports", [True, False])
def test_f4_a_hangup_inside_a_gather(harness: Harness, reports: bool) -> None:
    harness.set_switches(gather_hangup_reports=reports)
    leg = harness.call('<Gather action="/key" numDigits="3"/>')
    harness.network.press(leg, "1")
    harness.network.hang_up(leg)
    harness.network.settle()

    told = [(asked["CallStatus"], asked["Digits"]) for asked in harness.customer.to("/key")]
    assert told == ([("completed", "1")] if reports else [])


@pytest.mark.parametrize("named", [True, False])
def test_a7_the_gather_action_may_name_the_key(harness: Harness, named: bool) -> None:
    harness.set_switches(gather_names_key=named)
    leg = harness.call('<Gather action="/key"/>')
    harness.network.press(leg, "12#")
    harness.network.settle()

    asked = harness.customer.last("/key")
    told = (asked["Digits"], asked.get("FinishedOnKey"), asked.get("msg"))
    assert told == ("12", "#" if named else None, "Gather End" if named else None)


@pytest.mark.parametrize("named", [True, False])
def test_a10_the_record_action_may_name_the_recording(harness: Harness, named: bool) -> None:
    harness.set_switches(record_names_recording=named)
    leg = harness.call('<Record action="/recorded" playBeep="false"/>')
    harness.network.advance(3)
    harness.network.press(leg, "#")
    harness.network.settle()

    asked = harness.customer.last("/recorded")
    sid = asked["RecordingUrl"].rpartition("/")[2]
    assert asked.get("RecordingSid") == (sid if named else None)


@pytest.mark.parametrize("status", ["no-answer", "canceled"])
def test_f4_an_inbound_call_given_up_before_its_answer(harness: Harness, status: str) -> None:
    harness.set_switches(abandoned_inbound=status)
    leg = harness.network.dial("+15005550010", harness.number)
    harness.network.hang_up(leg)
    harness.network.settle()

    assert harness.status(leg) == status
    assert harness.customer.last("/status")["CallStatus"] == status


# --- conferences --------------------------------------------------------------------------------


def _conference(harness: Harness) -> str:
    return str(harness.client.conferences.list()[0].sid)


@pytest.mark.parametrize("replaces", [True, False])
def test_l_an_announcement_replaces_the_talk_or_is_mixed_into_it(
    harness: Harness, replaces: bool
) -> None:
    harness.set_switches(announcement_replaces=replaces)
    harness.customer.pages["/say"] = twiml("<Say>1234567890</Say>")
    one, two = harness.join_conference(), harness.join_conference("+15005550011")
    harness.client.conferences(_conference(harness)).participants(one).update(
        announce_url=f"{BASE}/say"
    )
    harness.network.settle()

    assert (harness.caption(one) == "1234567890") is replaces
    assert harness.network.exchange.ledger.hears_now(one, two) is not replaces
    harness.network.advance(2)
    assert harness.network.exchange.ledger.hears_now(one, two)


@pytest.mark.parametrize("refused", [True, False])
def test_l_hold_before_the_start(harness: Harness, refused: bool) -> None:
    harness.set_switches(change_before_start_refused=refused)
    harness.customer.pages["/hold"] = twiml("<Say loop='0'>held</Say>")
    one = harness.join_conference()
    participant = harness.client.conferences(_conference(harness)).participants(one)

    if refused:
        with pytest.raises(TwilioRestException) as before:
            participant.update(hold=True, hold_url=f"{BASE}/hold")
        assert before.value.code == 16099
    else:
        participant.update(hold=True, hold_url=f"{BASE}/hold")
        two = harness.join_conference("+15005550011")
        assert harness.caption(one) == "held"
        participant.update(hold=False)
        assert harness.network.exchange.ledger.hear_each_other(one, two)


@pytest.mark.parametrize("takes_effect", [True, False])
def test_f2_a_second_hold(harness: Harness, takes_effect: bool) -> None:
    harness.set_switches(second_hold_takes_effect=takes_effect)
    told = f'statusCallback="{BASE}/conference" statusCallbackEvent="hold"'
    one, _ = harness.join_conference(attributes=told), harness.join_conference("+15005550011")
    participant = harness.client.conferences(_conference(harness)).participants(one)
    for _ in range(2):
        participant.update(hold=True, hold_url=f"{BASE}/hold")
        harness.network.settle()

    assert (
        len(harness.customer.to("/hold"))
        == len(harness.customer.to("/conference"))
        == 1 + takes_effect
    )


# --- REST and transport ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404])
def test_i14_the_http_status_of_21220(harness: Harness, status: int) -> None:
    harness.set_switches(invalid_state_status=status)
    leg = harness.call("<Hangup/>")
    refused = []
    for change in ({"url": f"{BASE}/new"}, {"status": "completed"}):
        with pytest.raises(TwilioRestException) as error:
            harness.client.calls(leg).update(**change)
        refused.append((error.value.status, error.value.code))

    assert refused == [(status, 21220)] * 2


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "completed"), (10.0, "in-progress")])
def test_c1_reads_of_a_call_may_be_stale(harness: Harness, seconds: float, shown: str) -> None:
    harness.set_switches(stale_call_seconds=seconds)
    leg = harness.call("<Pause length='60'/>")
    harness.network.advance(30)
    harness.network.hang_up(leg)

    fetched = harness.client.calls(leg).fetch()
    [listed] = harness.client.calls.list(status=shown)
    assert (fetched.status, listed.status) == (shown, shown)
    assert (fetched.duration is None) is (shown == "in-progress")
    harness.network.advance(10)
    assert harness.client.calls(leg).fetch().duration == "30"


@pytest.mark.parametrize("first", [True, False])
def test_a1_the_idempotency_token_on_first_attempts(harness: Harness, first: bool) -> None:
    harness.set_switches(token_on_first_attempt=first)
    harness.call("<Hangup/>")

    headers = harness.customer.last("/voice").headers
    assert ("i-twilio-idempotency-token" in headers) is first
    sent = [e.news for e in harness.network.exchange.journal.entries()]
    tokens = [n.token for n in sent if isinstance(n, WebhookSent) and n.url.endswith("/voice")]
    assert tokens == [headers.get("i-twilio-idempotency-token", "")]
