"""What all of AWS has in common: clients with deadlines (W4), and what their errors mean.

Nothing is made at import. Credentials come from where AWS's own client looks for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.session import Session, get_session

from app.adapters.aws_wire import JsonCalls, JsonEndpoint, Patience
from app.ports import Unavailable

CONNECT_SECONDS = 0.3
READ_SECONDS = 1.0
ATTEMPTS = 2
BULK_READ_SECONDS = 10.0  # bodies of sound, and long polls: never while a caller waits

JSON_SERVICES = ("dynamodb", "dynamodbstreams", "sqs")
NO_ANSWER = (NoConnection, HTTPClientError)  # botocore's two families of them
_NOT_NOW = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
    }
)


@dataclass(frozen=True, slots=True)
class AwsEndpoint:
    """Which AWS: its region, an address of its own for the local box, and our patience."""

    region: str | None  # None: what the environment says
    endpoint_url: str | None = None
    read_seconds: float = READ_SECONDS


@cache
def client(service: str, endpoint: AwsEndpoint, *, read_seconds: float | None = None) -> Any:
    """The client of one service; `Any`, because which one is a value.

    There is one of a kind, shared by all threads: making one takes 50 ms and a TLS handshake.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds or endpoint.read_seconds,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=64,
        parameter_validation=False,
        user_agent="switchroom",
        s3={"addressing_style": "path"} if endpoint.endpoint_url else None,
        signature_version="s3v4" if service == "s3" else None,
    )
    made: Any = _session().create_client(
        service, region_name=endpoint.region, endpoint_url=endpoint.endpoint_url, config=config
    )
    if service in JSON_SERVICES:
        patience = Patience(CONNECT_SECONDS, read_seconds or endpoint.read_seconds, ATTEMPTS)
        signed_for = made.meta.service_model.signing_name
        made._endpoint = JsonEndpoint(  # noqa: SLF001 - the only place where its requests pass
            _session().get_credentials(), made.meta.region_name, signed_for, patience
        )
        made._make_api_call = JsonCalls(made)  # noqa: SLF001 - what each of its methods calls
    return made


@cache
def _session() -> Session:
    """One for all clients, for it reads what describes the services (0.2 s)."""
    return get_session()


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def is_not_now(error: ClientError) -> bool:
    """Throttled, or broken on their side: another time it may work."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in _NOT_NOW or status >= 500


@contextmanager
def answering() -> Iterator[None]:
    """Time-outs, lost connections, throttles and 5xx become Unavailable; the rest is our fault."""
    try:
        yield
    except NO_ANSWER as error:
        raise Unavailable(str(error)) from error
    except ClientError as error:
        if is_not_now(error):
            raise Unavailable(str(error)) from error
        raise
