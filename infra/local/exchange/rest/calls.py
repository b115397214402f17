"""Calls (C2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from infra.local.exchange.calls import Origination
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.leg import FINAL, Leg, Status, StatusCallback
from infra.local.exchange.rest.fields import (
    called_address,
    calling_address,
    endpoint,
    invalid_state,
    milliseconds,
    moment,
    recording_on_answer,
    send_digits,
    status_callback,
    time_limit,
    uri,
    within_limits,
)
from infra.local.exchange.rest.messages import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    look_up,
    refuse,
    whole,
)
from infra.local.exchange.rest.pages import in_range, page
from infra.local.exchange.traffic import RateGroup
from infra.local.exchange.wire import API_VERSION, Endpoint

LONGEST_TWIML = 4000


def find(exchange: Exchange, request: RestRequest, sid: str) -> Leg:
    return look_up(exchange.calls.legs, sid, request)


def create(exchange: Exchange, request: RestRequest) -> RestResponse:
    called = called_address(exchange, request)
    caller = calling_address(exchange, request, called)
    start, fallback, callback = _instructions(exchange, request)
    start_recording = recording_on_answer(exchange, request)
    digits = send_digits(request)

    def on_answer(leg: Leg) -> None:
        start_recording(leg)
        exchange.calls.run(leg, start, digits)

    ring = whole(request, "Timeout", 60, 1, 600, 21208)
    limit = time_limit(exchange, request)
    within_limits(exchange, RateGroup.CALLS, 10004)
    leg = exchange.calls.originate(
        Origination(
            caller,
            called,
            on_answer,
            ring,
            limit,
            callback,
            fallback,
        )
    )
    return answer(render(exchange, leg), 201)


def _instructions(
    exchange: Exchange, request: RestRequest
) -> tuple[Endpoint | str, Endpoint | None, StatusCallback | None]:
    """What the call runs, its fallback and its callback; with ApplicationSid the application's."""
    if application_sid := request.given("ApplicationSid"):
        application = exchange.context.inventory.applications.get(application_sid)
        if application is None or application.voice is None:
            raise refuse(21218, f"{application_sid} is not a valid ApplicationSid")
        told = application.status_callback
        callback = None if told is None else StatusCallback(told)
        return application.voice, application.fallback, callback
    fallback = endpoint(request, "FallbackUrl", "FallbackMethod")
    callback = status_callback(request)
    return _start(request, "Url parameter is required."), fallback, callback


def _start(request: RestRequest, otherwise: str) -> Endpoint | str:
    url = endpoint(request, "Url", "Method")
    if url is not None:
        return url
    twiml = request.given("Twiml")
    if not twiml:
        raise refuse(21205, otherwise)
    if len(twiml) > LONGEST_TWIML:
        raise refuse(21623, f"Twiml has more than {LONGEST_TWIML} characters")
    return twiml


def update(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    leg = find(exchange, request, sid)
    status = request.given("Status")
    if status:
        _end(exchange, leg, status)
    elif request.given("Url") or request.given("Twiml"):
        _redirect(exchange, request, leg)
    if request.given("TimeLimit"):
        limit = time_limit(exchange, request)
        exchange.calls.set_time_limit(leg, limit)
    return answer(render(exchange, leg))


def _end(exchange: Exchange, leg: Leg, status: str) -> None:
    """`canceled` leaves a call in progress alone; `completed` ends it in any state."""
    if status not in ("canceled", "completed"):
        raise refuse(21220, f"{status} is no status that a call can be given")
    if leg.over:
        raise invalid_state(exchange, "Call is not in-progress. Cannot change its status.")
    if leg.answered and status == "completed":
        exchange.calls.end(leg, Status.COMPLETED)
    elif not leg.answered:
        exchange.calls.end(leg, Status.CANCELED)


def _redirect(exchange: Exchange, request: RestRequest, leg: Leg) -> None:
    start = _start(request, "Url or Twiml is required.")
    fallback = endpoint(request, "FallbackUrl", "FallbackMethod")
    callback = endpoint(request, "StatusCallback", "StatusCallbackMethod")
    if not leg.answered:
        raise invalid_state(exchange, "Call is not in-progress. Cannot redirect.")
    if fallback is not None:
        leg.fallback = fallback
    if callback is not None:
        events = leg.callback.events if leg.callback else frozenset({"completed"})
        leg.callback = StatusCallback(callback, events)
    exchange.calls.redirect(leg, start)


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    return answer(render_as_read(exchange, find(exchange, request, sid)))


def delete(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    leg = find(exchange, request, sid)
    if not leg.over:
        raise refuse(20009, "Cannot delete this resource before it is complete")
    del exchange.calls.legs[leg.sid]
    return NO_CONTENT


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    is_asked_for = _filter(exchange, request)
    legs = [leg for leg in reversed(exchange.calls.legs.values()) if is_asked_for(leg)]
    return page(
        request, "calls", legs, lambda leg: leg.sid, lambda leg: render_as_read(exchange, leg)
    )


def _filter(exchange: Exchange, request: RestRequest) -> Callable[[Leg], bool]:
    called, caller, status, parent = map(request.asked, ("To", "From", "Status", "ParentCallSid"))

    def is_asked_for(leg: Leg) -> bool:
        return (
            called in (None, leg.called)
            and caller in (None, leg.caller)
            and parent is None  # no Dial of this exchange makes a child call
            and (status is None or status == seen(exchange, leg).value)
            and in_range(request, "StartTime", leg.started_at or leg.created_at)
            and in_range(request, "EndTime", leg.ended_at)
        )

    return is_asked_for


def seen(exchange: Exchange, leg: Leg) -> Status:
    """C1: reads are eventually consistent: they may show a former status."""
    return leg.status_at(
        exchange.context.now() - timedelta(seconds=exchange.context.switches.stale_call_seconds)
    )


def render_as_read(exchange: Exchange, leg: Leg) -> dict[str, Json]:
    return render(exchange, leg, seen(exchange, leg))


def render(exchange: Exchange, leg: Leg, shown: Status | None = None) -> dict[str, Json]:
    path, status = f"Calls/{leg.sid}", shown or leg.status
    started = leg.started_at if status is Status.IN_PROGRESS or status in FINAL else None
    return {
        "sid": leg.sid,
        "date_created": moment(leg.created_at),
        "date_updated": moment(leg.updated_at),
        "parent_call_sid": None,
        "account_sid": exchange.context.account.sid,
        "to": leg.called,
        "to_formatted": leg.called,
        "from": leg.caller,
        "from_formatted": leg.caller,
        "phone_number_sid": leg.number_sid,
        "status": status.value,
        "start_time": moment(started),
        "end_time": moment(leg.ended_at) if status in FINAL else None,
        "duration": str(leg.seconds) if status is Status.COMPLETED else None,
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction.value,
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": milliseconds(leg.queue_seconds),
        "trunk_sid": None,
        "uri": uri(exchange, f"{path}.json"),
        "subresource_uris": {
            "recordings": uri(exchange, f"{path}/Recordings.json"),
            "events": uri(exchange, f"{path}/Events.json"),
            "notifications": uri(exchange, f"{path}/Notifications.json"),
        },
    }
