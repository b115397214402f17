"""The packaged functions, as Lambda runs them: HTTP API events in version 2, no repository.

The event's shape is of AWS's page "Working with AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from twilio.request_validator import RequestValidator

from app.adapters.dynamodb import DynamoDirectory, tables
from app.adapters.sqs.jobs import body_of
from app.adapters.system import SystemClock
from app.ports import PoolJob
from tests.adapters.twilio.webhook_company import PLAN
from tests.support import ministack

PUBLIC = "https://pbx.example"
TOKEN = "the account's token"
CALL = "0123456789abcdef0123456789abcdef"
RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
handler = import_module(f"app.entrypoints.{sys.argv[2]}").handler
class Context:
    function_name = sys.argv[2]
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:voice"
    aws_request_id = "1"
print(json.dumps([handler(event, Context()) for event in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module")
def environment(cloud: ministack.Cloud) -> dict[str, str]:
    """A cloud with the plan published, and the function's variables."""
    directory = cloud.table(tables.DIRECTORY)
    DynamoDirectory(directory, cloud.endpoint, SystemClock()).publish(PLAN, previous=None)
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": ministack.REGION,
        "AWS_ENDPOINT_URL": cloud.url,
        "SWITCHROOM_STAGE": "test",
        "SWITCHROOM_PUBLIC_URL": PUBLIC,
        "SWITCHROOM_SWITCH_TABLE": cloud.table(tables.SWITCH),
        "SWITCHROOM_REGISTER_TABLE": cloud.table(tables.REGISTER),
        "SWITCHROOM_DIRECTORY_TABLE": directory,
        "SWITCHROOM_RECORDINGS_BUCKET": cloud.bucket(),
        "SWITCHROOM_JOBS_QUEUE_URL": cloud.queue(),
        "SWITCHROOM_RECORDINGS_QUEUE_URL": cloud.queue(),
        "SWITCHROOM_REPAIR_QUEUE_URL": cloud.queue(),
        "SWITCHROOM_PAGES_QUEUE_URL": cloud.queue(),
        "SWITCHROOM_FAILED_SAVES_QUEUE_URL": cloud.queue(),
        "SWITCHROOM_PUSH_ENDPOINT_URL": cloud.url,
        "SWITCHROOM_PUSH_URL": "wss://push.example/test",
        "SWITCHROOM_SESSION_SECRET": "s" * 32,
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_KEY_SID": "SK1",
        "TWILIO_API_KEY_SECRET": "secret",
        "TWILIO_APPLICATION_SID": "AP1",
        "POWERTOOLS_SERVICE_NAME": "switchroom",
        "POWERTOOLS_METRICS_NAMESPACE": "Switchroom",
    }


@pytest.fixture(scope="module")
def task(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package / "switchroom.zip") as packed:
        packed.extractall(folder)
    return folder


CALLER = "+442079460123"


def _event(path: str, form: dict[str, str], *, query: str = "", token: str = TOKEN) -> Any:
    url = f"{PUBLIC}{path}{'?' if query else ''}{query}"
    signature = RequestValidator(token).compute_signature(url, form)
    return {
        "version": "2.0",
        "routeKey": "ANY /voice/{path+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "host": "pbx.example",
            "x-forwarded-for": "203.0.113.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-twilio-signature": signature,
        },
        "requestContext": {
            "http": {
                "method": "POST",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.1",
            },
            "domainName": "pbx.example",
            "stage": "$default",
            "requestId": "r",
        },
        "body": base64.b64encode(urlencode(form).encode()).decode(),
        "isBase64Encoded": True,
    }


