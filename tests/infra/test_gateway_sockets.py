"""API Gateway's management of connections: gone is an answer, the rest is an error."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from app.adapters.apigateway import ApiGatewaySockets
from app.ports import Unavailable


class Client:
    """Answers every request with that error, or with nothing."""

    def __init__(self, code: str | None = None, status: int = 400) -> None:
        self.asked: list[dict[str, object]] = []
        self._code = code
        self._status = status

    def post_to_connection(self, **asked: object) -> None:
        self.asked.append(asked)
        if self._code:
            answer: Any = {
                "Error": {"Code": self._code, "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": self._status},
            }
            raise ClientError(answer, "PostToConnection")

    delete_connection = post_to_connection


def test_a_message_goes_to_its_connection() -> None:
    client = Client()

    assert ApiGatewaySockets(client).post("c1", "Grüße")
    assert client.asked == [{"ConnectionId": "c1", "Data": "Grüße".encode()}]


def test_a_message_to_a_closed_connection_returns_false() -> None:
    sockets = ApiGatewaySockets(Client("GoneException", 410))

    assert not sockets.post("c1", "hello")
    sockets.close("c1")


def test_a_failing_gateway_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        ApiGatewaySockets(Client("InternalServerError", 500)).post("c1", "hello")


def test_a_missing_permission_is_raised() -> None:
    with pytest.raises(ClientError):
        ApiGatewaySockets(Client("ForbiddenException", 403)).close("c1")
