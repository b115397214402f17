"""Applications (C8): TwiML applications, which Voice SDK clients run."""

from __future__ import annotations

from infra.local.exchange.core import Core
from infra.local.exchange.inventory import Voice
from infra.local.exchange.rest import voices
from infra.local.exchange.rest.fields import moment, uri
from infra.local.exchange.rest.pages import page
from infra.local.exchange.rest.wire import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    not_found,
)
from infra.local.exchange.wire import API_VERSION


def find(core: Core, request: RestRequest, sid: str) -> Voice:
    application = core.inventory.applications.get(sid)
    if application is None:
        raise not_found(request.path)
    return application


def create(core: Core, request: RestRequest) -> RestResponse:
    now = core.now()
    application = Voice(core.sids.make("AP"), "", now, now)
    voices.change(application, request)
    core.inventory.applications[application.sid] = application
    return answer(render(core, application), 201)


def update(core: Core, request: RestRequest, sid: str) -> RestResponse:
    application = find(core, request, sid)
    voices.change(application, request)
    application.updated_at = core.now()
    return answer(render(core, application))


def fetch(core: Core, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(core, find(core, request, sid)))


def delete(core: Core, request: RestRequest, sid: str) -> RestResponse:
    del core.inventory.applications[find(core, request, sid).sid]
    return NO_CONTENT


def list_all(core: Core, request: RestRequest) -> RestResponse:
    applications = [
        application
        for application in reversed(core.inventory.applications.values())
        if request.asked("FriendlyName") in (None, application.friendly_name)
    ]
    return page(request, "applications", applications, lambda a: a.sid, lambda a: render(core, a))


def render(core: Core, application: Voice) -> dict[str, Json]:
    return {
        "sid": application.sid,
        "account_sid": core.account.sid,
        "friendly_name": application.friendly_name,
        "api_version": API_VERSION,
        "date_created": moment(application.created_at),
        "date_updated": moment(application.updated_at),
        "voice_caller_id_lookup": False,
        "public_application_connect_enabled": False,
        "uri": uri(core, f"Applications/{application.sid}.json"),
        **voices.render(application),
    }
