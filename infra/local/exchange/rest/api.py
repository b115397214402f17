"""Authentication, routing, errors and journal of every REST request."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from infra.local.exchange.account import Account
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.journal import RestCalled
from infra.local.exchange.rest import (
    applications,
    calls,
    conferences,
    numbers,
    participants,
    queues,
    recordings,
)
from infra.local.exchange.rest.messages import RestError, RestRequest, RestResponse, not_found
from infra.local.exchange.violations import RestViolation

Operation: TypeAlias = Callable[..., RestResponse]

BODY_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    operation: Operation


def _routes(*rows: tuple[str, str, Operation]) -> tuple[Route, ...]:
    def pattern(path: str) -> re.Pattern[str]:
        return re.compile(path.replace("{}", "([^/]+?)"))

    return tuple(Route(method, pattern(path), operation) for method, path, operation in rows)


ROUTES = _routes(
    ("POST", r"Calls\.json", calls.create),
    ("GET", r"Calls\.json", calls.list_all),
    ("GET", r"Calls/{}\.json", calls.fetch),
    ("POST", r"Calls/{}\.json", calls.update),
    ("DELETE", r"Calls/{}\.json", calls.delete),
    ("POST", r"Calls/{}/Recordings\.json", recordings.start),
    ("GET", r"Calls/{}/Recordings\.json", recordings.list_of_call),
    ("GET", r"Calls/{}/Recordings/{}\.json", recordings.fetch_of_call),
    ("POST", r"Calls/{}/Recordings/{}\.json", recordings.update_of_call),
    ("DELETE", r"Calls/{}/Recordings/{}\.json", recordings.delete_of_call),
    ("GET", r"Conferences\.json", conferences.list_all),
    ("GET", r"Conferences/{}\.json", conferences.fetch),
    ("POST", r"Conferences/{}\.json", conferences.update),
    ("GET", r"Conferences/{}/Recordings\.json", recordings.list_of_conference),
    ("GET", r"Conferences/{}/Recordings/{}\.json", recordings.fetch_of_conference),
    ("POST", r"Conferences/{}/Recordings/{}\.json", recordings.update_of_conference),
    ("POST", r"Conferences/{}/Participants\.json", participants.create),
    ("GET", r"Conferences/{}/Participants\.json", participants.list_all),
    ("GET", r"Conferences/{}/Participants/{}\.json", participants.fetch),
    ("POST", r"Conferences/{}/Participants/{}\.json", participants.update),
    ("DELETE", r"Conferences/{}/Participants/{}\.json", participants.delete),
    ("POST", r"Queues\.json", queues.create),
    ("GET", r"Queues\.json", queues.list_all),
    ("GET", r"Queues/{}\.json", queues.fetch),
    ("POST", r"Queues/{}\.json", queues.update),
    ("DELETE", r"Queues/{}\.json", queues.delete),
    ("GET", r"Queues/{}/Members\.json", queues.list_members),
    ("GET", r"Queues/{}/Members/{}\.json", queues.fetch_member),
    ("POST", r"Queues/{}/Members/{}\.json", queues.dequeue),
    ("GET", r"Recordings\.json", recordings.list_all),
    ("GET", r"Recordings/{}\.json", recordings.fetch),
    ("DELETE", r"Recordings/{}(?:\.json)?", recordings.delete),
    ("GET", r"Recordings/{}(?:\.wav)?", recordings.media),
    ("POST", r"IncomingPhoneNumbers\.json", numbers.create),
    ("GET", r"IncomingPhoneNumbers\.json", numbers.list_all),
    ("GET", r"IncomingPhoneNumbers/{}\.json", numbers.fetch),
    ("POST", r"IncomingPhoneNumbers/{}\.json", numbers.update),
    ("DELETE", r"IncomingPhoneNumbers/{}\.json", numbers.delete),
    ("POST", r"Applications\.json", applications.create),
    ("GET", r"Applications\.json", applications.list_all),
    ("GET", r"Applications/{}\.json", applications.fetch),
    ("POST", r"Applications/{}\.json", applications.update),
    ("DELETE", r"Applications/{}\.json", applications.delete),
)


def handle(exchange: Exchange, request: RestRequest) -> RestResponse:
    """Any request, answered as the carrier would; never raises for what a client sends."""
    try:
        response = _dispatch(exchange, request)
        _warn_of_unused(exchange, request)
    except RestError as error:
        response = error.response()
    number = exchange.context.tokens.getrandbits(128)
    response = RestResponse(
        response.status,
        response.body,
        response.content_type,
        (
            *response.headers,
            ("Twilio-Request-Id", f"RQ{number:032x}"),
            ("Twilio-Concurrent-Requests", "1"),
            ("Twilio-Request-Duration", "0.050"),
        ),
    )
    shown = ""
    if response.content_type == "application/json":
        shown = response.body[:BODY_KEPT].decode()
    pairs = request.form or request.query
    called = RestCalled(request.method, request.path, pairs, response.status, shown)
    exchange.context.write(called)
    return response


def _warn_of_unused(exchange: Exchange, request: RestRequest) -> None:
    """C1: the carrier only warns; here tests assert that there is none."""
    for name in request.unused():
        exchange.context.violations.append(RestViolation(20001, request.path, name))
        exchange.context.warn(
            20001, f"{request.method} {request.path}: {name} is not heeded here", None
        )


def _dispatch(exchange: Exchange, request: RestRequest) -> RestResponse:
    root = exchange.account.path("")
    if not _admitted(exchange.account, request.authorization):
        raise RestError(401, 20003, "Authenticate")
    if not request.path.startswith(root):
        raise not_found(request.path)
    below = request.path.removeprefix(root)
    known = False
    for route in ROUTES:
        found = route.pattern.fullmatch(below)
        if found is None:
            continue
        known = True
        if route.method == request.method:
            return route.operation(exchange, request, *found.groups())
    if known:
        raise RestError(405, 20004, "Method not allowed")
    raise not_found(request.path)


def _admitted(account: Account, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return account.admits(user, password)
