"""Contract parts C7 and C8, by the official Python client: numbers and applications."""

from __future__ import annotations

import pytest
from twilio.rest import Client

from infra.local.exchange.violations import RestViolation
from tests.exchange.customer import BASE
from tests.exchange.harness import Harness
from tests.exchange.rest_requests import PHONE, ROOT, raw


def test_c7_numbers(harness: Harness) -> None:
    numbers = harness.client.incoming_phone_numbers
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
def test_c9_what_a_number_is_refused_for(harness: Harness, form: dict[str, str], code: int) -> None:
    got = raw(harness.network, "POST", f"{ROOT}/IncomingPhoneNumbers.json", data=form)

    assert (got.status_code, got.json()["code"]) == (400, code)
    assert len(harness.client.incoming_phone_numbers.list()) == 1


def test_c7_a_numbers_application_replaces_its_voice_urls(
    harness: Harness, application: str
) -> None:
    sid = harness.client.incoming_phone_numbers.list()[0].sid
    harness.client.incoming_phone_numbers(sid).update(voice_application_sid=application)
    harness.call("<Pause/>")

    assert harness.customer.to("/voice") == []
    assert harness.customer.last("/app")["ApplicationSid"] == application


def test_c8_applications(client: Client, application: str) -> None:
    changed = client.applications(application).update(voice_url=f"{BASE}/v2")

    assert changed.voice_url == f"{BASE}/v2"
    assert [a.sid for a in client.applications.list(friendly_name="desk")] == [application]
    assert client.applications(application).delete() is True
    assert client.applications.list() == []


def test_c7_a_list_of_numbers_is_filtered_by_parts_and_by_stars(client: Client) -> None:
    for phone_number in ("+15005550001", "+15005550002", "+48221234567"):
        client.incoming_phone_numbers.create(phone_number=phone_number)

    def found(pattern: str) -> list[str]:
        listed = client.incoming_phone_numbers.list(phone_number=pattern)
        return sorted(str(number.phone_number) for number in listed)

    assert found("+15005550001") == ["+15005550001"]
    assert found("500555") == ["+15005550001", "+15005550002"]
    assert found("+1500555000*") == ["+15005550001", "+15005550002"]
    assert found("22*2*4") == ["+48221234567"]
    assert found("2*567") == []  # one digit, not several
    assert found("*9*") == []


def test_c1_an_unused_parameter_is_a_violation(harness: Harness) -> None:
    application = harness.client.applications.create(voice_url=f"{BASE}/app").sid
    harness.client.calls.create(
        to=PHONE, from_=harness.number, application_sid=application, url=f"{BASE}/go"
    )

    assert [
        (violation.code, violation.parameter)
        for violation in harness.network.exchange.violations
        if isinstance(violation, RestViolation)
    ] == [(20001, "Url")]


def test_everything_that_this_exchange_promises_is_heeded(
    harness: Harness, application: str
) -> None:
    harness.network.street_phone(PHONE)
    harness.client.calls.create(
        to=PHONE,
        from_=harness.number,
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
        recording_track="inbound",
        send_digits="ww12#",
        trim="do-not-trim",
        recording_status_callback=f"{BASE}/r",
        recording_status_callback_method="POST",
        recording_status_callback_event=["completed"],
    )
    harness.join_conference()
    harness.client.conferences("r").participants.create(
        to=PHONE,
        from_=harness.number,
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
        conference_status_callback=f"{BASE}/conference",
        conference_status_callback_method="POST",
        conference_status_callback_event=["start", "end"],
        conference_record="false",
        status_callback=f"{BASE}/told",
        status_callback_event=["completed"],
    )
    harness.network.advance(1)  # the second call of this second (C2)
    conference = harness.client.conferences.list()[0].sid
    harness.client.conferences(conference).participants("x").update(
        hold=True,
        hold_url=f"{BASE}/h",
        hold_method="GET",
        muted=True,
        end_conference_on_exit=True,
        beep_on_exit=True,
        wait_url=f"{BASE}/w",
        wait_method="GET",
    )

    assert harness.network.exchange.violations == ()
