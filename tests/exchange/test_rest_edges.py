"""REST: what is not emulated is refused by name; what has no effect is refused or warned of."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.journal import Warned
from infra.local.exchange.violations import NOT_EMULATED, RestViolation
from tests.exchange.customer import BASE
from tests.exchange.harness import Harness
from tests.exchange.rest_requests import PHONE, ROOT, code_of, raw


def noted(harness: Harness) -> list[tuple[int, str]]:
    found = harness.network.exchange.violations
    return [(one.code, one.parameter) for one in found if isinstance(one, RestViolation)]


def warned(harness: Harness) -> list[str]:
    entries = harness.network.exchange.journal.entries()
    found = [entry.news for entry in entries if isinstance(entry.news, Warned)]
    return [news.message for news in found if news.code == NOT_EMULATED]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/2010-04-01/Accounts.json", "Accounts"),
        ("GET", f"{ROOT}.json", "Accounts"),
        ("POST", f"{ROOT}/Tokens.json", "Tokens"),
        ("GET", f"{ROOT}/OutgoingCallerIds.json", "OutgoingCallerIds"),
        ("GET", f"{ROOT}/Transcriptions/TR1.json", "Transcriptions"),
        ("GET", f"{ROOT}/Calls/CA1/Events.json", "Calls/{}/Events"),
        ("GET", f"{ROOT}/Calls/CA1/Notifications.json", "Calls/{}/Notifications"),
        ("GET", f"{ROOT}/IncomingPhoneNumbers/Local.json", "IncomingPhoneNumbers/Local"),
        ("POST", f"{ROOT}/IncomingPhoneNumbers/Mobile.json", "IncomingPhoneNumbers/Mobile"),
        ("GET", f"{ROOT}/IncomingPhoneNumbers/TollFree.json", "IncomingPhoneNumbers/TollFree"),
        ("GET", f"{ROOT}/AvailablePhoneNumbers/US/Local.json", "AvailablePhoneNumbers"),
    ],
)
def test_a_resource_that_is_not_here_is_refused_by_name(
    harness: Harness, method: str, path: str, name: str
) -> None:
    got = raw(harness.network, method, path)

    assert (got.status_code, got.json()["code"]) == (501, NOT_EMULATED)
    assert got.json()["message"] == f"{name} is not emulated here"
    assert noted(harness) == [(NOT_EMULATED, name)]
    assert f"{name} is not emulated here" in warned(harness)[0]


@pytest.mark.parametrize("path", ["/Cals.json", "/Messages2.json", "/Calls/CA1/Event.json", "/x"])
def test_a_wrong_address_is_not_found(harness: Harness, path: str) -> None:
    got = raw(harness.network, "GET", ROOT + path)

    assert (got.status_code, got.json()["code"]) == (404, 20404)
    assert noted(harness) == []


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [
        ("machine_detection", "Enable", "MachineDetection"),
        ("caller_id", "+15005550001", "CallerId"),
        ("sip_auth_username", "x", "SipAuthUsername"),
        ("byoc", "BY1", "Byoc"),
        ("async_amd", "true", "AsyncAmd"),
    ],
)
def test_a_parameter_that_is_not_emulated_is_refused_and_nothing_is_done(
    harness: Harness, parameter: str, value: str, name: str
) -> None:
    asked: dict[str, Any] = {parameter: value}
    with pytest.raises(TwilioRestException) as refused:
        harness.client.calls.create(to=PHONE, from_=harness.number, url=f"{BASE}/go", **asked)

    assert code_of(refused) == (501, NOT_EMULATED)
    assert name in str(refused.value)
    assert noted(harness) == [(NOT_EMULATED, name)]
    assert harness.client.calls.list() == []


def create(harness: Harness, **asked: Any) -> str:
    made = harness.client.calls.create(
        to=PHONE, from_=harness.number, url=f"{BASE}/go", record=True, **asked
    )
    return str(made.sid)


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [("call_reason", "your parcel", "CallReason"), ("trim", "trim-silence", "Trim")],
)
def test_a_parameter_without_effect_is_refused_in_strict_mode(
    harness: Harness, parameter: str, value: str, name: str
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        create(harness, **{parameter: value})

    assert code_of(refused) == (501, NOT_EMULATED)
    assert noted(harness) == [(NOT_EMULATED, name)]


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [("call_reason", "your parcel", "CallReason"), ("trim", "trim-silence", "Trim")],
)
def test_a_parameter_without_effect_is_warned_of_otherwise(
    harness: Harness, parameter: str, value: str, name: str
) -> None:
    harness.be_lenient()

    assert create(harness, **{parameter: value}) in harness.network.exchange.calls.legs
    assert noted(harness) == [(NOT_EMULATED, name)]
    assert f"{name} has no effect here" in warned(harness)[0]


def test_a_value_that_asks_for_nothing_is_no_matter(harness: Harness) -> None:
    create(harness, trim="do-not-trim", async_amd="false", call_reason="")

    assert noted(harness) == []


@pytest.mark.parametrize("where", ["data", "params"])
def test_a_name_that_nobody_knows_is_warned_of_as_at_the_carrier(
    harness: Harness, where: str
) -> None:
    method = "GET" if where == "params" else "POST"
    path = "/Calls.json" if where == "params" else "/Applications.json"
    got = raw(harness.network, method, ROOT + path, **{where: {"Frm": "x"}})

    assert got.status_code in (200, 201)
    assert noted(harness) == [(20001, "Frm")]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("recording_channels", "stereo"),
        ("recording_track", "left"),
        ("trim", "silence"),
        ("status_callback_event", ["answered", "hung-up"]),
        ("recording_status_callback_event", ["ready"]),
    ],
)
def test_a_word_that_is_none_of_the_carriers_is_refused(
    harness: Harness, parameter: str, value: str | list[str]
) -> None:
    harness.be_lenient()
    told = {"status_callback": f"{BASE}/told", "recording_status_callback": f"{BASE}/r"}
    with pytest.raises(TwilioRestException) as refused:
        create(harness, **told, **{parameter: value})

    assert code_of(refused) == (400, 20001)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("beep", "loud"),
        ("conference_record", "always"),
        ("conference_status_callback_event", ["joined"]),
        ("conference_recording_status_callback_event", ["ready"]),
    ],
)
def test_a_word_that_is_none_of_the_carriers_is_refused_for_a_participant(
    harness: Harness, parameter: str, value: str | list[str]
) -> None:
    asked: dict[str, Any] = {parameter: value}
    with pytest.raises(TwilioRestException) as refused:
        harness.client.conferences("r").participants.create(to=PHONE, from_=harness.number, **asked)

    assert code_of(refused) == (400, 20001)
