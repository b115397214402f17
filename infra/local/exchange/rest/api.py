"""Authentication, routing, errors and journal of every REST request."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    vocabulary,
)
from infra.local.exchange.rest.edges import check_parameters, check_resource, warn_of_unused
from infra.local.exchange.rest.messages import RestError, RestRequest, RestResponse, not_found
from infra.local.exchange.rest.vocabulary import Parameters

Operation: TypeAlias = Callable[..., RestResponse]

BODY_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is below the account; `{}` in it stands for one segment, which is handed on."""

    method: str
    path: str
    pattern: re.Pattern[str]
    operation: Operation
    parameters: Parameters


def _route(method: str, path: str, operation: Operation, parameters: Parameters) -> Route:
    pattern = re.compile(re.escape(path).replace(r"\{\}", "([^/]+?)"))
    return Route(method, path, pattern, operation, parameters)


ROUTES = (
    _route("POST", "Calls.json", calls.create, vocabulary.CREATE_CALL),
    _route("GET", "Calls.json", calls.list_all, vocabulary.LIST_CALLS),
    _route("GET", "Calls/{}.json", calls.fetch, vocabulary.NONE),
    _route("POST", "Calls/{}.json", calls.update, vocabulary.UPDATE_CALL),
    _route("DELETE", "Calls/{}.json", calls.delete, vocabulary.NONE),
    _route("POST", "Calls/{}/Recordings.json", recordings.start, vocabulary.START_RECORDING),
    _route(
        "GET",
        "Calls/{}/Recordings.json",
        recordings.list_of_call,
        vocabulary.LIST_RECORDINGS_OF_ONE,
    ),
    _route("GET", "Calls/{}/Recordings/{}.json", recordings.fetch_of_call, vocabulary.NONE),
    _route(
        "POST",
        "Calls/{}/Recordings/{}.json",
        recordings.update_of_call,
        vocabulary.UPDATE_RECORDING,
    ),
    _route("DELETE", "Calls/{}/Recordings/{}.json", recordings.delete_of_call, vocabulary.NONE),
    _route("GET", "Conferences.json", conferences.list_all, vocabulary.LIST_CONFERENCES),
    _route("GET", "Conferences/{}.json", conferences.fetch, vocabulary.NONE),
    _route("POST", "Conferences/{}.json", conferences.update, vocabulary.UPDATE_CONFERENCE),
    _route(
        "GET",
        "Conferences/{}/Recordings.json",
        recordings.list_of_conference,
        vocabulary.LIST_RECORDINGS_OF_ONE,
    ),
    _route(
        "GET", "Conferences/{}/Recordings/{}.json", recordings.fetch_of_conference, vocabulary.NONE
    ),
    _route(
        "POST",
        "Conferences/{}/Recordings/{}.json",
        recordings.update_of_conference,
        vocabulary.UPDATE_RECORDING,
    ),
    _route(
        "DELETE",
        "Conferences/{}/Recordings/{}.json",
        recordings.delete_of_conference,
        vocabulary.NONE,
    ),
    _route(
        "POST",
        "Conferences/{}/Participants.json",
        participants.create,
        vocabulary.CREATE_PARTICIPANT,
    ),
    _route(
        "GET",
        "Conferences/{}/Participants.json",
        participants.list_all,
        vocabulary.LIST_PARTICIPANTS,
    ),
    _route("GET", "Conferences/{}/Participants/{}.json", participants.fetch, vocabulary.NONE),
    _route(
        "POST",
        "Conferences/{}/Participants/{}.json",
        participants.update,
        vocabulary.UPDATE_PARTICIPANT,
    ),
    _route("DELETE", "Conferences/{}/Participants/{}.json", participants.delete, vocabulary.NONE),
    _route("POST", "Queues.json", queues.create, vocabulary.QUEUE),
    _route("GET", "Queues.json", queues.list_all, vocabulary.PLAIN_LIST),
    _route("GET", "Queues/{}.json", queues.fetch, vocabulary.NONE),
    _route("POST", "Queues/{}.json", queues.update, vocabulary.QUEUE),
    _route("DELETE", "Queues/{}.json", queues.delete, vocabulary.NONE),
    _route("GET", "Queues/{}/Members.json", queues.list_members, vocabulary.PLAIN_LIST),
    _route("GET", "Queues/{}/Members/{}.json", queues.fetch_member, vocabulary.NONE),
    _route("POST", "Queues/{}/Members/{}.json", queues.dequeue, vocabulary.DEQUEUE),
    _route("GET", "Recordings.json", recordings.list_all, vocabulary.LIST_RECORDINGS),
    _route("GET", "Recordings/{}.json", recordings.fetch, vocabulary.FETCH_RECORDING),
    _route("DELETE", "Recordings/{}.json", recordings.delete, vocabulary.NONE),
    _route("DELETE", "Recordings/{}", recordings.delete, vocabulary.NONE),
    _route("GET", "Recordings/{}.wav", recordings.media, vocabulary.MEDIA),
    _route("GET", "Recordings/{}.mp3", recordings.media_as_mp3, vocabulary.MEDIA),
    _route("GET", "Recordings/{}", recordings.media, vocabulary.MEDIA),
    _route("POST", "IncomingPhoneNumbers.json", numbers.create, vocabulary.CREATE_NUMBER),
    _route("GET", "IncomingPhoneNumbers.json", numbers.list_all, vocabulary.LIST_NUMBERS),
    _route("GET", "IncomingPhoneNumbers/{}.json", numbers.fetch, vocabulary.NONE),
    _route("POST", "IncomingPhoneNumbers/{}.json", numbers.update, vocabulary.CHANGE_NUMBER),
    _route("DELETE", "IncomingPhoneNumbers/{}.json", numbers.delete, vocabulary.NONE),
    _route("POST", "Applications.json", applications.create, vocabulary.APPLICATION),
    _route("GET", "Applications.json", applications.list_all, vocabulary.LIST_APPLICATIONS),
    _route("GET", "Applications/{}.json", applications.fetch, vocabulary.NONE),
    _route("POST", "Applications/{}.json", applications.update, vocabulary.APPLICATION),
    _route("DELETE", "Applications/{}.json", applications.delete, vocabulary.NONE),
)


def handle(exchange: Exchange, request: RestRequest) -> RestResponse:
    """Any request, answered as the carrier would; never raises for what a client sends."""
    try:
        response = _dispatch(exchange, request)
    except RestError as error:
        response = error.response()
    number = exchange.context.tokens.getrandbits(128)
    headers = (
        *response.headers,
        ("Twilio-Request-Id", f"RQ{number:032x}"),
        ("Twilio-Concurrent-Requests", "1"),
        ("Twilio-Request-Duration", "0.050"),
    )
    response = replace(response, headers=headers)
    shown = ""
    if response.content_type == "application/json":
        shown = response.body[:BODY_KEPT].decode()
    pairs = request.form or request.query
    called = RestCalled(request.method, request.path, pairs, response.status, shown)
    exchange.context.write(called)
    return response


def _dispatch(exchange: Exchange, request: RestRequest) -> RestResponse:
    root = exchange.account.path("")
    if not _admitted(exchange.account, request.authorization):
        raise RestError(401, 20003, "Authenticate")
    check_resource(exchange, request, root)
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
            check_parameters(exchange, request, route.parameters)
            response = route.operation(exchange, request, *found.groups())
            warn_of_unused(exchange, request, route.parameters)
            return response
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
