"""What each function really prints: JSON with call, path and event, and nobody's secrets (M14)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from apig_wsgi import make_lambda_handler
from flask import Flask
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.adapters.sqs.jobs import body_of
from app.adapters.system import SystemClock
from app.adapters.twilio.signature import signature_of
from app.domain.events import Pressed
from app.entrypoints.aws_lambda import Failed, Handler, lambda_handler
from app.entrypoints.logs import JsonLines, ReadableLines, print_logs
from app.entrypoints.redaction import TOLD_FIELDS, redacted
from app.entrypoints.worker import about_job, worker
from app.ports import CallJob
from tests.adapters.twilio.webhook_company import BASE, CALL, SID, TOKEN, WebhookCompany

PRIVATE = {
    "From": "+447700900361",
    "Caller": "+447700900361",
    "CallerName": "Eleanor Whitcombe",
    "FromCity": "Stoke-on-Trent",
    "FromZip": "ST1 5RQ",
    "To": "+48225550001",
    "Digits": "194837",
    "CallToken": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "StirPassportToken": "eyJ0eXAiOiJwYXNzcG9ydCJ9.eyJvcmlnIjp7fX0.c2ln",
    "SpeechResult": "my pin is nineteen forty eight",
    "nonce": "n0nc3ofthisheadset",
    "AFieldOfNextYear": "something personal",
}
SECRETS = sorted({*PRIVATE.values()} | {"447700900361", "Whitcombe", "Stoke"})


@dataclass
class Context:
    """What Lambda hands to a function."""

    function_name: str = "switchroom-dev-voice"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:voice"
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


@pytest.fixture(autouse=True)
def _own_handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The handlers of this process are the test run's again afterwards."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "switchroom")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Switchroom")
    root, ours = logging.getLogger(), logging.getLogger("app")
    kept, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = kept
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def _posted(path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Any:
    """The event of an HTTP API, with the carrier's signature."""
    signature = signature_of(TOKEN, BASE + path, tuple(form.items()))
    raw, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": raw,
        "rawQueryString": query,
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": signature,
            **(headers or {}),
        },
        "body": urlencode(form),
        "isBase64Encoded": False,
        "requestContext": {
            "http": {"method": "POST", "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1"}
        },
    }


def _lines(printed: str) -> list[dict[str, Any]]:
    """The log lines; metrics are lines of their own."""
    found = [json.loads(line) for line in printed.splitlines()]
    return [line for line in found if "_aws" not in line]


def _voice(company: WebhookCompany) -> Handler:
    return lambda_handler(lambda: make_lambda_handler(company.application))


