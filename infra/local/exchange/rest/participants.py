"""Participants of a conference (C4): called into it, changed, removed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from infra.local.exchange.calls import Origination
from infra.local.exchange.conferences import Entrance, Seat
from infra.local.exchange.core import Core
from infra.local.exchange.leg import Leg, Status
from infra.local.exchange.rest.conferences import find as find_room
from infra.local.exchange.rest.conferences import in_progress
from infra.local.exchange.rest.fields import (
    called_address,
    calling_address,
    endpoint,
    heed_trim,
    milliseconds,
    moment,
    recording_callback,
    status_callback,
    time_limit,
    uri,
    within_limits,
)
from infra.local.exchange.rest.pages import page
from infra.local.exchange.rest.wire import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    not_found,
    refuse,
    whole,
)
from infra.local.exchange.room import Participant, Room, RoomCallback, RoomRules, RoomState
from infra.local.exchange.traffic import Lane

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
CONFERENCE_SID = re.compile(r"CF[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Present:
    """A participant to be shown: in the room, or still being called."""

    room: Room
    leg: Leg
    participant: Participant


def create(core: Core, request: RestRequest, conference: str) -> RestResponse:
    called = called_address(core, request)
    caller = calling_address(core, request, called)
    entrance = _entrance(core, request, _name(core, conference))
    existing = core.conferences.active(entrance.name)
    if existing is not None:
        _free_label(core, existing, entrance.label)
        if entrance.coached and entrance.coached not in existing.participants:
            raise refuse(16028, "The participant to coach is not in the conference")
    early_media = request.flag("EarlyMedia", default=True)
    record = request.flag("Record", default=False)
    channels = 2 if request.text("RecordingChannels", "mono") == "dual" else 1
    recorded = recording_callback(request)
    heed_trim(request)

    def on_answer(leg: Leg) -> None:
        if record:
            core.recordings.start(leg, channels, "both", recorded, "OutboundAPI")
        core.conferences.arrive(leg)

    ring = whole(request, "Timeout", 60, 5, 600, 21208)
    limit = time_limit(core, request)
    callback = status_callback(request)
    within_limits(core, Lane.PARTICIPANTS, 16021)
    room = core.conferences.open(entrance.name, entrance.rules)
    leg = core.calls.originate(
        Origination(caller, called, on_answer, ring, limit, callback, lane=Lane.PARTICIPANTS)
    )
    core.conferences.invite(room, leg, entrance, early_media=early_media)
    present = Present(room, leg, entrance.participant(leg.sid))
    return answer(render(core, present), 201)


def _name(core: Core, conference: str) -> str:
    """A name makes the conference; a sid must be one that is not over (16022)."""
    if not CONFERENCE_SID.fullmatch(conference):
        return conference
    room = core.conferences.rooms.get(conference)
    if room is None or room.state is RoomState.COMPLETED:
        raise refuse(16022, f"Conference {conference} does not exist or is completed")
    return room.name


def _free_label(core: Core, room: Room, label: str) -> None:
    if not label or not core.ahead.duplicate_label_refused:
        return
    invited = (i.entrance.label for i in core.conferences.invited(room))
    if room.labelled(label) is not None or label in invited:
        raise refuse(16025, f"Label {label} is in use in this conference")


def _entrance(core: Core, request: RestRequest, name: str) -> Entrance:
    label = request.text("Label")
    if CALL_SID.fullmatch(label):
        raise refuse(16023, "A label must not look like a call sid")
    if "/" in label or len(label) > 128:
        raise refuse(16024, "A label has at most 128 characters and no slash")
    told = endpoint(request, "ConferenceStatusCallback", "ConferenceStatusCallbackMethod")
    events = request.words("ConferenceStatusCallbackEvent", "start end")
    recorded = request.text("ConferenceRecord") in ("true", "record-from-start")
    recording = endpoint(
        request, "ConferenceRecordingStatusCallback", "ConferenceRecordingStatusCallbackMethod"
    )
    coached = request.text("CallSidToCoach") if request.flag("Coaching", default=True) else ""
    return Entrance(
        name=name,
        label=label,
        muted=request.flag("Muted", default=False),
        beep=request.text("Beep", "true"),
        start_on_enter=request.flag("StartConferenceOnEnter", default=True),
        end_on_exit=request.flag("EndConferenceOnExit", default=False),
        coached=coached,
        wait=endpoint(request, "WaitUrl", "WaitMethod"),
        silent_wait=request.given("WaitUrl") == "",
        rules=RoomRules(
            callback=None if told is None else RoomCallback(told, events),
            most=whole(request, "MaxParticipants", 250, 2, 250, 13237),
            recorded=recorded,
            recording_callback=recording,
            recording_events=request.words("ConferenceRecordingStatusCallbackEvent", "completed"),
        ),
    )


def _present(core: Core, room: Room) -> list[Present]:
    """Newest first; only while the conference lives."""
    seated = [Present(room, seat.leg, seat.participant) for seat in core.conferences.seated(room)]
    invited = [
        Present(room, i.leg, i.entrance.participant(i.leg.sid))
        for i in core.conferences.invited(room)
    ]
    return [*reversed(invited), *reversed(seated)]


def _one(core: Core, request: RestRequest, conference: str, key: str) -> Present:
    """By call sid or by label (20404)."""
    room = find_room(core, request, conference)
    for present in _present(core, room):
        if key in (present.leg.sid, present.participant.label):
            return present
    raise not_found(request.path)


def _seat(core: Core, request: RestRequest, conference: str, key: str) -> Seat:
    """To be changed, a participant must be in a conference that is in progress (16099)."""
    present = _one(core, request, conference, key)
    in_progress(core, present.room)
    seat = core.conferences.seats.get(present.leg.sid)
    if seat is None:
        raise not_found(request.path)
    return seat


def fetch(core: Core, request: RestRequest, conference: str, key: str) -> RestResponse:
    return answer(render(core, _one(core, request, conference, key)))


def list_all(core: Core, request: RestRequest, conference: str) -> RestResponse:
    room = find_room(core, request, conference)
    shown = [p for p in _present(core, room) if _asked_for(request, p.participant)]
    return page(request, "participants", shown, lambda p: p.leg.sid, lambda p: render(core, p))


def _asked_for(request: RestRequest, participant: Participant) -> bool:
    flags = (
        ("Muted", participant.muted),
        ("Hold", participant.hold),
        ("Coaching", bool(participant.coached)),
    )
    return all(
        request.asked(name) is None or (request.asked(name) == "true") == flag
        for name, flag in flags
    )


def update(core: Core, request: RestRequest, conference: str, key: str) -> RestResponse:
    seat = _seat(core, request, conference, key)
    room, rooms = seat.room, core.conferences
    hold_endpoint = endpoint(request, "HoldUrl", "HoldMethod", default="GET")
    announcement = endpoint(request, "AnnounceUrl", "AnnounceMethod")
    _coach(core, request, seat)
    shown = seat.participant
    if request.given("Muted") is not None:
        shown = replace(shown, muted=request.flag("Muted", default=False))
        rooms.mute(seat, shown.muted)
    if request.given("Hold") is not None:
        shown = replace(shown, hold=request.flag("Hold", default=False))
        rooms.hold(seat, shown.hold, hold_endpoint)
    if request.given("EndConferenceOnExit") is not None:
        shown = replace(shown, end_on_exit=request.flag("EndConferenceOnExit", default=False))
        rooms.end_on_exit(seat, shown.end_on_exit)
    if announcement is not None:
        rooms.announce(room, (seat,), announcement, seat.leg.sid)
    return answer(render(core, Present(room, seat.leg, shown)))


def _coach(core: Core, request: RestRequest, seat: Seat) -> None:
    """F2: the one coached must be in the room (16028) and not on hold (16027)."""
    given = request.given("Coaching"), request.given("CallSidToCoach")
    if given == (None, None):
        return
    if not request.flag("Coaching", default=True):
        core.conferences.coach(seat, "")
        return
    coached = request.text("CallSidToCoach", seat.participant.coached)
    target = seat.room.participants.get(coached)
    if target is None:
        raise refuse(16028, "The participant to coach is not in the conference")
    if target.hold:
        raise refuse(16027, "The participant to coach is on hold")
    core.conferences.coach(seat, coached)


def delete(core: Core, request: RestRequest, conference: str, key: str) -> RestResponse:
    core.conferences.remove(_seat(core, request, conference, key))
    return NO_CONTENT


STATES = {
    Status.QUEUED: "queued",
    Status.RINGING: "ringing",
    Status.IN_PROGRESS: "connected",
    Status.COMPLETED: "complete",
}


def render(core: Core, present: Present) -> dict[str, Json]:
    room, leg, participant = present.room, present.leg, present.participant
    return {
        "account_sid": core.account.sid,
        "call_sid": leg.sid,
        "label": participant.label or None,
        "call_sid_to_coach": participant.coached or None,
        "coaching": bool(participant.coached),
        "conference_sid": room.sid,
        "date_created": moment(leg.created_at),
        "date_updated": moment(room.updated_at),
        "end_conference_on_exit": participant.end_on_exit,
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.start_on_enter,
        "status": STATES.get(leg.status, "failed"),
        "queue_time": milliseconds(leg.queue_seconds),
        "uri": uri(core, f"Conferences/{room.sid}/Participants/{leg.sid}.json"),
    }
