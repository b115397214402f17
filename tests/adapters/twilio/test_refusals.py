"""Requests that are not the carrier's, and what happens when we ourselves fail (F38, W10)."""

import io
import json
import logging
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask

from app.adapters.twilio import voice
from app.adapters.twilio.signature import MOST_FIELDS, signature_of
from app.adapters.twilio.webhook_handlers import ONE_MOMENT_TRIES
from app.domain.events import HungUp
from app.domain.nodes.menu import Menu
from app.domain.replies import Prompt
from app.entrypoints.redaction import redacted
from app.ports import CallJob, Unavailable
from app.web import BODY_BYTES
from tests.adapters.twilio.webhook_company import (
    BASE,
    CALL,
    CALLER_NUMBER,
    DID,
    PLAN,
    SID,
    TOKEN,
    WebhookCompany,
    one,
    signed_post,
)
from tests.support.chunked import without_length

FORM = "application/x-www-form-urlencoded"
POSTED = sorted(
    (
        "/voice/inbound",
        "/voice/client",
        "/voice/status",
        f"/voice/status/{CALL}/1",
        f"/voice/rooms/{CALL}",
        f"/voice/recordings/{CALL}?kind=message",
        f"/voice/calls/{CALL}/1",
        *(
            f"/voice/calls/{CALL}/1/{what}"
            for what in ("pressed", "heard", "wait", "left-queue", "left-room", "message")
        ),
    )
)


def _rules(application: Flask) -> list[str]:
    return [r.rule for r in application.url_map.iter_rules() if "POST" in (r.methods or ())]


def test_the_list_of_posted_webhooks_is_complete() -> None:
    assert len(POSTED) == len(_rules(WebhookCompany().client.application))


@pytest.mark.parametrize("path", POSTED)
def test_an_unsigned_request_is_refused_counted_and_changes_nothing(path: str) -> None:
    company = WebhookCompany()
    company.waits()
    before = company.call()

    for body, content_type, signature in (
        (b"CallSid=" + SID.encode(), FORM, None),
        (b"CallSid=" + SID.encode(), FORM, ""),
        (b"CallSid=" + SID.encode(), FORM, "forged"),
        (b"CallSid=" + SID.encode(), FORM, "Ünïcode"),
        (b"CallSid=" + SID.encode(), FORM, signature_of("wrong", BASE + path, (("CallSid", SID),))),
        (b'{"CallSid": 1}', "application/json", signature_of(TOKEN, BASE + path, ())),
        (b"", "", signature_of(TOKEN, BASE + path, ())),
        (b"\xff\xfe\x00=%", FORM, "x"),
        (b"--x", "multipart/form-data; boundary=x", "x"),
    ):
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        answer = company.client.post(path, data=body, content_type=content_type, headers=headers)
        assert answer.status_code == 403, (body, signature)

    assert company.call() == before
    assert company.counted == ["voice.unsigned"] * 9
    assert company.timers.due(company.clock.now()) == ()


def test_a_signature_of_another_address_is_refused() -> None:
    company = WebhookCompany()
    form = {"CallSid": SID, "From": CALLER_NUMBER, "To": DID}
    signature = signature_of(TOKEN, f"{BASE}/voice/status", tuple(form.items()))

    answer = company.client.post(
        "/voice/inbound", data=form, headers={"X-Twilio-Signature": signature}
    )

    assert answer.status_code == 403


def test_the_configured_address_is_what_counts_whatever_host_a_proxy_names() -> None:
    """F39."""
    company = WebhookCompany()
    form = {"CallSid": SID, "From": CALLER_NUMBER, "To": DID}
    signature = signature_of(TOKEN, f"{BASE}/voice/inbound", tuple(form.items()))

    answer = company.client.post(
        "/voice/inbound",
        data=form,
        base_url="http://10.0.0.7:3000",
        headers={"X-Twilio-Signature": signature, "X-Forwarded-Host": "elsewhere.example"},
    )

    assert answer.status_code == 200


