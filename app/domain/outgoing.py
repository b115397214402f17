"""An outgoing call: from the agent's click until whoever is called answers, or does not.

    Connecting       the agent's browser calls in; nobody is dialled yet
    InConversation   the headset is in the room, and the number is dialled into it

The headset comes first, so that the agent hears the ringing, and nobody answers to silence (O1).
What dials is `reconcile`, once somebody is in the room to talk (comfort gate). After the answer it
is a conversation as any other: of the queue that the route names, with its recording, its times,
and its agents for whoever loses the agent.

    what happens before the answer            what becomes of the call    of the agent
    the carrier says busy, no answer …        it ends, with that outcome  wrap-up
    the agent hangs up, or is dismissed       called off                  as before the call
    the headset does not come                 called off                  as before the call
    the headset is lost and does not return   called off                  set aside

An emergency call rings longer, goes before all others where its agent is lost, and has no wrap-up
(O6).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.domain import agent as a
from app.domain import conversation, journey
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import CALLER, Call, Leg, Room
from app.domain.commands import Dial
from app.domain.dialplan import Plan, Route
from app.domain.facts import Facts
from app.domain.numbering import is_emergency
from app.domain.outcomes import CallOutcome
from app.domain.states import Connecting, HeadsetAway, InConversation, QueuePosition
from app.domain.transition import Decision, Transition

RING_SECONDS = 45  # then nobody answers
EMERGENCY_RING_SECONDS = 180  # whose answer may take long, and is waited for
MOST_URGENT = 1
ENDS: Final[Mapping[str, CallOutcome]] = MappingProxyType(
    {
        "busy": "busy",
        "no-answer": "not answered",
        "canceled": "called off",
        "completed": "unheard",  # it was answered, and the join was never told
        "participant_hung_up": "unheard",
    }
)


def place(
    plan: Plan,
    route: Route,
    agent: Agent,
    call_id: str,
    number: str,
    name: str,
    nonce: str,
    tab: str,
    now: datetime,
) -> Decision:
    """The agent calls `number` by that route: the call as it starts, not saved yet (`rev` 0)."""
    caller_id = plan.number(route.shows)
    after = a.calls_out(agent, call_id, nonce, tab, now)
    until = now + timedelta(seconds=journey.CONNECT_SECONDS)
    headset = f"{agent.id}.{after.gen}"
    is_urgent = is_emergency(number)
    seconds = EMERGENCY_RING_SECONDS if is_urgent else RING_SECONDS
    dial = Dial(CALLER, number, route.shows, seconds)
    position = QueuePosition(route.queue, now, now, priority=MOST_URGENT if is_urgent else None)
    call = Call(
        id=call_id,
        caller=number,
        did=route.shows,
        language=caller_id.language if caller_id else "",
        plan=plan.sha,
        state=Connecting(position, "", agent.id, headset, nonce, until),
        started=now,
        updated=now,
        legs=(Leg(CALLER, "", now, observed="away", ring=dial),),
        room=Room(f"{call_id}-1"),
        facts=Facts(now),
        name=name,
        placed_by=agent.id,
    )
    transition = Transition(plan, call, {}, now)
    transition.save_agent(after)
    return transition.decision(call)


def unanswered(transition: Transition, state: Connecting | InConversation, event: e.Event) -> None:
    match event:
        case e.HungUp(gone, reason) if gone == CALLER:
            _end(transition, ENDS.get(reason, "not reached"))
        case e.CommandRefused(_, Dial(leg)):
            transition.call = transition.call.without_leg(leg)
            _end(transition, "not reached")
        case e.AgentHungUp(who) if who == state.agent:
            _call_off(transition, state.agent)
        case e.AgentDismissed(who) if who == state.agent:
            journey.dismiss(transition, who)
            _call_off(transition, who)
        case e.RoomRefused(leg) if leg == CALLER:
            pass  # who is dialled has no document that leads into a room
        case e.RoomRefused(leg) if leg == state.headset and transition.count_bounce(leg):
            _call_off(transition, state.agent)
        case _:
            match state:
                case Connecting():
                    _connecting(transition, state, event)
                case InConversation():
                    _ringing(transition, state, event)


def _connecting(transition: Transition, state: Connecting, event: e.Event) -> None:
    headset = state.headset
    match event:
        case e.JoinedRoom(leg) if leg == headset:  # the conversation begins with the answer
            talk = InConversation(state.position, state.agent, headset, transition.now)
            transition.set_state(talk)
        case e.HeadsetConnected() | e.Rejoined():
            journey.connecting(transition, state, event)
        case e.HeadsetLost(gone) if gone == headset:
            _call_off(transition, state.agent)
        case e.HungUp(gone) | e.LeftRoom(gone) if gone == headset:
            if transition.before.leg(gone) is not None:
                _call_off(transition, state.agent)
        case e.TimePassed() if state.until <= transition.now:
            _call_off(transition, state.agent)
        case _:
            pass  # late or repeated


def _ringing(transition: Transition, state: InConversation, event: e.Event) -> None:
    match event, state.away:
        case e.TimePassed(), HeadsetAway(until=until) if until <= transition.now:
            transition.set_aside(state.agent, "no connection")
            transition.hang_up("called off")
        case _:
            conversation.in_conversation(transition, state, event)


def _call_off(transition: Transition, agent_id: str) -> None:
    transition.free(agent_id)
    transition.hang_up("called off")


def _end(transition: Transition, how: CallOutcome) -> None:
    """The agent reads what became of the call, and may call again from there."""
    transition.wrap_up()
    transition.hang_up(how)
