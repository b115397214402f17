"""The REST API as a WSGI application, under one lock; and its faults (`faults.py`)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.faults import AnswerLost, RestFault
from infra.local.exchange.rest.api import handle
from infra.local.exchange.rest.messages import RestError, RestRequest, RestResponse

HANG_UP = "exchange.hang_up"  # environ: closes the connection without an answer

REFUSALS = {
    RestFault.TOO_MANY: RestError(429, 20429, "Too Many Requests"),
    RestFault.FAILED: RestError(500, 20500, "Internal Server Error"),
}


class RestApp:
    """`overtake` lets time pass before a late answer is returned.

    A lost answer closes the connection, or raises AnswerLost where there is none.
    """

    def __init__(
        self,
        exchange: Exchange,
        lock: threading.RLock | None = None,
        overtake: Callable[[], None] | None = None,
    ) -> None:
        self._exchange = exchange
        self._lock = lock or threading.RLock()
        self._overtake = overtake

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
        try:
            response = self.answer(request).finished()
        except AnswerLost:
            if HANG_UP not in environ:
                raise
            environ[HANG_UP]()
            return []
        phrase = HTTPStatus(response.status).phrase
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(response.body))),
            *response.headers,
        ]
        start_response(f"{response.status} {phrase}", headers)
        return [response.body]

    def answer(self, request: RestRequest) -> RestResponse:
        """Raises AnswerLost."""
        with self._lock:
            fault = self._exchange.context.fault_injector.request_fault()
            if fault is RestFault.REQUEST_LOST:
                raise AnswerLost(request.path)
            refusal = REFUSALS.get(fault) if fault is not None else None
            if refusal is not None:
                return refusal.response()
            response = handle(self._exchange, request)
        match fault:
            case RestFault.ANSWER_LOST:
                raise AnswerLost(request.path)
            case RestFault.ANSWER_CUT:
                whole = response.finished()
                return replace(whole, body=whole.body[: len(whole.body) // 2])
            case RestFault.ANSWER_LATE if self._overtake is not None:
                self._overtake()
        return response
