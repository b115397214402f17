"""What each leg hears: a pure view of the state, never a by-product of an event.

So a repeated or late webhook gets the same document as before, and "move this leg elsewhere" is
merely "have the carrier ask again".
"""

from typing import assert_never

from app.domain.call import (
    CALLER,
    Announcing,
    AskingExtension,
    Call,
    Connecting,
    Ended,
    InMenu,
    Interrupted,
    LeavingMessage,
    Offered,
    Talking,
    Waiting,
)
from app.domain.dialplan import AskExtension, Greeting, Mailbox, Menu, Plan
from app.domain.replies import (
    Announce,
    AskAccept,
    AskDigits,
    HoldTheLine,
    JoinRoom,
    KeepWaiting,
    LeaveQueue,
    Reply,
    SayGoodbye,
    SayTaken,
    TakeMessage,
)


def view(plan: Plan, call: Call, leg_id: str) -> Reply:
    """The document of that leg now."""
    return _caller(plan, call) if leg_id == CALLER else _headset(plan, call, leg_id)


def _caller(plan: Plan, call: Call) -> Reply:
    leg = call.leg(CALLER)
    question = leg.question if leg else 0
    match call.state:
        case Announcing(node):
            greeting = plan.node(node, Greeting)
            return Announce(greeting.prompt, call.language, question)
        case InMenu(node, attempt):
            menu = plan.node(node, Menu)
            return AskDigits(
                menu.prompt, attempt > 1, call.language, question, 1, menu.timeout_seconds
            )
        case AskingExtension(node, attempt):
            ask = plan.node(node, AskExtension)
            return AskDigits(
                ask.prompt, attempt > 1, call.language, question, ask.digits, ask.timeout_seconds
            )
        case Waiting(position) | Offered(position) | Connecting(position):
            return HoldTheLine(position.node)
        case Talking() | Interrupted():
            return JoinRoom(call.room.name, music=True)
        case LeavingMessage(node):
            mailbox = plan.node(node, Mailbox)
            return TakeMessage(mailbox.prompt, call.language, question, mailbox.max_seconds)
        case Ended():
            return SayGoodbye()
        case _:
            assert_never(call.state)


def _headset(plan: Plan, call: Call, leg_id: str) -> Reply:
    match call.state:
        case Offered(position, leg=leg) if leg == leg_id:
            ringing = call.leg(leg_id)
            question = ringing.question if ringing else 0
            return AskAccept(plan.wait_point(position.node).label, call.language, question)
        case Connecting(headset=headset) | Talking(headset=headset) if headset == leg_id:
            return JoinRoom(call.room.name, music=False)
        case Interrupted(headset=headset) if headset == leg_id:
            return JoinRoom(call.room.name, music=False)
        case Ended():
            return SayGoodbye()
        case _:
            return SayTaken(call.language)


def view_while_waiting(plan: Plan, call: Call) -> Reply:
    """The wait document: what a caller in the queue hears, or the way out of it."""
    match call.state:
        case Waiting(position) | Offered(position) | Connecting(position):
            line = plan.wait_point(position.node)
            return KeepWaiting(line.comfort, line.music, call.language)
        case _:
            return LeaveQueue()
