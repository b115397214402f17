"""Contract part C2, by the official Python client: calls are made, changed and ended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.phones import OnRing
from infra.local.exchange.virtual import EPOCH
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.harness import CALLER, Harness
from tests.exchange.rest_requests import PHONE, ROOT, code_of, raw


def test_c2_a_call_is_queued_then_rings_then_runs_its_url(harness: Harness) -> None:
    harness.customer.pages["/go"] = twiml("<Say loop='0'>Hi</Say>")
    phone = harness.network.street_phone(PHONE, OnRing.ANSWER, after_seconds=4)
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", method="GET"
    )
    assert made.status == "queued"
    harness.network.settle()
    assert harness.client.calls(made.sid).fetch().status == "ringing"
    harness.network.advance(4)

    fetched = harness.client.calls(made.sid).fetch()
    assert (fetched.status, fetched.direction) == ("in-progress", "outbound-api")
    assert harness.customer.last("/go").method == "GET"
    assert harness.caption(str(made.sid)) == "Hi"
    assert (phone.leg, phone.caller) == (made.sid, harness.number)


def test_c2_twiml_may_come_with_the_request(harness: Harness) -> None:
    harness.network.street_phone(PHONE)
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, twiml="<Response><Say loop='0'>Inline</Say></Response>"
    )
    harness.network.settle()

    assert harness.caption(str(made.sid)) == "Inline"


def test_c2_a_client_hears_its_parameters_and_may_see_any_caller(harness: Harness) -> None:
    device = harness.network.client("alice")
    made = harness.client.calls.create(
        to="client:alice?offer=o-1&q=a%20b", from_="+4812345678", url=f"{BASE}/go"
    )
    harness.network.settle()

    assert made.to == "client:alice"
    assert device.caller == "+4812345678"
    assert device.parameters == {"offer": "o-1", "q": "a b"}
    assert harness.customer.last("/go")["To"] == "client:alice"


def test_b7_all_devices_ring_the_first_wins_and_the_others_end(harness: Harness) -> None:
    slow = harness.network.client("alice", after_seconds=3)
    fast = harness.network.client("alice", after_seconds=2)
    harness.customer.pages["/go"] = twiml("<Pause length='60'/>")
    harness.client.calls.create(to="client:alice", from_=harness.number, url=f"{BASE}/go")
    harness.network.advance(5)

    assert fast.news == ["ring"]
    assert slow.news == ["ring", "ended"]


def test_b7_nobody_registered_is_no_answer(harness: Harness) -> None:
    made = harness.client.calls.create(to="client:bob", from_=harness.number, url=f"{BASE}/go")
    harness.network.settle()

    assert harness.client.calls(made.sid).fetch().status == "no-answer"


def test_c2_a_phone_that_declines_is_busy(harness: Harness) -> None:
    harness.network.street_phone(PHONE, OnRing.REJECT)
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    harness.network.settle()

    assert harness.client.calls(made.sid).fetch().status == "busy"
    assert harness.customer.last("/told")["SipResponseCode"] == "486"


@pytest.mark.parametrize(("timeout", "seconds"), [(None, 65), (20, 25)])
def test_f1_nobody_answers_within_the_timeout_and_five_seconds(
    harness: Harness, timeout: int | None, seconds: int
) -> None:
    given = {} if timeout is None else {"timeout": timeout}
    made = harness.client.calls.create(to=PHONE, from_=harness.number, url=f"{BASE}/go", **given)
    harness.network.advance(seconds - 0.1)
    assert harness.client.calls(made.sid).fetch().status == "ringing"
    harness.network.advance(0.1)

    assert harness.client.calls(made.sid).fetch().status == "no-answer"


def test_c2_time_limit_ends_it(harness: Harness) -> None:
    harness.network.street_phone(PHONE)
    harness.customer.pages["/go"] = twiml("<Pause length='600'/>")
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", time_limit=30
    )
    harness.network.advance(30)

    ended = harness.client.calls(made.sid).fetch()
    assert (ended.status, ended.duration) == ("completed", "30")


def test_a12_cancelled_while_queued_there_is_no_callback(harness: Harness) -> None:
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    harness.client.calls(made.sid).update(status="canceled")
    harness.network.settle()

    assert harness.client.calls(made.sid).fetch().status == "canceled"
    assert harness.customer.to("/told") == []


@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_c2_a_ringing_call_is_cancelled_by_either_word(harness: Harness, status: str) -> None:
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    harness.network.settle()
    harness.client.calls(made.sid).update(status=status)
    harness.network.settle()

    assert harness.client.calls(made.sid).fetch().status == "canceled"
    assert harness.customer.last("/told")["CallStatus"] == "canceled"


def test_c2_canceled_leaves_a_call_in_progress_alone(harness: Harness) -> None:
    leg = harness.call("<Pause length='60'/>")
    harness.client.calls(leg).update(status="canceled")

    assert harness.status(leg) == "in-progress"


def test_c2_the_calls_resource(harness: Harness) -> None:
    leg = harness.call("<Pause length='61'/>")
    harness.network.advance(61)
    got = harness.client.calls(leg).fetch()

    assert (got._from, got.to, got.direction) == (CALLER, harness.number, "inbound")
    assert (got.status, got.duration) == ("completed", "61")
    assert got.start_time == EPOCH.astimezone(UTC)
    assert got.end_time == datetime(2026, 3, 2, 9, 1, 1, tzinfo=UTC)
    assert got.phone_number_sid == harness.client.incoming_phone_numbers.list()[0].sid
    assert got.uri == f"{ROOT}/Calls/{leg}.json"


def test_c2_only_finished_calls_can_be_deleted(harness: Harness) -> None:
    leg = harness.call("<Pause length='61'/>")
    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls(leg).delete()
    harness.network.hang_up(leg)

    assert code_of(refused) == (400, 20009)
    assert harness.client.calls(leg).delete() is True
    with pytest.raises(TwilioRestException) as gone:
        harness.client.calls(leg).fetch()
    assert code_of(gone) == (404, 20404)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": None}, 21201),
        ({"From": None}, 21213),
        ({"To": "12"}, 21211),
        ({"From": "12"}, 21212),
        ({"From": "+15005559999"}, 21210),
        ({"Url": None}, 21205),
        ({"Url": "ftp://x"}, 21205),
        ({"Method": "PUT"}, 21209),
        ({"Timeout": "soon"}, 21208),
        ({"ApplicationSid": "APnone"}, 21218),
        ({"Url": None, "Twiml": "x" * 4001}, 21623),
    ],
)
def test_c9_what_a_create_is_refused_for(
    harness: Harness, changes: dict[str, str | None], code: int
) -> None:
    form = {"To": PHONE, "From": harness.number, "Url": f"{BASE}/go"} | changes
    given = {name: value for name, value in form.items() if value is not None}
    got = raw(harness.network, "POST", f"{ROOT}/Calls.json", data=given)

    assert (got.status_code, got.json()["code"]) == (400, code)


def test_an_emergency_number_is_called_without_its_country(harness: Harness) -> None:
    """The carrier's page "Emergency telephone numbers"."""
    form = {"To": "999", "From": harness.number, "Url": f"{BASE}/go"}

    got = raw(harness.network, "POST", f"{ROOT}/Calls.json", data=form)

    assert (got.status_code, got.json()["to"]) == (201, "999")


