"""Messages to the browsers behind API Gateway's WebSocket connections."""

from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of


class ApiGatewaySockets:
    def __init__(self, client: Any) -> None:
        """`client` is of `apigatewaymanagementapi`, made with the API's own address."""
        self._client = client

    def post(self, connection_id: str, text: str) -> bool:
        """False: the connection is closed (410)."""
        try:
            with answering():
                self._client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except ClientError as error:
            if code_of(error) == "GoneException":
                return False
            raise
        return True

    def close(self, connection_id: str) -> None:
        """Repeatable: a connection that is gone is closed."""
        try:
            with answering():
                self._client.delete_connection(ConnectionId=connection_id)
        except ClientError as error:
            if code_of(error) != "GoneException":
                raise
