"""A consultation: the agent asks somebody outside while the caller is on hold, then decides (R11).

Whoever is consulted is dialled into the caller's room, once the carrier has confirmed the caller's
hold (privacy gate). So no leg moves when the agent decides, and nobody hears a gap. Guests of a
conference (`app.domain.conference`) are on hold and back with the caller.

    the agent speaks with    the caller    the one consulted    the next is
    consulted                on hold       talks, or rings      swap, join, complete, cancel
    caller                   talks         on hold              swap, join, complete, cancel

    what happens                           what becomes of it
    busy, no answer, or they hang up       the consultation is over; the caller stays where they are
    the caller cannot be put on hold       nobody is dialled; the agent is told
    the one on hold in a swap cannot be    as before the swap; the agent is told
    the caller hangs up                    the call ends, for the one consulted, too
    the agent ends the call                somebody is on hold: that is no wish (T4)
    join                                   a conference: the one consulted is a guest
    complete, also while it rings there    HandedOver: no agent has the call (T3)

A colleague who is consulted is asked in otherwise: `app.domain.colleague`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain import agent as a
from app.domain import conversation, lines
from app.domain import events as e
from app.domain.call import CALLER, Call, Leg
from app.domain.commands import Dial, Hold
from app.domain.handover import hand_over
from app.domain.outcomes import ConsultEnd
from app.domain.states import (
    Consult,
    ConsultOver,
    Guest,
    InConversation,
    SpeaksWith,
)
from app.domain.transition import Transition
from app.domain.value import replace

GUESTS_AT_MOST = 5  # who hear each other still, and whom an agent can still overlook
RING_SECONDS = 30  # then nobody answers: the caller is on hold all that time
ENDS: Final[Mapping[str, ConsultEnd]] = MappingProxyType(
    {
        "busy": "busy",
        "no-answer": "not answered",
        "completed": "hung up",
        "participant_hung_up": "hung up",
    }
)


def in_conversation(transition: Transition, state: InConversation, event: e.Event) -> None:
    match state.consult, event:
        case None, e.ConsultRequested(who):
            is_there = who == state.agent and state.met and state.away is None
            if is_there and can_add(transition.call, state):
                _begin(transition, state, event)
        case None, _:
            lines.in_conversation(transition, state, event)
        case consult, _:
            _consulting(transition, state, consult, event)


def can_add(call: Call, state: InConversation) -> bool:
    """Nobody who was consulted before is still on the way out, and there is room for one more.

    Where it rings at a guest, nobody is put on hold: they would land in the room un-held.
    """
    rings = any(leg.role == "guest" and call.awaits_answer(leg) for leg in call.legs)
    return not (call.has_consulted or rings) and len(state.guests) < GUESTS_AT_MOST


def _begin(transition: Transition, state: InConversation, event: e.ConsultRequested) -> None:
    """The caller on hold first, then the number is dialled: by `reconcile`, in that order."""
    leg = transition.next_leg()
    dial = Dial(leg, event.number, event.shows, RING_SECONDS)
    dialled = Leg(leg, "", transition.now, role="consulted", wanted="talk", observed="away")
    transition.call = transition.call.with_leg(replace(dialled, ring=dial, number=event.number))
    if transition.has(state.agent):
        agent = transition.agents[state.agent]
        transition.save_agent(a.counts_call_out(agent, transition.now))
    consult = Consult(leg, event.number, event.name, transition.now)
    speak_with(transition, state, consult, "consulted")


def _consulting(
    transition: Transition, state: InConversation, consult: Consult, event: e.Event
) -> None:
    match event:
        case e.JoinedRoom(leg) if leg == consult.leg:
            joined = transition.call.leg(leg)
            if joined is not None and joined.in_room:
                transition.set_state(replace(state, consult=replace(consult, answered=True)))
        case e.HungUp(leg, reason) if leg == consult.leg:
            over(transition, state, consult, end_of(reason, answered=consult.answered))
        case e.CommandRefused(_, Dial(leg)) if leg == consult.leg:
            transition.call = transition.call.without_leg(leg)
            over(transition, state, consult, "not reached")
        case e.RoomRefused(leg) if leg == consult.leg:
            if transition.count_bounce(leg):
                over(transition, state, consult, "hung up")
        case e.CommandRefused(_, Hold(leg)) if conversation.is_refused_for_good(transition, leg):
            _cannot_hold(transition, state, consult, leg)
        case e.ConsultRequested() | e.TransferRequested() | e.ParkRequested():
            pass  # one at a time
        case e.HoldRequested() | e.RetrieveRequested():
            pass  # the swap says who is on hold
        case e.AgentHungUp():
            pass  # somebody is on hold: whom the agent means is not said
        case _ if _decides(transition, state, consult, event):
            pass
        case _:
            conversation.in_conversation(transition, state, event)


def _decides(
    transition: Transition, state: InConversation, consult: Consult, event: e.Event
) -> bool:
    """Whether the agent says with the event how the consultation goes on."""
    match event:
        case e.ConsultCancelRequested(who):
            if who == state.agent and state.away is None:
                transition.set_state(replace(state, hold=None, consult=None))
        case e.SwapToCallerRequested(who):
            if _may(state, consult, who) and consult.speaks_with == "consulted":
                speak_with(transition, state, consult, "caller")
        case e.SwapToConsultedRequested(who):
            if _may(state, consult, who) and consult.speaks_with == "caller":
                speak_with(transition, state, consult, "consulted")
        case e.ConsultJoinRequested(who):
            if _may(state, consult, who):
                _join(transition, state, consult)
        case e.ConsultCompleteRequested(who):
            is_there = who == state.agent and state.away is None
            if is_there and has_answered_or_rings(transition.call, consult):
                guest = _becomes_guest(transition, consult)
                transition.wrap_up()
                hand_over(transition, state, (*state.guests, guest))
        case _:
            return False
    return True


def has_answered_or_rings(call: Call, consult: Consult) -> bool:
    """Where it rings, the caller's hold was confirmed before (R11).

    Whom a colleague has not taken yet, they would not get: that is a transfer to the colleague.
    """
    leg = call.leg(consult.leg) if not consult.agent else None
    return consult.answered or (leg is not None and leg.observed == "ringing")


def _may(state: InConversation, consult: Consult, who: str) -> bool:
    return who == state.agent and state.away is None and consult.answered


def end_of(reason: str, *, answered: bool) -> ConsultEnd:
    """What became of a consultation whose leg the carrier ended for that reason."""
    return "hung up" if answered else ENDS.get(reason, "not reached")


def speak_with(
    transition: Transition, state: InConversation, consult: Consult, whom: SpeaksWith
) -> None:
    _forget_refusals(transition, state, consult)
    hold = None
    if whom == "consulted":
        hold = state.hold or conversation.hold_of(transition, state)
    consult = replace(consult, speaks_with=whom)
    changed = replace(state, hold=hold, consult=consult, hold_failed=False, consult_over=None)
    transition.set_state(changed)


def _join(transition: Transition, state: InConversation, consult: Consult) -> None:
    _forget_refusals(transition, state, consult)
    guests = (*state.guests, _becomes_guest(transition, consult))
    joined = replace(state, guests=guests, consult=None, hold=None)
    transition.set_state(replace(joined, hold_failed=False, consult_over=None))


def _becomes_guest(transition: Transition, consult: Consult) -> Guest:
    if leg := transition.call.leg(consult.leg):
        transition.call = transition.call.with_leg(replace(leg, role="guest"))
    return Guest(consult.leg, consult.number, consult.name, consult.agent)


def _forget_refusals(transition: Transition, state: InConversation, consult: Consult) -> None:
    for leg in (CALLER, consult.leg, *(guest.leg for guest in state.guests)):
        transition.forget_refusals(leg)


def over(transition: Transition, state: InConversation, consult: Consult, how: ConsultEnd) -> None:
    """Who could not be put on hold for a swap is out of the way: the agent has the caller back."""
    told = ConsultOver(consult.number, consult.name, how)
    is_swap = state.hold_failed and consult.answered and consult.speaks_with == "consulted"
    hold = None if is_swap else state.hold
    transition.set_state(
        replace(state, hold=hold, consult=None, consult_over=told, hold_failed=False)
    )


def not_called(transition: Transition, state: InConversation, consult: Consult) -> None:
    """The carrier would not hold who is to hear nothing of it: the agent speaks with the caller."""
    told = ConsultOver(consult.number, consult.name, "not called")
    called_off = replace(state, hold=None, consult=None, consult_over=told)
    transition.set_state(replace(called_off, hold_failed=True))


def _cannot_hold(transition: Transition, state: InConversation, consult: Consult, leg: str) -> None:
    """As it was: nobody hears what is not meant for them, and the agent is told."""
    match consult.speaks_with:
        case "consulted" if leg != consult.leg and not consult.answered:
            not_called(transition, state, consult)
            return
        case "consulted" if leg != consult.leg:
            state = replace(state, hold=None, consult=replace(consult, speaks_with="caller"))
        case "caller" if leg == consult.leg:
            consult = replace(consult, speaks_with="consulted")
            state = replace(state, hold=conversation.hold_of(transition, state), consult=consult)
        case _:
            return  # nobody wants them held any more
    transition.set_state(replace(state, hold_failed=True))