@pytest.mark.parametrize(
    "path", ["/voice/inbound", f"/voice/calls/{CALL}/1/pressed?q=1", "/voice/status"]
)
def test_a_webhook_that_fails_is_logged_with_its_call_and_path_and_event_without_secrets(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    company = WebhookCompany()

    def fails(*_: object, **__: object) -> None:
        raise LookupError(f"nobody is {PRIVATE['CallerName']} of {PRIVATE['From']}")

    for name in ("handle", "arrive", "load"):
        setattr(company.switchboard, name, fails)
    form = {"CallSid": SID, "CallStatus": "completed", **PRIVATE}

    _voice(company)(_posted(path, form), Context())  # type: ignore[arg-type]
    printed = capsys.readouterr().out

    (line,) = _lines(printed)
    assert (line["level"], line["message"]) == ("ERROR", "webhook failed")
    assert (line["call"], line["path"]) == (CALL, path.partition("?")[0])
    assert line["event"]["CallSid"] == SID
    assert line["event"]["CallStatus"] == "completed"
    assert line["event"]["CallerName"] == "(17 characters)"
    assert line["exception_name"] == "LookupError"
    assert line["function_request_id"] == Context.aws_request_id
    assert "fails" in line["exception"]
    assert [secret for secret in SECRETS if secret in printed] == []


def test_an_unsigned_request_is_logged_without_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = _posted("/voice/inbound?ticket=secretticket", {"CallSid": SID, **PRIVATE})
    event["headers"]["x-twilio-signature"] = "forged"

    _voice(WebhookCompany())(event, Context())  # type: ignore[arg-type]
    printed = capsys.readouterr().out

    (line,) = _lines(printed)
    assert (line["message"], line["path"]) == ("unsigned request", "/voice/inbound")
    assert "event" not in line
    assert [secret for secret in (*SECRETS, "secretticket") if secret in printed] == []


def test_an_unhandled_error_of_a_page_is_logged_with_its_call_and_path(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = Flask("pages")

    @app.post("/calls/<call_id>/note")
    def note(call_id: str) -> str:
        raise ValueError(f"token='{PRIVATE['nonce']}' of anna@kestrel.example")

    cookies = {"cookie": "switchroom=secretcookie"}
    event = _posted("/calls/c1/note?csrf=secretcsrf", {"text": "secretnote"}, cookies)

    answer = lambda_handler(lambda: make_lambda_handler(app))(event, Context())  # type: ignore[arg-type]
    printed = capsys.readouterr().out

    (line,) = _lines(printed)
    assert answer["statusCode"] == 500
    assert (line["call"], line["path"]) == ("c1", "/calls/c1/note")
    assert line["exception_name"] == "ValueError"
    hidden = ("secretcookie", "secretcsrf", "secretnote", PRIVATE["nonce"], "anna@")
    assert [secret for secret in hidden if secret in printed] == []


def test_a_function_that_fails_prints_its_error_once_and_raises_no_words_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def build() -> Handler:
        def handle(event: Any, context: Any) -> Any:
            raise RuntimeError(f"no such caller: {PRIVATE['From']}")

        return handle

    with pytest.raises(Failed) as raised:
        lambda_handler(build)({"source": "aws.events"}, Context())  # type: ignore[arg-type]
    printed = capsys.readouterr().out

    (line,) = _lines(printed)
    assert (line["exception_name"], line["path"]) == ("RuntimeError", "aws.events")
    assert raised.value.args == ("RuntimeError",)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert PRIVATE["From"] not in printed


class FailingWorker:
    """Fails at each job, with all of it in its words."""

    class services:  # noqa: N801 # an attribute of the worker
        save_steps = None

    failed_records = None

    def run_job(self, body: str) -> None:
        raise ValueError(f"cannot do {body}")


def test_a_job_that_fails_comes_again_and_is_logged_with_its_call_and_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counted: list[str] = []
    handle = worker(FailingWorker(), counted.append)  # type: ignore[arg-type]
    body = body_of(SystemClock().now(), CallJob(CALL, Pressed("1", 2, "194837")))
    other = '{"job": {"caller": "+447700900361", "name": "Eleanor Whitcombe"}}'
    records = [
        {"eventSource": "aws:sqs", "messageId": str(n), "body": text}
        for n, text in enumerate((body, other))
    ]

    answer = lambda_handler(lambda: handle)({"Records": records}, Context())  # type: ignore[arg-type]
    printed = capsys.readouterr().out

    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["0", "1"]
    first, second = _lines(printed)
    assert (first["call"], first["job"]) == (CALL, "CallJob")
    assert "call" not in second
    assert counted == ["job.failed"] * 2
    hidden = ("194837", "447700900361", "Eleanor")
    assert [secret for secret in hidden if secret in printed] == []


@pytest.mark.parametrize("name", ["caller", "name", "digits", "Token", "From", "password"])
def test_what_a_record_has_under_a_private_name_is_not_told_at_any_depth(name: str) -> None:
    told = redacted({"message": "m", name: "Eleanor", "why": [{"item": {name: "Eleanor"}}]})

    assert "Eleanor" not in json.dumps(told)


def test_a_short_secret_leaves_the_ids_of_the_record_as_they_are() -> None:
    form = {"CallSid": SID, "Digits": "123"}

    told = redacted({"message": "1234", "call": CALL, "path": f"/voice/{CALL}", "event": form})

    assert (told["call"], told["path"]) == (CALL, f"/voice/{CALL}")
    assert told["event"] == {"CallSid": SID, "Digits": "(3 characters)"}
    assert told["message"] == "(private)4"


def test_what_is_no_job_has_nothing_to_tell() -> None:
    assert about_job("no job") == {}


def test_the_local_box_prints_the_same_records_as_lines_for_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_logs(ReadableLines())
    log = logging.getLogger("app.adapters.twilio.webhook_handlers")
    form = {"CallSid": SID, "CallStatus": "ringing", **PRIVATE}
    try:
        raise LookupError(PRIVATE["CallerName"])
    except LookupError:
        log.exception("webhook failed", extra={"call": CALL, "path": "/voice/x", "event": form})
    printed = capsys.readouterr().out

    first, *trace = printed.splitlines()
    assert f"ERROR webhook failed {CALL} /voice/x" in first
    assert "'CallStatus': 'ringing'" in first
    assert trace[0].startswith("Traceback")
    assert trace[-1] == "LookupError: (private)"
    assert [secret for secret in SECRETS if secret in printed] == []


def test_libraries_are_printed_by_the_same_formatter_and_only_their_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_logs(JsonLines())
    library = logging.getLogger("botocore.somewhere")

    library.info("chatter")
    library.warning("calling %s", PRIVATE["From"])

    (line,) = _lines(capsys.readouterr().out)
    assert line["message"] == "calling (a number)"


NAMES = st.text(st.sampled_from("ABCdefgh"), min_size=1, max_size=12)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="()"), min_size=3, max_size=40)


