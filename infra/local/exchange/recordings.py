"""The recordings of the account, by verb, REST or conference, and their callbacks (A10, C6)."""

from __future__ import annotations

from infra.local.exchange.conference import Conference
from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import Tap
from infra.local.exchange.journal import RecordingChanged
from infra.local.exchange.leg import Leg
from infra.local.exchange.recording import Recording, RecordingCallback, RecordingState
from infra.local.exchange.wire import Pairs, rfc2822

WHOLE_CALL = "OutboundAPI"  # the source of what Record=true makes

__all__ = ["RecordingCallback", "Recordings"]


class Recordings:
    def __init__(self, context: Context) -> None:
        self._context = context
        self.recordings: dict[str, Recording] = {}
        self._by_call: dict[str, list[Recording]] = {}
        self._running_in_conferences: dict[str, Recording] = {}

    def start_verb(self, leg: Leg, callback: RecordingCallback | None) -> Recording:
        """B14: what the caller says, mono."""
        return self.start(leg, 1, "inbound", callback, "RecordVerb")

    def start(
        self, leg: Leg, channels: int, track: str, callback: RecordingCallback | None, source: str
    ) -> Recording:
        recording = self._make(channels, track, callback, source)
        recording.call_sid = leg.sid
        self._by_call.setdefault(leg.sid, []).append(recording)
        self._context.sound.start(Tap(recording.sid, leg.sid, channels, track))
        self._status_changed(recording)
        return recording

    def start_conference(self, conference: Conference) -> Recording:
        """L: made with two channels; what is downloaded is mono unless two are asked for."""
        endpoint = conference.rules.recording_callback
        events = conference.rules.recording_events
        callback = None if endpoint is None else RecordingCallback(endpoint, events)
        recording = self._make(1, "both", callback, "Conference")
        recording.conference_sid = conference.sid
        self._running_in_conferences[conference.sid] = recording
        first = next(iter(conference.participants))
        self._context.sound.start(Tap(recording.sid, first, 1, "both", conference.sid))
        self._status_changed(recording)
        return recording

    def _make(
        self, channels: int, track: str, callback: RecordingCallback | None, source: str
    ) -> Recording:
        now, sid = self._context.now(), self._context.sids.make("RE")
        recording = Recording(sid, source, channels, track, now, now, callback)
        self.recordings[sid] = recording
        return recording

    def of_leg(self, leg_sid: str) -> tuple[Recording, ...]:
        return tuple(self._by_call.get(leg_sid, ()))

    def pause(self, recording: Recording, *, skip: bool) -> None:
        recording.pause(self._context.now(), skip=skip)
        self._context.sound.pause(recording.sid, skip=skip)
        self._write_status(recording)

    def resume(self, recording: Recording) -> None:
        recording.resume(self._context.now())
        self._context.sound.resume(recording.sid)
        self._write_status(recording)

    def stop(self, recording: Recording) -> None:
        """It is made ready after a time; then the callback is sent."""
        if not recording.running:
            return
        recording.stop(self._context.now())
        media = self._context.sound.stop(recording.sid)
        self._context.recorded[self._path(recording)] = media
        self._write_status(recording)

        def ready() -> None:
            if recording.state is RecordingState.PROCESSING:
                recording.finish(media, self._context.now())
                self._status_changed(recording)

        self._context.call_later(self._context.latency.processing.draw(self._context.random), ready)

    def drop(self, recording: Recording) -> None:
        """Nothing was heard: there will be no sound of it."""
        self.stop(recording)
        recording.empty()

    def stop_leg(self, leg: Leg) -> None:
        for recording in self.of_leg(leg.sid):
            self.stop(recording)

    def stop_conference(self, conference: Conference) -> None:
        recording = self._running_in_conferences.pop(conference.sid, None)
        if recording is not None:
            self.stop(recording)

    def delete(self, recording: Recording) -> None:
        self.stop(recording)
        recording.state = RecordingState.DELETED
        recording.media = b""
        self._context.recorded.pop(self._path(recording), None)
        self._write_status(recording)

    def _path(self, recording: Recording) -> str:
        return self._context.account.path(f"Recordings/{recording.sid}")

    def _write_status(self, recording: Recording) -> None:
        state, fetched = recording.state.value, recording.fetched
        self._context.write(RecordingChanged(recording.sid, recording.call_sid, state, fetched))

    def _status_changed(self, recording: Recording) -> None:
        self._write_status(recording)
        callback = recording.callback
        if callback is not None and recording.state.value in callback.events:
            self._context.send_callback(
                callback.endpoint, self.callback_parameters(recording), recording.call_sid
            )

    def of_whole_call(self, leg: Leg) -> Pairs:
        """A12: what the end of a call made with Record=true tells of its recording."""
        for recording in self.of_leg(leg.sid):
            if recording.source == WHOLE_CALL:
                return (
                    ("RecordingUrl", self._context.account.url(f"Recordings/{recording.sid}")),
                    ("RecordingSid", recording.sid),
                    ("RecordingDuration", str(recording.duration_seconds)),
                )
        return ()

    def callback_parameters(self, recording: Recording) -> Pairs:
        """A10, J8."""
        account = self._context.account
        about = ("CallSid", recording.call_sid or "")
        if recording.call_sid is None:
            about = ("ConferenceSid", recording.conference_sid or "")
        pairs = [
            ("AccountSid", account.sid),
            about,
            ("RecordingSid", recording.sid),
            ("RecordingUrl", account.url(f"Recordings/{recording.sid}")),
            ("RecordingStatus", recording.state.value),
        ]
        if recording.state is RecordingState.COMPLETED:
            pairs.append(("RecordingDuration", str(recording.duration_seconds)))
        pairs += [
            ("RecordingChannels", str(recording.channels)),
            ("RecordingStartTime", rfc2822(recording.started_at)),
            ("RecordingSource", recording.source),
            ("RecordingTrack", recording.track),
        ]
        return tuple(pairs)