def test_without_a_raw_address_in_the_environment_the_path_is_rebuilt() -> None:
    """As API Gateway's bridge does it: PATH_INFO decoded, the query as it was."""
    company = WebhookCompany()
    company.rings()
    path = f"/voice/calls/{CALL}/1/pressed?q=1&x=%20a"
    form = {"CallSid": SID}
    signature = signature_of(TOKEN, BASE + path, tuple(form.items()))

    answer = company.client.post(
        path,
        data=form,
        headers={"X-Twilio-Signature": signature},
        environ_overrides={"RAW_URI": "", "REQUEST_URI": ""},
    )

    assert answer.status_code == 200


class _Sent(io.BytesIO):
    """A body that knows how much of it was read."""

    @property
    def read_bytes(self) -> int:
        return self.tell()


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with its length"])
@pytest.mark.parametrize("path", POSTED)
def test_a_body_over_the_limit_is_refused_before_it_is_parsed_and_counted(
    path: str, chunked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, body = WebhookCompany(), _Sent(b"&".join(b"%x=" % n for n in range(200_000)))
    monkeypatch.setattr(voice, "read_form", _never_parsed)
    if chunked:
        without_length(company.application)

    answer = company.client.open(path, method="POST", input_stream=body, content_type=FORM)

    assert answer.status_code == 413
    assert body.read_bytes <= BODY_BYTES + 1
    assert company.counted == ["voice.oversized"]


def test_a_form_of_more_fields_than_any_webhook_has_is_unsigned_and_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sorting and signing thousands of pairs costs more than refusing them."""
    company = WebhookCompany()
    form = {"CallSid": SID, **{f"field{n}": "" for n in range(MOST_FIELDS)}}
    monkeypatch.setattr(voice, "is_signed_form", _never_parsed)

    answer = signed_post(company.client, "/voice/inbound", form)

    assert answer.status_code == 403
    assert company.counted == ["voice.unsigned"]


def _never_parsed(*_: object) -> None:
    raise AssertionError("a body over the limit was parsed")


@pytest.mark.parametrize("length", ["60", "0", "-1", "many", ""])
def test_of_a_body_whose_length_lies_no_more_is_read_and_it_is_unsigned(length: str) -> None:
    company, form = WebhookCompany(), {"CallSid": SID, "From": CALLER_NUMBER, "To": DID}
    body = _Sent(urlencode(form).encode() + b"&" + b"x" * 1_000_000)

    answer = company.client.open(
        "/voice/inbound",
        method="POST",
        input_stream=body,
        content_type=FORM,
        headers={"X-Twilio-Signature": signature_of(TOKEN, f"{BASE}/voice/inbound", form.items())},
        environ_overrides={"CONTENT_LENGTH": length},
    )

    assert answer.status_code == 403
    assert body.read_bytes <= 60


@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with its length"])
def test_a_body_of_the_most_bytes_is_read(chunked: bool) -> None:
    company = WebhookCompany()
    if chunked:
        without_length(company.application)
    form = {"CallSid": SID, "From": CALLER_NUMBER, "To": DID, "x": ""}
    form["x"] = "x" * (BODY_BYTES - len(urlencode(form)))

    answer = signed_post(company.client, "/voice/inbound", form)

    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["c" * 3000, "c-1", "c%00", "c%2F..%2Fd", "%C3%A9", "c.1"])
def test_an_address_with_a_call_of_a_wrong_form_is_nobodys(name: str) -> None:
    company = WebhookCompany()
    _broken(company, AssertionError("nothing is read"))

    for path in (p.partition("?")[0].replace(CALL, name) for p in POSTED if CALL in p):
        assert signed_post(company.client, path, {"CallSid": SID}).status_code == 404, path

    assert company.counted == []


@pytest.mark.parametrize("name", ["1" * 3000, "maya.", "Maya.1", "maya.1.1", "-1", "x"])
def test_an_address_with_a_leg_of_a_wrong_form_is_nobodys(name: str) -> None:
    company = WebhookCompany()
    _broken(company, AssertionError("nothing is read"))

    for path in (p for p in POSTED if f"{CALL}/1" in p):
        asked = path.replace(f"{CALL}/1", f"{CALL}/{name}")
        assert signed_post(company.client, asked, {"CallSid": SID}).status_code == 404, asked


@pytest.mark.parametrize("path", [f"/media/{'f' * 3000}.wav", f"/media/{'f' * 3000}/1.wav"])
def test_a_sound_of_a_wrong_form_is_not_looked_for(path: str) -> None:
    assert WebhookCompany().client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query", [{"call": "c" * 3000, "leg": "1"}, {"call": CALL, "leg": "1" * 3000}, {"call": CALL}]
)
def test_one_moment_for_a_leg_of_a_wrong_form_leads_nowhere(query: dict[str, str]) -> None:
    answer = WebhookCompany().client.get("/voice/one-moment.xml", query_string=query)

    assert [element.tag for element in fromstring(answer.data)] == ["Say", "Hangup"]


@pytest.mark.parametrize("path", POSTED)
def test_a_signed_form_with_ids_of_a_wrong_form_changes_nothing(path: str) -> None:
    company = WebhookCompany()
    company.waits()
    before, wrong = company.call(), "x" * 3000
    form = {
        "CallSid": f"CA{wrong}", "From": "client:maya_t", "CallStatus": "completed",
        "ConferenceSid": f"CF{wrong}", "ParticipantLabel": wrong, "call": wrong,
        "headset": f"maya.{wrong}", "nonce": wrong, "RecordingSid": f"RE{wrong}",
        "StatusCallbackEvent": "participant-join", "RecordingStatus": "completed",
    }  # fmt: skip

    assert signed_post(company.client, path, form).status_code in {200, 204, 400}

    assert company.call() == before
    assert company.timers.due(company.clock.now()) == ()


@pytest.mark.parametrize("path", POSTED)
def test_malformed_signed_forms_never_give_a_500(path: str) -> None:
    company = WebhookCompany()
    company.waits()

    for form in (
        {},
        {"CallSid": ""},
        {"CallSid": "CA" + "x" * 5000},
        {"CallSid": SID, "Digits": "\x00\ufffd🙂" * 1000, "QueueResult": "?"},
        {"CallSid": SID, "RecordingSid": "RE" * 999, "RecordingDuration": "-1"},
        {"CallSid": SID, "RecordingStatus": "completed", "RecordingDuration": "9" * 999},
        {"CallSid": SID, "From": "client:", "call": "", "headset": ".", "nonce": ""},
        {"CallSid": SID, "StatusCallbackEvent": "participant-leave", "ConferenceSid": "CF"},
    ):
        assert signed_post(company.client, path, form).status_code in {200, 204, 400}


def _broken(company: WebhookCompany, error: Exception) -> None:
    def handle(*_args: object, **_kwargs: object) -> None:
        raise error

    company.switchboard.handle = handle  # type: ignore[method-assign, assignment]
    company.switchboard.load = handle  # type: ignore[method-assign, assignment]
    company.switchboard.arrive = handle  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("path", POSTED)
def test_no_failure_becomes_a_500(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """W10."""
    company = WebhookCompany()
    company.rings()
    _broken(company, ZeroDivisionError("a poisoned call"))
    form = {
        "From": "client:maya_t" if path == "/voice/client" else CALLER_NUMBER,
        "To": "+48225550001",
        "CallStatus": "completed" if path.startswith("/voice/status") else "in-progress",
        "StatusCallbackEvent": "conference-start",
        "ConferenceSid": "CF1",
        "QueueResult": "error",
        "CallToken": "secret-token",
        "call": CALL,
        "headset": "maya.1",
        "nonce": "n1",
    }

    with caplog.at_level(logging.ERROR):
        answer = company.post(path, **form)

    if "recordings" in path:
        assert answer.status_code == 204  # it asks the timers only
        return
    facts = ("/voice/status", "/voice/rooms")
    assert answer.status_code == (204 if path.startswith(facts) else 200)
    assert path.startswith(facts) or "Przepraszamy" in answer.text
    assert company.counted == ["voice.failed"]
    logged = redacted(caplog.records[0].__dict__)
    assert CALL in json.dumps(logged["event"])
    assert "secret-token" not in json.dumps(logged["event"])
    assert logged["path"] == path.partition("?")[0]


def test_a_store_that_does_not_answer_is_asked_again_after_a_moment() -> None:
    """W4: nobody is cut off because a table was slow."""
    company = WebhookCompany()
    company.rings("+48225550001")
    _broken(company, Unavailable("throttled"))
    leg = f"/voice/calls/{CALL}/1"

    waits = [
        one(company.asks(path, To="+48225550001"), "Redirect").text or ""
        for path in ("/voice/inbound", f"{leg}/pressed?q=1", f"{leg}/wait", leg)
    ]

    paths = [url.removeprefix(BASE).partition("#")[0] for url in waits]
    assert paths == [f"{p}?tries=1" for p in ("/voice/inbound", leg, f"{leg}/wait", leg)]


def test_a_store_that_never_responds_ends_in_an_apology() -> None:
    company = WebhookCompany()
    _broken(company, Unavailable("throttled"))
    url = "/voice/inbound"

    for _ in range(ONE_MOMENT_TRIES):
        url = one(company.asks(url), "Redirect").text or ""

    assert [element.tag for element in company.asks(url)] == ["Say", "Hangup"]


def test_a_callback_that_cannot_be_saved_now_is_scheduled_for_later() -> None:
    """W4: a status callback comes only once."""
    company = WebhookCompany()
    company.rings()
    _broken(company, Unavailable("throttled"))

    company.tells("/voice/status", CallStatus="completed")

    assert company.timers.due(company.clock.now()) == (CallJob(CALL, HungUp("1", "completed")),)


@pytest.mark.parametrize("path", [f"/voice/recordings/{CALL}?kind=message", "/voice/status"])
def test_a_callback_that_can_neither_be_saved_nor_scheduled_gets_a_503(path: str) -> None:
    """W5, F47: the callback of a message is the only news of it, and comes once."""
    company = WebhookCompany()
    company.rings()
    _broken(company, Unavailable("throttled"))
    company.timers.at = _unavailable  # type: ignore[method-assign, assignment]
    said = {"CallStatus": "completed", "RecordingStatus": "completed", "RecordingSid": "RE1"}

    answer = company.post(path, **said)

    assert answer.status_code == 503


def _unavailable(*_: object) -> None:
    raise Unavailable("throttled")


def test_a_key_press_that_cannot_be_saved_now_counts_when_the_store_is_back() -> None:
    """F55: the caller need not press again."""
    company = WebhookCompany()
    company.rings("+48225550001")
    handle = company.switchboard.handle
    _broken(company, Unavailable("throttled"))

    moment = company.asks(f"/voice/calls/{CALL}/1/pressed?q=1", Digits="1")
    _mend(company)
    for job in company.timers.due(company.clock.now()):
        assert isinstance(job, CallJob)
        handle(job.call, job.event)
    then = company.asks(one(moment, "Redirect").text or "")

    assert one(then, "Enqueue").text == "dev-sales"


def _mend(company: WebhookCompany) -> None:
    for name in ("handle", "load", "arrive"):
        delattr(company.switchboard, name)


def test_a_prompt_that_cannot_be_rendered_becomes_an_apology() -> None:
    """W10, M16."""
    company = WebhookCompany()
    endless = {**PLAN.nodes, "menu": Menu(Prompt("x" * 5000), (), "mailbox")}
    company.directory.publish(replace(PLAN, sha="p2", nodes=endless), previous="p1")

    answer = company.rings("+48225550001")

    assert "Przepraszamy" in (one(answer, "Say").text or "")
    assert company.counted == ["voice.failed"]


def test_a_language_without_a_catalogue_gets_an_apology_in_the_default_language_and_a_log_entry(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A plan in use whose catalogue was taken away: the caller is told something, and so are we."""
    company = WebhookCompany()
    numbers = tuple(replace(number, language="xx") for number in PLAN.numbers)
    company.directory.publish(replace(PLAN, sha="p2", numbers=numbers), previous="p1")

    answer = company.rings("+48225550001")

    assert one(answer, "Say").attrib == {"language": "en-GB"}
    assert one(answer, "Hangup") is not None
    assert company.counted == ["voice.failed"]
    assert "twiml-templates/words/xx.json" in caplog.text
