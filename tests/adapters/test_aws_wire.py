"""What goes over the wire to AWS: signed as botocore signs, repeated when that may help."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from app.adapters import aws, aws_wire
from app.adapters.aws_wire import JsonEndpoint, Patience, Request, Response
from tests.support.ports import free_port

URL = "https://dynamodb.eu-central-1.amazonaws.com"
CREATED = Response(200, {}, b'{"Item": {"pk": {"S": "c1"}}}')
BROKEN = Response(500, {}, b"<html>")
LOST = ReadTimeoutError(endpoint_url=URL)


class Answers:
    """A connection that answers as it was told, in turn."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.sent: list[Request] = []
        self._answers = list(answers)

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _client(
    answers: Sequence[Response | Exception], token: str | None = None
) -> tuple[Any, Answers]:
    client = aws.client.__wrapped__("dynamodb", aws.AwsEndpoint("eu-central-1"))
    keys = Credentials("AKIDEXAMPLE", "secret", token)
    client._endpoint = JsonEndpoint(keys, "eu-central-1", "dynamodb", Patience(0.3, 1.0, 2))
    wire = client._endpoint.http_session = Answers(*answers)
    return client, wire


def _get(client: Any) -> Any:
    return client.get_item(TableName="switch", Key={"pk": {"S": "Zażółć"}})


def _error(code: str, status: int = 400, **more: object) -> Response:
    said = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **more}
    return Response(status, {}, json.dumps(said).encode())


@pytest.mark.parametrize("token", [None, "a session's token"])
def test_a_request_is_signed_as_botocore_signs_it(
    monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    client, wire = _client([CREATED], token)

    _get(client)

    (sent,) = wire.sent
    stamp = datetime.strptime(sent.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: stamp)
    unsigned = {
        name: content
        for name, content in sent.headers.items()
        if name in ("content-type", "x-amz-target")
    }
    theirs = AWSRequest("POST", f"{sent.url}/", unsigned, sent.body)
    keys = Credentials("AKIDEXAMPLE", "secret", token)
    SigV4Auth(keys, "dynamodb", "eu-central-1").add_auth(theirs)
    assert sent.url == URL
    assert sent.headers["authorization"] == theirs.headers["Authorization"]
    assert sent.headers.get("x-amz-security-token") == token


def test_an_answer_is_what_botocore_makes_of_it() -> None:
    client, _ = _client([CREATED])

    assert _get(client)["Item"] == {"pk": {"S": "c1"}}


@pytest.mark.parametrize(
    "first",
    [BROKEN, LOST, _error("ThrottlingException"), _error("InternalServerError", 500)],
    ids=["500", "lost", "throttled", "their error"],
)
def test_what_may_work_another_time_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch, first: Response | Exception
) -> None:
    monkeypatch.setattr(aws_wire, "PAUSE_SECONDS", 0.0)
    client, wire = _client([first, CREATED])

    assert _get(client)["Item"] == {"pk": {"S": "c1"}}
    assert len(wire.sent) == 2


def test_what_fails_twice_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_wire, "PAUSE_SECONDS", 0.0)
    client, wire = _client([LOST, LOST])

    with pytest.raises(ReadTimeoutError):
        _get(client)

    assert len(wire.sent) == 2


def test_a_refusal_is_not_repeated_and_brings_what_it_names() -> None:
    refused = _error("ConditionalCheckFailedException", Item={"pk": {"S": "c1"}})
    client, wire = _client([refused])

    with pytest.raises(ClientError) as raised:
        client.update_item(TableName="switch", Key={"pk": {"S": "c1"}})

    response: Any = raised.value.response
    assert aws.code_of(raised.value) == "ConditionalCheckFailedException"
    assert response["Item"] == {"pk": {"S": "c1"}}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(wire.sent) == 1


def test_nobody_at_the_other_end_is_an_error_of_the_connection() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    client = aws.client.__wrapped__("dynamodb", aws.AwsEndpoint("eu-central-1", url))
    client._endpoint._credentials = Credentials("local", "local")

    with pytest.raises(EndpointConnectionError):
        _get(client)


def test_without_credentials_nothing_is_asked() -> None:
    client, wire = _client([])
    client._endpoint._credentials = None

    with pytest.raises(NoCredentialsError):
        _get(client)

    assert wire.sent == []
