"""What each leg hears: a pure view of the state, never a by-product of an event.

So a repeated or late webhook gets the same document as before, and "move this leg elsewhere" is
merely "have the carrier ask again".
"""

import math
from datetime import datetime, timedelta
from typing import assert_never

from app.domain.call import CALLER, Call
from app.domain.dialplan import Plan
from app.domain.nodes.base import Visit
from app.domain.outcomes import MESSAGE_LEFT
from app.domain.replies import (
    AskAccept,
    HoldTheLine,
    JoinRoom,
    KeepWaiting,
    LeaveQueue,
    Reply,
    SayGoodbye,
    SayTaken,
    SayThanks,
)
from app.domain.speech import pieces
from app.domain.states import (
    AtNode,
    Connecting,
    Consult,
    ConsultOffer,
    Ended,
    HandedOver,
    HeadsetAway,
    InConversation,
    Offered,
    Parked,
    Supervision,
    Waiting,
    is_among,
)
from app.domain.value import replace

COMFORT_EVERY = timedelta(seconds=60)  # words that come more often are heard as a broken record
DOCUMENT_SECONDS = 20  # the longest wait document (D5)
PIECE_SECONDS = 15  # of its words, as they are estimated
MUSIC_SECONDS = 15  # of its music
MUSIC_TELLS = timedelta(seconds=5)  # shorter music does not tell whether it can be played
# Music of so little time was not played: two clocks differ by 2 s (W12), and seconds are whole.
AT_ONCE = timedelta(seconds=3)


def view(plan: Plan, call: Call, leg_id: str) -> Reply:
    """The document of that leg now."""
    if leg_id == CALLER:
        return _caller(plan, call)
    leg = call.leg(leg_id)
    if leg is not None and leg.is_outside:
        return SayGoodbye() if leg.wanted == "out" else _join(call, leg_id, music=False)
    return _headset(plan, call, leg_id)


def visit(plan: Plan, call: Call, now: datetime) -> Visit:
    """What a node of the plan may look at of this call."""
    leg = call.leg(CALLER)
    question = leg.question if leg else 0
    return Visit(call.caller, call.did, call.language, plan.zone, now, question)


def _caller(plan: Plan, call: Call) -> Reply:
    match call.state:
        case AtNode(name, memory):
            return plan.nodes[name].document(visit(plan, call, call.updated), memory)
        case Waiting(position) | Parked(position) | Offered(position) | Connecting(position):
            return HoldTheLine(position.node, _document_of(call))
        case InConversation(position) if _is_to_be_held(call):
            return HoldTheLine(position.node, _document_of(call))
        case InConversation() | HandedOver():
            return _join(call, CALLER, music=True)
        case Ended():
            left = call.outcome == MESSAGE_LEFT
            return SayThanks(call.language) if left else SayGoodbye()
        case _:
            assert_never(call.state)


def _is_to_be_held(call: Call) -> bool:
    """Whether a caller who asks for a document hears music in the queue (R11).

    The room would end the hold. Who is on hold there asks for none, unless a Refresh takes effect
    late, or twice.
    """
    caller = call.leg(CALLER)
    return caller is not None and caller.wanted == "hold"


def _document_of(call: Call) -> int:
    """The number of the caller's present document."""
    caller = call.leg(CALLER)
    return caller.document if caller else 0


def _headset(plan: Plan, call: Call, leg_id: str) -> Reply:
    match call.state:
        case Offered(position, leg=leg) if leg == leg_id:
            ringing = call.leg(leg_id)
            question = ringing.question if ringing else 0
            return AskAccept(plan.wait_point(position.node).label, call.language, question)
        case Connecting(headset=headset) if headset == leg_id:
            return _join(call, leg_id, music=False)
        case InConversation(away=HeadsetAway(headset=headset)) if headset == leg_id:
            return _join(call, leg_id, music=False)
        case InConversation(headset=headset, away=None) if headset == leg_id:
            return _join(call, leg_id, music=False)
        case InConversation(consult=Consult(leg=leg, offer=ConsultOffer(accepted=False))) if (
            leg == leg_id
        ):
            ringing = call.leg(leg_id)
            label = plan.wait_point(call.state.position.node).label
            return AskAccept(label, call.language, ringing.question if ringing else 0)
        case InConversation(consult=Consult(leg=leg)) if leg == leg_id:
            return _join(call, leg_id, music=False)
        case InConversation(guests=guests) if is_among(guests, leg_id):
            return _join(call, leg_id, music=False)
        case InConversation(supervision=Supervision(headset=headset)) if headset == leg_id:
            return replace(_join(call, leg_id, music=False), muted=True)
        case Ended():
            return SayGoodbye()
        case _:
            return SayTaken(call.language)


def _join(call: Call, leg_id: str, *, music: bool) -> JoinRoom:
    leg = call.leg(leg_id)
    return JoinRoom(call.room.name, music, leg.document if leg else 0)


def view_while_waiting(
    plan: Plan,
    call: Call,
    now: datetime,
    comforted: datetime | None = None,
    begun: datetime | None = None,
    piece: int = 0,
) -> Reply:
    """The wait document: what a caller in the queue hears, or on hold outside the room; or the way
    out of it.

    It ends when time alone changes the call, and within `DOCUMENT_SECONDS`: it is the caller's
    clock (D5). So long words are said in pieces, and none that would end later.

    `comforted`: when its words were last begun, `piece`: which of them are to be said next (0:
    all were), `begun`: when the last document with music began; None: not yet. A document that was
    over at once had music that cannot be played: the next one goes without, since the carrier ends
    a call whose documents take no time.
    """
    match call.state:
        case Waiting(position) | Parked(position) | Offered(position) | Connecting(position):
            line = plan.wait_point(position.node)
        case InConversation(position) if _is_to_be_held(call):
            line = plan.wait_point(position.node)
        case _:
            return LeaveQueue()
    left = _seconds_left(call, now)
    music = None if begun is not None and now - begun < AT_ONCE else line.music
    is_asked = piece > 0 or comforted is None or now - comforted >= COMFORT_EVERY
    is_due = is_asked and not isinstance(call.state, InConversation)
    words = pieces(line.comfort, PIECE_SECONDS)[piece : piece + 2] if is_due else ()
    said = words[0] if words and words[0].seconds <= left else None
    is_more = said is not None and len(words) > 1
    seconds = 0 if is_more else min(MUSIC_SECONDS, left - (said.seconds if said else 0))
    if said is not None and piece == 0:
        comforted = now
    return KeepWaiting(
        document=_document_of(call),
        comfort=said.prompt if said else None,
        comforted=comforted,
        begun=now if timedelta(seconds=seconds) >= MUSIC_TELLS else None,
        music=music,
        language=call.language,
        seconds=seconds,
        piece=piece,
        next_piece=piece if said is None and words else piece + 1 if is_more else 0,
    )


def _seconds_left(call: Call, now: datetime) -> int:
    """How long the document may last: rounded up, so that the next one is not asked too early."""
    ends = (call.state.position.until,) if isinstance(call.state, Waiting) else call.deadlines
    left = (math.ceil((end - now).total_seconds()) for end in ends if end > now)
    return min(DOCUMENT_SECONDS, *left, DOCUMENT_SECONDS)