def _answers(
    task: Path,
    environment: dict[str, str],
    *events: Any,
    function: str = "voice",
    logged: list[Any] | None = None,
) -> list[Any]:
    """What the function answers. `logged` gets what else it prints, but for its metrics."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, task, function],
        env=environment,
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *printed, answers = done.stdout.splitlines()
    lines = [json.loads(line) for line in printed]
    if logged is not None:
        logged += [line for line in lines if "_aws" not in line]
    assert CALLER[1:] not in "".join((*printed, done.stderr))
    found: list[Any] = json.loads(answers)
    return found


def _form(**more: str) -> dict[str, str]:
    return {"CallSid": f"CA{CALL}", "From": CALLER, "To": "+48225550001", **more}


def test_an_inbound_call_keeps_its_signature_and_gets_its_menu(
    task: Path, environment: dict[str, str]
) -> None:
    (answer,) = _answers(
        task, environment, _event("/voice/inbound", _form(CallerName="Zażółć & + Gęślą"))
    )

    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/xml")
    assert ET.fromstring(_body(answer)).find(".//Gather") is not None
    assert "For sales press 1." in _body(answer)


def test_a_key_pressed_keeps_its_signature_over_the_query(
    task: Path, environment: dict[str, str]
) -> None:
    inbound, pressed = _answers(
        task,
        environment,
        _event("/voice/inbound", _form()),
        _event(f"/voice/calls/{CALL}/1/pressed", _form(Digits="1"), query="q=1"),
    )

    assert inbound["statusCode"] == pressed["statusCode"] == 200
    assert ET.fromstring(_body(pressed)).find(".//Enqueue") is not None


def test_a_forged_signature_is_refused(task: Path, environment: dict[str, str]) -> None:
    logged: list[Any] = []
    event = _event("/voice/inbound", _form(), token="somebody else's")

    (answer,) = _answers(task, environment, event, logged=logged)

    assert answer["statusCode"] == 403
    (line,) = logged
    assert (line["level"], line["message"]) == ("WARNING", "unsigned request")
    assert (line["service"], line["path"]) == ("switchroom", "/voice/inbound")


def test_the_console_shows_its_sign_in_page(task: Path, environment: dict[str, str]) -> None:
    event = _event("/sign-in", {})
    event["requestContext"]["http"]["method"] = "GET"
    del event["body"]

    (answer,) = _answers(task, environment, event, function="console")

    assert answer["statusCode"] == 200
    assert "Secure; HttpOnly" in answer["cookies"][0]
    assert "wss://push.example" in answer["headers"]["content-security-policy"]
    assert 'name="password"' in _body(answer)


def test_a_push_connection_without_a_ticket_is_refused(
    task: Path, environment: dict[str, str]
) -> None:
    request = {"routeKey": "$connect", "connectionId": "c1"}

    (answer,) = _answers(
        task,
        environment,
        {"requestContext": request, "headers": {"Origin": PUBLIC}},
        function="push",
    )

    assert answer == {"statusCode": 403}


def test_a_job_that_cannot_be_understood_comes_again_alone(
    task: Path, environment: dict[str, str]
) -> None:
    good = body_of(SystemClock().now(), PoolJob("default"))
    records = [
        {"eventSource": "aws:sqs", "messageId": name, "body": body}
        for name, body in (("good", good), ("bad", "no wake"))
    ]

    (answer,) = _answers(task, environment, {"Records": records}, function="worker")

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_the_schedule_sweeps(task: Path, environment: dict[str, str]) -> None:
    (answer,) = _answers(task, environment, {"source": "aws.events"}, function="worker")

    assert answer is None


def test_a_webhook_waits_for_no_page_and_no_client(task: Path, environment: dict[str, str]) -> None:
    """What is slow to load is loaded when it is used (F40)."""
    slow = ("argon2", "babel", "jwt", "phonenumbers", "pydantic", "requests", "twilio", "yaml")
    loads = (
        "import sys; sys.path.insert(0, sys.argv[1]); import app.entrypoints.voice\n"
        f"print([name for name in {slow!r} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", loads, task],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"


def _body(answer: dict[str, Any]) -> str:
    body: str = answer["body"]
    return base64.b64decode(body).decode() if answer.get("isBase64Encoded") else body
