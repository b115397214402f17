"""Conferences (C3): listed, fetched, ended, announced to; never created."""

from __future__ import annotations

from infra.local.exchange.conference import Conference, ConferenceState
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.rest.fields import endpoint, moment, uri
from infra.local.exchange.rest.messages import (
    Json,
    RestRequest,
    RestResponse,
    answer,
    look_up,
    refuse,
)
from infra.local.exchange.rest.pages import in_range, page
from infra.local.exchange.wire import API_VERSION


def find(exchange: Exchange, request: RestRequest, sid: str) -> Conference:
    return look_up(exchange.conferences.conferences, sid, request)


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(exchange, find(exchange, request, sid)))


def update(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    conference = find(exchange, request, sid)
    if conference.state is ConferenceState.COMPLETED:
        raise refuse(16022, f"Conference {sid} is completed")
    if request.given("Status") == "completed":
        exchange.conferences.end(conference)
    announcement = endpoint(request, "AnnounceUrl", "AnnounceMethod")
    if announcement is not None:
        in_progress(exchange, conference)
        participants = exchange.conferences.participants_of(conference)
        exchange.conference_control.announce(conference, participants, announcement, None)
    return answer(render(exchange, conference))


def in_progress(exchange: Exchange, conference: Conference) -> None:
    """L: a participant cannot be changed before the start, unless the switch says otherwise."""
    if not conference.started and exchange.context.unused_switches.change_before_start_refused:
        raise refuse(16099, "The conference is not in progress")


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    conferences = [
        r for r in reversed(exchange.conferences.conferences.values()) if _asked_for(request, r)
    ]
    return page(request, "conferences", conferences, lambda r: r.sid, lambda r: render(exchange, r))


def _asked_for(request: RestRequest, conference: Conference) -> bool:
    return (
        request.asked("FriendlyName") in (None, conference.name)
        and request.asked("Status") in (None, conference.state.value)
        and in_range(request, "DateCreated", conference.created_at)
        and in_range(request, "DateUpdated", conference.updated_at)
    )


def render(exchange: Exchange, conference: Conference) -> dict[str, Json]:
    path = f"Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": exchange.context.account.sid,
        "date_created": moment(conference.created_at),
        "date_updated": moment(conference.updated_at),
        "api_version": API_VERSION,
        "friendly_name": conference.name,
        "region": "us1",
        "status": conference.state.value,
        "uri": uri(exchange, f"{path}.json"),
        "reason_conference_ended": conference.reason_ended,
        "call_sid_ending_conference": conference.ended_by,
        "subresource_uris": {
            "participants": uri(exchange, f"{path}/Participants.json"),
            "recordings": uri(exchange, f"{path}/Recordings.json"),
        },
    }
