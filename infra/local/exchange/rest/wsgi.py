"""The REST API as a WSGI application, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from infra.local.exchange.rest.api import handle
from infra.local.exchange.rest.wire import RestRequest
from infra.local.exchange.switch import Exchange


class RestApp:
    def __init__(self, exchange: Exchange, lock: threading.RLock | None = None) -> None:
        self._exchange = exchange
        self._lock = lock or threading.RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        body = environ["wsgi.input"].read(int(length)) if length.isdecimal() else b""
        request = RestRequest(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            query=tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            form=tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)),
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
        )
        with self._lock:
            response = handle(self._exchange, request)
        phrase = HTTPStatus(response.status).phrase
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(response.body))),
            *response.headers,
        ]
        start_response(f"{response.status} {phrase}", headers)
        return [response.body]
