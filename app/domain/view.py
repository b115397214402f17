"""What each leg hears: a pure view of the state, never a by-product of an event.

So a repeated or late webhook gets the same document as before, and "move this leg elsewhere" is
merely "have the carrier ask again".
"""

from datetime import datetime, timedelta
from typing import assert_never

from app.domain.call import (
    CALLER,
    AtNode,
    Call,
    Connecting,
    Ended,
    HeadsetAway,
    InConversation,
    Offered,
    Waiting,
)
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

COMFORT_EVERY = timedelta(seconds=60)  # words that come more often are heard as a broken record
MUSIC_LASTS = timedelta(seconds=5)  # at least, when it can be played


def view(plan: Plan, call: Call, leg_id: str) -> Reply:
    """The document of that leg now."""
    return _caller(plan, call) if leg_id == CALLER else _headset(plan, call, leg_id)


def visit(plan: Plan, call: Call, now: datetime) -> Visit:
    """What a node of the plan may look at of this call."""
    leg = call.leg(CALLER)
    question = leg.question if leg else 0
    return Visit(call.caller, call.did, call.language, plan.zone, now, question)


def _caller(plan: Plan, call: Call) -> Reply:
    match call.state:
        case AtNode(name, memory):
            return plan.nodes[name].document(visit(plan, call, call.updated), memory)
        case Waiting(position) | Offered(position) | Connecting(position):
            return HoldTheLine(position.node)
        case InConversation():
            return JoinRoom(call.room.name, music=True)
        case Ended():
            left = call.outcome == MESSAGE_LEFT
            return SayThanks(call.language) if left else SayGoodbye()
        case _:
            assert_never(call.state)


def _headset(plan: Plan, call: Call, leg_id: str) -> Reply:
    match call.state:
        case Offered(position, leg=leg) if leg == leg_id:
            ringing = call.leg(leg_id)
            question = ringing.question if ringing else 0
            return AskAccept(plan.wait_point(position.node).label, call.language, question)
        case Connecting(headset=headset) if headset == leg_id:
            return JoinRoom(call.room.name, music=False)
        case InConversation(away=HeadsetAway(headset=headset)) if headset == leg_id:
            return JoinRoom(call.room.name, music=False)
        case InConversation(headset=headset, away=None) if headset == leg_id:
            return JoinRoom(call.room.name, music=False)
        case Ended():
            return SayGoodbye()
        case _:
            return SayTaken(call.language)


def view_while_waiting(
    plan: Plan,
    call: Call,
    now: datetime,
    comforted: datetime | None = None,
    begun: datetime | None = None,
) -> Reply:
    """The wait document: what a caller in the queue hears, or the way out of it.

    `comforted`: when its words were last said to this caller, `begun`: when the last document
    began; None: not yet. A document that was over at once had music that cannot be played: the next
    one goes without, since the carrier ends a call whose documents take no time.
    """
    match call.state:
        case Waiting(position) | Offered(position) | Connecting(position):
            line = plan.wait_point(position.node)
            music = None if begun is not None and now - begun < MUSIC_LASTS else line.music
            if comforted is None or now - comforted >= COMFORT_EVERY:
                return KeepWaiting(line.comfort, now, now, music, call.language)
            return KeepWaiting(None, comforted, now, music, call.language)
        case _:
            return LeaveQueue()
