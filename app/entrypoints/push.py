"""The push WebSocket on API Gateway: connect with a ticket, disconnect; pages send nothing else."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from app.entrypoints.aws_lambda import Event, Handler, deployment, lambda_handler


def build() -> Handler:
    push = deployment().push

    def handle(event: Event, context: LambdaContext) -> dict[str, Any]:
        request = event["requestContext"]
        match request["routeKey"]:
            case "$connect":
                ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
                origin = _header(event, "origin")
                welcome = push.connect(request["connectionId"], ticket, origin)
                return {"statusCode": 200 if welcome else 403}
            case "$disconnect":
                push.disconnect(request["connectionId"])
                return {"statusCode": 200}
            case _:
                return {"statusCode": 200}

    return handle


def _header(event: Event, name: str) -> str:
    headers: dict[str, str] = event.get("headers") or {}
    return next((word for key, word in headers.items() if key.lower() == name), "")


handler = lambda_handler(build)
