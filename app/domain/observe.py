"""What an event says of legs, room and recording, whatever the state of the call.

Facts come first, consequences later: here only what was *observed* changes, and what stands in the
outbox is settled by its evidence (W7).
"""

from typing import Final

from app.domain import events as e
from app.domain.call import (
    CALLER,
    SHORTEST_MESSAGE_SECONDS,
    TAKES_KEPT,
    Call,
    LeftMessage,
    Leg,
    Observed,
)
from app.domain.commands import (
    SHOWN,
    Barge,
    Coach,
    Command,
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
from app.domain.replies import JoinRoom
from app.domain.states import AtNode, Ended
from app.domain.transition import Transition
from app.domain.value import replace
from app.domain.view import view

MARKS_KEPT = 8
CONFIRMED: Final = (*SHOWN, PauseRecording, ResumeRecording)  # only their answer is evidence
_WANTED_IN: Final = ("talk", "hold", "listen", "coach")


def observe(transition: Transition, event: e.Event) -> None:
    call = transition.call
    match event:
        case e.JoinedRoom(leg_id) | e.LeftRoom(leg_id) | e.RoomRefused(leg_id) if _cannot_be_there(
            call, leg_id, event
        ):
            pass
        case e.JoinedRoom(leg_id, room_sid, sid, sequence) if call.leg(leg_id):
            if sid:
                transition.bind_sid(leg_id, sid)
                transition.settle_dialling(leg_id)
            if leg := transition.call.leg(leg_id):
                _joined(transition, leg, room_sid, sequence)
        case e.LeftRoom(leg_id, room_sid, hung_up) if room_sid == call.room.sid:
            if (leg := call.leg(leg_id)) and (hung_up or leg.observed != "elsewhere"):
                _set(transition, leg, "lost" if hung_up else "asking")
        case e.RoomStarted(room_sid) if room_sid == call.room.sid or call.room.sid is None:
            is_late = room_sid in call.room.past
            if not (is_late or call.room.started or isinstance(call.state, Ended)):
                _started(transition, room_sid)
        case e.RoomEnded(room_sid) if room_sid == call.room.sid and not _has_nobody_in_room(call):
            transition.call = replace(call, room=call.room.ended())
            for leg in call.legs:
                if leg.in_room:
                    _set(transition, leg, "asking")
        case e.RoomRefused(leg_id) if leg := call.leg(leg_id):
            _set(transition, _with_next_document(leg), "asking")
        case e.HeadsetLost(leg_id) if leg := call.leg(leg_id):
            _set(transition, leg, "lost")
        case e.AskedAgain(leg_id, refresh) if leg := call.leg(leg_id):
            if call.asks_in_time(leg, refresh):
                _asked(transition, leg)
        case e.AskedWhileWaiting(leg_id, document) if leg := call.leg(leg_id):
            if _waits(leg, document) and not call.is_unanswered:  # who is dialled asks nothing yet
                _asked(transition, leg)
        case e.LegAnswered(leg_id, sid) | e.LegRang(leg_id, sid) if sid:
            transition.bind_sid(leg_id, sid)
        case e.MessageLeft(leg_id, recording, seconds) | e.MessageRecorded(
            leg_id, recording, seconds
        ) if leg_id == CALLER and seconds >= SHORTEST_MESSAGE_SECONDS:
            _recorded(transition, recording, is_answer=isinstance(event, e.MessageLeft))
        case e.MessageEmpty(leg_id, recording) if leg_id == CALLER and call.message is not None:
            takes = tuple(take for take in call.message.takes if take != recording)
            empty = tuple(dict.fromkeys((*call.message.empty, recording)))[-TAKES_KEPT:]
            message = replace(call.message, takes=takes, empty=empty)
            transition.call = replace(call, message=message)
        case e.RecordingEnded(leg_id, recording) if (leg_id, recording) == (CALLER, call.recording):
            transition.keep_recording(recording)
        case e.HungUp(leg_id):
            out = tuple(p for p in call.out if p.command.leg != leg_id)
            transition.call = replace(call.without_leg(leg_id), out=out)
        case e.CommandDone(key, command, sid):
            transition.drop(key)
            _done(transition, command, sid)
        case e.CommandRefused(key, command) if pending := _pending(call, key):
            transition.drop(key)
            leg = call.leg(command.leg)
            if leg is not None and isinstance(command, CONFIRMED):
                refused = leg.with_refusals(command, leg.refusals_of(command) + 1)
                transition.call = transition.call.with_leg(refused)
            if pending.is_unsure:
                _doubts(transition, command)
        case e.OutboxDue() if call.claim_until is not None and call.claim_until <= transition.now:
            for pending in call.out:  # who was to perform it may have done so, and died
                _doubts(transition, pending.command)
        case e.CallMarked(who, mark) if call.agent == who and mark not in call.marks:
            transition.call = replace(call, marks=(*call.marks, mark)[-MARKS_KEPT:])
        case e.CommandUnsure(key):
            out = tuple(replace(p, is_unsure=True) if p.key == key else p for p in call.out)
            transition.call = replace(call, out=out)
        case _:
            pass


def _waits(leg: Leg, document: int | None) -> bool:
    """Whether the request for a wait document says where the leg is; else it is late, or comes
    again: it was asked before the leg heard something else, which may have led it into the room.
    """
    if leg.wanted not in ("talk", "hold"):
        return True
    is_of_before = document is not None and document < leg.document
    return not leg.in_room and not is_of_before


def _pending(call: Call, key: str) -> Pending | None:
    return next((pending for pending in call.out if pending.key == key), None)


def _doubts(transition: Transition, command: Command) -> None:
    """Until the next answer or join: what is wanted then is commanded, whatever was observed."""
    leg = transition.call.leg(command.leg)
    if leg is None or not isinstance(command, SHOWN):
        return
    doubted = (
        replace(leg, muted=None) if _mutes_a_guest(leg, command) else replace(leg, in_doubt=True)
    )
    transition.call = transition.call.with_leg(doubted)


def settle_return(transition: Transition, event: e.Event) -> None:
    """A caller who comes back from a room is answered with what is wanted now: often elsewhere."""
    has_returned = isinstance(event, e.RoomRefused) and event.leg == CALLER
    caller = transition.call.leg(CALLER) if has_returned else None
    if caller is not None and caller.observed == "asking" and not _is_invited(transition, caller):
        _set(transition, caller, "elsewhere")


def is_known(call: Call, event: e.Event) -> bool:
    """Whether the event tells what the call knows already, now and at each later rev.

    An ended call gains no leg and no room any more, and a room starts once in its life.
    """
    match event:
        case e.RoomStarted(room_sid):
            is_over = isinstance(call.state, Ended)
            return is_over or (call.room.started and call.room.sid == room_sid)
        case e.RoomEnded():
            return _has_nobody_in_room(call)
        case e.HungUp(leg_id):
            return isinstance(call.state, Ended) and call.leg(leg_id) is None
        case _:
            return False


def is_back_already(call: Call, event: e.LeftRoom) -> bool:
    """The leaving is told late, or again: the leg has joined that room since (R18)."""
    is_this_life = call.room.sid == event.room_sid
    return is_this_life and 0 < event.sequence < call.room.newest_join(event.leg)


def _cannot_be_there(call: Call, leg_id: str, event: e.Event) -> bool:
    """Of whoever is called: before they are dialled, or before the join that is their answer."""
    called = call.leg(leg_id)
    if called is None or not call.awaits_answer(called):
        return False
    return called.observed == "away" or not isinstance(event, e.JoinedRoom)


def _has_nobody_in_room(call: Call) -> bool:
    """Nobody is in the room, and nobody will come: that it ended is no news."""
    return isinstance(call.state, Ended) and not any(leg.in_room for leg in call.legs)


def _set(transition: Transition, leg: Leg, observed: Observed) -> None:
    transition.call = transition.call.with_leg(replace(leg, observed=observed))


def _started(transition: Transition, room_sid: str) -> None:
    call = transition.call
    transition.call = replace(call, room=replace(call.room, sid=room_sid, started=True))
    for leg in call.legs:
        if leg.observed == "joined":
            _set(transition, leg, "talk")


def _joined(transition: Transition, leg: Leg, room_sid: str, sequence: int) -> None:
    """A join that is told late is no news: of a headset given up, of a caller at a node again.

    A caller who has not asked for that node's document is in the room still, and must leave it.

    Nor is one that is told twice, of a leg that is in this life of the room: it may be on hold by
    now. One that is newer is news of that leg, too: it has left and is back, on hold no more.
    """
    call = transition.call
    if leg.id == CALLER:
        hears_node = isinstance(call.state, AtNode) and leg.observed != "asking"
        is_late = hears_node or isinstance(call.state, Ended)
    else:
        is_late = not _is_invited(transition, leg)
    is_newer = sequence > call.room.newest_join(leg.id)
    is_repeated = call.room.sid == room_sid and (not is_newer if sequence else leg.in_room)
    is_late = is_late or room_sid in call.room.past
    if is_late or is_repeated or leg.observed in ("lost", "gone"):
        return
    is_other_life = call.room.sid not in (room_sid, None)  # of the room's name (R8)
    for other in call.legs:
        if is_other_life and other.in_room and other.id != leg.id:
            _set(transition, other, "asking")  # whose room is over: a name has one life at a time
    call = transition.call
    room = replace(call.room, started=False, joins=()) if is_other_life else call.room
    others = tuple(join for join in room.joins if join[0] != leg.id and call.leg(join[0]))
    joins = (*others, (leg.id, sequence)) if sequence else others
    transition.call = replace(call, room=replace(room, sid=room_sid, joins=joins))
    is_alone = not any(other.in_room for other in call.legs if other.id != leg.id)
    # An agent who comes into a room that goes on, and whose caller has left it, talks to nobody.
    is_joined = is_alone and (leg.id != CALLER or not room.started)
    observed: Observed = "joined" if is_joined else "talk"
    if leg.role == "supervisor":
        observed = "listen"  # each document lets them in muted
    leg = _led_in(leg) if sequence else leg
    _set(transition, replace(leg, in_doubt=False, muted=False), observed)
    if not is_alone:
        _started(transition, room_sid)  # the second who joins starts it
    if leg.wanted in _WANTED_IN:
        transition.settle(Refresh(leg.id))


def _recorded(transition: Transition, recording: str, *, is_answer: bool) -> None:
    """A message is a recording, whenever we are told of it: before the caller's end or after.

    Of one that is told late nobody knows whether it is older than another: that one stays. Who was
    in no mailbox left it while ours was down, with the carrier's fallback (M3).
    """
    message = transition.call.message or LeftMessage("")
    if recording in (*message.takes, *message.empty):
        return
    if is_answer or not message.takes:
        takes = (*message.takes, recording)[-TAKES_KEPT:]
        transition.call = replace(transition.call, message=replace(message, takes=takes))


def _with_next_document(leg: Leg) -> Leg:
    """From now on, who comes back from the document before is late."""
    return replace(leg, document=leg.document + 1)


def _led_in(leg: Leg) -> Leg:
    """The second join by one document: a Refresh that took effect late, or twice, led it there.

    The return from the first stay may be told yet. Its answer is ignored (V6), so it is late (R18).
    """
    if leg.led_in == leg.document:
        return _with_next_document(leg)
    return replace(leg, led_in=leg.document)


def _asked(transition: Transition, leg: Leg) -> None:
    """The leg asks what to hear, and is answered with what is wanted now: that settles it (V1)."""
    observed: Observed = "asking" if _is_invited(transition, leg) else "elsewhere"
    if leg.observed != observed:
        _set(transition, _with_next_document(leg), observed)
    transition.settle(Refresh(leg.id))


def _is_invited(transition: Transition, leg: Leg) -> bool:
    """Whether its document leads into the room."""
    return isinstance(view(transition.plan, transition.call, leg.id), JoinRoom)


def _done(transition: Transition, command: Command, sid: str | None) -> None:
    call = transition.call
    leg = call.leg(command.leg)
    if leg is not None and isinstance(command, CONFIRMED):
        is_settled = isinstance(command, SHOWN) and not _mutes_a_guest(leg, command)
        in_doubt = leg.in_doubt and not is_settled
        leg = replace(leg.with_refusals(command, 0), in_doubt=in_doubt)
        transition.call = call.with_leg(leg)
    match command:
        case Hold() if leg and leg.in_room:
            _set(transition, leg, "hold")
        case Unhold() if leg and leg.in_room:
            _set(transition, leg, "talk" if call.room.started else "joined")
        case Mute() | Unmute() if leg and _mutes_a_guest(leg, command):
            muted = isinstance(command, Mute)
            transition.call = transition.call.with_leg(replace(leg, muted=muted))
        case Mute() if leg and leg.in_room:
            _set(transition, leg, "listen")
        case Coach() if leg and leg.in_room:
            _set(transition, leg, "coach")
        case Barge() if leg and leg.in_room:
            _set(transition, leg, "talk")
        case HangUp() if leg:
            _set(transition, leg, "gone")
        case Refresh() if leg and not leg.in_room:
            _set(transition, leg, "asking")
        case Ring() | Dial() if sid:
            transition.bind_sid(command.leg, sid)
        case StartRecording() if call.recording is None and sid not in call.recorded:
            transition.call = replace(transition.call, recording=sid, recording_paused=False)
        case StopRecording() if sid is not None:
            transition.keep_recording(sid)
        case PauseRecording(recording=known) if known == call.recording:
            transition.call = replace(transition.call, recording_paused=True)
        case ResumeRecording(recording=known) if known == call.recording:
            transition.call = replace(transition.call, recording_paused=False)
        case _:
            pass


def _mutes_a_guest(leg: Leg, command: Command) -> bool:
    """Or whoever was one: the call may be theirs by now. Of the hold it says nothing."""
    return leg.role != "supervisor" and isinstance(command, Mute | Unmute)


def settle_doubts(transition: Transition, event: e.Event) -> None:
    """A command whose answer never came may have worked. What is wanted no more counts as done.

    Then its contrary is commanded, if that is wanted; what is still wanted is asked for again. A
    command whose answer may still come is left alone: two at once could overtake each other (V12).
    The recording follows the hold, so it comes after it.
    """
    out, until = transition.call.out, transition.call.claim_until
    is_over = isinstance(event, e.OutboxDue) and (until is None or until <= transition.now)
    shown = [p for p in out if isinstance(p.command, SHOWN)]
    tapes = [p for p in out if isinstance(p.command, PauseRecording | ResumeRecording)]
    for pending in (*shown, *tapes):
        command, is_doubtful = pending.command, is_over or pending.is_unsure
        if is_doubtful and command not in transition.wishes(without=command):
            transition.drop(pending.key)
            _done(transition, command, None)
            _doubts(transition, command)
