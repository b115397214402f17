"""Webhooks become domain events: pure functions from the form's fields to an event, or None.

Tolerant: unknown fields are ignored, missing ones make None or an empty answer, and what is too
long is cut to what no plan can mean. Order and repetition are the domain's business (F33, F36).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from app.domain.call import CALLER, agent_of
from app.domain.events import (
    Event,
    Heard,
    HungUp,
    JoinedRoom,
    LeftRoom,
    LegRang,
    MessageLeft,
    NothingRecorded,
    Pressed,
    QueueRefused,
    RoomEnded,
    RoomRefused,
    RoomStarted,
)
from app.domain.ids import CALL_ID, LEG_ID, NONCE, SID, is_id
from app.domain.value import value
from app.ports import RECORDED, RecordingJob

Form: TypeAlias = Mapping[str, str]

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # of a leg
KEYS_KEPT = 32  # a longer answer is a wrong one, and must not fill the call's item
FIELD_KEPT = 256
_CALLERS_SID = re.compile(rf"CA({CALL_ID})", re.ASCII)
_REFUSED = frozenset({"queue-full", "error", "system-error"})


def fields(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first value of each name, as text: bytes of other encodings become question marks."""
    kept = tuple(pairs)
    if all(name.isascii() and content.isascii() for name, content in kept):
        return dict(reversed(kept))  # nearly every form; the first value of a name is put last
    form: dict[str, str] = {}
    for name, content in kept:
        form.setdefault(_text(name), _text(content))
    return form


def is_over(form: Form) -> bool:
    """The leg that asks has hung up."""
    return form.get("CallStatus") in OVER


def call_id(form: Form) -> str | None:
    """A caller's call is named after the caller's leg, so that a repeat finds it (F33)."""
    found = _CALLERS_SID.fullmatch(form.get("CallSid", ""))
    return found[1] if found else None


def sid(form: Form) -> str:
    return _id(form, "CallSid", SID)


def pressed(leg: str, question: str, form: Form) -> Event | None:
    """No digits at all is an answer too: silence (contract I.4: the key may be absent)."""
    asked = number(question)
    if asked is None:
        return None
    return Pressed(leg, asked, form.get("Digits", "")[:KEYS_KEPT])


def heard(leg: str, question: str) -> Event | None:
    asked = number(question)
    return None if asked is None else Heard(leg, asked)


def left_room(leg: str, document: str, form: Form) -> Event | None:
    """Only of a leg that is alive. Of which document it comes back, the URL says."""
    left = number(document)
    is_alive = form.get("CallStatus") == "in-progress"
    return RoomRefused(leg, left) if is_alive and left is not None else None


def left_queue(leg: str, node: str, document: str | None, form: Form) -> Event | None:
    """Only a refusal is an event; other callbacks report that a caller left (V6, V9)."""
    result = form.get("QueueResult", "")
    return QueueRefused(leg, node, result, number(document)) if result in _REFUSED else None


def message(leg: str, question: str, form: Form) -> Event | None:
    """The sid may come in the URL of the recording only (contract A10); neither: silence."""
    asked = number(question)
    if asked is None:
        return None
    recording = form.get("RecordingSid") or form.get("RecordingUrl", "").rpartition("/")[2]
    if not _is_recording(recording):
        return NothingRecorded(leg, asked)
    seconds = number(form.get("RecordingDuration")) or 0
    return MessageLeft(leg, recording, seconds, asked)


def room(form: Form) -> Event | None:
    """A conference callback (contract A11). The participant's label is our leg id."""
    room_sid = _id(form, "ConferenceSid", SID)
    leg = _id(form, "ParticipantLabel", LEG_ID)
    if not room_sid:
        return None
    match form.get("StatusCallbackEvent"):
        case "conference-start":
            return RoomStarted(room_sid)
        case "conference-end":
            return RoomEnded(room_sid)
        case "participant-join" if leg:
            return JoinedRoom(leg, room_sid, sid(form), _sequence(form))
        case "participant-leave" if leg:
            return _left(leg, room_sid, form)
        case _:
            return None


def ended(leg: str, form: Form) -> Event | None:
    """A status callback: only the end is an event, in whatever order callbacks come (F8)."""
    status = form.get("CallStatus", "")
    return HungUp(leg, status) if status in OVER else None


def progressed(leg: str, form: Form) -> Event | None:
    """The status callback of a leg that we dialled: ringing, or the end (S12)."""
    rings = form.get("CallStatus") == "ringing"
    return LegRang(leg, sid(form)) if rings else ended(leg, form)


def recording(call: str, kind: str, form: Form) -> RecordingJob | None:
    """A recording callback, once the recording is there or never will be (contract A10)."""
    status = form.get("RecordingStatus", "")
    recording_sid = form.get("RecordingSid", "")
    if status not in RECORDED or not _is_recording(recording_sid):
        return None
    return RecordingJob(
        call=call,
        sid=recording_sid,
        kind=kind,
        status=status,
        seconds=number(form.get("RecordingDuration")) or 0,
        channels=number(form.get("RecordingChannels")) or 1,
    )


@value
class ClientCall:
    """The parameters of a browser's call: user input, to be checked."""

    call: str
    headset: str
    nonce: str

    @property
    def agent(self) -> str:
        return agent_of(self.headset)


def client_call(form: Form) -> ClientCall | None:
    """None: something is missing, or this identity is not the headset's agent (G7)."""
    call, headset = _id(form, "call", CALL_ID), _id(form, "headset", LEG_ID)
    nonce = _id(form, "nonce", NONCE)
    agent = agent_of(headset)
    identity = form.get("From", "").removeprefix("client:").rpartition("_")[0]
    is_own = bool(agent) and form.get("From", "").startswith("client:") and identity == agent
    return ClientCall(call, headset, nonce) if call and nonce and is_own else None


def _left(leg: str, room_sid: str, form: Form) -> Event:
    """Leaving is not hanging up (R10): only a hang-up of a leg that is over is its end.

    Who was dialled into the room and never came there is over, too: busy, no answer (O2).
    """
    reason, status = form.get("ReasonParticipantLeft", ""), form.get("ParticipantCallStatus", "")
    hung_up = reason == "participant_hung_up"
    if reason == "participant_add_failed" and status in OVER:
        return HungUp(leg, status)
    if hung_up and status in OVER:
        return HungUp(leg, reason)
    return LeftRoom(leg, room_sid, hung_up, _sequence(form))


def _sequence(form: Form) -> int:
    """What happened in a room is numbered from 1 (contract A11)."""
    return number(form.get("SequenceNumber")) or 0


def is_caller(call: str, leg: str, form: Form) -> bool:
    """Whether the caller of this very call asks: their sid is in the call's name (W8)."""
    return leg == CALLER and call_id(form) == call


def _id(form: Form, name: str, of: str) -> str:
    """The field, if it is an id of that form; else empty."""
    found = form.get(name, "")
    return found if is_id(of, found) else ""


def _is_recording(recording: str) -> bool:
    return recording.startswith("RE") and is_id(SID, recording)


def number(text: str | None) -> int | None:
    """A small whole number, or None for anything else."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdecimal() else None


def moment(text: str | None) -> datetime | None:
    """Unix seconds; None for anything else."""
    if text and len(text) < 12 and text.isascii() and text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    return None


def _text(sent: str) -> str:
    if sent.isascii():
        return sent
    return sent.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
