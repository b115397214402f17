"""Participants of a conference (C4): called into it, changed, removed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from infra.local.exchange.calls import Origination
from infra.local.exchange.conference import (
    SUBSCRIPTION,
    Conference,
    ConferenceCallback,
    ConferenceRules,
    ConferenceState,
    ParticipantState,
)
from infra.local.exchange.conference_participant import ConferenceParticipant
from infra.local.exchange.exchange import Exchange
from infra.local.exchange.join_options import JoinOptions
from infra.local.exchange.leg import Leg, Status
from infra.local.exchange.rest.conferences import find as find_conference
from infra.local.exchange.rest.conferences import in_progress
from infra.local.exchange.rest.fields import (
    called_address,
    calling_address,
    chosen,
    endpoint,
    events,
    milliseconds,
    moment,
    recording_events,
    recording_on_answer,
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
    not_found,
    refuse,
    whole,
)
from infra.local.exchange.rest.pages import page
from infra.local.exchange.traffic import RateGroup

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
BEEPS = frozenset({"true", "false", "onEnter", "onExit"})
RECORDED = frozenset({"true", "record-from-start"})
NOT_RECORDED = frozenset({"false", "do-not-record"})
EVENTS = frozenset(SUBSCRIPTION.values()) | {"speaker"}
CONFERENCE_SID = re.compile(r"CF[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A participant to be shown: in the conference, or still being called."""

    conference: Conference
    leg: Leg
    state: ParticipantState


def create(exchange: Exchange, request: RestRequest, name_or_sid: str) -> RestResponse:
    called = called_address(exchange, request)
    caller = calling_address(exchange, request, called)
    options = _options(exchange, request, _name(exchange, name_or_sid))
    existing = exchange.conferences.active(options.name)
    if existing is not None:
        _free_label(exchange, existing, options.label)
        if options.coached and options.coached not in existing.participants:
            raise refuse(16028, "The participant to coach is not in the conference")
    early_media = request.flag("EarlyMedia", default=True)
    start_recording = recording_on_answer(exchange, request)

    def on_answer(leg: Leg) -> None:
        start_recording(leg)
        exchange.conferences.join_invited(leg)

    ring = whole(request, "Timeout", 60, 5, 600, 21208)
    limit = time_limit(exchange, request)
    callback = status_callback(request)
    within_limits(exchange, RateGroup.PARTICIPANTS, 16021)
    conference = exchange.conferences.open(options.name, options.rules)
    leg = exchange.calls.originate(
        Origination(
            caller, called, on_answer, ring, limit, callback, rate_group=RateGroup.PARTICIPANTS
        )
    )
    exchange.conferences.invite(conference, leg, options, early_media=early_media)
    listed = Listed(conference, leg, options.participant_state(leg.sid))
    return answer(render(exchange, listed), 201)


def _name(exchange: Exchange, name_or_sid: str) -> str:
    """A name makes the conference; a sid must be one that is not over (16022)."""
    if not CONFERENCE_SID.fullmatch(name_or_sid):
        return name_or_sid
    conference = exchange.conferences.conferences.get(name_or_sid)
    if conference is None or conference.state is ConferenceState.COMPLETED:
        raise refuse(16022, f"Conference {name_or_sid} does not exist or is completed")
    return conference.name


def _free_label(exchange: Exchange, conference: Conference, label: str) -> None:
    if not label or not exchange.context.unused_switches.duplicate_label_refused:
        return
    invited = (i.options.label for i in exchange.conferences.invited_to(conference))
    if conference.labelled(label) is not None or label in invited:
        raise refuse(16025, f"Label {label} is in use in this conference")


def _options(exchange: Exchange, request: RestRequest, name: str) -> JoinOptions:
    label = request.text("Label")
    if CALL_SID.fullmatch(label):
        raise refuse(16023, "A label must not look like a call sid")
    if "/" in label or len(label) > 128:
        raise refuse(16024, "A label has at most 128 characters and no slash")
    told = endpoint(request, "ConferenceStatusCallback", "ConferenceStatusCallbackMethod")
    asked = events(request, "ConferenceStatusCallbackEvent", "start end", EVENTS)
    recorded = chosen(request, "ConferenceRecord", "false", RECORDED | NOT_RECORDED) in RECORDED
    recording = endpoint(
        request, "ConferenceRecordingStatusCallback", "ConferenceRecordingStatusCallbackMethod"
    )
    coached = request.text("CallSidToCoach") if request.flag("Coaching", default=True) else ""
    return JoinOptions(
        name=name,
        label=label,
        muted=request.flag("Muted", default=False),
        beep=chosen(request, "Beep", "true", BEEPS),
        start_on_enter=request.flag("StartConferenceOnEnter", default=True),
        end_on_exit=request.flag("EndConferenceOnExit", default=False),
        coached=coached,
        wait=endpoint(request, "WaitUrl", "WaitMethod"),
        silent_wait=request.given("WaitUrl") == "",
        rules=ConferenceRules(
            callback=None if told is None else ConferenceCallback(told, asked),
            most=whole(request, "MaxParticipants", 250, 2, 250, 13237),
            recorded=recorded,
            recording_callback=recording,
            recording_events=recording_events(request, "ConferenceRecordingStatusCallbackEvent"),
        ),
    )


