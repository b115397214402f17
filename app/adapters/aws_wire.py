"""One request to a service of AWS that speaks JSON, without what such a request does not need.

botocore's own way from a request to its answer costs three times the processor time of this one: it
builds the request three times, asks twenty hooks, and parses what it has just formatted. Here the
request is signed (Signature Version 4), sent over a kept connection, and repeated once if that may
help. What is asked and what is answered stays botocore's: its serializer, parser and errors.
"""

import hashlib
import hmac
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from botocore import exceptions
from botocore.httpsession import get_cert_path
from botocore.parsers import create_parser

CONNECTIONS = 64
PAUSE_SECONDS = 0.05  # at most, before the second try
_AGAIN = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_SIGNED = ("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")


@dataclass(slots=True)
class Request:
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    status_code: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Patience:
    connect_seconds: float
    read_seconds: float
    attempts: int


class Connections:
    """Kept connections to one host, shared by all threads."""

    def __init__(self, patience: Patience) -> None:
        self._pools = urllib3.PoolManager(
            maxsize=CONNECTIONS,
            timeout=urllib3.Timeout(connect=patience.connect_seconds, read=patience.read_seconds),
            cert_reqs="CERT_REQUIRED",
            ca_certs=get_cert_path(True),
        )

    def send(self, request: Request) -> Response:
        """Raises botocore's errors of a connection."""
        url = request.url
        try:
            got = self._pools.urlopen(
                "POST",
                url,
                body=request.body,
                headers=request.headers,
                retries=False,
                redirect=False,
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError) as e:
            raise exceptions.EndpointConnectionError(endpoint_url=url, error=e) from e
        except urllib3.exceptions.ConnectTimeoutError as e:
            raise exceptions.ConnectTimeoutError(endpoint_url=url, error=e) from e
        except urllib3.exceptions.ReadTimeoutError as e:
            raise exceptions.ReadTimeoutError(endpoint_url=url, error=e) from e
        except urllib3.exceptions.ProtocolError as e:
            raise exceptions.ConnectionClosedError(endpoint_url=url, error=e) from e
        except urllib3.exceptions.HTTPError as e:
            raise exceptions.HTTPClientError(error=e) from e
        return Response(got.status, got.headers, got.data)


class JsonEndpoint:
    """Stands in a botocore client in the place of its own endpoint."""

    def __init__(self, credentials: Any, region: str, name: str, patience: Patience) -> None:
        """`name`: of the service, as signatures have it."""
        self.http_session: Any = Connections(patience)
        self._credentials = credentials
        self._region = region
        self._name = name
        self._attempts = patience.attempts
        self._parser = create_parser("json")

    def make_request(
        self, operation_model: Any, request: Mapping[str, Any]
    ) -> tuple[Response, dict[str, Any]]:
        """As botocore's: the response, and what it says."""
        for left in reversed(range(self._attempts)):
            try:
                answer = self.http_session.send(self._signed(request))
            except (exceptions.ConnectionError, exceptions.HTTPClientError):
                if not left:
                    raise
            else:
                parsed = self._parsed(operation_model, answer)
                code = parsed.get("Error", {}).get("Code")
                if not left or (answer.status_code < 500 and code not in _AGAIN):
                    return answer, parsed
            time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - jitter, no secret
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """As botocore's; connections end with the process."""

    def _signed(self, request: Mapping[str, Any]) -> Request:
        body = request["body"]
        url: str = request["url"]
        parts = urlsplit(url)
        if self._credentials is None:
            raise exceptions.NoCredentialsError
        keys = self._credentials.get_frozen_credentials()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": request["headers"]["Content-Type"],
            "host": parts.netloc,
            "x-amz-date": stamp,
            "x-amz-target": request["headers"]["X-Amz-Target"],
        }
        if keys.token:
            headers["x-amz-security-token"] = keys.token
        names = [name for name in _SIGNED if name in headers]
        listed = ";".join(names)
        canonical = "\n".join(
            (
                "POST",
                parts.path or "/",
                "",
                *(f"{name}:{headers[name]}" for name in names),
                "",
                listed,
                hashlib.sha256(body).hexdigest(),
            )
        )
        scope = f"{stamp[:8]}/{self._region}/{self._name}/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
        key = _signing_key(keys.secret_key, stamp[:8], self._region, self._name)
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, "
            f"SignedHeaders={listed}, Signature={signature}"
        )
        return Request(url, headers, body)

    def _parsed(self, operation_model: Any, answer: Response) -> dict[str, Any]:
        said = {
            "status_code": answer.status_code,
            "headers": answer.headers,
            "body": answer.content,
            "context": {"operation_name": operation_model.name},
        }
        parsed: dict[str, Any] = self._parser.parse(said, operation_model.output_shape)
        code = parsed.get("Error", {}).get("Code")
        if answer.status_code >= 300 and code:
            shape = operation_model.service_model.shape_for_error_code(code)
            if shape is not None:
                parsed |= self._parser.parse(said, shape)
        return parsed


@lru_cache(maxsize=8)
def _signing_key(secret: str, day: str, region: str, name: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, name, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
