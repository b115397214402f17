"""`<Record>` (B14, A10): the caller's own words, until a key, the limit or the hang-up.

The exchange does not listen for silence (docs/carrier.md lists that): only a leg that was made
silent says nothing. Its recording ends after `timeout`, is dropped, and the next verb runs.
"""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.interfaces import Heard, Timer, Tone
from infra.local.exchange.recording import Recording, RecordingCallback
from infra.local.exchange.recordings import Recordings
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.parse import Node
from infra.local.exchange.twiml.playback import PlayClip
from infra.local.exchange.twiml.program import Program
from infra.local.exchange.wire import Endpoint, Pairs

LONGEST_FROM_CLIENT = 600  # seconds, on Voice SDK calls (E3)


def begin(recordings: Recordings, node: Node, program: Program, done: Callable[[], None]) -> Record:
    return Record(recordings, node, program, done)


class Record:
    def __init__(
        self, recordings: Recordings, node: Node, program: Program, done: Callable[[], None]
    ) -> None:
        self._recordings = recordings
        self._node = node
        self._program = program
        self._done = done
        self._beep: PlayClip | None = None
        self._recording: Recording | None = None
        self._timer: Timer | None = None

    def start(self) -> None:
        if self._node.flag("playBeep", default=True):
            context = self._program.context
            clip = context.sound.tone(Tone.BEEP)
            self._beep = PlayClip(context, self._program.leg, clip, 1, self._begin)
            self._beep.start()
        else:
            self._begin()

    def _begin(self) -> None:
        self._beep = None
        context, leg = self._program.context, self._program.leg
        self._recording = self._recordings.start_verb(leg, self._callback())
        limit = self._node.whole("maxLength", 3600)
        if leg.caller.startswith("client:"):
            limit = min(limit, LONGEST_FROM_CLIENT)
        silence = self._node.whole("timeout", 5)
        if leg.silent and 0 < silence < limit:
            self._timer = context.call_later(silence, self._hear_nothing)
        else:
            self._timer = context.call_later(limit, lambda: self._finish(""))
        context.hearing_changed(leg.sid)

    def _callback(self) -> RecordingCallback | None:
        url = self._node.get("recordingStatusCallback")
        if not url:
            return None
        method = self._node.get("recordingStatusCallbackMethod", "POST").upper()
        events = self._node.get("recordingStatusCallbackEvent", "completed").split()
        return RecordingCallback(Endpoint(self._program.absolute(url), method), frozenset(events))

    def heard(self) -> Heard:
        return None if self._beep is None else self._beep.heard()

    def press(self, digit: str) -> None:
        if self._recording is not None and digit in self._node.get("finishOnKey", "1234567890*#"):
            self._finish(digit)

    def _hear_nothing(self) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._recordings.drop(recording)
        self._done()

    def _finish(self, digits: str) -> None:
        told = self._stop(digits)
        self._program.go(self._node.get("action"), self._node.get("method"), told)

    def _stop(self, digits: str) -> Pairs:
        recording, self._recording = self._recording, None
        if self._timer is not None:
            self._timer.cancel()
        if recording is None:
            return (("Digits", digits),)
        context = self._program.context
        self._recordings.stop(recording)
        sid: Pairs = (("RecordingSid", recording.sid),)
        named = sid if context.switches.record_names_recording else ()
        return (
            ("RecordingUrl", context.account.url(f"Recordings/{recording.sid}")),
            *named,
            ("RecordingDuration", str(recording.duration_seconds)),
            ("Digits", digits),
        )

    def stop(self, reason: StopReason) -> None:
        """A hang-up reports (Digits=hangup); a redirect may or may not (B14)."""
        if self._beep is not None:
            self._beep.stop(reason)
            self._beep = None
        if self._recording is None:
            return
        told = self._stop("hangup" if reason is StopReason.HUNG_UP else "")
        switches = self._program.context.switches
        redirected = reason is StopReason.REDIRECTED
        if reason is StopReason.HUNG_UP or (redirected and switches.interrupted_record_reports):
            self._program.report(self._node.get("action"), self._node.get("method"), told)
