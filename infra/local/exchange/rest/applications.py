"""Applications (C8): TwiML applications, which Voice SDK clients run."""

from __future__ import annotations

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.inventory import Voice
from infra.local.exchange.rest import voices
from infra.local.exchange.rest.fields import moment, uri
from infra.local.exchange.rest.messages import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    look_up,
)
from infra.local.exchange.rest.pages import page
from infra.local.exchange.wire import API_VERSION


def find(exchange: Exchange, request: RestRequest, sid: str) -> Voice:
    return look_up(exchange.context.inventory.applications, sid, request)


def create(exchange: Exchange, request: RestRequest) -> RestResponse:
    now = exchange.context.now()
    application = Voice(exchange.context.sids.make("AP"), "", now, now)
    voices.change(application, request)
    exchange.context.inventory.applications[application.sid] = application
    return answer(render(exchange, application), 201)


def update(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    application = find(exchange, request, sid)
    voices.change(application, request)
    application.updated_at = exchange.context.now()
    return answer(render(exchange, application))


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(exchange, find(exchange, request, sid)))


def delete(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    del exchange.context.inventory.applications[find(exchange, request, sid).sid]
    return NO_CONTENT


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    applications = [
        application
        for application in reversed(exchange.context.inventory.applications.values())
        if request.asked("FriendlyName") in (None, application.friendly_name)
    ]
    return page(
        request, "applications", applications, lambda a: a.sid, lambda a: render(exchange, a)
    )


def render(exchange: Exchange, application: Voice) -> dict[str, Json]:
    return {
        "sid": application.sid,
        "account_sid": exchange.context.account.sid,
        "friendly_name": application.friendly_name,
        "api_version": API_VERSION,
        "date_created": moment(application.created_at),
        "date_updated": moment(application.updated_at),
        "voice_caller_id_lookup": False,
        "public_application_connect_enabled": False,
        "uri": uri(exchange, f"Applications/{application.sid}.json"),
        **voices.render(application),
    }
