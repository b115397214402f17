"""Commands to the carrier, through its official client.

`api.py` translates errors; this module says which request each command is, and for which leg.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

from app.adapters.twilio.account import Account
from app.adapters.twilio.api import COMMAND_SECONDS, FETCH_SECONDS, NOT_FOUND, CarrierApi, Limit
from app.adapters.twilio.events import OVER
from app.adapters.twilio.urls import Urls
from app.domain.call import Call, Leg
from app.domain.commands import (
    Barge,
    Coach,
    Dial,
    HangUp,
    Hold,
    Mute,
    PauseRecording,
    Pending,
    Refresh,
    ResumeRecording,
    Ring,
    StartRecording,
    StopRecording,
    Unhold,
    Unmute,
)
from app.domain.numbering import is_emergency
from app.ports import CarrierRefused, CarrierUnsure, Clock, Directory, Done

if TYPE_CHECKING:
    from twilio.rest import Client
    from twilio.rest.api.v2010.account.call import CallInstance
    from twilio.rest.api.v2010.account.call.recording import RecordingInstance
LEAST_RING_SECONDS = 5
SHORTEST_WITHOUT_COUNTRY = 3  # digits of an emergency number
ANSWERED = "in-progress"
LIVE = ("queued", "ringing", ANSWERED)
SKEW_SECONDS = 2
PAGE_SIZE = 1000  # the most that one request answers; the client asks for the next ones
NOT_IN_PROGRESS = 21220
NOT_RECORDING = 16114
ROOM_EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify", "announcement"]
RUNNING = frozenset({"in-progress", "paused", "processing"})  # a GET may say the last (C6)


class TwilioCarrier:
    """The client is imported at the first command. `urls` are those that webhooks answer with."""

    def __init__(
        self,
        *,
        account: Account,
        urls: Urls,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._api = CarrierApi(account, clock)
        self._call_api = self._api.call
        self._urls = urls
        self._directory = directory

    def perform(self, call: Call, pending: Pending) -> Done:
        leg = call.leg(pending.command.leg)
        if leg is None:
            raise CarrierRefused(NOT_FOUND, "that leg is over", gone=True)
        limit = self._api.limit(COMMAND_SECONDS)
        match pending.command:
            case Refresh():
                return self._refresh(call, leg, pending.number, limit)
            case HangUp():
                return self._hang_up(leg, limit)
            case Hold():
                return self._hold(call, leg, limit)
            case Unhold():
                return self._change(call, leg, limit, hold=False)
            case Mute():
                return self._change(call, leg, limit, muted=True, coaching=False)
            case Coach(coached=coached):
                target = call.leg(coached)
                if target is None:
                    raise CarrierRefused(NOT_FOUND, "who was to be coached is gone")
                return self._change(
                    call, leg, limit, muted=False, coaching=True, call_sid_to_coach=target.sid
                )
            case Unmute():
                return self._change(call, leg, limit, muted=False)
            case Barge():
                return self._change(call, leg, limit, muted=False, coaching=False)
            case StartRecording():
                return self._start_recording(call, leg, limit)
            case StopRecording(recording=sid):
                return self._stop_recording(call, leg, sid, limit)
            case PauseRecording(recording=sid):
                return self._set_recording(
                    leg, sid, limit, status="paused", pause_behavior="silence"
                )
            case ResumeRecording(recording=sid):
                return self._set_recording(leg, sid, limit, status="in-progress")
            case Ring():
                return self._ring(call, leg, pending.command, limit)
            case Dial():
                return self._dial(call, leg, pending.command, limit)
            case _:
                assert_never(pending.command)

    # --- commands ---------------------------------------------------------------------------

    def _refresh(self, call: Call, leg: Leg, number: int, limit: Limit) -> Done:
        """Always by URL, with its fallback and callback each time (V2, V3)."""
        url = self._urls.leg(call.id, leg.id, refresh=number)

        def update(client: "Client") -> None:
            client.calls(leg.sid).update(
                url=url,
                method="POST",
                fallback_url=self._urls.one_moment(call.id, leg.id, call.language),
                fallback_method="GET",
                status_callback=self._urls.leg_status(call.id, leg.id),
                status_callback_method="POST",
            )

        try:
            self._call_api(limit, update, also_retry=NOT_IN_PROGRESS)
        except CarrierRefused as refused:
            if refused.code == NOT_IN_PROGRESS:
                raise self._not_in_progress(leg, limit) from refused
            raise
        return Done()

    def _not_in_progress(self, leg: Leg, limit: Limit) -> CarrierRefused | CarrierUnsure:
        """V4: not answered yet, or ended. Only an end that the carrier reports counts."""
        status = self._call_api(limit, lambda client: client.calls(leg.sid).fetch().status)
        if status in OVER:
            return CarrierRefused(NOT_IN_PROGRESS, f"the leg is {status}", gone=True)
        return CarrierUnsure(f"the leg is {status}: it asks by itself once it is answered")

    def _hang_up(self, leg: Leg, limit: Limit) -> Done:
        """By status, not by removing the participant: that may run the Dial's action (R15)."""
        try:
            self._call_api(limit, lambda client: client.calls(leg.sid).update(status="completed"))
        except CarrierRefused as refused:
            if refused.code == NOT_IN_PROGRESS:
                raise CarrierRefused(refused.code, str(refused), gone=True) from refused
            raise
        return Done()

    def _hold(self, call: Call, leg: Leg, limit: Limit) -> Done:
        music = self._urls.music(self._sound(call), moment=call.language)
        return self._change(call, leg, limit, hold=True, hold_url=music, hold_method="GET")

    def _sound(self, call: Call) -> str | None:
        """The music of where the caller waits, or comes back to."""
        position = call.position
        node = self._directory.plan(call.plan).wait_point(position.node) if position else None
        return node.music if node else None

    def _change(self, call: Call, leg: Leg, limit: Limit, **how: bool | str) -> Done:
        """Of a leg in its room: held, or whom a supervisor is heard by. All in one request, so
        that nothing is half done (R14)."""
        room = self._room(call, limit)
        self._call_api(
            limit,
            lambda client: client.conferences(room).participants(leg.sid).update(**how),
            gone=False,
        )
        return Done()

    def _room(self, call: Call, limit: Limit) -> str:
        """The sid of the running conference; an update by name is not allowed (R7)."""
        if call.room.sid is not None:
            return call.room.sid
        name = self._urls.room_name(call.room.name)
        found = self._call_api(
            limit,
            lambda client: client.conferences.list(
                friendly_name=name, status="in-progress", limit=1
            ),
        )
        if not found or found[0].sid is None:
            raise CarrierRefused(NOT_FOUND, f"the room {name} has not started")
        return str(found[0].sid)

    def _start_recording(self, call: Call, leg: Leg, limit: Limit) -> Done:
        """A running recording is reused: the response to the first request may be lost (C3, W7)."""
        running = self._running(call, leg, limit)
        if running is not None:
            return Done(running)
        made = self._call_api(
            limit,
            lambda client: client.calls(leg.sid).recordings.create(
                recording_channels="dual",
                recording_track="both",
                trim="do-not-trim",
                recording_status_callback=self._urls.recording(call.id, "conversation"),
                recording_status_callback_method="POST",
                recording_status_callback_event=["in-progress completed absent"],
            ),
        )
        return Done(made.sid)

    def _stop_recording(self, call: Call, leg: Leg, sid: str, limit: Limit) -> Done:
        """By its own sid (C3). One that is over is stopped: a redirect may have ended it."""
        running = sid or self._running(call, leg, limit)
        if running is None:
            return Done()
        try:
            self._call_api(
                limit,
                lambda client: client.calls(leg.sid).recordings(running).update(status="stopped"),
                gone=False,
            )
        except CarrierRefused as refused:
            if refused.code not in (NOT_FOUND, NOT_IN_PROGRESS, NOT_RECORDING):
                raise
        return Done(running)

    def _set_recording(self, leg: Leg, sid: str, limit: Limit, **state: str) -> Done:
        """Pause or resume, by its own sid (C3). One that is over needs neither."""
        try:
            self._call_api(
                limit,
                lambda client: client.calls(leg.sid).recordings(sid).update(**state),
                gone=False,
            )
        except CarrierRefused as refused:
            if refused.code not in (NOT_FOUND, NOT_IN_PROGRESS, NOT_RECORDING):
                raise
        return Done(sid)

    def _running(self, call: Call, leg: Leg, limit: Limit) -> str | None:
        """The recording of the leg that we asked for and have not stopped."""
        found = self._call_api(limit, lambda client: _recordings_of(client, leg.sid))
        return next((sid for sid in found if sid not in call.recorded), None)

    def _ring(self, call: Call, leg: Leg, ring: Ring, limit: Limit) -> Done:
        """Our document asks for a key before anybody is connected (G2, F27).

        The time to ring is ours (G4): the carrier's is only the longest it may take.
        """
        made = self._call_api(
            limit,
            lambda client: client.calls.create(
                to=_address(ring),
                from_=call.did,
                url=self._urls.leg(call.id, leg.id),
                method="POST",
                fallback_url=self._urls.goodbye(),
                fallback_method="GET",
                status_callback=self._urls.leg_status(call.id, leg.id),
                status_callback_method="POST",
                status_callback_event=["ringing", "completed"],
                timeout=max(LEAST_RING_SECONDS, ring.seconds),
            ),
            gone=False,
        )
        return Done(made.sid)

    def _dial(self, call: Call, leg: Leg, dial: Dial, limit: Limit) -> Done:
        """Into the agent's room, who hears the ringing (O1); the same attributes as by TwiML (R1).

        The label is unique in the room: a leg that was made twice would be refused (V10).
        """
        room, music = self._urls.room_name(call.room.name), self._urls.music(self._sound(call))
        made = self._call_api(
            limit,
            lambda client: client.conferences(room).participants.create(
                to=as_dialled(dial),
                from_=dial.shows,
                label=leg.id,
                early_media=True,
                timeout=max(LEAST_RING_SECONDS, dial.seconds),
                status_callback=self._urls.leg_status(call.id, leg.id),
                status_callback_method="POST",
                status_callback_event=["ringing", "completed"],
                beep="false",
                start_conference_on_enter=True,
                end_conference_on_exit=False,
                wait_url=music,
                wait_method="GET",
                conference_status_callback=self._urls.room(call.id),
                conference_status_callback_method="POST",
                conference_status_callback_event=ROOM_EVENTS,
            ),
            gone=False,
        )
        return Done(made.call_sid)

    def find(self, call: Call, pending: Pending) -> Done:
        """The leg that a command to dial may have made, if it is not over (W8)."""
        leg, dialled = call.leg(pending.command.leg), pending.command
        if leg is None or not isinstance(dialled, Ring | Dial):
            raise CarrierRefused(NOT_FOUND, "that leg is over", gone=True)
        if leg.sid:
            return Done(leg.sid)
        if isinstance(dialled, Ring):
            return self._find_ringing(call, leg, dialled)
        return self._find_dialled(call, leg)

    def _find_dialled(self, call: Call, leg: Leg) -> Done:
        """By its label in the room, which is there as long as the agent is."""
        limit = self._api.limit(COMMAND_SECONDS)
        room = self._room(call, limit)
        found = self._call_api(
            limit,
            lambda client: client.conferences(room).participants(leg.id).fetch(),
            gone=False,
        )
        return Done(found.call_sid)

    def _find_ringing(self, call: Call, leg: Leg, ring: Ring) -> Done:
        """A call to that device from this number, since the leg was made."""
        since = leg.since - timedelta(seconds=SKEW_SECONDS)
        found = self._call_api(
            self._api.limit(COMMAND_SECONDS),
            lambda client: client.calls.list(
                to=_address(ring), from_=call.did, start_time_after=since, page_size=PAGE_SIZE
            ),
        )
        alive = [made.sid for made in found if made.status not in OVER and made.sid]
        if not alive:
            raise CarrierRefused(NOT_FOUND, f"nobody dialled {leg.id}")
        return Done(alive[0])

    def live_legs(self) -> Mapping[str, bool]:
        limit = self._api.limit(FETCH_SECONDS)
        legs: dict[str, bool] = {}
        for status in LIVE:
            found = self._call_api(limit, partial(_with_status, status))
            legs |= {made.sid: status == ANSWERED for made in found if made.sid}
        return legs


def _with_status(status: str, client: "Client") -> "list[CallInstance]":
    found: list[CallInstance] = client.calls.list(status=status, page_size=PAGE_SIZE)
    return found


def _address(ring: Ring) -> str:
    return f"client:{ring.address}" if ring.kind == "client" else ring.address


def _recordings_of(client: "Client", sid: str) -> tuple[str, ...]:
    """Those that run; one that was stopped a moment ago looks the same (C6)."""
    recordings: list[RecordingInstance] = client.calls(sid).recordings.list(page_size=PAGE_SIZE)
    return tuple(
        str(recording.sid)
        for recording in recordings
        if recording.status in RUNNING and recording.source == "StartCallRecordingAPI"
    )


def as_dialled(dial: Dial) -> str:
    """An emergency number of two digits, as in France, is taken only with its country's code."""
    if not is_emergency(dial.number) or len(dial.number) >= SHORTEST_WITHOUT_COUNTRY:
        return dial.number
    import phonenumbers  # large, and hardly ever needed

    return f"+{phonenumbers.parse(dial.shows).country_code}{dial.number}"
