"""Lines: the calls of one agent. They speak in one of them; the others are on hold (R6).

    the agent                  this call                           the agent's headset
    speaks in it               InConversation                      in its room
    has left it for another    InConversation(away=OnOtherLine)    out, or on the way out
    takes it again             InConversation(away=HeadsetAway)    the next one comes in

    what happens to a call that is left    what becomes of it
    the agent takes it                     the caller is un-held once the headset is in the room
    the agent ends it                      it is over
    the caller hangs up                    so, too
    the hold is forgotten                  it rings, then the caller goes back to the queue (F32)
    the agent is dismissed                 the caller goes back to the queue

A call is left only while its caller is observed on hold: nobody hears the headset leave. Each call
is decided alone; the agent's item says which calls are theirs, so each step is one save of one call
and its agent. Between two calls the agent is `Holding`: whatever fails then, every caller is on
hold, and the agent may take any of them. Who speaks with more than the caller leaves nobody.
"""

from datetime import timedelta

from app.domain import agent as a
from app.domain import conversation
from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import Hold
from app.domain.states import Consult, HeadsetAway, InConversation, OnOtherLine
from app.domain.transition import Transition
from app.domain.value import replace

LINES_AT_MOST = 4  # of one agent, the one spoken in among them


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match event:
        case e.LineLeft(who):
            if who == state.agent and transition.has(who) and may_be_left(transition.call):
                _leave(transition, state)
        case e.LineTaken(who, nonce, tab):
            if who == state.agent and is_left(transition.call):
                _take(transition, state, nonce, tab)
        case e.RetrieveRequested() if is_left(transition.call):
            pass  # there is no headset to hear the caller: the line is taken
        case e.CommandRefused(_, Hold()) if is_left(transition.call):
            pass  # still wanted: the caller would sit there in silence
        case _:
            conversation.in_conversation(transition, state, event)


def is_left(call: Call) -> bool:
    """Its agent is on another line, or between two."""
    return isinstance(call.state, InConversation) and isinstance(call.state.away, OnOtherLine)


def why_not_left(call: Call) -> str:
    """Why the agent cannot leave it for another call, in words; empty: they can, once it is held.

    Empty, too, of one that has been left already.
    """
    match call.state:
        case InConversation(away=OnOtherLine()):
            return ""
        case InConversation(consult=Consult()):
            return "You consult somebody: complete or cancel that first."
        case InConversation(guests=guests) if guests:
            return "You are in a conference: leave or end it first."
        case InConversation(met=True, away=None):
            return ""
        case _:
            return "Your call is not connected: wait a moment, or end it first."


def may_be_left(call: Call) -> bool:
    """The caller alone is with the agent, and hears music, as the agent wants."""
    caller = call.leg(CALLER)
    is_wanted = isinstance(call.state, InConversation) and call.state.hold is not None
    is_held = is_wanted and caller is not None and caller.held
    return is_held and not is_left(call) and why_not_left(call) == ""


def _leave(transition: Transition, state: InConversation) -> None:
    agent, now = transition.agents[state.agent], transition.now
    transition.save_agent(a.leaves_line(agent, transition.call.id, now))
    transition.want_no_headset()
    left = replace(state, away=OnOtherLine(now), hold_failed=False, consult_over=None)
    transition.set_state(left)


def _take(transition: Transition, state: InConversation, nonce: str, tab: str) -> None:
    """As a page that is back after a loss: the caller hears music until the headset is there."""
    agent, now = transition.agents.get(state.agent), transition.now
    if agent is None or not a.may_take_line(agent, transition.call.id):
        return
    transition.save_agent(a.takes_line(agent, transition.call.id, nonce, tab, now))
    until = now + timedelta(seconds=conversation.GRACE_SECONDS)
    away = HeadsetAway(until, transition.headset_of(state.agent), nonce)
    transition.forget_refusals(CALLER)
    transition.set_state(replace(state, away=away, hold=None))