def test_j9_redirect_of_a_call_that_is_not_in_progress_is_21220(harness: Harness) -> None:
    ended = harness.call("<Hangup/>")
    ringing = harness.client.calls.create(to=PHONE, from_=harness.number, url=f"{BASE}/go").sid
    harness.network.settle()

    for sid in (ended, ringing):
        with pytest.raises(TwilioRestException) as refused:
            harness.client.calls(sid).update(url=f"{BASE}/new")
        assert code_of(refused) == (400, 21220)
    with pytest.raises(TwilioRestException) as over:
        harness.client.calls(ended).update(status="completed")
    assert code_of(over) == (400, 21220)


def test_c2_an_update_may_set_fallback_and_callback(harness: Harness) -> None:
    leg = harness.call("<Pause length='61'/>")
    harness.customer.pages["/rescue"] = twiml("<Hangup/>")
    harness.customer.pages["/bad"] = Says(b"", status=500)
    harness.client.calls(leg).update(
        url=f"{BASE}/bad",
        fallback_url=f"{BASE}/rescue",
        fallback_method="GET",
        status_callback=f"{BASE}/other",
    )
    harness.network.settle()

    assert harness.customer.last("/rescue")["ErrorUrl"] == f"{BASE}/bad"
    assert harness.customer.last("/other")["CallStatus"] == "completed"
    assert harness.customer.to("/status") == []


