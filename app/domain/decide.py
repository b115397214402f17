"""What becomes of a call: an event comes in, a decision goes out. Pure.

    observe      what the event says of legs, room and recording: facts
    journey      where the caller is: nodes, queue, offer            (app.domain.journey)
    pickup       an agent takes a call that waits, rings or is parked (app.domain.pickup)
    park         the caller at a numbered slot, to be taken          (app.domain.park)
    outgoing     an agent calls out, until the answer                (app.domain.outgoing)
    conversation the caller with an agent                            (app.domain.conversation)
    consult      … who asks somebody outside meanwhile               (app.domain.consult)
    colleague    … or another agent, who may become the call's       (app.domain.colleague)
    conference   … and talks with them and the caller together       (app.domain.conference)
    supervision  … while a supervisor listens, or speaks             (app.domain.supervision)
    handover     … and leaves them to each other                     (app.domain.handover)
    recording    whether it is recorded, by policy and by hand       (app.domain.recording)
    reconcile    what the carrier must be told for that              (app.domain.reconcile)

The states and what moves a call from one to the next are drawn in docs/states.md, from the very
tables that the tests walk. Late or repeated events change nothing. What a decision may need of the
world comes in with it: the plan, the agents that the call names, the time. Laws (tests/domain): the
same event twice is the same as once; the end is final; each state has a defined end for each leg's
death; nothing is left ringing, reserved or held after it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from app.domain import (
    colleague,
    conversation,
    handover,
    journey,
    outgoing,
    park,
    pickup,
    recording,
    supervision,
)
from app.domain import events as e
from app.domain.agent import Agent
from app.domain.call import CALLER, Call, Leg, Room
from app.domain.commands import Command, Dial, Hold, Ring
from app.domain.dialplan import Number, Plan
from app.domain.facts import Facts
from app.domain.observe import (
    CONFIRMED,
    is_back_already,
    observe,
    settle_doubts,
    settle_return,
)
from app.domain.states import (
    AtNode,
    Connecting,
    Ended,
    HandedOver,
    InConversation,
    Offered,
    Parked,
    Waiting,
)
from app.domain.transition import Decision, Transition

TRIES_AT_ONCE = 2  # of a command that the carrier refused; then it waits for the next event


def begin(
    plan: Plan, number: Number, call_id: str, sid: str, caller: str, name: str, now: datetime
) -> Decision:
    """A caller dialled `number`: the call as it starts, not saved yet (`rev` 0)."""
    call = Call(
        id=call_id,
        caller=caller,
        did=number.e164,
        language=number.language,
        plan=plan.sha,
        state=AtNode(number.entry),
        started=now,
        updated=now,
        legs=(Leg(CALLER, sid, now),),
        room=Room(f"{call_id}-1"),
        facts=Facts(now),
        name=name,
    )
    transition = Transition(plan, call, {}, now)
    transition.enter(number.entry)
    return transition.decision(call)


def decide(
    plan: Plan, call: Call, agents: Mapping[str, Agent], event: e.Event, clock: datetime
) -> Decision:
    """What `event` makes of `call` and of the agents it names. Time never runs backwards (W12)."""
    now = max(clock, call.updated)
    transition = Transition(plan, call, dict(agents), now)
    match event:
        case e.Pressed(leg, question) | e.Heard(leg, question):
            if not transition.is_asked(leg, question):
                return Decision(call, stale_answer=True)  # the answer to another question (W1)
        case e.RoomRefused(leg, document):
            if not transition.hears(leg, document):
                return Decision(call, stale_answer=True)  # that request is repeated, or late
        case e.LeftRoom() if is_back_already(call, event):
            return Decision(call)
        case _:
            pass
    observe(transition, event)
    _react(transition, event)
    settle_return(transition, event)
    recording.settle(transition)
    conversation.settle_meeting(transition)
    handover.settle_hand_over(transition)
    colleague.settle(transition)
    settle_doubts(transition, event)
    if _may_command(transition, event):
        transition.reconcile()
    return transition.decision(call)


def wishes(plan: Plan, call: Call) -> tuple[Command, ...]:
    """What is wanted of the carrier and not commanded: none, but after a refusal or a loss."""
    return Transition(plan, call, {}, call.updated).wishes()


def _react(transition: Transition, event: e.Event) -> None:
    match transition.call.state:
        case Connecting() | InConversation() as state if transition.before.is_unanswered:
            outgoing.unanswered(transition, state, event)
        case Waiting() | Parked() | Offered() as state if isinstance(event, e.PickupRequested):
            pickup.pick_up(transition, state, event)
        case AtNode() as state:
            journey.at_node(transition, state, event)
        case Waiting() as state:
            journey.waiting(transition, state, event)
        case Parked() as state:
            park.parked(transition, state, event)
        case Offered() as state:
            journey.offered(transition, state, event)
        case Connecting() as state:
            journey.connecting(transition, state, event)
        case InConversation() as state:
            supervision.in_conversation(transition, state, event)
        case HandedOver() as state:
            handover.handed_over(transition, state, event)
        case Ended():
            pass  # the end is final (F8)
        case state:
            assert_never(state)


def _may_command(transition: Transition, event: e.Event) -> bool:
    """What was refused is not commanded again at once, or only once (R16)."""
    match event:
        case e.CommandRefused(_, command) if isinstance(command, CONFIRMED):
            leg = transition.call.leg(command.leg)
            if leg is None:
                return False
            # The wish for a hold is given back: what an earlier try may have done is ended at once.
            is_given_back = isinstance(command, Hold) and leg.wanted == "talk" and leg.in_doubt
            return is_given_back or leg.refusals_of(command) < TRIES_AT_ONCE
        case e.CommandRefused(_, Ring() | Dial()):
            return True  # that leg is gone: whoever is rung instead is rung at once
        case e.CommandRefused():
            return False
        case _:
            return True
