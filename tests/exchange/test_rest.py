"""Contract part C and K3: the official Python client, unmodified, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infra.local.exchange.core import RestViolation
from infra.local.exchange.phones import OnRing
from infra.local.exchange.seam import Ringback
from infra.local.exchange.virtual import EPOCH, TEST_ACCOUNT, VirtualExchange
from tests.exchange.conftest import Rewriting
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.line import CALLER, Line

ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}"
PHONE = "+15005550020"


def code_of(refused: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int]:
    return refused.value.status, refused.value.code


# --- conventions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (TEST_ACCOUNT.sid, "wrong"),
        (TEST_ACCOUNT.key_sid, TEST_ACCOUNT.auth_token),
        ("AC" + "0" * 32, TEST_ACCOUNT.auth_token),
    ],
)
def test_c1_wrong_credentials_are_20003(network: VirtualExchange, user: str, password: str) -> None:
    client = Client(user, password, TEST_ACCOUNT.sid, http_client=Rewriting(network.serve_rest()))

    with pytest.raises(TwilioRestException) as refused:
        client.calls("CA" + "0" * 32).fetch()
    assert code_of(refused) == (401, 20003)


def test_part_0_an_api_key_is_as_good_as_the_token(network: VirtualExchange) -> None:
    client = Client(
        TEST_ACCOUNT.key_sid,
        TEST_ACCOUNT.key_secret,
        TEST_ACCOUNT.sid,
        http_client=Rewriting(network.serve_rest()),
    )

    assert client.calls.list() == []


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Bearer x", "Basic /////w=="])
def test_c1_any_authorization_is_answered(network: VirtualExchange, header: str) -> None:
    got = requests.get(
        network.serve_rest() + f"{ROOT}/Calls.json", headers={"Authorization": header}, timeout=5
    )

    assert (got.status_code, got.json()["code"]) == (401, 20003)


def raw(network: VirtualExchange, method: str, path: str, **rest: object) -> requests.Response:
    auth = (TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token)
    url = network.serve_rest() + path
    return requests.request(method, url, auth=auth, timeout=5, **rest)  # type: ignore[arg-type]


def test_c1_the_body_of_an_error(network: VirtualExchange) -> None:
    got = raw(network, "GET", f"{ROOT}/Calls/CA{'0' * 32}.json")

    assert got.status_code == 404
    assert got.json() == {
        "code": 20404,
        "message": f"The requested resource {ROOT}/Calls/CA{'0' * 32}.json was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }
    assert got.headers["Twilio-Request-Id"].startswith("RQ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", f"{ROOT}/Faxes.json", 404),
        ("PUT", f"{ROOT}/Calls.json", 405),
        ("DELETE", f"{ROOT}/Conferences.json", 405),
        ("GET", f"{ROOT}/Calls/%00%FF.json", 404),
        ("POST", f"{ROOT}/Calls.json", 400),
    ],
)
def test_any_path_is_answered_as_an_error(
    network: VirtualExchange, method: str, path: str, status: int
) -> None:
    assert raw(network, method, path).status_code == status


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_c1_a_wrong_page_size_is_20007(network: VirtualExchange, size: str) -> None:
    got = raw(network, "GET", f"{ROOT}/Calls.json?PageSize={size}")

    assert (got.status_code, got.json()["code"]) == (400, 20007)


def test_c1_lists_page_newest_first_and_keep_their_filters(line: Line) -> None:
    legs = [line.call("<Pause length='600'/>") for _ in range(5)]
    line.network.dial("+15005550077", line.number)

    first = raw(line.network, "GET", f"{ROOT}/Calls.json?From=%2B15005550010&PageSize=2").json()
    listed = line.client.calls.list(from_=CALLER, page_size=2)

    assert [call["sid"] for call in first["calls"]] == [legs[4], legs[3]]
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert f"PageToken=PA{legs[3]}" in first["next_page_uri"]
    assert "From=%2B15005550010" in first["next_page_uri"]
    assert first["previous_page_uri"] is None
    assert [call.sid for call in listed] == legs[::-1]


def test_c1_the_last_page_has_no_next_and_going_back_works(line: Line) -> None:
    for _ in range(3):
        line.call("<Pause length='600'/>")
    page = line.client.calls.page(page_size=2)
    last = page.next_page()

    assert last is not None
    assert len(list(last)) == 1
    assert last.next_page() is None
    back = last.previous_page()
    assert back is not None
    assert len(list(back)) == 2


def test_c1_filters_by_date(line: Line) -> None:
    line.call("<Pause length='600'/>")
    yesterday, tomorrow = EPOCH - timedelta(days=1), EPOCH + timedelta(days=1)

    calls = line.client.calls
    assert len(calls.list(start_time_after=yesterday)) == 1
    assert calls.list(start_time_before=yesterday) == []
    assert calls.list(start_time_after=tomorrow) == []
    assert len(calls.list(start_time=EPOCH)) == 1


# --- calls --------------------------------------------------------------------------------------


def test_c2_a_call_is_queued_then_rings_then_runs_its_url(line: Line) -> None:
    line.customer.pages["/go"] = twiml("<Say loop='0'>Hi</Say>")
    phone = line.network.street_phone(PHONE, OnRing.ANSWER, after_seconds=4)
    made = line.client.calls.create(to=PHONE, from_=line.number, url=f"{BASE}/go", method="GET")
    assert made.status == "queued"
    line.network.settle()
    assert line.client.calls(made.sid).fetch().status == "ringing"
    line.network.advance(4)

    fetched = line.client.calls(made.sid).fetch()
    assert (fetched.status, fetched.direction) == ("in-progress", "outbound-api")
    assert line.customer.last("/go").method == "GET"
    assert line.caption(str(made.sid)) == "Hi"
    assert (phone.leg, phone.caller) == (made.sid, line.number)


def test_c2_twiml_may_come_with_the_request(line: Line) -> None:
    line.network.street_phone(PHONE)
    made = line.client.calls.create(
        to=PHONE, from_=line.number, twiml="<Response><Say loop='0'>Inline</Say></Response>"
    )
    line.network.settle()

    assert line.caption(str(made.sid)) == "Inline"


def test_c2_a_client_hears_its_parameters_and_may_see_any_caller(line: Line) -> None:
    device = line.network.client("alice")
    made = line.client.calls.create(
        to="client:alice?offer=o-1&q=a%20b", from_="+4812345678", url=f"{BASE}/go"
    )
    line.network.settle()

    assert made.to == "client:alice"
    assert device.caller == "+4812345678"
    assert device.parameters == {"offer": "o-1", "q": "a b"}
    assert line.customer.last("/go")["To"] == "client:alice"


def test_b7_all_devices_ring_the_first_wins_and_the_others_are_told(line: Line) -> None:
    slow = line.network.client("alice", after_seconds=3)
    fast = line.network.client("alice", after_seconds=2)
    line.customer.pages["/go"] = twiml("<Pause length='60'/>")
    line.client.calls.create(to="client:alice", from_=line.number, url=f"{BASE}/go")
    line.network.advance(5)

    assert fast.news == ["ring"]
    assert slow.news == ["ring", "ended"]


def test_b7_nobody_registered_is_no_answer(line: Line) -> None:
    made = line.client.calls.create(to="client:bob", from_=line.number, url=f"{BASE}/go")
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == "no-answer"


def test_c2_a_phone_that_declines_is_busy(line: Line) -> None:
    line.network.street_phone(PHONE, OnRing.REJECT)
    made = line.client.calls.create(
        to=PHONE, from_=line.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == "busy"
    assert line.customer.last("/told")["SipResponseCode"] == "486"


@pytest.mark.parametrize(("timeout", "seconds"), [(None, 65), (20, 25)])
def test_f1_nobody_answers_within_the_timeout_and_five_seconds(
    line: Line, timeout: int | None, seconds: int
) -> None:
    given = {} if timeout is None else {"timeout": timeout}
    made = line.client.calls.create(to=PHONE, from_=line.number, url=f"{BASE}/go", **given)
    line.network.advance(seconds - 0.1)
    assert line.client.calls(made.sid).fetch().status == "ringing"
    line.network.advance(0.1)

    assert line.client.calls(made.sid).fetch().status == "no-answer"


def test_c2_time_limit_ends_it(line: Line) -> None:
    line.network.street_phone(PHONE)
    line.customer.pages["/go"] = twiml("<Pause length='600'/>")
    made = line.client.calls.create(to=PHONE, from_=line.number, url=f"{BASE}/go", time_limit=30)
    line.network.advance(30)

    ended = line.client.calls(made.sid).fetch()
    assert (ended.status, ended.duration) == ("completed", "30")


def test_a12_cancelled_while_queued_there_is_no_callback(line: Line) -> None:
    made = line.client.calls.create(
        to=PHONE, from_=line.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    line.client.calls(made.sid).update(status="canceled")
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == "canceled"
    assert line.customer.to("/told") == []


@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_c2_a_ringing_call_is_cancelled_by_either_word(line: Line, status: str) -> None:
    made = line.client.calls.create(
        to=PHONE, from_=line.number, url=f"{BASE}/go", status_callback=f"{BASE}/told"
    )
    line.network.settle()
    line.client.calls(made.sid).update(status=status)
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == "canceled"
    assert line.customer.last("/told")["CallStatus"] == "canceled"


def test_c2_canceled_leaves_a_call_in_progress_alone(line: Line) -> None:
    leg = line.call("<Pause length='60'/>")
    line.client.calls(leg).update(status="canceled")

    assert line.status(leg) == "in-progress"


def test_c2_the_calls_resource(line: Line) -> None:
    leg = line.call("<Pause length='61'/>")
    line.network.advance(61)
    got = line.client.calls(leg).fetch()

    assert (got._from, got.to, got.direction) == (CALLER, line.number, "inbound")
    assert (got.status, got.duration) == ("completed", "61")
    assert got.start_time == EPOCH.astimezone(UTC)
    assert got.end_time == datetime(2026, 3, 2, 9, 1, 1, tzinfo=UTC)
    assert got.phone_number_sid == line.client.incoming_phone_numbers.list()[0].sid
    assert got.uri == f"{ROOT}/Calls/{leg}.json"


def test_c2_only_finished_calls_can_be_deleted(line: Line) -> None:
    leg = line.call("<Pause length='61'/>")
    with pytest.raises(TwilioRestException) as refused:
        line.client.calls(leg).delete()
    line.network.hang_up(leg)

    assert code_of(refused) == (400, 20009)
    assert line.client.calls(leg).delete() is True
    with pytest.raises(TwilioRestException) as gone:
        line.client.calls(leg).fetch()
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
    line: Line, changes: dict[str, str | None], code: int
) -> None:
    form = {"To": PHONE, "From": line.number, "Url": f"{BASE}/go"} | changes
    given = {name: value for name, value in form.items() if value is not None}
    got = raw(line.network, "POST", f"{ROOT}/Calls.json", data=given)

    assert (got.status_code, got.json()["code"]) == (400, code)


def test_j9_redirect_of_a_call_that_is_not_in_progress_is_21220(line: Line) -> None:
    ended = line.call("<Hangup/>")
    ringing = line.client.calls.create(to=PHONE, from_=line.number, url=f"{BASE}/go").sid
    line.network.settle()

    for sid in (ended, ringing):
        with pytest.raises(TwilioRestException) as refused:
            line.client.calls(sid).update(url=f"{BASE}/new")
        assert code_of(refused) == (400, 21220)
    with pytest.raises(TwilioRestException) as over:
        line.client.calls(ended).update(status="completed")
    assert code_of(over) == (400, 21220)


def test_c2_an_update_may_set_fallback_and_callback(line: Line) -> None:
    leg = line.call("<Pause length='61'/>")
    line.customer.pages["/rescue"] = twiml("<Hangup/>")
    line.customer.pages["/bad"] = Says(b"", status=500)
    line.client.calls(leg).update(
        url=f"{BASE}/bad",
        fallback_url=f"{BASE}/rescue",
        fallback_method="GET",
        status_callback=f"{BASE}/other",
    )
    line.network.settle()

    assert line.customer.last("/rescue")["ErrorUrl"] == f"{BASE}/bad"
    assert line.customer.last("/other")["CallStatus"] == "completed"
    assert line.customer.to("/status") == []


def test_c2_an_application_gives_url_and_callback(line: Line, application: str) -> None:
    line.network.street_phone(PHONE)
    line.client.calls.create(to=PHONE, from_=line.number, application_sid=application)
    line.network.settle()

    assert len(line.customer.to("/app")) == 1
    assert line.customer.last("/app-status")["CallStatus"] == "completed"


def test_a5_a_call_token_lets_the_callers_own_number_be_shown(line: Line) -> None:
    line.call("<Pause length='61'/>")
    token = line.customer.last("/voice")["CallToken"]
    line.network.street_phone(PHONE)

    made = line.client.calls.create(to=PHONE, from_=CALLER, url=f"{BASE}/go", call_token=token)
    assert made._from == CALLER


# --- participants -------------------------------------------------------------------------------


def test_c4_a_participant_is_called_into_a_room_of_that_name(line: Line) -> None:
    line.network.street_phone(PHONE)
    customer = line.in_room()
    made = line.client.conferences("r").participants.create(
        to=PHONE,
        from_=line.number,
        label="leg-1",
        beep="false",
        early_media=True,
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert made.status == "queued"
    line.network.settle()

    conference = line.client.conferences.list()[0]
    fetched = line.client.conferences(conference.sid).participants("leg-1").fetch()
    assert (fetched.call_sid, fetched.status, fetched.label) == (
        made.call_sid,
        "connected",
        "leg-1",
    )
    assert made.conference_sid == conference.sid
    assert line.network.exchange.ledger.hear_each_other(customer, str(made.call_sid))
    told = [one["CallStatus"] for one in line.customer.to("/told")]
    assert told == ["initiated", "ringing", "in-progress"]


@pytest.mark.parametrize(("early", "heard"), [(None, True), (True, True), (False, False)])
def test_c4_early_media_lets_the_room_hear_the_ringing(
    line: Line, early: bool | None, heard: bool
) -> None:
    agent = line.in_room()
    asked = {} if early is None else {"early_media": early}
    line.client.conferences("r").participants.create(to=PHONE, from_=line.number, **asked)
    line.network.settle()

    assert isinstance(line.network.exchange.hears(agent), Ringback) is heard


def test_a11_a_participant_that_never_answers_leaves_as_add_failed(line: Line) -> None:
    line.in_room(attributes=f'statusCallback="{BASE}/room" statusCallbackEvent="leave"')
    line.network.street_phone(PHONE, OnRing.REJECT)
    line.client.conferences("r").participants.create(to=PHONE, from_=line.number, label="x")
    line.network.settle()

    asked = line.customer.last("/room")
    assert asked["ReasonParticipantLeft"] == "participant_add_failed"
    assert (asked["ParticipantCallStatus"], asked["ParticipantLabel"]) == ("busy", "x")


def test_c4_a_participant_made_by_rest_ends_with_the_conference(line: Line) -> None:
    phone = line.network.street_phone(PHONE)
    leg = line.in_room()
    made = line.client.conferences("r").participants.create(to=PHONE, from_=line.number)
    line.network.settle()
    conference = line.client.conferences.list()[0].sid
    line.client.conferences(conference).update(status="completed")
    line.network.settle()

    assert line.status(str(made.call_sid)) == "completed"
    assert phone.news[-1] == "ended"
    assert line.status(leg) == "completed"


@pytest.mark.parametrize(
    ("conference", "form", "code"),
    [
        (f"CF{'0' * 32}", {}, 16022),
        ("r", {"Label": f"CA{'0' * 32}"}, 16023),
        ("r", {"Label": "a/b"}, 16024),
        ("r", {"Label": "taken"}, 16025),
        ("r", {"CallSidToCoach": f"CA{'0' * 32}"}, 16028),
        ("r", {"To": ""}, 21201),
    ],
)
def test_c9_what_a_participant_is_refused_for(
    line: Line, conference: str, form: dict[str, str], code: int
) -> None:
    line.in_room(attributes='participantLabel="taken"')
    given = {"To": PHONE, "From": line.number} | form
    got = raw(
        line.network, "POST", f"{ROOT}/Conferences/{conference}/Participants.json", data=given
    )

    assert (got.status_code, got.json()["code"]) == (400, code)
    assert len(line.client.calls.list()) == 1


def test_w8_a_label_finds_the_participant_while_it_still_rings(line: Line) -> None:
    line.in_room()
    made = line.client.conferences("r").participants.create(
        to=PHONE, from_=line.number, label="leg-1"
    )
    line.network.settle()
    conference = line.client.conferences(line.client.conferences.list()[0].sid)

    assert conference.participants("leg-1").fetch().call_sid == made.call_sid
    assert conference.participants("leg-1").fetch().status == "ringing"
    with pytest.raises(TwilioRestException) as absent:
        conference.participants("leg-2").fetch()
    assert code_of(absent) == (404, 20404)


def test_c4_lists_show_who_is_there_and_filter(line: Line) -> None:
    one, two = line.in_room(), line.in_room("+15005550011")
    participants = line.client.conferences(line.client.conferences.list()[0].sid).participants
    participants(one).update(hold=True)

    assert [p.call_sid for p in participants.list()] == [two, one]
    assert [p.call_sid for p in participants.list(hold=True)] == [one]
    assert [p.call_sid for p in participants.list(muted=True)] == []
    line.network.hang_up(one)
    assert [p.call_sid for p in participants.list()] == [two]


# --- numbers and applications -------------------------------------------------------------------


def test_c7_numbers(line: Line) -> None:
    numbers = line.client.incoming_phone_numbers
    made = numbers.create(phone_number="+48123456789", voice_url=f"{BASE}/pl", voice_method="GET")
    changed = numbers(made.sid).update(
        voice_fallback_url=f"{BASE}/f", voice_fallback_method="GET", friendly_name="Warsaw"
    )

    found = numbers.list(phone_number="+48123456789")
    assert [one.sid for one in found] == [made.sid]
    assert (changed.voice_url, changed.voice_method) == (f"{BASE}/pl", "GET")
    assert (changed.voice_fallback_method, changed.friendly_name) == ("GET", "Warsaw")
    assert numbers(made.sid).delete() is True
    assert numbers.list(phone_number="+48123456789") == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"PhoneNumber": "123"}, 21421),
        ({"PhoneNumber": "+15005550001"}, 21422),
        ({"PhoneNumber": "+15005550002", "VoiceFallbackUrl": f"{BASE}/f"}, 21405),
        ({"PhoneNumber": "+15005550002", "VoiceMethod": "PATCH"}, 21209),
    ],
)
def test_c9_what_a_number_is_refused_for(line: Line, form: dict[str, str], code: int) -> None:
    got = raw(line.network, "POST", f"{ROOT}/IncomingPhoneNumbers.json", data=form)

    assert (got.status_code, got.json()["code"]) == (400, code)
    assert len(line.client.incoming_phone_numbers.list()) == 1


def test_c7_a_numbers_application_replaces_its_voice_urls(line: Line, application: str) -> None:
    sid = line.client.incoming_phone_numbers.list()[0].sid
    line.client.incoming_phone_numbers(sid).update(voice_application_sid=application)
    line.call("<Pause/>")

    assert line.customer.to("/voice") == []
    assert line.customer.last("/app")["ApplicationSid"] == application


def test_c8_applications(client: Client, application: str) -> None:
    changed = client.applications(application).update(voice_url=f"{BASE}/v2")

    assert changed.voice_url == f"{BASE}/v2"
    assert [a.sid for a in client.applications.list(friendly_name="desk")] == [application]
    assert client.applications(application).delete() is True
    assert client.applications.list() == []


def test_c1_a_parameter_that_is_not_heeded_here_is_a_violation_that_tests_see(line: Line) -> None:
    line.client.calls.create(
        to=PHONE, from_=line.number, url=f"{BASE}/go", machine_detection="Enable"
    )

    assert [
        (violation.code, violation.parameter)
        for violation in line.network.exchange.violations
        if isinstance(violation, RestViolation)
    ] == [(20001, "MachineDetection")]


def test_everything_that_this_exchange_promises_is_heeded(line: Line, application: str) -> None:
    line.network.street_phone(PHONE)
    line.client.calls.create(
        to=PHONE,
        from_=line.number,
        url=f"{BASE}/go",
        method="POST",
        fallback_url=f"{BASE}/f",
        fallback_method="GET",
        status_callback=f"{BASE}/told",
        status_callback_method="POST",
        status_callback_event=["ringing", "completed"],
        timeout=20,
        time_limit=600,
        record=True,
        recording_channels="dual",
        trim="do-not-trim",
        recording_status_callback=f"{BASE}/r",
        recording_status_callback_method="POST",
        recording_status_callback_event=["completed"],
    )
    line.in_room()
    line.client.conferences("r").participants.create(
        to=PHONE,
        from_=line.number,
        label="x",
        early_media=True,
        beep="false",
        muted=False,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        wait_url="",
        wait_method="GET",
        max_participants=10,
        timeout=20,
        time_limit=600,
        record=False,
        conference_status_callback=f"{BASE}/room",
        conference_status_callback_method="POST",
        conference_status_callback_event=["start", "end"],
        conference_record="false",
        status_callback=f"{BASE}/told",
        status_callback_event=["completed"],
    )
    line.network.advance(1)  # the second call of this second (C2)
    conference = line.client.conferences.list()[0].sid
    line.client.conferences(conference).participants("x").update(
        hold=True, hold_url=f"{BASE}/h", hold_method="GET", muted=True, end_conference_on_exit=True
    )

    assert line.network.exchange.violations == ()