def test_c2_an_application_gives_url_and_callback(harness: Harness, application: str) -> None:
    harness.network.street_phone(PHONE)
    harness.client.calls.create(to=PHONE, from_=harness.number, application_sid=application)
    harness.network.settle()

    assert len(harness.customer.to("/app")) == 1
    assert harness.customer.last("/app-status")["CallStatus"] == "completed"


def test_a5_a_call_token_lets_the_callers_own_number_be_shown(harness: Harness) -> None:
    harness.call("<Pause length='61'/>")
    token = harness.customer.last("/voice")["CallToken"]
    harness.network.street_phone(PHONE)

    made = harness.client.calls.create(to=PHONE, from_=CALLER, url=f"{BASE}/go", call_token=token)
    assert made._from == CALLER


def test_a12_the_end_of_a_recorded_call_tells_its_recording(harness: Harness) -> None:
    harness.network.street_phone(PHONE)
    harness.customer.pages["/go"] = twiml("<Pause length='60'/>")
    made = harness.client.calls.create(
        to=PHONE,
        from_=harness.number,
        url=f"{BASE}/go",
        record=True,
        status_callback=f"{BASE}/told",
        status_callback_event=["answered", "completed"],
    )
    harness.network.settle()
    harness.network.advance(8)
    harness.client.calls(made.sid).update(status="completed")
    harness.network.settle()

    answered, completed = harness.customer.to("/told")
    [recording] = harness.client.calls(made.sid).recordings.list()
    assert answered.get("RecordingSid") is None
    assert completed["RecordingSid"] == recording.sid
    assert completed["RecordingUrl"].endswith(f"/Recordings/{recording.sid}")
    assert completed["RecordingDuration"] == recording.duration == "8"


def test_a12_other_recordings_are_not_told_with_the_end(harness: Harness) -> None:
    leg = harness.call("<Pause length='60'/>")
    harness.client.calls(leg).recordings.create()
    harness.network.advance(3)
    harness.network.hang_up(leg)
    harness.network.settle()

    assert harness.customer.last("/status").get("RecordingSid") is None


def test_c2_keys_are_sent_before_the_first_document(harness: Harness) -> None:
    harness.network.street_phone(PHONE)
    harness.customer.pages["/go"] = twiml("<Say loop='0'>Hi</Say>")
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", send_digits="wW12#"
    )
    harness.network.settle()

    assert harness.caption(str(made.sid)) == "keys wW12#"
    assert harness.customer.to("/go") == []
    harness.network.advance(3)
    assert harness.caption(str(made.sid)) == "Hi"


@pytest.mark.parametrize("digits", ["12a", "1-2", "1" * 33])
def test_c9_21206_keys_that_no_telephone_has(harness: Harness, digits: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls.create(
            to=PHONE, from_=harness.number, url=f"{BASE}/go", send_digits=digits
        )

    assert code_of(refused) == (400, 21206)


@pytest.mark.parametrize("parameter", ["url", "status_callback", "fallback_url"])
def test_a_host_with_an_underscore_is_no_url(harness: Harness, parameter: str) -> None:
    asked = {"url": f"{BASE}/go", parameter: "https://my_host.example/x"}
    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls.create(to=PHONE, from_=harness.number, **asked)

    assert code_of(refused) == (400, 21205)
