"""Conferences (C3): listed, fetched, ended, spoken to; never created."""

from __future__ import annotations

from infra.local.exchange.core import Core
from infra.local.exchange.rest.fields import endpoint, moment, uri
from infra.local.exchange.rest.pages import in_range, page
from infra.local.exchange.rest.wire import (
    Json,
    RestRequest,
    RestResponse,
    answer,
    not_found,
    refuse,
)
from infra.local.exchange.room import Room, RoomState
from infra.local.exchange.wire import API_VERSION


def find(core: Core, request: RestRequest, sid: str) -> Room:
    room = core.conferences.rooms.get(sid)
    if room is None:
        raise not_found(request.path)
    return room


def fetch(core: Core, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(core, find(core, request, sid)))


def update(core: Core, request: RestRequest, sid: str) -> RestResponse:
    room = find(core, request, sid)
    if room.state is RoomState.COMPLETED:
        raise refuse(16022, f"Conference {sid} is completed")
    if request.given("Status") == "completed":
        core.conferences.end(room)
    announcement = endpoint(request, "AnnounceUrl", "AnnounceMethod")
    if announcement is not None:
        in_progress(core, room)
        seats = core.conferences.seated(room)
        core.conferences.announce(room, seats, announcement, None)
    return answer(render(core, room))


def in_progress(core: Core, room: Room) -> None:
    """L: nothing can be done to a participant before the start (or, with the switch, it can)."""
    if not room.started and core.ahead.change_before_start_refused:
        raise refuse(16099, "The conference is not in progress")


def list_all(core: Core, request: RestRequest) -> RestResponse:
    rooms = [r for r in reversed(core.conferences.rooms.values()) if _asked_for(request, r)]
    return page(request, "conferences", rooms, lambda r: r.sid, lambda r: render(core, r))


def _asked_for(request: RestRequest, room: Room) -> bool:
    return (
        request.asked("FriendlyName") in (None, room.name)
        and request.asked("Status") in (None, room.state.value)
        and in_range(request, "DateCreated", room.created_at)
        and in_range(request, "DateUpdated", room.updated_at)
    )


def render(core: Core, room: Room) -> dict[str, Json]:
    path = f"Conferences/{room.sid}"
    return {
        "sid": room.sid,
        "account_sid": core.account.sid,
        "date_created": moment(room.created_at),
        "date_updated": moment(room.updated_at),
        "api_version": API_VERSION,
        "friendly_name": room.name,
        "region": "us1",
        "status": room.state.value,
        "uri": uri(core, f"{path}.json"),
        "reason_conference_ended": room.reason_ended,
        "call_sid_ending_conference": room.ended_by,
        "subresource_uris": {
            "participants": uri(core, f"{path}/Participants.json"),
            "recordings": uri(core, f"{path}/Recordings.json"),
        },
    }