def _listed(exchange: Exchange, conference: Conference) -> list[Listed]:
    """Newest first; only while the conference lives."""
    joined = [
        Listed(conference, participant.leg, participant.state)
        for participant in exchange.conferences.participants_of(conference)
    ]
    invited = [
        Listed(conference, i.leg, i.options.participant_state(i.leg.sid))
        for i in exchange.conferences.invited_to(conference)
    ]
    return [*reversed(invited), *reversed(joined)]


def _one(exchange: Exchange, request: RestRequest, conference_sid: str, key: str) -> Listed:
    """By call sid or by label (20404)."""
    conference = find_conference(exchange, request, conference_sid)
    for listed in _listed(exchange, conference):
        if key in (listed.leg.sid, listed.state.label):
            return listed
    raise not_found(request.path)


def _participant(
    exchange: Exchange, request: RestRequest, conference_sid: str, key: str
) -> ConferenceParticipant:
    """To be changed, a participant must be in a conference that is in progress (16099)."""
    listed = _one(exchange, request, conference_sid, key)
    in_progress(exchange, listed.conference)
    participant = exchange.conferences.participants.get(listed.leg.sid)
    if participant is None:
        raise not_found(request.path)
    return participant


def fetch(exchange: Exchange, request: RestRequest, conference_sid: str, key: str) -> RestResponse:
    return answer(render(exchange, _one(exchange, request, conference_sid, key)))


def list_all(exchange: Exchange, request: RestRequest, conference_sid: str) -> RestResponse:
    conference = find_conference(exchange, request, conference_sid)
    shown = [p for p in _listed(exchange, conference) if _asked_for(request, p.state)]
    return page(request, "participants", shown, lambda p: p.leg.sid, lambda p: render(exchange, p))


def _asked_for(request: RestRequest, state: ParticipantState) -> bool:
    flags = (
        ("Muted", state.muted),
        ("Hold", state.hold),
        ("Coaching", bool(state.coached)),
    )
    return all(
        request.asked(name) is None or (request.asked(name) == "true") == flag
        for name, flag in flags
    )


def update(exchange: Exchange, request: RestRequest, conference_sid: str, key: str) -> RestResponse:
    participant = _participant(exchange, request, conference_sid, key)
    conference, control = participant.conference, exchange.conference_control
    hold_endpoint = endpoint(request, "HoldUrl", "HoldMethod", default="GET")
    announcement = endpoint(request, "AnnounceUrl", "AnnounceMethod")
    wait = endpoint(request, "WaitUrl", "WaitMethod")
    _coach(exchange, request, participant)
    shown = participant.state
    if request.given("Muted") is not None:
        shown = replace(shown, muted=request.flag("Muted", default=False))
        control.mute(participant, shown.muted)
    if request.given("Hold") is not None:
        shown = replace(shown, hold=request.flag("Hold", default=False))
        control.hold(participant, shown.hold, hold_endpoint)
    if request.given("EndConferenceOnExit") is not None:
        shown = replace(shown, end_on_exit=request.flag("EndConferenceOnExit", default=False))
        control.set_end_on_exit(participant, shown.end_on_exit)
    if request.given("BeepOnExit") is not None:
        participant.beep_on_exit = request.flag("BeepOnExit", default=False)
    if (wait_url := request.given("WaitUrl")) is not None:
        exchange.conferences.change_wait(participant, wait, silent=wait_url == "")
    if announcement is not None:
        control.announce(conference, (participant,), announcement, participant.leg.sid)
    return answer(render(exchange, Listed(conference, participant.leg, shown)))


def _coach(exchange: Exchange, request: RestRequest, participant: ConferenceParticipant) -> None:
    """F2: the one coached must be in the conference (16028) and not on hold (16027)."""
    given = request.given("Coaching"), request.given("CallSidToCoach")
    if given == (None, None):
        return
    if not request.flag("Coaching", default=True):
        exchange.conference_control.set_coached(participant, "")
        return
    coached = request.text("CallSidToCoach", participant.state.coached)
    target = participant.conference.participants.get(coached)
    if target is None:
        raise refuse(16028, "The participant to coach is not in the conference")
    if target.hold:
        raise refuse(16027, "The participant to coach is on hold")
    exchange.conference_control.set_coached(participant, coached)


def delete(exchange: Exchange, request: RestRequest, conference_sid: str, key: str) -> RestResponse:
    exchange.conferences.remove(_participant(exchange, request, conference_sid, key))
    return NO_CONTENT


STATES = {
    Status.QUEUED: "queued",
    Status.RINGING: "ringing",
    Status.IN_PROGRESS: "connected",
    Status.COMPLETED: "complete",
}


def render(exchange: Exchange, listed: Listed) -> dict[str, Json]:
    conference, leg, state = listed.conference, listed.leg, listed.state
    return {
        "account_sid": exchange.context.account.sid,
        "call_sid": leg.sid,
        "label": state.label or None,
        "call_sid_to_coach": state.coached or None,
        "coaching": bool(state.coached),
        "conference_sid": conference.sid,
        "date_created": moment(leg.created_at),
        "date_updated": moment(conference.updated_at),
        "end_conference_on_exit": state.end_on_exit,
        "muted": state.muted,
        "hold": state.hold,
        "start_conference_on_enter": state.start_on_enter,
        "status": STATES.get(leg.status, "failed"),
        "queue_time": milliseconds(leg.queue_seconds),
        "uri": uri(exchange, f"Conferences/{conference.sid}/Participants/{leg.sid}.json"),
    }
