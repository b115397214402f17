"""Contract part I and L: where the carrier is uncertain, both settings do what they say."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.exchange.switches import Switches
from tests.exchange.customer import BASE, Says, twiml
from tests.exchange.line import Line


def switch(line: Line, **settings: Any) -> None:
    core = line.network.exchange.core
    core.switches = core.webhooks.switches = replace(core.switches, **settings)


def test_every_switch_has_a_test() -> None:
    here = Path(__file__).parent
    texts = "".join(file.read_text() for file in sorted(here.glob("test_*.py")))

    assert [field.name for field in fields(Switches) if f"{field.name}=" not in texts] == []


@pytest.mark.parametrize(("answers", "status"), [(True, "in-progress"), (False, "ringing")])
def test_b3_a_pause_that_comes_first(line: Line, answers: bool, status: str) -> None:
    switch(line, pause_answers=answers)
    leg = line.call("<Pause length='3'/><Say loop='0'>Hello</Say>")

    assert line.status(leg) == status
    line.network.advance(3)
    assert line.status(leg) == "in-progress"


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
def test_i8_a_clients_first_request(line: Line, application: str, status: str) -> None:
    switch(line, client_first_status=status)
    line.customer.pages["/app"] = twiml("<Redirect>/next</Redirect>")
    line.network.connect("alice", application)
    line.network.settle()

    assert line.customer.last("/app")["CallStatus"] == status
    assert line.customer.last("/next")["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("sent", "digits"), [(True, ""), (False, None)])
def test_i4_an_empty_result(line: Line, sent: bool, digits: str | None) -> None:
    switch(line, empty_digits_sent=sent)
    line.call('<Gather action="/key" timeout="1" actionOnEmptyResult="true"/>')
    line.network.advance(1)

    assert line.customer.last("/key").get("Digits") == digits


@pytest.mark.parametrize(("hangs_up", "status"), [(True, "completed"), (False, "in-progress")])
def test_i5_an_empty_body(line: Line, hangs_up: bool, status: str) -> None:
    switch(line, empty_body_hangs_up=hangs_up)
    leg = line.call(Says(b""))

    assert line.status(leg) == status  # else the apology is being spoken
    assert (line.caption(leg) is None) is hangs_up


@pytest.mark.parametrize("status", ["no-answer", "failed"])
def test_b7_a_client_without_a_device(line: Line, status: str) -> None:
    switch(line, unregistered_client=status)
    made = line.client.calls.create(to="client:bob", from_=line.number, url=f"{BASE}/go")
    line.network.settle()

    assert line.client.calls(made.sid).fetch().status == status


@pytest.mark.parametrize("buffer", [0, 5])
def test_f1_seconds_added_to_a_ring_timeout(line: Line, buffer: int) -> None:
    switch(line, ring_buffer_seconds=buffer)
    made = line.client.calls.create(
        to="+15005550020", from_=line.number, url=f"{BASE}/go", timeout=10
    )
    line.network.advance(10 + buffer - 0.1)
    before = line.client.calls(made.sid).fetch().status
    line.network.advance(0.1)

    assert (before, line.client.calls(made.sid).fetch().status) == ("ringing", "no-answer")


@pytest.mark.parametrize("named", [True, False])
def test_i12_the_wait_request_of_a_room(line: Line, named: bool) -> None:
    switch(line, room_wait_names_room=named)
    line.call('<Dial><Conference waitUrl="/music">r</Conference></Dial>')

    asked = line.customer.last("/music").get("ConferenceSid")
    assert asked == (line.client.conferences.list()[0].sid if named else None)


def test_w8_a_duplicate_label_accepted(line: Line) -> None:
    switch(line, duplicate_label_refused=False)
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

    switch(line, duplicate_label_refused=True)
    with pytest.raises(TwilioRestException) as refused:
        create(to="+15005550020", from_=line.number, label="x")
    assert refused.value.code == 16025


@pytest.mark.parametrize("code", [11200, 11217])
def test_a4_the_code_of_an_http_failure(line: Line, code: int) -> None:
    switch(line, http_failure_code=code)
    sid = line.client.incoming_phone_numbers.list()[0].sid
    line.client.incoming_phone_numbers(sid).update(voice_fallback_url=f"{BASE}/rescue")
    line.call(Says(b"", status=500))

    assert line.customer.last("/rescue")["ErrorCode"] == str(code)


def test_a4_documents_in_a_row(line: Line) -> None:
    switch(line, documents_in_a_row=7)
    line.call("<Redirect>/voice</Redirect>")

    assert len(line.customer.to("/voice")) == 7
