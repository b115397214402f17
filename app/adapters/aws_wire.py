"""One request to a service of AWS that speaks JSON, without what such a request does not need.

botocore's own way from a request to its answer costs seven times the processor time of this one
(docs/adr/0008): it builds the request three times, asks twenty hooks, and parses what it has just
formatted. Here the parameters are written as JSON, which is what these services read, signed
(Signature Version 4), sent over a kept socket, and repeated once if that may help. Addresses,
credentials, the parsing of answers and the errors stay botocore's.
"""

import base64
import hashlib
import hmac
import json
import random
import socket
import ssl
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from botocore import exceptions
from botocore.httpsession import get_cert_path
from botocore.parsers import create_parser

CONNECTIONS = 64  # kept to one host
READ_BYTES = 65_536
END_OF_HEAD = b"\r\n\r\n"  # of an answer
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
    """Kept connections, shared by all threads: a request is one write and, mostly, one read.

    Only what these services speak: HTTP/1.1, a body of a known length, no redirect.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._idle: dict[str, list[socket.socket]] = {}
        self._tls: ssl.SSLContext | None = None
        weakref.finalize(self, _close_all, self._idle)

    def send(self, request: Request) -> Response:
        """Raises botocore's errors of a connection."""
        parts = urlsplit(request.url)
        lines = [f"POST {parts.path or '/'} HTTP/1.1"]
        lines += [f"{name}: {content}" for name, content in request.headers.items()]
        lines += [f"content-length: {len(request.body)}", "", ""]
        sent = "\r\n".join(lines).encode("latin-1") + request.body
        idle = self._idle.setdefault(f"{parts.scheme}://{parts.netloc}", [])
        url = request.url
        try:
            while idle:
                try:
                    return self._exchange(idle.pop(), sent, idle)
                except (ConnectionError, IndexError):
                    continue  # it was closed meanwhile, or another thread took it
            return self._exchange(self._connect(parts, url), sent, idle)
        except TimeoutError as e:
            raise exceptions.ReadTimeoutError(endpoint_url=url, error=e) from e
        except ConnectionError as e:
            raise exceptions.ConnectionClosedError(endpoint_url=url, error=e) from e
        except (OSError, ValueError) as e:
            raise exceptions.HTTPClientError(error=e) from e

    def _exchange(self, to: socket.socket, sent: bytes, idle: list[socket.socket]) -> Response:
        """Raises OSError; ConnectionError when the other side closed it; ValueError: no HTTP."""
        is_kept = False
        try:
            to.sendall(sent)
            got = _received(to, b"", lambda got: END_OF_HEAD in got)
            head, _, body = got.partition(END_OF_HEAD)
            status, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.strip().lower(): content.strip() for name, _, content in pairs}
            length = int(headers["content-length"]) if "content-length" in headers else None
            if length is None:
                raise ValueError("an answer of unknown length")
            body = _received(to, body, lambda got: len(got) >= length)
            is_kept = headers.get("connection") != "close" and len(idle) < CONNECTIONS
            return Response(int(status.split(" ", 2)[1]), headers, body)
        finally:
            if is_kept:
                idle.append(to)
            else:
                to.close()

    def _connect(self, parts: SplitResult, url: str) -> socket.socket:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            made = socket.create_connection((host, port), self._patience.connect_seconds)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if parts.scheme == "https":
                made = self._secured().wrap_socket(made, server_hostname=host)
            made.settimeout(self._patience.read_seconds)
            return made
        except TimeoutError as e:
            raise exceptions.ConnectTimeoutError(endpoint_url=url, error=e) from e
        except ssl.SSLError as e:
            raise exceptions.SSLError(endpoint_url=url, error=e) from e
        except OSError as e:
            raise exceptions.EndpointConnectionError(endpoint_url=url, error=e) from e

    def _secured(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=get_cert_path(True))
        return self._tls


def _close_all(idle: Mapping[str, list[socket.socket]]) -> None:
    for kept in idle.values():
        while kept:
            kept.pop().close()


def _received(one: socket.socket, got: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
    """Raises ConnectionError when the other side closes before the end."""
    while not is_whole(got):
        more = one.recv(READ_BYTES)
        if not more:
            raise ConnectionResetError("closed before the end of the answer")
        got += more
    return got


def _binary(content: bytes) -> str:
    return base64.b64encode(content).decode()


_JSON = json.JSONEncoder(separators=(",", ":"), default=_binary)


class JsonCalls:
    """Stands in a botocore client in the place of its way from a method to its endpoint.

    Hooks that somebody registers before the parameters are built and after the call are asked.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._hooks = client.meta.events
        self._service = client.meta.service_model
        self._prefix = self._service.service_id.hyphenize()
        metadata = self._service.metadata
        self._target = metadata["targetPrefix"]
        self._type = f"application/x-amz-json-{metadata['jsonVersion']}"
        self._url = client.meta.endpoint_url

    def __call__(self, operation_name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Raises botocore's ClientError and errors of a connection."""
        model = self._service.operation_model(operation_name)
        context: dict[str, Any] = {}
        for stage in ("provide-client-params", "before-parameter-build"):
            given = self._hooks.emit(
                f"{stage}.{self._prefix}.{operation_name}",
                params=parameters,
                model=model,
                context=context,
            )
            parameters = next((new for _, new in given if new is not None), parameters)
        request = {  # the parameters are what these services read, but for binary values
            "url": self._url,
            "headers": {
                "X-Amz-Target": f"{self._target}.{operation_name}",
                "Content-Type": self._type,
            },
            "body": _JSON.encode(parameters).encode(),
        }
        self._hooks.emit(
            f"before-call.{self._prefix}.{operation_name}",
            model=model,
            params=request,
            request_signer=None,
            context=context,
        )
        response, parsed = self._endpoint().make_request(model, request)
        self._hooks.emit(
            f"after-call.{self._prefix}.{operation_name}",
            http_response=response,
            parsed=parsed,
            model=model,
            context=context,
        )
        if response.status_code >= 300:
            code = parsed.get("Error", {}).get("Code")
            raise self._client.exceptions.from_code(code)(parsed, operation_name)
        return parsed

    def _endpoint(self) -> "JsonEndpoint":
        endpoint: JsonEndpoint = self._client._endpoint  # noqa: SLF001
        return endpoint


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