@settings(deadline=None)  # a busy machine
@given(st.dictionaries(NAMES, WORDS, max_size=4), st.text(max_size=20))
def test_no_field_that_is_not_declared_is_told_anywhere(form: dict[str, str], text: str) -> None:
    assume(not TOLD_FIELDS & form.keys())
    ours = "(private) (a number) (an address) (a token) (0123456789 characters)"
    secrets = [s for s in form.values() if s not in ours and not s.strip().isdigit()]
    record = {"message": f"{text} {secrets}", "why": secrets, "event": form}

    told = redacted({**record, "exception": " ".join(secrets)})

    assert set(told["event"]) == set(form)
    for secret in secrets:
        assert secret not in told["exception"]
        assert all(secret not in one for one in told["why"])
        assert all(secret not in shown for shown in told["event"].values())


@pytest.mark.parametrize(
    "text",
    [
        "+44 7700 900 361", "07700 900361", "tel:+447700900361", "Call(caller='+447700900361')",
        "call %2B447700900361", "anna@kestrel.example", "Cookie: switchroom=abc.def",
        '{"digits": "1234"}', "Pressed(leg='1', question=2, digits='1234')", "Bearer abcdef",
        "pin=1234", "name=\"O'Brien \\\" Ltd\"", "ticket=abc", "x-twilio-signature: abc=",
    ],
)  # fmt: skip
def test_numbers_addresses_tokens_and_private_names_are_taken_out_of_all_text(text: str) -> None:
    told = redacted({"message": f"before {text} after"})["message"]

    assert told.startswith("before ")
    for secret in ("900", "anna@", "abc", "1234", "Brien"):
        assert secret not in told


@pytest.mark.parametrize(
    "text",
    [
        f"/voice/calls/{CALL}/1", SID, "RE" + "1" * 32, "2026-11-29T10:00:00.123456+00:00",
        "c6af9ac6-7b61-11e6-9a41-123456789012", "arn:aws:lambda:eu-central-1:123456789012:x",
        "line 1234", "KeyError: 'sales'", "save 12 of 345678", "12345678901234567890123456789012",
    ],
)  # fmt: skip
def test_ids_and_times_stay(text: str) -> None:
    assert redacted({"message": text})["message"] == text
